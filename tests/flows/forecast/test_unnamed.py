"""No person in what a plan leaves: a byte search of page, JSON, Markdown and terminal for all that names somebody."""

import json
import re
import sqlite3
from contextlib import closing

import pytest
from pydantic import SecretStr

from flows.forecast.document import document
from flows.forecast.planning import plan
from flows.forecast.showing import in_prefect, show_plan, write_page
from flows.options import Options
from flows.outcome import MaxDead
from sandbox.platform.sample import SampleOptions, write_sample

ALL = MaxDead(share=1.0)
PERSONAL = {
    "accounts": ("email", "first_name", "last_name", "phone", "username", "street", "postal_code", "birth_date"),
    "organisations": ("email", "phone", "street"),
    "licenses": ("license_number",),
    "profile_change_log": ("new_email", "new_first_name", "new_last_name", "new_phone"),
    "sign_in_log": ("ip_address", "user_agent"),
}
IDS = {"accounts": "account_id", "organisations": "org_id", "cart_events": "session_id", "orders": "session_id"}


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    """Give a sample whose keys are texts, so that an id can be told from a count."""
    path = tmp_path_factory.mktemp("people") / "platform.db"
    write_sample(f"sqlite:///{path}", SampleOptions(users=80, keys="string"))
    return path


@pytest.fixture(scope="module")
def named(people):
    """Give all that names somebody, as it stands in the source and as it would be on the wire."""
    columns = [(table, one) for table, several in PERSONAL.items() for one in several] + [*IDS.items()]
    with closing(sqlite3.connect(people)) as connection:
        found = {
            str(value)
            for table, one in columns
            for (value,) in connection.execute(f"SELECT {one} FROM {table} WHERE {one} > ''")  # noqa: S608  # ours
        }
    numbers = {re.sub(r"\D", "", value) for value in found}
    found |= {one for one in numbers if len(one) > 9}
    return {value.strip().lower() for value in found if len(value.strip()) > 3}


def left(settings, options, folder, capsys):
    """Return all that a plan leaves, with what it would have sent beside it."""
    planned = plan(settings, options, ALL)
    write_page(planned, folder / "p.html")
    show_plan(planned, folder / "p.html", None)
    parts = {
        "page": (folder / "p.html").read_text(),
        "json": json.dumps(document(planned.forecast), ensure_ascii=False),
        "markdown": in_prefect(planned),
        "terminal": capsys.readouterr().out,
    }
    return {name: part.lower() for name, part in parts.items()}, planned


def found_in(text, named):
    """Return what stands there as a word of its own: a name as short as Long is part of many another word."""
    words = set(re.findall(r"[^\W_]+", text))
    return {one for one in named if one in text and (set(re.findall(r"[^\W_]+", one)) <= words)}


@pytest.fixture
def own(settings, people):
    return settings.model_copy(update={"source_url": SecretStr(f"sqlite:///{people}")})


@pytest.mark.parametrize("identify", ["current", "history"])
def test_nobody_is_named(own, named, tmp_path, monkeypatch, capsys, identify):
    monkeypatch.setenv("COLUMNS", "1000")
    parts, planned = left(own, Options(identify=identify), tmp_path, capsys)
    assert len(named) > 700
    assert planned.forecast.seen.samples
    assert {name: found for name, part in parts.items() if (found := found_in(part, named))} == {}


def test_the_search_finds_what_is_planted(own, named, tmp_path, monkeypatch, capsys):
    """The same with nothing masked: what the search is for would be there."""
    monkeypatch.setenv("COLUMNS", "1000")
    monkeypatch.setattr("flows.forecast.seen.masked", lambda message, _: message)
    parts, _ = left(own, Options(), tmp_path, capsys)
    for name in ("page", "json", "markdown"):
        found = found_in(parts[name], named)
        assert any("@" in one for one in found), name
        assert len(found) > 15, name
