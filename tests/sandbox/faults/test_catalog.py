"""Each fault as a client of `requests` meets it, and whether the gateway has stored."""

import time
from email.utils import parsedate_to_datetime

import pytest
import requests
from through import body_of, wait_until

from sandbox.faults import catalog
from sandbox.gateway.answers import Answer

REFUSED = [
    (catalog.LIMITED, 429, "max requests limit reached\n"),
    (catalog.UNREADABLE_BODY, 500, "failed to read body from request\n"),
    (catalog.UNAVAILABLE, 503, "Service Unavailable\n"),
    (catalog.GATEWAY_TIMEOUT, 504, "gateway timeout\n"),
    (catalog.TOO_LARGE, 413, "request size exceeds max limit\n"),
    (catalog.INVALID_JSON, 400, "invalid json\n"),
    (catalog.NOT_AN_EVENT, 400, "event is not a valid rudder event\n"),
    (catalog.NOT_IDENTIFIABLE, 400, "request neither has anonymousId nor userId\n"),
    (catalog.UNKNOWN_WRITE_KEY, 401, "invalid write key\n"),
    (catalog.SOURCE_DISABLED, 404, "source is disabled\n"),
    (catalog.refused(Answer(500, "disk full")), 500, "disk full\n"),
]
PAGES = [(catalog.BAD_GATEWAY, 502), (catalog.WEB_PAGE, 200)]
DISOWNED = [(catalog.SERVER_ERROR_STORED, 500), (catalog.GATEWAY_TIMEOUT_STORED, 504)]
BROKEN = [
    (catalog.RESET_UNREAD, 0, requests.ConnectionError, "reset by peer|Broken pipe|without response"),
    (catalog.RESET_READ, 0, requests.ConnectionError, "reset by peer"),
    (catalog.RESET_STORED, 1, requests.ConnectionError, "reset by peer"),
    (catalog.CUT_IN_STATUS_LINE, 1, requests.ConnectionError, "BadStatusLine"),
    (catalog.CUT_IN_BODY, 1, requests.exceptions.ChunkedEncodingError, "IncompleteRead"),
    (catalog.GARBAGE_READ, 0, requests.ConnectionError, "BadStatusLine"),
    (catalog.GARBAGE_STORED, 1, requests.ConnectionError, "BadStatusLine"),
]


def by_name(value):
    return getattr(value, "name", None)


@pytest.mark.parametrize(("fault", "status", "text"), REFUSED, ids=by_name)
def test_a_refusal_is_said_and_nothing_is_stored(faults, fault, status, text):
    with faults(fault) as through:
        first, second = through.post(), through.post()
        assert (first.status_code, first.text, "Retry-After" in first.headers) == (status, text, False)
        assert (second.status_code, second.text, through.stored) == (200, "ok", 1)


@pytest.mark.parametrize(("fault", "status"), PAGES, ids=by_name)
def test_a_page_of_somebody_else_stores_nothing(faults, fault, status):
    with faults(fault) as through:
        answer = through.post()
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
        assert (answer.text.rstrip().endswith("</html>"), through.stored) == (True, 0)


@pytest.mark.parametrize(("fault", "status"), DISOWNED, ids=by_name)
def test_an_error_may_be_said_of_what_is_stored(faults, fault, status):
    with faults(fault) as through:
        assert (through.post().status_code, through.stored) == (status, 1)


@pytest.mark.parametrize(("fault", "stored", "error", "words"), BROKEN, ids=by_name)
@pytest.mark.parametrize("padding", ["", "x" * 3_000_000], ids=["small", "large"])
def test_a_broken_connection(faults, fault, stored, error, words, padding):
    with faults(fault) as through:
        with pytest.raises(error, match=words):
            through.post(body_of("u", padding=padding))
        assert through.stored == stored
        assert through.post().text == "ok"


def test_an_answer_cut_after_its_status_line_looks_like_an_empty_200(faults):
    with faults(catalog.CUT_AFTER_STATUS_LINE) as through:
        answer = through.post()
        assert (answer.status_code, answer.text, through.stored) == (200, "", 1)


@pytest.mark.parametrize(("fault", "stored"), [(catalog.SILENT_READ, 0), (catalog.SILENT_STORED, 1)], ids=by_name)
def test_a_black_hole_answers_never(faults, fault, stored):
    with faults(fault) as through:
        with pytest.raises(requests.ReadTimeout):
            through.post(timeout=0.3)
        assert through.stored == stored
        assert through.post().text == "ok"


def test_a_redirect_leads_elsewhere_and_stores_nothing(faults):
    with faults(catalog.REDIRECT, catalog.REDIRECT) as through:
        answer = through.post(allow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/login")
        assert (through.post().status_code, through.stored) == (404, 0)


def test_retry_after_in_seconds(faults):
    with faults(catalog.limited(7)) as through:
        answer = through.post()
        assert (answer.status_code, answer.headers["Retry-After"], through.stored) == (429, "7", 0)


def test_retry_after_as_a_date_counts_from_the_answer(faults):
    with faults(None, catalog.limited(60, as_date=True)) as through:
        through.post()
        time.sleep(1.1)
        asked = time.time()
        answer = through.post()
        ahead = parsedate_to_datetime(answer.headers["Retry-After"]).timestamp() - asked
        assert (answer.status_code, answer.headers["Retry-After"][-4:], through.stored) == (429, " GMT", 1)
        assert 58.9 < ahead < 60.5


@pytest.mark.parametrize(
    "fault", [catalog.delayed(0.3), catalog.acknowledged_late(0.3), catalog.read_slowly(0.3)], ids=by_name
)
@pytest.mark.parametrize("padding", ["", "x" * 1_000_000], ids=["small", "large"])
def test_what_is_late_is_stored_and_answered_all_the_same(faults, fault, padding):
    with faults(fault) as through:
        start = time.monotonic()
        assert through.post(body_of("u", padding=padding)).text == "ok"
        assert 0.3 <= time.monotonic() - start < 3
        assert through.stored == 1


@pytest.mark.parametrize(
    ("fault", "stored"),
    [(catalog.delayed(0.8), (0, 1)), (catalog.acknowledged_late(0.8), (1, 1)), (catalog.read_slowly(0.8), (0, 1))],
    ids=by_name,
)
def test_who_does_not_wait_is_stored_without_knowing(faults, fault, stored):
    with faults(fault) as through:
        with pytest.raises(requests.ReadTimeout):
            through.post(timeout=0.1)
        assert through.stored == stored[0]
        wait_until(lambda: through.plane.log)
        assert through.stored == stored[1]


def test_a_body_beyond_all_buffers_waits_to_be_read(faults):
    with faults(catalog.read_slowly(3)) as through:
        with pytest.raises(requests.ConnectionError, match="timed out"):
            through.post(body_of("u", padding="x" * 16_000_000), timeout=0.2)
        wait_until(lambda: through.plane.log)
        assert (through.plane.log[0].status, through.stored) == (None, 0)


def test_names_tell_faults_apart():
    named = [fault for fault in vars(catalog).values() if isinstance(fault, catalog.Fault)]
    assert len({fault.name for fault in named}) == len(named) > 20
