"""`backfill tracking-plan`: plans out, in and looked at, as a person runs it."""

import json
from pathlib import Path

import pytest
import yaml

from loaders.plan import load_plan

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "data" / "tracking_plan.yaml"
FORMATS = ["rudderstack", "segment", "rudder-cli"]


@pytest.fixture
def run(forked, tmp_path):
    """Give what runs the command in a folder of its own."""
    return lambda *words, **settings: forked("tracking-plan", *words, folder=tmp_path, environment=settings)


@pytest.mark.parametrize("name", FORMATS)
def test_a_plan_goes_out_comes_in_and_goes_out_again(run, tmp_path, name):
    out = run("export", "--as", name, "theirs")
    back = run("import", "--from", name, "theirs", "--out", "ours.yaml")
    again = run("export", "--as", name, "again", "--plan", "ours.yaml")

    assert (out.returncode, back.returncode, again.returncode, out.stderr, back.stderr) == (0, 0, 0, "", "")
    assert "note   rule user_viewed_licenses: `aliases` cannot be said" in out.stdout
    assert out.stdout.splitlines()[-1] == "Written: theirs."
    assert back.stdout == "Written: ours.yaml. Look at it with: backfill tracking-plan lint --plan ours.yaml\n"
    assert again.stdout == "Written: again.\n"
    files = [path.relative_to(tmp_path / "theirs") for path in [tmp_path / "theirs", *(tmp_path / "theirs").glob("*")]]
    texts = [
        [path.read_text() for file in files if (path := tmp_path / name / file).is_file()]
        for name in ("theirs", "again")
    ]
    assert texts[0] == texts[1] != []
    assert load_plan(tmp_path / "ours.yaml").name == "Relias Academy"


def test_names_are_exported_as_they_are_sent(run, tmp_path):
    plan = yaml.safe_load(SHIPPED.read_text())
    plan["spelling"]["use"] = "rudderstack"
    (tmp_path / "plan.yaml").write_text(yaml.safe_dump(plan))

    run("export", "--as", "segment", "theirs.json", BACKFILL_PLAN="plan.yaml")

    traits = json.loads((tmp_path / "theirs.json").read_text())["rules"][0]["jsonSchema"]["properties"]["traits"]
    assert {"firstName", "company"} <= set(traits["properties"])
    assert "first_name" not in traits["properties"]


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_written_over_unless_asked(run, tmp_path, name):
    assert run("export", "--as", name, "theirs").returncode == 0
    (tmp_path / "ours.yaml").write_text("mine")

    refused = [run("export", "--as", name, "theirs"), run("import", "--from", name, "theirs", "--out", "ours.yaml")]

    assert [ran.returncode for ran in refused] == [2, 2]
    assert "ours.yaml is there already; name another place, or give --force" in refused[1].stderr
    assert (tmp_path / "ours.yaml").read_text() == "mine"
    assert run("export", "--as", name, "theirs", "--force").returncode == 0
    assert run("import", "--from", name, "theirs", "--out", "ours.yaml", "--force").returncode == 0


@pytest.mark.parametrize(
    ("name", "text", "faults"),
    [
        ("rudderstack", "{", ["is not JSON: "]),
        ("segment", "[]", ["must be a JSON object with `name` and the list `rules`"]),
        (
            "segment",
            '{"rules": [{"type": "TRACK", "key": "A", "version": 1, "jsonSchema": {}}, {"type": "X"}]}',
            [
                "rule 2 (X): `type` is 'X'",
                "rule 2 (X): `version` is None",
                "rule 2 (X): `jsonSchema` must",
                "`name` must",
            ],
        ),
        ("rudder-cli", "a: [", ["theirs: is not YAML: line 1"]),
        (
            "rudderstack",
            '{"name": "S", "events": [{"name": "A", "rules": {"properties": {"properties": {"format": "made-up"}}}}]}',
            ["rule 1 (a): `schema` "],
        ),
        (
            "rudderstack",
            '{"name": "S", "events": [{"name": "A", "rules": {"properties": {"properties": {"type": "no"}}}}]}',
            ["event 1 (A): is not a draft-07 JSON Schema: "],
        ),
    ],
)
def test_a_bad_document_is_refused_with_every_fault(run, tmp_path, name, text, faults):
    (tmp_path / "theirs").write_text(text)

    ran = run("import", "--from", name, "theirs", "--out", "ours.yaml")

    assert ran.returncode == 2
    assert ran.stderr.startswith("The tracking plan theirs does not hold")
    assert [
        line.startswith(f"  - {fault}") for line, fault in zip(ran.stderr.splitlines()[1:], faults, strict=True)
    ] == [True] * len(faults)
    assert not (tmp_path / "ours.yaml").exists()


def test_what_is_not_there_is_said(run, tmp_path):
    (tmp_path / "empty").mkdir()

    missing = [run("import", "--from", name, "nowhere", "--out", "o") for name in FORMATS]
    empty = run("import", "--from", "rudder-cli", "empty", "--out", "o")

    assert [ran.returncode for ran in [*missing, empty]] == [2, 2, 2, 2]
    assert all("cannot be read: No such file or directory" in ran.stderr for ran in missing)
    assert "holds no .yaml file" in empty.stderr


def test_the_lint_says_what_will_go_wrong_and_ends_with_1(run, tmp_path):
    plan = yaml.safe_load(SHIPPED.read_text())
    (row,) = [row for row in plan["rules"] if row["key"] == "user_signed_up"]
    row["schema"]["properties"]["properties"] = {"type": "object", "required": ["plan"]}
    (tmp_path / "plan.yaml").write_text(yaml.safe_dump(plan))

    ran = run("lint", "--plan", "plan.yaml")

    assert (ran.returncode, ran.stderr) == (1, "")
    assert ran.stdout.startswith("wrong  rule user_signed_up: `properties.plan` is required, and no mapper fills it")


def test_the_lint_of_what_we_ship_has_nothing_to_say(run):
    alone = run("lint")
    together = run("lint", BACKFILL_MODELS=str(ROOT / "extractors" / "models" / "sample"))

    assert (alone.returncode, alone.stdout) == (0, "Mappers and plan agree. No models were given.\n")
    assert (together.returncode, together.stdout) == (0, "Models, mappers and plan agree.\n")


def test_the_lint_refuses_a_plan_or_models_that_do_not_hold(run, tmp_path):
    (tmp_path / "plan.yaml").write_text("rules: 5")

    assert run("lint", "--plan", "plan.yaml").returncode == 2
    assert run("lint", "--models", "nowhere").returncode == 2
