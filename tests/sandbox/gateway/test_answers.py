"""The table of answers: every case against a running gateway, status and body to the byte."""

import gzip
import json

import pytest

TRACK = {"type": "track", "event": "Order Completed", "userId": "u1", "messageId": "m1"}
NOBODY = {"type": "track", "event": "Order Completed"}
GZIP = {"Content-Encoding": "gzip"}
HELLO = gzip.compress(b'{"batch":[{"userId":"u1"}]}')


def batch(*events):
    return json.dumps({"batch": list(events)})


def case(name, path, body, outcome, headers=None):
    return pytest.param({"path": path, "body": body, "headers": headers}, outcome, id=name)


BATCH = "/v1/batch"
INVALID_JSON = (400, "invalid json\n")
EMPTY = (400, "empty batch payload\n")
NOT_AN_EVENT = (400, "event is not a valid rudder event\n")
NOT_IDENTIFIABLE = (400, "request neither has anonymousId nor userId\n")
UNREADABLE = (500, "failed to read body from request\n")
UNKNOWN_PATH = (404, "404 page not found\n")
REFUSALS = [
    case("empty body", BATCH, b"", INVALID_JSON),
    case("blank body", BATCH, b"  \n", INVALID_JSON),
    case("half a document", BATCH, b'{"batch":[', INVALID_JSON),
    case("NaN", BATCH, b'{"batch":[{"userId":"u","total":NaN}]}', INVALID_JSON),
    case("Infinity", BATCH, b'{"batch":[{"userId":"u","total":-Infinity}]}', INVALID_JSON),
    case("a number beyond float64", BATCH, b'{"batch":[{"userId":"u","total":1e400}]}', INVALID_JSON),
    case("a byte order mark", BATCH, b'\xef\xbb\xbf{"batch":[{"userId":"u"}]}', INVALID_JSON),
    case("trailing garbage", BATCH, b'{"batch":[{"userId":"u"}]} x', INVALID_JSON),
    case("a trailing comma", BATCH, b'{"batch":[{"userId":"u"},]}', INVALID_JSON),
    case("single quotes", BATCH, b"{'batch':[]}", INVALID_JSON),
    case("a raw newline in a string", BATCH, b'{"batch":[{"userId":"u\n"}]}', INVALID_JSON),
    case("invalid JSON to a single endpoint", "/v1/track", b"nope", INVALID_JSON),
    case("no batch", BATCH, b"{}", EMPTY),
    case("batch null", BATCH, b'{"batch":null}', EMPTY),
    case("batch empty", BATCH, b'{"batch":[]}', EMPTY),
    case("a bare array", BATCH, b'[{"userId":"u"}]', EMPTY),
    case("a bare number", BATCH, b"5", EMPTY),
    case("batch of a string", BATCH, b'{"batch":["x"]}', NOT_AN_EVENT),
    case("batch of null", BATCH, b'{"batch":[null]}', NOT_AN_EVENT),
    case("batch of an array", BATCH, b'{"batch":[[]]}', NOT_AN_EVENT),
    case("batch a string", BATCH, b'{"batch":"x"}', NOT_AN_EVENT),
    case("a single endpoint given an array", "/v1/track", batch(TRACK)[10:-1], NOT_AN_EVENT),
    case("a single endpoint given a number", "/v1/track", b"5", NOT_AN_EVENT),
    case("no id", BATCH, batch(NOBODY), NOT_IDENTIFIABLE),
    case("ids null", BATCH, batch(NOBODY | {"userId": None}), NOT_IDENTIFIABLE),
    case("a blank id", BATCH, batch(NOBODY | {"userId": " \t "}), NOT_IDENTIFIABLE),
    case("an invisible id", BATCH, batch(NOBODY | {"userId": "\u200b"}), NOT_IDENTIFIABLE),
    case("no id, single endpoint", "/v1/track", "{}", NOT_IDENTIFIABLE),
    case("the endpoint's type replaces the event's", "/v1/track", '{"type":"record"}', NOT_IDENTIFIABLE),
    case("the first bad event names the fault", BATCH, batch(TRACK, NOBODY, 5), NOT_IDENTIFIABLE),
    case("an earlier bad event wins", BATCH, batch(TRACK, 5, NOBODY), NOT_AN_EVENT),
    case("no gzip at all", BATCH, b"{}", UNREADABLE, GZIP),
    case("gzip cut short", BATCH, HELLO[:-9], UNREADABLE, GZIP),
    case("gzip with a wrong checksum", BATCH, HELLO[:-8] + b"0000" + HELLO[-4:], UNREADABLE, GZIP),
    case("gzip not announced", BATCH, HELLO, INVALID_JSON),
    case("gzip in capitals is not undone", BATCH, HELLO, INVALID_JSON, {"Content-Encoding": "GZIP"}),
    case("an empty body called gzip", BATCH, b"", INVALID_JSON, GZIP),
    case("unknown path", "/v2/batch", batch(TRACK), UNKNOWN_PATH),
    case("a slash too many", "/v1/batch/", batch(TRACK), UNKNOWN_PATH),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "outcome"), REFUSALS)
