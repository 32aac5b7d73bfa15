"""A database never seen before, with German names and UUIDs as keys: SELECTs are all that it takes."""

import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from terminal import place

SHOP = Path(__file__).with_name("course_shop")
JOERG = "0b9c1f6e-5a52-4f0e-9a39-4a1c2f1f0001"
AYSE = "7f3e2d1c-0c64-4d65-8f0b-1d2e3f4a0002"


@pytest.fixture(scope="module", params=["texts in SQLite", "UUIDs in PostgreSQL"])
def shop(request, tmp_path_factory, postgres):
    """Give what a check, a run, a second one and a verification said, and what arrived."""
    folder = tmp_path_factory.mktemp("shop")
    script = (SHOP / "tables.sql").read_text("utf-8")
    if "SQLite" in request.param:
        url = f"sqlite:///{folder}/shop.db"
        with closing(sqlite3.connect(folder / "shop.db")) as connection, connection:
            connection.executescript(script)
    else:
        url = postgres.fresh_database()
        with psycopg.connect(url.replace("+psycopg", "")) as server:
            server.execute(script.replace("CHAR(36)", "UUID"))
    with place(folder / "run", url, SHOP / "models", "Europe/Berlin") as own:
        checked = own.backfill("check")
        run = ("run", "--no-prefect", "--max-dead", "1")
        first, again = own.summary(*run), own.summary(*run)
        verified = own.backfill("verify", "--no-prefect")
        told = [(one.event.user_id or one.event.anonymous_id, *summed(one)) for one in own.arrived()]
        letters = own.letters()
    return SimpleNamespace(checked=checked, first=first, again=again, verified=verified, told=told, letters=letters)


def summed(one):
    return one.event.name or one.event.type, one.event.timestamp


def test_the_check_holds_and_names_what_is_absent(shop):
    assert (shop.checked.returncode, shop.checked.stderr) == (0, "")
    assert "cart_events absent" in shop.checked.stdout


def test_everything_arrives_in_order_and_nothing_else(shop):
    assert [told for told in shop.told if told[0] == JOERG] == [
        (JOERG, "identify", "2023-07-01T08:00:00.000Z"),
        (JOERG, "group", "2022-02-02T11:00:00.000Z"),
        (JOERG, "User Signed Up", "2021-03-28T01:30:00.000Z"),  # a time that the clock left out
        (JOERG, "User Signed In", "2022-06-01T10:00:00.000Z"),
        (JOERG, "Order Completed", "2022-06-01T10:30:00.000Z"),
    ]
    assert [told[1:] for told in shop.told if told[0] == AYSE] == [
        ("identify", "2021-12-31T23:00:00.000Z"),
        ("User Signed Up", "2021-10-31T00:30:00.000Z"),  # a time that came twice
        ("User Signed In", "2022-12-01T11:00:00.000Z"),
    ]
    assert [told for told in shop.told if told[0] == "gast-5"] == [
        ("gast-5", "Order Completed", "2022-07-01T07:00:00.000Z")
    ]
    assert len(shop.told) == shop.first["delivered"] == 10
    assert [(stream, reason) for stream, _, reason in shop.letters] == [("sign_ins", "No-Identity")]


def test_a_second_run_sends_nothing_and_all_agree(shop):
    assert (shop.again["delivered"], shop.again["already_delivered"]) == (0, 10)
    assert (shop.verified.returncode, shop.verified.stderr) == (0, "")
