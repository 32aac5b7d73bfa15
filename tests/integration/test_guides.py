"""The guides, done word by word: their files are written, their commands run, and what they say is what comes.

A block whose first line names a file is that file; a `diff` changes it; a `text` block is what the commands before it
said, line by line, whatever stands between.
"""

import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import NamedTuple

import pytest
from terminal import ROOT, place

from sandbox.platform.sample import SampleOptions, write_sample

_BLOCK = re.compile(r"^```(\w+)\n(?:(?:--|#) (\S+)\n)?(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A block of a guide: its kind, the file that it is, and what it says."""

    kind: str
    file: str
    words: str


def blocks(guide):
    return [Block(*found.groups("")) for found in _BLOCK.finditer((ROOT / "docs" / guide).read_text())]


@pytest.fixture
def ground(tmp_path):
    """Give a place of which nothing is known but the data plane."""
    with place(tmp_path, "", "", "") as own:
        known = {name: own.environment[name] for name in ("BACKFILL_DATA_PLANE_URL", "BACKFILL_WRITE_KEY")}
        yield own._replace(environment=known)


def test_a_database_is_adapted_as_the_guide_says(ground):
    said = ""
    done = 0
    for kind, file, words in blocks("your-database.md"):
        if file.endswith(".db"):
            with closing(sqlite3.connect(ground.folder / file)) as connection, connection:
                connection.executescript(words)
        elif kind == "sql":
            (ground.folder / file).write_text(words)
        elif kind == "sh":
            said = "".join(typed(line, ground) for line in words.splitlines())
        else:
            rest = said
            for line in words.splitlines():
                assert line in rest, said
                rest = rest.split(line, 1)[1]
                done += 1
    assert done == 8
    assert [one.event.timestamp for one in ground.arrived()] == [
        "2024-02-01T16:00:00.000Z",
        "2023-01-05T15:00:00.000Z",
        "2023-11-05T06:30:00.000Z",
    ]


def typed(line, ground):
    """Do what a person would type; the data plane is there already, at another address and with another key."""
    words = shlex.split(line, comments=True)
    if words[0] == "export":
        given = dict(word.split("=", 1) for word in words[1:])
        ground.environment.update({name: value for name, value in given.items() if name not in ground.environment})
        return ""
    if words[0] == "backfill":
        if words[1] == "gateway":
            return ""
        ran = ground.backfill(*words[1:])
        return ran.stdout + ran.stderr
    assert words[0] == "mkdir"
    (ground.folder / words[1]).mkdir()
    return ""


def test_a_run_is_planned_and_sent_as_the_guide_says(tmp_path):
    write_sample(f"sqlite:///{tmp_path}/sample.db", SampleOptions(users=600))
    models = ROOT / "extractors" / "models" / "sample"
    with place(tmp_path / "own", f"sqlite:///{tmp_path}/sample.db", models, "America/New_York") as own:
        said = []
        for kind, file, words in blocks("plan.md"):
            if kind == "yaml":
                (own.folder / file).write_text(words)
            elif kind == "sh":
                said.append(typed(words.strip(), own))
            else:
                assert [line for line in words.splitlines() if line not in said[-1]] == []
        planned, again, ran = said
        (delivered,) = re.findall(r"A run would end so: ([\d,]+) delivered", again)
        assert f"{delivered} delivered" in planned
        assert f"{delivered} delivered" in ran
        assert len(own.arrived()) == int(delivered.replace(",", ""))
        assert "<svg" in (own.folder / "plan.html").read_text()


@pytest.fixture
def tree(tmp_path):
    """Give a copy of the project."""
    rooms = ("data", "extractors", "flows", "loaders", "mappers", "sandbox", "tests/mappers", "tests/project")
    for room in rooms:
        ignored = shutil.ignore_patterns("state", "__pycache__")
        shutil.copytree(ROOT / room, tmp_path / "tree" / room, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "tree")
    return tmp_path / "tree"


def test_a_stream_is_added_as_the_guide_says(tree, tmp_path):
    for kind, file, words in blocks("add-a-stream.md"):
        path = tmp_path / file if file.startswith("models/") else tree / file
        path.parent.mkdir(exist_ok=True)
        there = path.read_text() if path.exists() else ""
        path.write_text(changed(there, words) if kind == "diff" else there + words)
    with closing(sqlite3.connect(tmp_path / "club.db")) as connection, connection:
        connection.execute("CREATE TABLE course_done (done_no, person_no, done_at, course, title, percent)")
        connection.execute("INSERT INTO course_done VALUES (1, 7, '2024-05-06 02:08:09', 'c-9', 'Hygiene', 90)")
    with place(tmp_path, "sqlite:///club.db", "models", "America/Chicago", tree) as own:
        checked = own.backfill("check").stdout
        summary = own.summary("run", "--no-prefect")
    assert re.search(r"course_completions +│ course_completions.sql +│ Course Completed", checked)
    assert summary["events"] == {"Course Completed": 1}
    (one,) = own.arrived()
    assert one.message["properties"] == {"course_id": "c-9", "title": "Hygiene", "score": 90}
    assert (one.event.user_id, one.event.timestamp) == ("7", "2024-05-06T07:08:09.000Z")

    tests = ["tests/mappers/test_golden_cases.py", "tests/mappers/test_catalog.py", "tests/project/test_style.py"]
    chosen = (
        "(course_completions or sample or in_the_plan) and not cases_for_each"  # the guide leaves four to the reader
    )
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-k", chosen, *tests]
    ran = subprocess.run(words, cwd=tree, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stdout


def changed(text, diff):
    """Apply a diff that has no line numbers: what it keeps and takes away must be there, once."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    assert text.count(before) == 1
    return text.replace(before, after)
