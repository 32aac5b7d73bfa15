"""The data plane over HTTP: one POST a batch, a connection of its own for each thread."""

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock, local
from types import TracebackType
from typing import Self

import requests
from isal import igzip
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth
from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema
from urllib3.exceptions import LocationValueError

from loaders.answers import NO_ADDRESS, UNTRUSTED, Answer, Decision, Target, cure, decide, knows_us, shown
from loaders.errors import DataPlaneStopped

_CONNECT_SECONDS = 10
_EMPTY = b'{"batch":[]}'
_TEXT_BYTES = 200
_BAD_ADDRESS = (InvalidURL, MissingSchema, InvalidSchema)
_ASK_AGAIN_AFTER_SECONDS = (1.0, 3.0)
_UNKNOWABLE = (
    "Segment says yes to every write key, and to events that it drops: whether this key is a source's, and what "
    "arrived, only Segment shows, in the source's Debugger and in Delivery Overview (docs/segment.md)."
)


class DataPlane:
    """The data plane at `url`, with the source's write key as Basic user; any thread may post.

    `answer_seconds` is how long an answer is waited for. RudderStack gives none after ten seconds
    (rudder-server, gateway/handle_lifecycle.go: WriteTimeout).
    """

    def __init__(
        self, url: str, write_key: str, answer_seconds: float = 30, target: Target = Target.RUDDERSTACK
    ) -> None:
        self.url, self.target = url.rstrip("/"), target
        self._timeout = (_CONNECT_SECONDS, answer_seconds)
        self._auth = HTTPBasicAuth(write_key.encode(), b"")  # a key may hold letters beyond latin-1
        self._mine = local()
        self._lock, self._sessions = Lock(), list[requests.Session]()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in self._sessions:
            session.close()

    def post(self, body: bytes) -> Answer:
        """Send one batch's JSON and return the answer; what goes wrong on the way is an answer too."""
        try:
            response = self._session().post(
                f"{self.url}/v1/batch",
                data=igzip.compress(body, compresslevel=1),
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.ConnectTimeout:
            return Answer(None, f"no connection within {_CONNECT_SECONDS} s", reached=False)
        except requests.exceptions.SSLError as error:
            untrusted = "CERTIFICATE_VERIFY_FAILED" in repr(error)
            return Answer(None, UNTRUSTED if untrusted else "the TLS connection broke", reached=not untrusted)
        except requests.ConnectionError as error:
            refused = "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error)
            return Answer(None, "no connection" if refused else "the connection broke", reached=not refused)
        except (*_BAD_ADDRESS, LocationValueError):
            return Answer(None, NO_ADDRESS, reached=False)
        except (requests.RequestException, ValueError) as error:  # an answer that is none
            return Answer(None, type(error).__name__)
        text = response.content[:_TEXT_BYTES].decode(errors="replace").strip()
        return Answer(response.status_code, text, retry_after=_seconds(response.headers.get("Retry-After")))

    def check(self) -> str:
        """Ask with an empty batch whether the data plane takes our key, and return what cannot be known so.

        That is nothing of RudderStack, and the key itself of Segment. Nothing is stored. Raises `DataPlaneStopped`.
        """
        answer = self.post(_EMPTY)
        for wait in _ASK_AGAIN_AFTER_SECONDS:
            if answer.status is None or decide(answer, self.target) is not Decision.RETRY:
                break
            time.sleep(wait)
            answer = self.post(_EMPTY)
        if not knows_us(answer, self.target):
            raise refusal(self.url, answer, self.target)
        return _UNKNOWABLE if self.target is Target.SEGMENT else ""

    def _session(self) -> requests.Session:
        if not hasattr(self._mine, "session"):
            session = requests.Session()
            session.trust_env = False  # a proxy or netrc of the environment must not see the write key
            session.auth = self._auth
            session.headers.update({"Content-Type": "application/json", "Content-Encoding": "gzip"})
            session.mount("http://", HTTPAdapter(max_retries=0))
            session.mount("https://", HTTPAdapter(max_retries=0))
            self._mine.session = session
            with self._lock:
                self._sessions.append(session)
        mine: requests.Session = self._mine.session
        return mine


def refusal(url: str, answer: Answer, target: Target = Target.RUDDERSTACK) -> DataPlaneStopped:
    """Return the error that says what the data plane answered, and the cure."""
    said = "said" if answer.status else "gave no answer"
    return DataPlaneStopped(f"The data plane at {url} {said}: {shown(answer)}. Cure: {cure(answer, target)}.")


def _seconds(retry_after: str | None) -> float | None:
    """Return the seconds to wait, from either form of the header: a number of seconds or a date (RFC 9110, 10.2.3)."""
    if retry_after is None:
        return None
    if retry_after.strip().isascii() and retry_after.strip().isdigit():
        return float(retry_after)
    try:
        at = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):  # a year beyond all bounds
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)  # which it lacks where the date says -0000
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
