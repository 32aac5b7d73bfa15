"""The routes of the local data plane.

Of RudderStack's own (gateway/handle_lifecycle.go:588-645): /v1/batch and the single endpoints, /health and /.
Left out, so 404: import, audiencelist, webhook, beacon, pixel, internal. Beside them, without auth, /sandbox shows
what was accepted.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.gateway import processor, segment
from sandbox.gateway.answers import UNKNOWN_PATH
from sandbox.gateway.intake import BATCH
from sandbox.gateway.receiving import Receiver, as_response
from sandbox.gateway.segment_receiving import SegmentReceiver
from sandbox.gateway.settings import GatewaySettings
from sandbox.gateway.showing import Showcase
from sandbox.gateway.store import EventStore
from sandbox.gateway.throttle import Throttle

SINGLE_ROUTES = ("identify", "track", "group", "page", "screen", "alias", "merge")


def create_app(settings: GatewaySettings) -> Starlette:
    """Open the store and build the application around it. Raises sqlite3.Error if the store cannot be opened."""
    store = EventStore(settings.store)
    app = Starlette(
        routes=_routes(*_players(settings, store)),
        exception_handlers={404: _answer_unknown_path, 405: _answer_wrong_method},
        lifespan=_closing(store),
    )
    app.router.redirect_slashes = False  # chi, RudderStack's router, knows no such courtesy
    return app


def _players(settings: GatewaySettings, store: EventStore) -> tuple[Receiver | SegmentReceiver, Showcase]:
    """Give what receives events and what shows them as destinations see them, each as the target does."""
    throttle = Throttle(settings.rate_limit, settings.rate_window_seconds)
    if settings.target == "segment":
        return SegmentReceiver(settings, store, throttle), Showcase(store, segment.as_delivered)
    return Receiver(settings, store, throttle), Showcase(store, processor.as_delivered)


def _routes(receiver: Receiver | SegmentReceiver, showcase: Showcase) -> list[Route]:
    posts = [Route(f"/v1/{name}", receiver.receive, methods=["POST"]) for name in (BATCH, *SINGLE_ROUTES)]
    return [
        *posts,
        Route("/health", _answer_health, methods=["GET"]),
        Route("/", _answer_health, methods=["GET"]),
        Route("/sandbox/events", showcase.show_events, methods=["GET"]),
        Route("/sandbox/events", showcase.delete_events, methods=["DELETE"]),
        Route("/sandbox/ids", showcase.show_ids, methods=["GET"]),
        Route("/sandbox/dropped", showcase.show_dropped, methods=["GET"]),
        Route("/sandbox/counts", showcase.show_counts, methods=["GET"]),
        Route("/sandbox/libraries", showcase.show_libraries, methods=["GET"]),
    ]


def _closing(store: EventStore) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        store.close()

    return lifespan


async def _answer_health(_: Request) -> Response:
    """Say that all is well, in the shape of app/app.go:142-176."""
    return JSONResponse({"appType": "GATEWAY", "server": "UP", "db": "UP", "acceptingEvents": "TRUE"})


async def _answer_unknown_path(_: Request, __: Exception) -> Response:
    return as_response(UNKNOWN_PATH)


async def _answer_wrong_method(_: Request, error: Exception) -> Response:
    allowed = error.headers if isinstance(error, HTTPException) else None
    return Response(status_code=405, headers=allowed)
