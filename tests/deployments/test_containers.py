"""The container files, held against what they name: no engine runs here."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml
from compose_spec import PyCompose
from prefect.settings import Settings
from prefect.settings.legacy import _get_settings_fields
from served import ROOT

from flows.cli import app
from flows.verification.settings import VerifySettings

DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
EXAMPLE = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
VARIABLE = re.compile(r"\$\{(\w+)(?::[?-][^}]*)?\}")
COMMANDS = typer.main.get_command(app).commands


def filled(text):
    """Return the text as Compose would read it with the example's values."""
    return VARIABLE.sub(lambda found: EXAMPLE[found[1]] or "x", text)


def words_of(instruction):
    return [
        line.removeprefix(instruction).split() for line in DOCKERFILE.splitlines() if line.startswith(f"{instruction} ")
    ]


def parsed(words):
    """Return whether our command line takes the words; what a command would do is not done."""
    name, *options = words
    COMMANDS[name].make_context(name, options)
    return True


def test_the_dockerfile_has_no_fault_that_a_linter_finds():
    linter = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    ended = subprocess.run([linter, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "")


def test_what_the_dockerfile_copies_is_there_and_is_not_ignored():
    let_through = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    copied = {source for *sources, _ in words_of("COPY") for source in sources}
    assert [source for source in copied if not (ROOT / source).exists()] == []
    assert copied == let_through
    packages = re.findall(r'^    "(\w+)",$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert {package for package in packages if (ROOT / package / "__init__.py").exists()} <= copied


def test_the_image_installs_the_pinned_versions_and_runs_as_nobody_of_importance():
    (install,) = [line for line in DOCKERFILE.splitlines() if "pip install" in line]
    assert "-c constraints.txt" in install
    (extras,) = re.findall(r"\.\[(.*)\]", install)
    optional = re.findall(r"^(\w+) = \[", (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert set(extras.split(",")) <= set(optional)
    assert words_of("USER") == [["1000"]]
    (image,) = words_of("FROM")
    assert image == [f"python:{sys.version_info[0]}.{sys.version_info[1]}-slim"]


def test_the_images_command_is_one_of_ours():
    (entry,), (command,) = (
        [json.loads(" ".join(words)) for words in words_of(instruction)] for instruction in ("ENTRYPOINT", "CMD")
    )
    assert entry == ["backfill"]
    assert parsed(command)


def test_compose_reads_the_file():
    whole = json.loads(filled(json.dumps(COMPOSE)))
    assert set(PyCompose.from_json(json.dumps(whole)).to_spec().services) == {"database", "server", "worker"}


@pytest.mark.parametrize(
    ("place", "value"),
    [("ports", 5), ("portz", []), ("healthcheck", {"tests": []}), ("depends_on", {"server": {"condition": "up"}})],
)
def test_and_would_say_what_is_wrong(place, value):
    whole = json.loads(filled(json.dumps(COMPOSE)))
    whole["services"]["worker"][place] = value
    with pytest.raises(ValueError, match=r"\w"):
        PyCompose.from_json(json.dumps(whole)).to_spec()


def test_every_variable_is_in_the_example_and_no_secret_is():
    assert set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text())) == set(EXAMPLE)
    assert [name for name in EXAMPLE if re.search("PASSWORD|KEY", name) and EXAMPLE[name]] == []


def test_every_setting_of_ours_is_one():
    known = {f"BACKFILL_{name.upper()}" for name in VerifySettings.model_fields}
    named = set(COMPOSE["services"]["worker"]["environment"])
    assert {name for name in named if name.startswith("BACKFILL_")} <= known
    assert {
        f"BACKFILL_{name.upper()}" for name, one in VerifySettings.model_fields.items() if one.is_required()
    } <= named


def test_every_setting_of_prefect_is_one():
    known = set(_get_settings_fields(Settings))
    named = {
        name
        for service in COMPOSE["services"].values()
        for name in service.get("environment", {})
        if name.startswith("PREFECT_")
    }
    assert named <= known


def test_ports_are_bound_to_loopback_and_a_password_is_asked_for():
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert ":?" in COMPOSE["services"]["server"]["environment"]["PREFECT_SERVER_API_AUTH_STRING"]


def test_every_command_is_one_of_ours_or_of_prefect():
    words = COMPOSE["services"]["worker"]["command"]
    assert parsed(words)
    assert "--deploy" in words  # the server is told what there is by nobody else
    prefect, *words = COMPOSE["services"]["server"]["entrypoint"]
    command = [sys.executable, "-m", prefect, *words[:2], "--help"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert {option for option in words[2:] if option.startswith("--")} <= set(re.findall(r"--[a-z-]+", told))


def test_server_and_ledger_have_databases_of_their_own():
    services = COMPOSE["services"]
    database = services["database"]["environment"]["POSTGRES_DB"]
    server = services["server"]["environment"]["PREFECT_SERVER_DATABASE_CONNECTION_URL"].rpartition("/")[2]
    ledger = services["worker"]["environment"]["BACKFILL_LEDGER_URL"].rpartition("/")[2]
    assert database == server
    assert COMPOSE["configs"]["ledger"]["content"] == f"CREATE DATABASE {ledger};"


def test_volumes_are_declared_and_every_path_is_the_images():
    mounted = {
        tuple(volume.rsplit(":", volume.count(":ro") + 1)[:2])
        for service in COMPOSE["services"].values()
        for volume in service.get("volumes", [])
    }
    assert {source for source, _ in mounted if not source.startswith("$")} == set(COMPOSE["volumes"])
    state = {path for source, path in mounted if source in ("server", "worker")}
    assert state == {path for (path,) in words_of("VOLUME")}
