"""The client against real servers: the local data plane, and small ones that misbehave."""

import orjson
import pytest
import requests

from loaders.answers import Answer, Receipt, receipt
from loaders.client import DataPlane
from loaders.errors import DataPlaneStopped
from sandbox.gateway.server import GatewaySettings, running_gateway

WRITE_KEY = "an-invented-write-key"
DISABLED_KEY = "an-invented-disabled-key"
LIMIT = 4_096_000
EVENT = b'{"type":"track","event":"User Signed In","userId":"u7","messageId":"m1","properties":{}}'


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    settings = GatewaySettings(
        store=tmp_path_factory.mktemp("gateway") / "events.db", write_keys=(WRITE_KEY,), disabled_keys=(DISABLED_KEY,)
    )
    with running_gateway(settings) as running:
        yield running


@pytest.fixture
def data_plane(gateway):
    with DataPlane(gateway.url, WRITE_KEY) as connected:
        yield connected


def stored(gateway):
    with requests.Session() as http:
        http.trust_env = False
        return http.get(f"{gateway.url}/sandbox/events", timeout=10).json()["events"]


def batch(*events):
    return b'{"batch":[' + b",".join(events) + b"]}"


def padded(size):
    event = EVENT.replace(b'"properties":{}', b'"properties":{"pad":"%s"}')
    return batch(event % (b"x" * (size - len(batch(event % b"")))))


def test_a_batch_that_is_taken_is_delivered(gateway, data_plane):
    before = len(stored(gateway))

    assert data_plane.post(batch(EVENT, EVENT)) == Answer(200, "ok")
    assert [one["raw"] for one in stored(gateway)[before:]] == [orjson.loads(EVENT)] * 2


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b'{"batch":[', Answer(400, "invalid json")),
        (b'{"batch":[]}', Answer(400, "empty batch payload")),
        (batch(EVENT, b'{"type":"track"}'), Answer(400, "request neither has anonymousId nor userId")),
    ],
    ids=["no JSON", "empty", "one bad event"],
)
def test_what_the_data_plane_refuses_is_its_answer(data_plane, body, answer):
    assert answer == data_plane.post(body)
    assert receipt(answer) is Receipt.REJECTED


def test_the_limit_is_of_bytes_before_compression(data_plane):
    assert len(padded(LIMIT)) == LIMIT
    assert data_plane.post(padded(LIMIT)) == Answer(200, "ok")
    assert data_plane.post(padded(LIMIT + 1)) == Answer(413, "request size exceeds max limit")


@pytest.mark.parametrize(
    ("key", "answer", "cure"),
    [
        ("another-key", Answer(401, "invalid write key"), "set BACKFILL_WRITE_KEY"),
        ("a-key-with-a-colon:", Answer(401, "invalid write key"), "set BACKFILL_WRITE_KEY"),
        (DISABLED_KEY, Answer(404, "source is disabled"), "enable the source"),
    ],
    ids=["unknown", "colon", "disabled"],
)
def test_a_wrong_key_stops_the_run_with_the_cure_and_without_the_key(gateway, key, answer, cure):
    with DataPlane(gateway.url, key) as connected:
        assert answer == connected.post(batch(EVENT))
        with pytest.raises(DataPlaneStopped, match=cure) as stopped:
            connected.check()

    assert key not in f"{stopped.value!r}"


def test_a_check_stores_nothing(gateway, data_plane):
    before = len(stored(gateway))

    data_plane.check()

    assert len(stored(gateway)) == before


def test_a_slash_at_the_end_of_the_url_does_not_matter(gateway):
    with DataPlane(f"{gateway.url}/", WRITE_KEY) as connected:
        assert connected.post(batch(EVENT)).status == 200


def test_one_connection_serves_batch_after_batch(data_plane):
    assert [data_plane.post(batch(EVENT)).status for _ in range(20)] == [200] * 20


@pytest.fixture
def only_the_way_there(monkeypatch, tmp_path, no_listener):
    """Give an environment whose every proxy is dead, and a netrc with other credentials."""
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, no_listener)
        monkeypatch.setenv(name.lower(), no_listener)


@pytest.mark.usefixtures("only_the_way_there")
def test_the_environment_s_proxies_and_credentials_are_ignored(gateway):
    with DataPlane(gateway.url, WRITE_KEY) as connected:
        assert connected.post(batch(EVENT)) == Answer(200, "ok")


@pytest.mark.parametrize("url", ["http://a..b", f"http://{'a' * 70}.example", "http://127.0.0.1:99999", "http://[::1"])
def test_an_address_that_cannot_be_is_an_answer_and_nothing_can_have_been_stored(url):
    answer = DataPlane(url, WRITE_KEY).post(batch(EVENT))

    assert answer.status is None
    assert not answer.reached


def test_a_key_beyond_latin_1_is_an_answer_or_a_refusal_and_no_crash(gateway):
    with DataPlane(gateway.url, "schlüssel-€") as connected:
        assert connected.post(batch(EVENT)) == Answer(401, "invalid write key")


def test_no_object_shows_the_key(gateway):
    with DataPlane(gateway.url, WRITE_KEY) as connected:
        assert WRITE_KEY not in f"{connected!r}"
