"""What a data plane and a warehouse hold, read back: the real ones, with events that we sent and that others did."""

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from threading import Thread

import psycopg
import pytest
import requests
from sqlalchemy import make_url

from loaders.destination.arrivals import NEVER, NOBODY, Part, id_of, milliseconds_of, what_of, who_by
from loaders.destination.local_plane import LocalPlane
from loaders.destination.warehouse import Warehouse
from loaders.errors import DestinationRefused, DestinationStopped
from sandbox.gateway.server import GatewaySettings, running_gateway
from sandbox.warehouse.load import load_warehouse

KEY, SALT = "wk-destinations", b"salt"
WHO = who_by(SALT)
IDS = [f"00000000-0000-5000-8000-{number:012d}" for number in range(6)]
AT, AT_BERLIN, AT_MS = "2020-02-03T04:05:06.789Z", "2020-02-03T05:05:06.789+01:00", 1_580_702_706_789
EVENTS = [
    {"type": "track", "event": "Order Completed", "userId": "7", "messageId": IDS[0], "timestamp": AT},
    {"type": "track", "event": "Order Completed", "anonymousId": "a-7", "messageId": IDS[1], "timestamp": AT},
    {"type": "identify", "userId": "se\u200bven\u3164 ", "messageId": IDS[2], "timestamp": AT_BERLIN},
    {"type": "group", "userId": "7", "groupId": "g", "messageId": IDS[3], "timestamp": AT},
    {"type": "page", "name": "Home", "userId": "7", "messageId": IDS[4], "timestamp": AT},
    {"type": "track", "event": "Order Completed", "userId": "8", "messageId": "theirs", "timestamp": AT},
]  # fmt: skip


@pytest.fixture(scope="module")
def plane(tmp_path_factory):
    with running_gateway(
        GatewaySettings(store=tmp_path_factory.mktemp("plane") / "e.db", write_keys=(KEY,))
    ) as running:
        answer = requests.post(f"{running.url}/v1/batch", json.dumps({"batch": EVENTS}), auth=(KEY, ""), timeout=10)
        assert answer.text == "ok"
        yield running


@pytest.fixture
def warehouse(plane, postgres_url):
    load_warehouse(plane.store, postgres_url, "shop")
    return postgres_url


def all_of(destination):
    return list(chain.from_iterable(destination.arrivals()))


@contextmanager
def sql(url):
    with psycopg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    ) as connection:
        connection.execute("SET search_path TO shop")
        yield connection


def expected(part_of_tracks=(Part.ALL, Part.OWN)):
    """Give what must be found, as id, part, what, moment and user."""
    tracks = [(IDS[0], WHO("7", None)), (IDS[1], WHO(None, "a-7")), (None, WHO("8", None))]
    others = [
        (IDS[2], "identify", WHO("seven", None)),
        (IDS[3], "group", WHO("7", None)),
        (IDS[4], "page", WHO("7", None)),
    ]
    found = [(id_of(one), part, "track Order Completed", AT_MS, who) for one, who in tracks for part in part_of_tracks]
    return {*found, *((id_of(one), Part.ALL, what, AT_MS, who) for one, what, who in others)}


def test_the_local_data_plane_gives_every_event_once(plane, monkeypatch):
    monkeypatch.setattr("loaders.destination.local_plane._PAGE_EVENTS", 4)
    found = all_of(LocalPlane(plane.url, WHO))
    assert (set(map(tuple, found)), len(found)) == (expected((Part.ALL,)), 6)


def test_the_warehouse_gives_every_row_of_every_table(warehouse):
    destination = Warehouse(warehouse, "shop", WHO)
    found = all_of(destination)
    assert (set(map(tuple, found)), len(found)) == (expected(), 9)
    assert destination.table_of("track Order Completed", Part.OWN) == "order_completed"
    assert destination.table_of("track Order Completed", Part.ALL) == "tracks"
    assert destination.table_of("group", Part.ALL) == "groups"
    assert destination.table_of("screen", Part.ALL) == "the table of screen"
    assert destination.parts_of("track Order Completed") == (Part.ALL, Part.OWN)
    assert destination.parts_of("page") == (Part.ALL,)


def test_groups_may_be_called_otherwise_and_tracks_be_left_out(warehouse):
    with sql(warehouse) as connection:
        connection.execute('ALTER TABLE groups RENAME TO "_groups"; DROP TABLE tracks')
        connection.execute("ALTER TABLE pages DROP COLUMN user_id, DROP COLUMN timestamp")
    destination = Warehouse(warehouse, "shop", WHO)
    found = {arrival.id: arrival for arrival in all_of(destination)}
    assert found[id_of(IDS[3])].what == "group"
    assert destination.table_of("group", Part.ALL) == "_groups"
    assert destination.parts_of("track Order Completed") == (Part.OWN,)
    assert found[id_of(IDS[4])][3:] == (NEVER, NOBODY)


