"""The data plane over HTTP: one session, one POST a batch."""

from http import HTTPStatus
from types import TracebackType
from typing import Self

import requests
from isal import igzip
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth

from loaders.answers import Answer, cure, shown
from loaders.errors import DataPlaneStopped

_TIMEOUT_SECONDS = (10, 60)  # to connect; to answer
_TEXT_CHARACTERS = 200


class DataPlane:
    """A connection to the data plane at `url`, with the source's write key as Basic user."""

    def __init__(self, url: str, write_key: str) -> None:
        self.url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy or netrc of the environment must not see the write key
        self._session.auth = HTTPBasicAuth(write_key.encode(), b"")  # a key may hold letters beyond latin-1
        self._session.headers.update({"Content-Type": "application/json", "Content-Encoding": "gzip"})
        self._session.mount("http://", HTTPAdapter(max_retries=0))
        self._session.mount("https://", HTTPAdapter(max_retries=0))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def post(self, body: bytes) -> Answer:
        """Send one batch's JSON and return the answer; what goes wrong on the way is an answer too."""
        try:
            response = self._session.post(
                f"{self.url}/v1/batch",
                data=igzip.compress(body, compresslevel=1),
                timeout=_TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except requests.ConnectTimeout:
            return Answer(None, "no connection within 10 s", reached=False)
        except requests.ConnectionError as error:
            refused = "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error)
            return Answer(None, "no connection" if refused else "the connection broke", reached=not refused)
        except ValueError:  # of requests or urllib3, about the address
            return Answer(None, "no such address", reached=False)
        except requests.RequestException as error:
            return Answer(None, type(error).__name__)
        return Answer(response.status_code, response.text[:_TEXT_CHARACTERS].strip())

    def check(self) -> None:
        """Ask whether the data plane takes our key, storing nothing: an empty batch is refused only after the key.

        Raises `DataPlaneStopped`.
        """
        answer = self.post(b'{"batch":[]}')
        if answer.status != HTTPStatus.BAD_REQUEST:
            raise refusal(self.url, answer)


def refusal(url: str, answer: Answer) -> DataPlaneStopped:
    """Return the error that says what the data plane answered, and the cure."""
    return DataPlaneStopped(f"The data plane at {url} said: {shown(answer)}. Cure: {cure(answer)}.")
