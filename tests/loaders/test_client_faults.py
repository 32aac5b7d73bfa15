"""The data plane over HTTP where it misbehaves: servers that reset, go silent, redirect, and quote what they got."""

import base64
import gzip
import math
import socket
import struct
from contextlib import contextmanager
from threading import Thread

import pytest

from loaders.answers import UNTRUSTED, Answer, Decision, Receipt, decide, receipt
from loaders.client import DataPlane, refusal
from loaders.errors import DataPlaneStopped
from sandbox.faults.plane import running_faults
from sandbox.faults.tls import Certificate, make_authority

WRITE_KEY = "an-invented-write-key"
EVENT = b'{"type":"track","event":"User Signed In","userId":"u7","messageId":"m1","properties":{}}'


def batch(*events):
    return b'{"batch":[' + b",".join(events) + b"]}"


class Request:
    """What a small server was sent."""

    head = b""
    body = b""


def read_request(connection, request):
    buffer = b""
    while b"\r\n\r\n" not in buffer:
        buffer += connection.recv(65_536)
    request.head, _, request.body = buffer.partition(b"\r\n\r\n")
    length = next(
        int(line.partition(b":")[2])
        for line in request.head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    while len(request.body) < length:
        request.body += connection.recv(65_536)


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextmanager
def small_server(answer=b"", *, reads=True, resets=False):
    """Serve one request: read it, write the answer, close; give the URL and what was sent."""
    request = Request()

    def serve():
        connection, _ = listener.accept()
        with connection:
            connection.recv(1, socket.MSG_PEEK)  # by now the client is connected, and has begun to send
            if reads:
                read_request(connection, request)
            connection.sendall(answer(request) if callable(answer) else answer)
            if resets:
                reset(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", request
        finally:
            thread.join(10)
    assert not thread.is_alive()


def test_a_request_is_gzipped_json_with_the_key_as_basic_user():
    with small_server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") as (url, request):
        assert DataPlane(url, WRITE_KEY).post(batch(EVENT)) == Answer(200, "ok")

    first, *headers = request.head.decode().split("\r\n")
    named = {name.lower(): value for name, _, value in (line.partition(": ") for line in headers)}
    assert first == "POST /v1/batch HTTP/1.1"
    assert named["content-type"] == "application/json"
    assert named["content-encoding"] == "gzip"
    assert base64.b64decode(named["authorization"].removeprefix("Basic ")) == f"{WRITE_KEY}:".encode()
    assert gzip.decompress(request.body) == batch(EVENT)
    assert "anonymousid" not in named


def test_a_redirect_is_not_followed():
    with small_server(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n") as (url, _):
        assert DataPlane(url, WRITE_KEY).post(batch(EVENT)).status == 302


@pytest.mark.parametrize(
    "misbehaviour",
    [
        {"resets": True},
        {"answer": b""},
        {"answer": b"nonsense\r\n\r\n"},
        {"answer": b"HTTP/1.1 20"},
        {"answer": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nok"},
        {"answer": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"},
        {"answer": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok"},
        {"reads": False, "resets": True},
    ],
    ids=["reset", "closed", "garbage", "half a status", "half a body", "bad chunk", "no gzip", "reset unread"],
)
def test_what_goes_wrong_after_the_request_leaves_the_batch_in_doubt(misbehaviour):
    with small_server(**misbehaviour) as (url, _):
        answer = DataPlane(url, WRITE_KEY).post(batch(EVENT))

    assert answer.status is None
    assert answer.reached
    assert answer.text
    assert receipt(answer) is Receipt.IN_DOUBT


def test_silence_leaves_the_batch_in_doubt():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        answer = DataPlane(f"http://127.0.0.1:{listener.getsockname()[1]}", WRITE_KEY, 0.1).post(batch(EVENT))

    assert answer == Answer(None, "ReadTimeout")
    assert receipt(answer) is Receipt.IN_DOUBT


def test_where_nobody_listens_nothing_can_have_been_stored(no_listener):
    answer = DataPlane(no_listener, WRITE_KEY).post(batch(EVENT))
    with pytest.raises(DataPlaneStopped, match=r"no connection\. Cure: check BACKFILL_DATA_PLANE_URL"):
        DataPlane(no_listener, WRITE_KEY).check()

    assert answer == Answer(None, "no connection", reached=False)
    assert receipt(answer) is Receipt.REJECTED


def test_a_long_answer_is_cut():
    long = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000
    with small_server(long) as (url, _):
        assert DataPlane(url, WRITE_KEY).post(batch(EVENT)) == Answer(503, "x" * 200)


@pytest.mark.parametrize("status", [500, 503, 504])
def test_the_words_of_a_server_s_fault_are_not_shown(status):
    said = b"INSERT failed: (u7, ada@example.org)"
    head = f"HTTP/1.1 {status} Fault\r\nContent-Length: {len(said)}\r\n\r\n".encode()
    with small_server(head + said) as (url, _):
        answer = DataPlane(url, WRITE_KEY).post(batch(EVENT))

    assert "ada" not in str(refusal(url, answer))
    assert str(status) in str(refusal(url, answer))


def echo(request):
    """Answer as a proxy that means well: with what it was sent."""
    line = next(line for line in request.head.split(b"\r\n") if line.lower().startswith(b"authorization:"))
    token = line.partition(b"Basic ")[2]
    said = b"unknown key %s (%s)" % (base64.b64decode(token), token)
    return b"HTTP/1.1 403 Forbidden\r\nContent-Length: %d\r\n\r\n%s" % (len(said), said)


def test_a_refusal_never_shows_the_key_even_where_the_answer_does():
    with small_server(echo) as (url, _):
        answer = DataPlane(url, WRITE_KEY).post(batch(EVENT))

    said = str(refusal(url, answer))
    assert "403" in said
    assert WRITE_KEY not in said
    assert base64.b64encode(f"{WRITE_KEY}:".encode()).decode() not in said


def test_a_refusal_never_shows_an_event_even_where_the_answer_does():
    said = b'cannot parse {"userId":"u7","traits":{"email":"ada@example.org"}}'
    with small_server(b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n\r\n%s" % (len(said), said)) as (url, _):
        answer = DataPlane(url, WRITE_KEY).post(batch(EVENT))

    assert "ada@example.org" not in str(refusal(url, answer))


DAY = "Sun, 06 Nov 2994 08:49:37"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        (f"{DAY} GMT", pytest.approx(3.06e10, rel=0.05)),
        (f"{DAY} -0000", pytest.approx(3.06e10, rel=0.05)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0.0),
        ("Fri, 31 Dec 99999999999999999999 23:59:59 GMT", None),
        ("Mon, 01 Jan 2024 00:00:00 +99999999999999999999", None),
        ("9" * 400, math.inf),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("\u00b2", None),
        ("", None),
    ],
)
def test_both_forms_of_retry_after_are_read(header, seconds):
    answer = f"HTTP/1.1 429 Too Many Requests\r\nRetry-After: {header}\r\nContent-Length: 0\r\n\r\n".encode("latin-1")
    with small_server(answer) as (url, _):
        assert DataPlane(url, WRITE_KEY).post(batch(EVENT)).retry_after == seconds


def test_without_retry_after_there_is_none():
    with small_server(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n") as (url, _):
        assert DataPlane(url, WRITE_KEY).post(batch(EVENT)).retry_after is None


@pytest.mark.parametrize("certificate", [Certificate.EXPIRED, Certificate.WRONG_HOST, Certificate.SELF_SIGNED])
def test_a_certificate_that_does_not_hold_stops_and_nothing_was_sent(tmp_path, certificate):
    authority = make_authority(tmp_path)
    with running_faults("http://127.0.0.1:1", tls=authority.server(certificate)) as plane:
        answer = DataPlane(plane.url, WRITE_KEY).post(batch(EVENT))

        assert plane.requests == 0
    assert answer == Answer(None, UNTRUSTED, reached=False)
    assert decide(answer) is Decision.STOP


def test_a_name_that_nobody_knows_is_no_connection():
    answer = DataPlane("http://nobody.invalid:80", WRITE_KEY).post(batch(EVENT))

    assert answer == Answer(None, "no connection", reached=False)


def test_a_server_without_tls_is_tried_again_under_https():
    with small_server(b"HTTP/1.1 400 Bad Request\r\n\r\n", reads=False) as (url, _):
        answer = DataPlane(url.replace("http:", "https:"), WRITE_KEY).post(batch(EVENT))

    assert (answer.status, answer.reached) == (None, True)  # no telling how far a TLS connection came
    assert decide(answer) is Decision.RETRY


@pytest.mark.parametrize(
    "head",
    [b"Content-Length: 2, 3", b"Content-Type: text/plain; charset=idna\r\nContent-Length: 2"],
    ids=["length", "charset"],
)
def test_an_odd_answer_is_an_answer_all_the_same(head):
    with small_server(b"HTTP/1.1 503 Service Unavailable\r\n" + head + b"\r\n\r\n\xffk") as (url, _):
        answer = DataPlane(url, WRITE_KEY).post(batch(EVENT))

    assert answer.reached
    assert receipt(answer) is Receipt.IN_DOUBT
    assert decide(answer) is Decision.RETRY
