"""A history to be verified: its source, its ledger, its data plane and its warehouse, all to be tampered with."""

import sqlite3
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from flows import pipeline
from flows.options import Options
from flows.outcome import MaxDead
from flows.settings import ROOT, load_settings
from flows.verification.account import Asked, verify
from flows.verification.comparing import KINDS
from flows.verification.settings import load_verify_settings
from sandbox.gateway.server import GatewaySettings, running_gateway
from sandbox.platform.sample import SampleOptions, write_sample
from sandbox.warehouse.load import load_warehouse

KEY, SCHEMA = "wk-verify-0001", "shop"
ALL_DEAD = MaxDead(share=1.0)


@dataclass(frozen=True)
class Ground:
    """One history: source and ledger below a folder, a data plane and its store, the URL of a warehouse."""

    folder: Path
    plane: str
    store: Path
    warehouse: str = ""

    @property
    def environment(self):
        values = {
            "SOURCE_URL": f"sqlite:///{self.folder}/platform.db",
            "SOURCE_TIMEZONE": "America/New_York",
            "SOURCE_NAME": "the shop of test_verify",
            "MODELS": str(ROOT / "extractors" / "models" / "sample"),
            "DATA_PLANE_URL": self.plane,
            "WRITE_KEY": KEY,
            "DESTINATIONS": "none",
            "LEDGER_URL": f"sqlite:///{self.folder}/ledger.db",
        }
        if self.warehouse:
            values |= {"WAREHOUSE_URL": self.warehouse, "WAREHOUSE_SCHEMA": SCHEMA}
        return {f"BACKFILL_{name}": value for name, value in values.items()}

    @contextmanager
    def settled(self, **changes):
        """Put the settings into the environment until the block ends."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in (self.environment | changes).items():
                patch.setenv(name, value)
            yield

    def run(self, **options):
        with self.settled():
            return pipeline.run_here(load_settings(), Options(**options), 2, ALL_DEAD)

    def verify(self, *, resend=False, meanwhile=None, changes=None, **asked):
        """Verify in this process, and give the outcome; `changes` are settings, `meanwhile` comes before a resend."""
        asked = {name: asked.pop(name) for name in ("shown", "findings") if name in asked} | {
            "options": Options(**asked)
        }
        with self.settled(**(changes or {})):
            settings = load_verify_settings()

            def send(options, what):
                if meanwhile:
                    meanwhile()
                return pipeline.run_here(settings, options, 2, ALL_DEAD, what)

            return verify(settings, Asked(**asked), send if resend else None, lambda _: None)

    def load(self):
        """Fill the warehouse with what the data plane holds, as RudderStack would."""
        load_warehouse(self.store, self.warehouse, SCHEMA)

    def lose(self, condition, *values):
        """Let the data plane lose events, and give their ids."""
        lost = self.plane_holds(f"DELETE FROM events WHERE {condition} RETURNING message_id", *values)  # noqa: S608
        return {one for (one,) in lost}

    def plane_holds(self, statement, *values):
        return _execute(self.store, statement, values)

    def source(self, statement, *values):
        return _execute(self.folder / "platform.db", statement, values)

    def ledger(self, statement, *values):
        return _execute(self.folder / "ledger.db", statement, values)

    def arrived(self):
        """Give how often the data plane holds each message id."""
        return Counter(one for (one,) in self.plane_holds("SELECT message_id FROM events"))

    def ask(self, statement, *values):
        """Run a statement in the warehouse's schema, and give the rows that it returns."""
        url = make_url(self.warehouse).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, options=f"-c search_path={SCHEMA}") as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def delete(self, table, ids):
        self.ask(sql.SQL("DELETE FROM {} WHERE id = ANY(%s)").format(sql.Identifier(table)), list(ids))

    def double(self, table, ids):
        name = sql.Identifier(table)
        self.ask(sql.SQL("INSERT INTO {} SELECT * FROM {} WHERE id = ANY(%s)").format(name, name), list(ids))

    def some(self, table, count):
        """Give the ids of so many messages in a table of the warehouse, always the same ones."""
        query = sql.SQL("SELECT id FROM {} ORDER BY id LIMIT %s").format(sql.Identifier(table))
        found = [one for (one,) in self.ask(query, count)]
        assert len(found) == count
        return found


@contextmanager
def history_of(folder, **sample):
    """Write a sample, and give a ground that nothing was sent of, for as long as the data plane runs."""
    write_sample(f"sqlite:///{folder}/platform.db", SampleOptions(**sample))
    store = folder / "events.db"
    with running_gateway(GatewaySettings(store=store, write_keys=(KEY,))) as plane:
        yield Ground(folder, plane.url, store)


@contextmanager
def copied(ground, folder, warehouse=""):
    """Give a ground with a copy of source and ledger, whose data plane is the same, and in the end holds the same."""
    for name in ("platform.db", "ledger.db"):
        _copy(ground.folder / name, folder / name)
    _copy(ground.store, folder / "kept.db")
    try:
        yield Ground(folder, ground.plane, ground.store, warehouse)
    finally:
        with closing(sqlite3.connect(ground.store)) as connection, connection:
            connection.execute("ATTACH ? AS kept", (str(folder / "kept.db"),))
            connection.execute("DELETE FROM events")
            connection.execute("INSERT INTO events SELECT * FROM kept.events")


def copy_database(one, other):
    """Make a database, which is there and empty, into a copy of another."""
    names = [sql.Identifier(make_url(url).database) for url in (one, other)]
    admin = make_url(one).set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {}").format(names[1]))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(names[1], names[0]))


def counts(outcome):
    """Give how many messages differ, by kind."""
    return {kind: getattr(outcome.summary, kind) for kind in KINDS if getattr(outcome.summary, kind)}


def of_kind(outcome, kind):
    """Give the ids of the findings of that kind."""
    return {one["message_id"] for one in outcome.summary.findings if one["kind"] == kind}


def _execute(path, statement, values):
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement, values).fetchall()


def _copy(one, other):
    with closing(sqlite3.connect(one)) as held, closing(sqlite3.connect(other)) as own:
        held.backup(own)
