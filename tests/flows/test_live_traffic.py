"""`backfill check` recommends a source for the import alone where its write key is in use, and holds all the same."""

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import requests

from flows.live_traffic import OURS
from mappers.envelope import envelope
from sandbox.gateway.server import GatewaySettings, running_gateway
from sandbox.warehouse.load import load_warehouse

SCRIPT = "CREATE TABLE visits (id INTEGER, who INTEGER, at DATETIME)"
ROWS = [(number, number, "2020-05-01 10:00:00") for number in range(1, 41)]
MODEL = "SELECT id AS row_id, who AS user_id, at AS occurred_at FROM visits"
JS, KEY = "RudderLabs JavaScript SDK", "wk-live"
CURE = "Give the import an HTTP source of its own (docs/your-database.md)"


@pytest.fixture(scope="module")
def _live(tmp_path_factory):
    store = tmp_path_factory.mktemp("live") / "events.db"
    with running_gateway(GatewaySettings(store=store, write_keys=(KEY,))) as gateway:
        yield gateway


@pytest.fixture
def live(_live):
    """Give a data plane with nothing in it."""
    requests.delete(f"{_live.url}/sandbox/events", timeout=10)
    return _live


def visit(plane, library=JS, times=1):
    """Post an event as a browser does: by itself, with the library in its context."""
    event = {
        "event": "Product Viewed", "channel": "web", "anonymousId": "f2b1", "userId": "", "properties": {"sku": "S"},
        "context": {"library": {"name": library, "version": "3.7.0"}, "page": {"path": "/"}, "locale": "en"},
        "integrations": {"All": True}, "originalTimestamp": "2026-11-22T10:00:00.000Z",
    }  # fmt: skip
    for _ in range(times):
        answer = requests.post(f"{plane.url}/v1/track", json.dumps(event), auth=(KEY, ""), timeout=10)
        assert answer.text == "ok"


@pytest.fixture
def said(database, environment, forked, tmp_path, live):
    """Give what checks and returns the lines that are said, the check itself being fine."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "sign_ins.sql").write_text(MODEL)
    own = {
        "BACKFILL_SOURCE_URL": database(SCRIPT, visits=ROWS),
        "BACKFILL_MODELS": str(folder),
        "BACKFILL_DATA_PLANE_URL": live.url,
        "BACKFILL_WRITE_KEY": KEY,
    }

    def ran(**changes):
        changed = {f"BACKFILL_{name}": value for name, value in changes.items()}
        ran = forked("check", folder=tmp_path, environment=environment | own | changed)
        assert (ran.returncode, ran.stderr) == (0, "")
        assert ran.stdout.splitlines()[-1] == "Everything holds. Nothing was sent."
        return ran.stdout.splitlines()

    return ran


def test_our_messages_name_the_library_that_is_ours():
    assert envelope("1", (), {}).context["library"]["name"] == OURS


def test_a_key_that_only_imports_use_has_no_live_traffic(said, live):
    assert "Live traffic: none in the last 24 h" in said()
    visit(live, OURS)
    assert "Live traffic: none in the last 24 h" in said()


def test_live_events_are_told_with_their_libraries(said, live):
    visit(live, times=3)
    visit(live, OURS)
    use = "The data plane is in use, maybe under this write key: "
    assert f"{use}3 events of {JS} in the last 24 h. {CURE}" in said()
    for library in ("rudder-node", "rudder-node", "", "a\x1b[31m\nvery" + "y" * 90, "d"):
        visit(live, library)
    told = f"3 of {JS}, 2 of rudder-node, 1 of d, 2 of others"
    assert f"{use}8 events ({told}) in the last 24 h. {CURE}" in said()


def test_a_strange_name_of_a_library_is_cut_and_disarmed(said, live):
    visit(live, "a\x1b[31m\n[red]very" + "y" * 90)
    (line,) = [line for line in said() if "is in use" in line]
    assert line.endswith(f"1 event of a[31m[red]very{'y' * 26} in the last 24 h. {CURE}")


def test_the_warehouse_is_asked_where_there_is_one(said, live, postgres_url):
    warehouse = {"WAREHOUSE_URL": postgres_url, "WAREHOUSE_SCHEMA": "shop"}
    visit(live, times=2)
    load_warehouse(live.store, postgres_url, "shop")
    visit(live, "not-there-yet")
    assert f"The write key is in use: 2 events of {JS} in the last 24 h. {CURE}" in said(**warehouse)


def unknown(why):
    return f"Live traffic: not known ({why}). If the write key is a live one's, {CURE[0].lower()}{CURE[1:]}"


def test_a_warehouse_that_cannot_tell_is_no_fault(said, live, postgres_url):
    warehouse = {"WAREHOUSE_URL": postgres_url, "WAREHOUSE_SCHEMA": "shop"}
    assert any("not known (The warehouse has no schema 'shop'" in line for line in said(**warehouse))
    load_warehouse(live.store, postgres_url, "shop")
    assert unknown("the warehouse got nothing in the last 24 h") in said(**warehouse)
    why = "BACKFILL_WAREHOUSE_SCHEMA is not set: schema of the source in that warehouse"
    assert unknown(why) in said(WAREHOUSE_URL=postgres_url)


@contextmanager
def real(plane):
    """Serve what a real data plane does: all that the local one does, but nothing below /sandbox."""

    class Forwarding(BaseHTTPRequestHandler):
        def do_GET(self):  # the name that http.server looks for
            self.pass_on() if not self.path.startswith("/sandbox") else self.answer(404, b"404 page not found\n")

        def do_POST(self):  # see above
            self.pass_on()

        def pass_on(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            names = ("authorization", "content-encoding", "content-type")
            headers = {name: self.headers[name] for name in names if name in self.headers}
            answer = requests.request(self.command, plane.url + self.path, data=body, headers=headers, timeout=10)
            self.answer(answer.status_code, answer.content)

        def answer(self, status, body):
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Forwarding) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_real_data_plane_does_not_tell(said, live):
    visit(live)
    with real(live) as url:
        assert unknown("a data plane does not tell who sends to it") in said(DATA_PLANE_URL=url)
