"""No secret and no personal datum stands anywhere, after all that the other files did.

Files of tests run in the order of their names, and this one is to be the last.
"""

import json
import subprocess
from base64 import b64encode
from collections import defaultdict
from pathlib import Path

import psycopg
import pytest
from invented import PERSON
from psycopg import sql

pytestmark = pytest.mark.e2e

PEOPLE = {
    "accounts": ("email", "last_name", "phone"),
    "profile_change_log": ("new_email", "new_last_name", "new_phone"),
    "organisations": ("email", "phone"),
}
LETTERS, DIGITS = 5, 7  # fewer are found in any file
TYPED = [PERSON[name] for name in ("user_id", "email", "last_name", "phone")]
DATA_PLANE = "events.db*"  # it alone, in the folder, is to hold people


def connected(url):
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


@pytest.fixture(scope="module")
def people(operated):
    """Give the addresses, last names and phone numbers of the sample, as written and as they are sent."""
    found = set()
    with connected(operated.platform) as connection:
        for table, columns in PEOPLE.items():
            for column in columns:
                query = sql.SQL("SELECT DISTINCT {} FROM {}").format(sql.Identifier(column), sql.Identifier(table))
                found |= {spelling for (value,) in connection.execute(query) for spelling in spellings(column, value)}
    assert len(found) > 500
    return found


def spellings(column, value):
    """Return how the value may stand somewhere, unless it could as well be something else."""
    text = (value or "").strip()
    if "phone" in column:
        digits = "".join(filter(str.isdigit, text))
        return [text, digits] if len(digits) >= DIGITS else []
    return [text, json.dumps(text)[1:-1]] if len(text) >= LETTERS and text.lower() != "nobody" else []


def secrets_of(operated):
    """Return the secrets, and the write key as it goes over the wire."""
    write_key, _ = operated.secrets
    return [*operated.secrets, b64encode(f"{write_key}:".encode()).decode()]


def found_in(folder, words):
    """Return which files of the folder, the data plane's apart, hold which of the words, byte by byte."""
    options = [
        "--recursive",
        "--text",
        "--only-matching",
        "--fixed-strings",
        f"--exclude={DATA_PLANE}",
    ]
    command = ["grep", *options, "--with-filename", "--null", "--file=-", "--", str(folder)]
    asked = "\n".join(sorted(words)).encode()
    searched = subprocess.run(command, input=asked, env={"LC_ALL": "C"}, capture_output=True, check=False)
    assert searched.returncode < 2, searched.stderr
    lines = (line.decode().split("\0") for line in searched.stdout.splitlines())
    return {(str(Path(path).relative_to(folder)), word) for path, word in lines}


@pytest.fixture(scope="module")
def columns(operated):
    """Give the text of each column of Prefect's database, by its table and name."""
    found = defaultdict(list)
    with connected(operated.prefects) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            rows = connection.execute(sql.SQL("SELECT to_jsonb(whole) FROM {} whole").format(sql.Identifier(table)))
            for (row,) in rows:
                for column, value in row.items():
                    found[table, column].append(json.dumps(value, ensure_ascii=False))
    return {place: "\n".join(values) for place, values in found.items()}


def files_of_prefects_database(operated, words):
    """Return what `found_in` finds in all files of Prefect's database, its log of changes among them."""
    with connected(operated.prefects) as connection:
        connection.execute("CHECKPOINT")
        ((folder,),) = connection.execute("SHOW data_directory").fetchall()
    return found_in(folder, words)


def columns_with(columns, words):
    return {(place, word) for place, text in columns.items() for word in words if word in text}


def test_secrets_stand_nowhere(operated, columns):
    secrets = secrets_of(operated)
    assert found_in(operated.served.folder, secrets) == set()
    assert files_of_prefects_database(operated, secrets) == set()
    assert columns_with(columns, secrets) == set()


def test_nobody_of_the_sample_stands_anywhere(operated, columns, people):
    assert found_in(operated.served.folder, people) == set()
    assert files_of_prefects_database(operated, people) == set()
    assert columns_with(columns, people) == set()


def test_who_was_typed_into_a_form_stands_in_its_runs_parameters_alone(operated, columns):
    assert found_in(operated.served.folder, TYPED) == set()
    assert columns_with(columns, TYPED) == {(("flow_run", "parameters"), word) for word in TYPED}


def test_the_search_finds_what_is_there(operated, columns, people):
    """Else nothing above says anything: the ledgers, logs and databases are searched where things do stand."""
    folder = operated.served.folder
    planted = folder / "data" / "state" / "planted.bin"
    planted.write_bytes(b"\x00\xff" + operated.secrets[0].encode() + b"\n" + min(people).encode() + b"\x00")
    try:
        names = {("data/state/planted.bin", word) for word in (operated.secrets[0], min(people))}
        assert found_in(folder, [*operated.secrets, *people]) == names
    finally:
        planted.unlink()
    assert {path for path, _ in found_in(folder, ["dead_letters"])} >= {"data/state/aside-0.db"}
    assert {path for path, _ in found_in(folder, ["Worker"])} >= {"data/state/prefect/worker.log"}
    assert files_of_prefects_database(operated, ["send identify"])
    assert (("flow_run", "name"), "send identify") in columns_with(columns, ["send identify"])
