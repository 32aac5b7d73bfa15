"""The plane as a proxy: connections kept, chunks, HTTPS, clients that go, a gateway that is gone."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from through import KEY, body_of, wait_until

from sandbox.faults import catalog
from sandbox.faults.plane import running_faults
from sandbox.faults.tls import Certificate, make_authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return make_authority(tmp_path_factory.mktemp("tls"))


def test_a_body_in_chunks_arrives_whole(faults):
    body = body_of("u", padding="x" * 200_000)
    with faults(None, catalog.UNAVAILABLE) as through:
        chunks = [body[at : at + 70_000] for at in range(0, len(body), 70_000)]
        answers = [through.post(iter(chunks)) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 503, 200]
        events = through.http.get(f"{through.gateway_url}/sandbox/events", timeout=5).json()["events"]
        assert [len(event["raw"]["padding"]) for event in events] == [200_000, 200_000]
        assert through.plane.log[0].bytes == len(body)


def test_the_gateways_own_answers_pass(faults):
    with faults() as through:
        wrong = requests.post(f"{through.plane.url}/v1/batch", data=body_of("u", padding="x" * 3_000_000), timeout=5)
        assert (wrong.status_code, wrong.text) == (401, "failed to read writekey from header\n")
        assert through.http.delete(f"{through.plane.url}/sandbox/events", timeout=5).status_code == 204
        assert (
            through.post(b'{"batch":[{"type":"track","event":"of nobody at all, and long enough"}]}').status_code == 400
        )
        assert through.post(headers={"Connection": "close"}).text == "ok"


def test_a_connection_is_kept_through_answers_and_pages(faults):
    with faults(None, catalog.LIMITED, catalog.WEB_PAGE, catalog.SERVER_ERROR_STORED) as through:
        ports = set()
        for _ in range(6):
            with through.post(stream=True) as answer:
                ports.add(answer.raw.connection.sock.getsockname()[1])
                assert answer.content
        assert len(ports) == 1


def test_many_large_requests_at_once(faults):
    body, sessions = body_of("u", padding="x" * 1_000_000), threading.local()
    with faults() as through:

        def post(_):
            if not hasattr(sessions, "http"):
                sessions.http = requests.Session()
            return sessions.http.post(f"{through.plane.url}/v1/batch", data=body, auth=(KEY, ""), timeout=10).text

        start = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(post, range(100))) == {"ok"}
        assert (through.stored, through.plane.requests) == (100, 100)
        assert time.monotonic() - start < 20


def test_a_client_that_goes_while_it_sends_is_logged_and_no_error(faults):
    with faults() as through:
        with socket.create_connection(("127.0.0.1", through.plane.port)) as client:
            client.sendall(b"POST /v1/batch HTTP/1.1\r\nContent-Length: 1000\r\n\r\n" + b"x" * 400)
        wait_until(lambda: through.plane.log)
        assert through.plane.log == [(1, None, None, 400)]
        assert through.stored == 0


def test_silence_ends_with_the_plane(faults):
    with ThreadPoolExecutor(1) as pool:
        with faults(catalog.SILENT_STORED) as through:
            waiting = pool.submit(through.post, timeout=30)
            wait_until(lambda: through.plane.log)
            start = time.monotonic()
        with pytest.raises(requests.ConnectionError):
            waiting.result()
        assert time.monotonic() - start < 2


def test_a_gateway_that_is_gone_is_a_502():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with running_faults(f"http://127.0.0.1:{port}") as plane:
        answer = requests.post(f"{plane.url}/v1/batch", data=body_of("u"), timeout=5)
        assert (answer.status_code, plane.log[0].status) == (502, 502)


def test_https_with_a_good_certificate(faults, authority):
    fault = (None, catalog.RESET_STORED, catalog.CUT_IN_BODY)
    with faults(*fault, tls=authority.server(Certificate.VALID)) as through:
        assert through.plane.url.startswith("https://127.0.0.1:")
        assert through.post(verify=authority.ca_path).text == "ok"
        with pytest.raises(requests.ConnectionError, match=r"reset by peer|without response"):
            through.post(verify=authority.ca_path)
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            through.post(verify=authority.ca_path)
        localhost = f"https://localhost:{through.plane.port}/v1/batch"
        answer = through.http.post(localhost, data=body_of("u"), auth=(KEY, ""), verify=authority.ca_path, timeout=5)
        assert (answer.text, through.stored) == ("ok", 4)


@pytest.mark.parametrize(
    ("certificate", "words"),
    [
        (Certificate.EXPIRED, "has expired"),
        (Certificate.WRONG_HOST, "not valid for '127.0.0.1'|IP address mismatch"),
        (Certificate.SELF_SIGNED, "self-signed certificate"),
    ],
)
def test_a_bad_certificate_is_refused_by_the_client(faults, authority, certificate, words):
    with faults(tls=authority.server(certificate)) as through:
        with pytest.raises(requests.exceptions.SSLError, match=words):
            through.post(verify=authority.ca_path)
        assert (through.plane.requests, through.stored) == (0, 0)


def test_who_does_not_trust_the_authority_refuses_the_good_one(faults, authority):
    with (
        faults(tls=authority.server(Certificate.VALID)) as through,
        pytest.raises(requests.exceptions.SSLError, match="unable to get local issuer"),
    ):
        through.post()
