"""Segment's POST routes: say yes to nearly everything, and keep what was dropped apart from what was stored."""

import asyncio
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from sandbox.gateway import answers, segment
from sandbox.gateway.answers import Answer, RefusedError
from sandbox.gateway.auth import basic_user
from sandbox.gateway.receiving import read_request
from sandbox.gateway.settings import GatewaySettings
from sandbox.gateway.store import EventStore
from sandbox.gateway.throttle import Throttle


@dataclass(frozen=True, slots=True)
class SegmentReceiver:
    """Receives events as Segment's HTTP API does. A request counts as one for its rate, however many events it has."""

    settings: GatewaySettings
    store: EventStore
    throttle: Throttle

    async def receive(self, http: HttpRequest) -> Response:
        """Answer one POST. A 200 means that what is not dropped is committed; any other status, that nothing is."""
        answer = await self._answer(http)
        if self.settings.latency_ms:
            await asyncio.sleep(self.settings.latency_ms / 1000)
        return self._response(answer)

    async def _answer(self, http: HttpRequest) -> Answer:
        try:
            if not self.throttle.admit(1):
                raise RefusedError(answers.SEGMENT_TOO_MANY)  # noqa: TRY301  # refused as all else is
            request = await read_request(http)
            document = segment.read(request, min(self.settings.max_bytes, segment.MAX_BATCH_BYTES))
            key = _write_key(http, document)
            taken = segment.sort_out(request, document, self._unfit(key))
            self.store.add(request.route, taken.events, taken.dropped)
        except RefusedError as refusal:
            return refusal.answer
        except orjson.JSONEncodeError:  # it is nested deeper than is written here
            return answers.SEGMENT_INVALID_JSON
        except sqlite3.Error:
            return answers.SEGMENT_FAILED
        return answers.SEGMENT_OK

    def _unfit(self, key: str) -> str:
        """Say why a source takes nothing, though its events are answered with a yes."""
        if key in self.settings.disabled_keys:
            return "of a source that is disabled"
        return "" if key in self.settings.write_keys else "of a write key that no source has"

    def _response(self, answer: Answer) -> Response:
        said: dict[str, Any] = {"success": answer.status == answers.SEGMENT_OK.status}
        if answer.text:
            said |= {"message": answer.text, "code": "invalid_request"}
        headers = {}
        if answer == answers.SEGMENT_TOO_MANY:
            seconds = str(max(1, ceil(self.throttle.seconds_until(1))))
            headers = {"Retry-After": seconds, "X-RateLimit-Reset": seconds}
        body = orjson.dumps(said, option=orjson.OPT_INDENT_2)
        return Response(body, answer.status, headers, media_type="application/json")


def _write_key(http: HttpRequest, document: Mapping[str, Any]) -> str:
    """Give the key, by Basic auth or in the body. Raises RefusedError (400) where there is none."""
    key = basic_user(http.headers.get("authorization") or "") or document.get("writeKey")
    if not isinstance(key, str) or not key:
        raise RefusedError(answers.SEGMENT_INVALID_KEY)
    return key
