"""The faults by name. Where RudderStack has words of its own for one, they are its answer.

UNREAD, READ and STORED say how far the request came before it went wrong.
"""

from sandbox.faults.fault import PAGE, Ending, Fault, Reply
from sandbox.gateway import answers
from sandbox.gateway.answers import Answer

_GARBAGE = b"\x16\x03\x01\x00\x00SSH-2.0-nothing a web client knows\r\n\r\n"
_WELCOME = "<!DOCTYPE html><html><body><h1>Welcome to our guest network</h1></body></html>\n"
_BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>\n"


def delayed(seconds: float) -> Fault:
    """Store and answer as always, so much later; the events are stored late even if the client has gone."""
    return Fault(name=f"delayed {seconds} s", seconds_before_storing=seconds)


def acknowledged_late(seconds: float) -> Fault:
    """Store at once, and answer so much later."""
    return Fault(name=f"acknowledged {seconds} s late", seconds_before_answer=seconds)


def read_slowly(seconds: float) -> Fault:
    """Take so long to read the body, in small pieces; then all is as always. A chunked body is waited for instead."""
    return Fault(name=f"read in {seconds} s", seconds_to_read=seconds)


def limited(retry_after: int | None = None, *, as_date: bool = False) -> Fault:
    """Answer 429 and store nothing. ``retry_after`` is said in seconds, or ``as_date`` as an instant of HTTP."""
    if retry_after is None:
        return refused(answers.TOO_MANY_EVENTS)
    text = _line(answers.TOO_MANY_EVENTS.text)
    if as_date:
        reply = Reply(429, text, retry_date_seconds=retry_after)
        return Fault(name=f"429 retry at a date {retry_after} s ahead", stores=False, answer=reply)
    reply = Reply(429, text, headers=(f"Retry-After: {retry_after}",))
    return Fault(name=f"429 retry after {retry_after} s", stores=False, answer=reply)


def refused(answer: Answer) -> Fault:
    """Answer so, as Go's http.Error does, and store nothing."""
    return Fault(name=f"{answer.status} {answer.text}", stores=False, answer=Reply(answer.status, _line(answer.text)))


def disowned(answer: Answer) -> Fault:
    """Store, and answer so all the same: an acknowledgement that is lost."""
    return Fault(name=f"stored, {answer.status} {answer.text}", answer=Reply(answer.status, _line(answer.text)))


def _line(text: str) -> str:
    return f"{text}\n"


LIMITED = limited()
SERVER_ERROR = refused(Answer(500, "pq: the database system is shutting down"))
UNREADABLE_BODY = refused(answers.UNREADABLE_BODY)
UNAVAILABLE = refused(Answer(503, "Service Unavailable"))
GATEWAY_TIMEOUT = refused(Answer(504, "gateway timeout"))
TOO_LARGE = refused(answers.TOO_LARGE)
INVALID_JSON = refused(answers.INVALID_JSON)
NOT_AN_EVENT = refused(answers.NOT_AN_EVENT)
NOT_IDENTIFIABLE = refused(answers.NOT_IDENTIFIABLE)
UNKNOWN_WRITE_KEY = refused(answers.UNKNOWN_WRITE_KEY)
SOURCE_DISABLED = refused(answers.SOURCE_DISABLED)
BAD_GATEWAY = Fault(name="502 page", stores=False, answer=Reply(502, _BAD_GATEWAY, PAGE))
WEB_PAGE = Fault(name="200 page", stores=False, answer=Reply(200, _WELCOME, PAGE))
REDIRECT = Fault(name="302", stores=False, answer=Reply(302, "", PAGE, ("Location: /login",)))

SERVER_ERROR_STORED = disowned(Answer(500, "pq: the database system is shutting down"))
GATEWAY_TIMEOUT_STORED = disowned(Answer(504, "gateway timeout"))

RESET_UNREAD = Fault(name="reset unread", reads=False, stores=False, answer=b"", ending=Ending.RESET)
RESET_READ = Fault(name="reset read", stores=False, answer=b"", ending=Ending.RESET)
RESET_STORED = Fault(name="reset stored", answer=b"", ending=Ending.RESET)

CUT_IN_STATUS_LINE = Fault(name="stored, cut in the status line", answer=b"HTTP/1.1 2", ending=Ending.CLOSE)
CUT_AFTER_STATUS_LINE = Fault(
    name="stored, cut after the status line", answer=b"HTTP/1.1 200 OK\r\n", ending=Ending.CLOSE
)
"""To most clients, Python's among them, this is a whole answer: 200 with an empty body."""
CUT_IN_BODY = Fault(
    name="stored, cut in the body", answer=b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no", ending=Ending.CLOSE
)

GARBAGE_READ = Fault(name="garbage read", stores=False, answer=_GARBAGE, ending=Ending.CLOSE)
GARBAGE_STORED = Fault(name="garbage stored", answer=_GARBAGE, ending=Ending.CLOSE)

SILENT_READ = Fault(name="silent read", stores=False, answer=b"", ending=Ending.SILENCE)
SILENT_STORED = Fault(name="silent stored", answer=b"", ending=Ending.SILENCE)

LOST_ANSWERS = (
    SERVER_ERROR_STORED,
    GATEWAY_TIMEOUT_STORED,
    RESET_STORED,
    CUT_IN_STATUS_LINE,
    CUT_AFTER_STATUS_LINE,
    CUT_IN_BODY,
    GARBAGE_STORED,
)
"""Stored, and the client cannot know; each at once, without a wait for its timeout."""

LOST_REQUESTS = (
    LIMITED,
    SERVER_ERROR,
    UNAVAILABLE,
    GATEWAY_TIMEOUT,
    BAD_GATEWAY,
    RESET_UNREAD,
    RESET_READ,
    GARBAGE_READ,
)
"""Not stored, and a further try may succeed; each at once."""

TRANSIENT = LOST_REQUESTS + LOST_ANSWERS
"""What a client has to survive by trying again: the kinds for a long run at random."""