def test_refuses_and_stores_nothing(plane, sent, outcome):
    answer = plane.post(**sent)

    assert (answer.status_code, answer.text) == outcome
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert plane.counts()["events"] == 0


ACCEPTED = [
    case("a batch of one", BATCH, batch(TRACK), 1),
    case("duplicates within a batch are all stored", BATCH, batch(TRACK, TRACK), 2),
    case("batch an object", BATCH, json.dumps({"batch": TRACK}), 1),
    case("the first of two batches", BATCH, b'{"batch":[{"userId":"a"}],"batch":[]}', 1),
    case("no type", BATCH, batch({"userId": "u"}), 1),
    case("a track without event", BATCH, batch({"userId": "u", "type": "track"}), 1),
    case("a group without groupId", "/v1/group", '{"userId":"u"}', 1),
    case("an unknown type", BATCH, batch({"userId": "u", "type": "nonsense"}), 1),
    case("anonymousId alone", BATCH, batch(NOBODY | {"anonymousId": "a"}), 1),
    case("a number as id", BATCH, batch(NOBODY | {"userId": 0}), 1),
    case("false as id", BATCH, batch(NOBODY | {"userId": False}), 1),
    case("extract needs no id", BATCH, batch({"type": "extract"}), 1),
    case("record needs no id", BATCH, batch({"type": "record"}), 1),
    case("invalid UTF-8", BATCH, b'{"batch":[{"userId":"u\xff"}]}', 1),
    case("a lone surrogate", BATCH, b'{"batch":[{"userId":"u","x":"\\ud800"}]}', 1),
    case("gzip", BATCH, HELLO, 1, GZIP),
    case("gzip in two members", BATCH, gzip.compress(b'{"batch":') + gzip.compress(b'{"userId":"u"}}'), 1, GZIP),
    case("any content type", BATCH, batch(TRACK), 1, {"Content-Type": "text/csv"}),
    *(case(name, f"/v1/{name}", '{"userId":"u"}', 1)
      for name in ("identify", "track", "group", "page", "screen", "alias")),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "stored"), ACCEPTED)
def test_accepts(plane, sent, stored):
    answer = plane.post(**sent)

    assert (answer.status_code, answer.content) == (200, b"ok")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert plane.counts()["events"] == stored


AUTHORIZATIONS = [
    pytest.param(None, 401, "failed to read writekey from header\n", id="none"),
    pytest.param("Basic OnNlY3JldA==", 401, "failed to read writekey from header\n", id="empty user"),
    pytest.param("Basic YS13cml0ZS1rZXk=", 401, "failed to read writekey from header\n", id="no colon"),
    pytest.param("Basic !!!", 401, "failed to read writekey from header\n", id="no base64"),
    pytest.param("Bearer a-write-key", 401, "failed to read writekey from header\n", id="bearer"),
    pytest.param("Basic bm90LWEta2V5Og==", 401, "invalid write key\n", id="unknown key"),
    pytest.param("Basic YS1kaXNhYmxlZC1rZXk6", 404, "source is disabled\n", id="disabled source"),
    pytest.param("Basic YS13cml0ZS1rZXk6", 200, "ok", id="right"),
    pytest.param("basic YS13cml0ZS1rZXk6aWdub3JlZA==", 200, "ok", id="right, with a password, in small letters"),
]


@pytest.mark.parametrize(("authorization", "status", "text"), AUTHORIZATIONS)
def test_asks_for_the_write_key(plane, authorization, status, text):
    headers = {} if authorization is None else {"Authorization": authorization}

    answer = plane.post(batch(TRACK), key=None, headers=headers)

    assert (answer.status_code, answer.text) == (status, text)


def test_a_write_key_in_the_body_is_no_authentication(plane):
    body = json.dumps({"writeKey": "a-write-key", "batch": [TRACK]})

    assert plane.post(body, key=None).status_code == 401


def test_asks_for_the_write_key_before_it_reads_the_body(plane):
    answer = plane.post(b"x" * 5_000_000, key="not-a-key", headers=GZIP)

    assert (answer.status_code, answer.text) == (401, "invalid write key\n")


def test_does_not_know_other_methods(plane):
    answer = plane.http.get(f"{plane.url}/v1/batch", timeout=10)

    assert (answer.status_code, answer.headers["Allow"], answer.text) == (405, "POST", "")


@pytest.mark.parametrize("path", ["/health", "/"])
def test_tells_its_health(plane, path):
    answer = plane.http.get(plane.url + path, timeout=10)

    assert answer.json() == {"appType": "GATEWAY", "server": "UP", "db": "UP", "acceptingEvents": "TRUE"}
