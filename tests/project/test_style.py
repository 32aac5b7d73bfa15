"""The project's own rules that no linter knows."""

import ast
import re
import subprocess
from itertools import chain
from pathlib import Path

import pytest

from loaders.plan import load_plan
from mappers.catalog import DETAILS, STREAMS

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ["benchmarks", "extractors", "flows", "loaders", "mappers", "sandbox"]
MODULES = sorted(chain.from_iterable((ROOT / room).rglob("*.py") for room in ROOMS))
PROFILES = sorted(path for path in (ROOT / "extractors" / "models").iterdir() if path.is_dir())
LONGEST = 300
LONGEST_FUNCTION = 40
VAGUE = {"util", "utils", "helper", "helpers", "base", "manager", "managers", "engine", "common", "misc"}
NOT_IN_THE_SAMPLE = {"web_log"}  # a platform may keep a web log; the sample does not


def public(path):
    """Yield the module's public functions and classes, and the methods of the latter."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (
                    one
                    for one in node.body
                    if isinstance(one, ast.FunctionDef) and not one.name.startswith("_") and not _is_shape(one)
                )


def _is_shape(function):
    """Tell whether it only says that something has such a member, as a Protocol does."""
    return isinstance(function.body[0], ast.Expr) and getattr(function.body[0].value, "value", None) is Ellipsis


def test_there_is_something_to_look_at():
    assert len(MODULES) > 80
    assert [profile.name for profile in PROFILES] == ["atg", "sample"]


def test_no_file_is_longer_than_one_reads():
    files = [*MODULES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "extractors").rglob("*.sql")]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in files}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_no_function_is_longer_than_one_sees():
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.body[0].lineno >= LONGEST_FUNCTION
        and node.name != "platform"  # the sample's tables, one after the other
    ]
    assert long == []


def test_every_module_is_named_by_what_it_is_about():
    assert [path for path in MODULES if VAGUE & set(re.split(r"[_.]", path.stem))] == []


@pytest.mark.parametrize("room", ROOMS)
def test_everything_public_says_what_it_does(room):
    silent = []
    for path in (ROOT / room).rglob("*.py"):
        text = path.read_text("utf-8")
        if text.strip() and not ast.get_docstring(ast.parse(text)):
            silent.append(str(path.relative_to(ROOT)))
        silent += [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
            for node in public(path)
            if not ast.get_docstring(node)
        ]
    assert silent == []


@pytest.mark.parametrize("profile", PROFILES, ids=lambda path: path.name)
def test_every_model_has_its_stream_or_detail(profile):
    assert {path.stem for path in profile.glob("*.sql")} <= {*STREAMS, *DETAILS}


def test_every_stream_of_the_sample_has_its_model_and_its_details_too():
    models = {path.stem for path in (ROOT / "extractors" / "models" / "sample").glob("*.sql")}
    assert {*STREAMS, *DETAILS} - models == NOT_IN_THE_SAMPLE


def test_every_active_rule_of_the_plan_can_be_mapped_and_every_mapper_has_its_rule():
    plan = load_plan(ROOT / "data" / "tracking_plan.yaml")
    mapped = {rule for stream in STREAMS.values() for rule in stream.rules}
    assert {key for key, rule in plan.rules.items() if rule.active} <= mapped <= set(plan.rules)


def test_every_stream_has_a_module_of_its_name():
    assert [name for name in STREAMS if not (ROOT / "mappers" / f"{name}.py").exists()] == []


def test_mappers_ask_neither_clock_nor_chance():
    asked = {
        "datetime.now",
        "utcnow",
        "time.time",
        "uuid4",
        "uuid1",
        "random",
        "secrets",
        "open(",
        "os.environ",
        "requests",
    }
    found = {
        f"{path.name}: {word}"
        for path in (ROOT / "mappers").glob("*.py")
        for word in asked
        if re.search(rf"(?<![\w.]){re.escape(word)}", _code(path))
    }
    assert found == set()


def test_the_environment_is_read_at_the_edge_alone():
    readers = {str(path.relative_to(ROOT)) for path in MODULES if re.search(r"os\.(environ|getenv)", _code(path))}
    assert {name for name in readers if not name.startswith(("flows/", "benchmarks/"))} == set()


def _code(path):
    """Return the module without its docstrings and comments."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            node.body[0] = ast.Pass()
    return ast.unparse(tree)


def test_no_file_holds_a_path_of_a_machine():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607
    if listed.returncode:
        pytest.skip("not a git checkout")
    home = re.compile(r"/(?:home|Users)/[a-z][a-z0-9_-]+/|/root/|C:\\\\Users")
    texts = (
        ROOT / name for name in listed.stdout.splitlines() if name.endswith((".py", ".md", ".toml", ".sql", ".yaml"))
    )
    assert [
        str(path)
        for path in texts
        if path.is_file() and path != Path(__file__) and home.search(path.read_text("utf-8"))
    ] == []