def test_the_newest_event_is_that_of_any_table(warehouse):
    with sql(warehouse) as connection:
        connection.execute("UPDATE groups SET received_at = '2030-01-02 03:04:05+00'")
    assert Warehouse(warehouse, "shop", WHO).newest() == "2030-01-02T03:04:05+00:00"


def test_an_empty_schema_holds_nothing(postgres_url):
    with sql(postgres_url) as connection:
        connection.execute("CREATE SCHEMA shop; CREATE TABLE shop.other (id text, name text)")
    destination = Warehouse(postgres_url, "shop", WHO)
    assert (all_of(destination), destination.newest()) == ([], None)


def test_a_schema_that_is_not_there_is_refused(postgres_url):
    with pytest.raises(
        DestinationRefused, match=r"has no schema 'shop' \(BACKFILL_WAREHOUSE_SCHEMA\); it has .*public"
    ):
        Warehouse(postgres_url, "shop", WHO)


def test_the_warehouse_is_only_read(warehouse):
    with (
        pytest.raises(DestinationStopped, match="read-only transaction"),
        Warehouse(warehouse, "shop", WHO)._reading() as connection,  # noqa: SLF001  # no way out of it writes
    ):
        connection.connection.cursor().execute("CREATE TABLE shop.ours (id text)")


def test_a_warehouse_that_fails_while_it_is_read_is_said_without_the_query(warehouse):
    destination = Warehouse(warehouse, "shop", WHO)
    with sql(warehouse) as connection:
        connection.execute("DROP TABLE pages")
    with pytest.raises(
        DestinationStopped, match=r"^The warehouse failed \(BACKFILL_WAREHOUSE_URL\): relation"
    ) as raised:
        all_of(destination)
    assert "SELECT shop" not in str(raised.value)


def test_a_password_is_never_said(no_listener):
    port = no_listener.rpartition(":")[2]
    with pytest.raises(DestinationStopped) as raised:
        Warehouse(f"postgresql://reader:geheim@127.0.0.1:{port}/x", "shop", WHO)
    assert "geheim" not in str(raised.value)


def test_a_data_plane_that_shows_nothing_or_is_not_there_is_said(plane, no_listener):
    with pytest.raises(DestinationRefused, match="answered 404: only a local data plane shows what it holds"):
        all_of(LocalPlane(f"{plane.url}/v1", WHO))
    with pytest.raises(DestinationStopped, match="gave no answer"):
        all_of(LocalPlane(no_listener, WHO))


ANSWERS = [
    b"<html>hello</html>", b"", b"\xff", b"7", b"[]", b"null", b"{}", b'{"events": [], "next": "7"}', b'{"events": 7}',
    b'{"events": [7], "next": null}', b'{"events": [["a", "b"]], "next": null}', b'{"events": [], "next": 0}',
    b'{"events": [[1, 2, 3, 4, 5, 6]], "next": null}', b'{"events": [["", null, null, "", 5, 6]], "next": null}',
]  # fmt: skip


@contextmanager
def answering(body):
    """Serve one answer to whatever is asked, and give the URL."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self):  # the name that http.server looks for
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("body", ANSWERS, ids=str)
def test_another_server_s_answer_is_refused(body):
    with answering(body) as url, pytest.raises(DestinationRefused, match="answered what is no local data plane's list"):
        all_of(LocalPlane(url, WHO))


@pytest.mark.parametrize(
    ("written", "milliseconds"),
    [
        (AT, AT_MS),
        ("2020-02-03T04:05:06.789999Z", AT_MS),
        (AT_BERLIN, AT_MS),
        ("1971-01-01T00:00:00.001Z", 31_536_000_001),
        ("2020-02-03", NEVER),
        ("soon", NEVER),
        (None, NEVER),
    ],
)
def test_moments_are_cut_to_milliseconds(written, milliseconds):
    assert milliseconds_of(written) == milliseconds


def test_users_are_numbers_that_only_the_salt_explains():
    one = who_by(b"one")
    assert one("7", None) == one("7", "a-7") == one(" 7\u200b", None)
    assert len({one("7", None), one(None, "7"), one("8", None), who_by(b"two")("7", None), NOBODY}) == 5
    assert one(None, None) == one("", "") == NOBODY


@pytest.mark.parametrize("text", ["", None, "theirs", "0" * 31, "g" * 32])
def test_an_id_that_is_no_uuid_is_not_ours(text):
    assert id_of(text) is None


def test_what_is_no_track_has_no_event():
    assert [what_of("track", "A"), what_of("group", None), what_of(None, None)] == ["track A", "group", ""]
