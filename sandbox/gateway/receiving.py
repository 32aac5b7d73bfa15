"""The gateway's POST routes: authenticate, read, take in, commit, answer."""

import asyncio
import sqlite3
from dataclasses import dataclass
from gzip import BadGzipFile

from isal import igzip, igzip_lib
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response

from sandbox.gateway import answers, times
from sandbox.gateway.answers import Answer, RefusedError
from sandbox.gateway.auth import check_write_key
from sandbox.gateway.intake import Request, take_in
from sandbox.gateway.settings import GatewaySettings
from sandbox.gateway.store import EventStore
from sandbox.gateway.throttle import Throttle

_ISAL_ERROR: type[Exception] = igzip_lib.IsalError  # type: ignore[assignment]  # its stub calls the class an instance


@dataclass(frozen=True, slots=True)
class Receiver:
    """Receives events of one gateway. Its work is done on the event loop: one request's events after another's."""

    settings: GatewaySettings
    store: EventStore
    throttle: Throttle

    async def receive(self, http: HttpRequest) -> Response:
        """Answer one POST. A 200 means that its events are committed; any other status, that none is."""
        answer = await self._answer(http)
        if self.settings.latency_ms:
            await asyncio.sleep(self.settings.latency_ms / 1000)
        return as_response(answer)

    async def _answer(self, http: HttpRequest) -> Answer:
        try:
            check_write_key(http.headers.get("authorization"), self.settings)
            request = await read_request(http)
            events = take_in(request, self.settings.max_bytes, self.throttle.admit)
            self.store.add(request.route, events)
        except RefusedError as refusal:
            return refusal.answer
        except sqlite3.Error as error:
            return Answer(500, str(error))
        return answers.OK


def as_response(answer: Answer) -> Response:
    """Write an answer as Go does: success bare, errors as http.Error does, with a newline and nosniff."""
    if answer == answers.OK:
        return PlainTextResponse(answer.text)
    return PlainTextResponse(f"{answer.text}\n", answer.status, headers={"X-Content-Type-Options": "nosniff"})


async def read_request(http: HttpRequest) -> Request:
    """Read a POST, decompressed. Raises RefusedError where its body is broken."""
    try:
        sent = await http.body()
        body = _decompress(sent) if http.headers.get("content-encoding") == "gzip" else sent
    except (ClientDisconnect, EOFError, BadGzipFile, _ISAL_ERROR):
        raise RefusedError(answers.UNREADABLE_BODY) from None
    return Request(
        route=http.url.path.rsplit("/", 1)[-1],
        body=body,
        received_at=times.now(),
        client_ip=_client_ip(http),
        is_of_job_run=any(http.headers.get(f"x-rudder-{run}-run-id") for run in ("job", "task")),
    )


def _decompress(sent: bytes) -> bytes:
    decompressed: bytes = igzip.decompress(sent)  # type: ignore[no-untyped-call]  # isal leaves it untyped
    return decompressed


def _client_ip(http: HttpRequest) -> str:
    forwarded = http.headers.get("x-forwarded-for", "").split(",")[0].strip()
    return forwarded or (http.client.host if http.client else "")
