"""The sandbox's own routes: what was accepted, as JSON. No auth, since the gateway listens on loopback alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from sandbox.gateway.intake import AcceptedEvent
from sandbox.gateway.processor import StoredEvent
from sandbox.gateway.reading import FILTERS, Question, count_events, find_dropped, find_events, list_events
from sandbox.gateway.senders import count_libraries
from sandbox.gateway.store import EventStore

DEFAULT_LIMIT = 1_000
HIGHEST_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Showcase:
    """Shows and empties one store. It reads in threads, so that events come in meanwhile.

    ``as_delivered`` gives an event as destinations see it.
    """

    store: EventStore
    as_delivered: Callable[[AcceptedEvent], dict[str, Any]]

    async def show_events(self, request: Request) -> Response:
        """Answer GET /sandbox/events: `{"events": [{"seq", "received_at", "message", "raw"}], "next": seq or null}`."""
        try:
            question = _question(request.query_params)
        except ValueError as error:
            return PlainTextResponse(f"{error}\n", 400)
        if "message_id" in question.filters:
            self.store.index_message_ids()
        page = await run_in_threadpool(find_events, self.store.path, question)
        return _json({"events": [self._shown(stored) for stored in page.events], "next": page.next})

    async def show_ids(self, request: Request) -> Response:
        """Answer GET /sandbox/ids with what `list_events` gives: the way to read a store whole."""
        try:
            question = _question(request.query_params)
        except ValueError as error:
            return PlainTextResponse(f"{error}\n", 400)
        if question.filters:
            return PlainTextResponse("filters: this list takes none\n", 400)
        return _json(await run_in_threadpool(list_events, self.store.path, question.after, question.limit))

    async def show_counts(self, _: Request) -> Response:
        """Answer GET /sandbox/counts with the figures of `count_events`."""
        return _json(await run_in_threadpool(count_events, self.store.path))

    async def show_dropped(self, _: Request) -> Response:
        """Answer GET /sandbox/dropped: `{"by_reason": {reason: count}, "dropped": [{"received_at", "reason", "raw"}]}`.

        That is what Segment said yes to and did not store, the first thousand of it. RudderStack drops nothing so.
        """
        by_reason, first = await run_in_threadpool(find_dropped, self.store.path, DEFAULT_LIMIT)
        return _json({"by_reason": by_reason, "dropped": [one._asdict() | _raw(one.raw) for one in first]})

    async def show_libraries(self, _: Request) -> Response:
        """Answer GET /sandbox/libraries with the figures of `count_libraries`."""
        return _json(await run_in_threadpool(count_libraries, self.store.path))

    async def delete_events(self, _: Request) -> Response:
        """Answer DELETE /sandbox/events with 204."""
        self.store.empty()
        return Response(status_code=204)

    def _shown(self, stored: StoredEvent) -> dict[str, object]:
        return {
            "seq": stored.seq,
            "received_at": stored.event.received_at,
            "message": orjson.Fragment(orjson.dumps(self.as_delivered(stored.event))),
            **_raw(stored.event.raw),
        }


def _question(query: QueryParams) -> Question:
    known = FILTERS | {"after", "limit"}
    if unknown := sorted(set(query) - known):
        raise ValueError(f"unknown parameters {', '.join(unknown)}; known are {', '.join(sorted(known))}")
    limit = _whole_number(query, "limit", DEFAULT_LIMIT)
    if limit > HIGHEST_LIMIT:
        raise ValueError(f"limit: at most {HIGHEST_LIMIT:,}")
    filters = {name: value for name, value in query.items() if name in FILTERS}
    return Question(filters, _whole_number(query, "after", 0), limit)


def _whole_number(query: QueryParams, name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{name}: {text!r} is not a whole number")
    return int(text)


def _raw(event: bytes) -> dict[str, object]:
    return {"raw": orjson.Fragment(event)}


def _json(value: object) -> Response:
    return Response(orjson.dumps(value), media_type="application/json")
