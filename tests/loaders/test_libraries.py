"""Which libraries sent what a data plane and a warehouse got lately: the real ones, with live events among ours."""

import json
from contextlib import contextmanager

import psycopg
import pytest
import requests
from sqlalchemy import make_url

from loaders.destination.arrivals import who_by
from loaders.destination.local_plane import LocalPlane
from loaders.destination.warehouse import Warehouse
from loaders.errors import DestinationRefused, DestinationStopped
from sandbox.gateway.server import GatewaySettings, running_gateway
from sandbox.warehouse.load import load_warehouse

KEY, WHO = "wk-libraries", who_by(b"salt")
SENT = {"RudderLabs JavaScript SDK": 4, "relias-backfill": 2, "": 1}


def event(library, call="track", **fields):
    context = {"library": {"name": library, "version": "3.0.1"}} if library else {}
    return {"type": call, "userId": "7", "context": context} | fields


EVENTS = [
    event("RudderLabs JavaScript SDK", event="Order Completed", channel="web"),
    event("RudderLabs JavaScript SDK", event="Order Completed", channel="web"),
    event("RudderLabs JavaScript SDK", "page", name="Home", channel="web"),
    event("RudderLabs JavaScript SDK", "identify", channel="web"),
    event("relias-backfill", event="Order Completed"),
    event("relias-backfill", "group", groupId="g"),
    event(None, event="Order Completed"),
]


@pytest.fixture(scope="module")
def plane(tmp_path_factory):
    store = tmp_path_factory.mktemp("libraries") / "e.db"
    with running_gateway(GatewaySettings(store=store, write_keys=(KEY,))) as running:
        answer = requests.post(f"{running.url}/v1/batch", json.dumps({"batch": EVENTS}), auth=(KEY, ""), timeout=10)
        assert answer.text == "ok"
        yield running


@pytest.fixture
def warehouse(plane, postgres_url):
    load_warehouse(plane.store, postgres_url, "shop")
    return postgres_url


@contextmanager
def sql(url):
    with psycopg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    ) as connection:
        connection.execute("SET search_path TO shop")
        yield connection


def test_the_local_data_plane_counts_them(plane):
    assert LocalPlane(plane.url, WHO).libraries() == SENT


def test_the_warehouse_counts_each_event_once(warehouse):
    assert Warehouse(warehouse, "shop", WHO).libraries() == SENT


def test_older_rows_are_left_out_and_a_column_may_be_missing(warehouse):
    with sql(warehouse) as connection:
        connection.execute("UPDATE pages SET received_at = now() - interval '25 hours'")
        connection.execute("ALTER TABLE groups DROP COLUMN context_library_name")
        connection.execute("ALTER TABLE identifies DROP COLUMN received_at")
    assert Warehouse(warehouse, "shop", WHO).libraries() == {
        "RudderLabs JavaScript SDK": 2,
        "relias-backfill": 1,
        "": 2,
    }


def test_a_warehouse_without_tracks_counts_the_events_own_tables(warehouse):
    with sql(warehouse) as connection:
        connection.execute("DROP TABLE tracks")
    assert Warehouse(warehouse, "shop", WHO).libraries() == SENT


def test_a_data_plane_that_tells_nothing_or_is_not_there_is_said(plane, no_listener):
    with pytest.raises(DestinationRefused, match="answered 404: only a local data plane shows"):
        LocalPlane(f"{plane.url}/v1", WHO).libraries()
    with pytest.raises(DestinationStopped, match="gave no answer"):
        LocalPlane(no_listener, WHO).libraries()
