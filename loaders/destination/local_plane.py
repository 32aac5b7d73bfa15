"""What the local data plane holds, by the list that it gives. A real one shows nothing: its warehouse does."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus

import orjson
import requests

from loaders.destination.arrivals import Arrival, Part, Who, id_of, milliseconds_of, what_of
from loaders.errors import DestinationRefused, DestinationStopped

_PAGE_EVENTS = 10_000
_TIMEOUT_SECONDS = (10, 60)


class LocalPlane:
    """The local data plane at `url`."""

    name = "local data plane"
    whole = (Part.ALL,)

    def __init__(self, url: str, who: Who) -> None:
        self._url, self._who = f"{url.rstrip('/')}/sandbox/ids", who
        self._libraries_url = f"{url.rstrip('/')}/sandbox/libraries"

    def parts_of(self, what: str) -> tuple[Part, ...]:  # noqa: ARG002  # the same for all
        """Return the parts that must hold such a message."""
        return self.whole

    def table_of(self, what: str, part: Part) -> str:  # noqa: ARG002  # it has none
        """Return the table of such messages in that part; a data plane has none."""
        return ""

    def newest(self) -> str | None:
        """Return when the newest event was received; nothing is on its way to a store that is written at once."""
        return None

    def arrivals(self) -> Iterator[list[Arrival]]:
        """Yield every event, some thousand at a time. Raises `DestinationRefused` or `DestinationStopped`."""
        after: int | None = 0
        with requests.Session() as session:
            session.trust_env = False
            while after is not None:
                arrivals, after = self._page(session, after)
                yield arrivals

    def libraries(self) -> dict[str, int]:
        """Return how many events were received in the last 24 hours, by the name of the library that sent them.

        An event without one counts as "". Raises `DestinationRefused` or `DestinationStopped`.
        """
        with requests.Session() as session:
            session.trust_env = False
            content = _asked(session, self._libraries_url, {})
        try:
            return {str(name): int(count) for name, count in orjson.loads(content).items()}
        except (ValueError, TypeError, AttributeError):
            raise DestinationRefused(f"{self._libraries_url} answered what is no local data plane's count") from None

    def _page(self, session: requests.Session, after: int) -> tuple[list[Arrival], int | None]:
        """Return some thousand events, and after which the next ones come; none is the end."""
        content = _asked(session, self._url, {"after": after, "limit": _PAGE_EVENTS})
        try:
            page = orjson.loads(content)
            following = page["next"]
            if following is not None and following <= after:
                raise ValueError  # noqa: TRY301  # it would never end
            return [self._arrival(*event) for event in page["events"]], following
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError):
            raise DestinationRefused(
                f"{self._url} answered what is no local data plane's list: set BACKFILL_DATA_PLANE_URL to a local data "
                "plane, or BACKFILL_WAREHOUSE_URL to the warehouse that a real one fills"
            ) from None

    def _arrival(
        self, message_id: str, call: str | None, event: str | None, at: str, user: str | None, visitor: str | None
    ) -> Arrival:
        return Arrival(id_of(message_id), Part.ALL, what_of(call, event), milliseconds_of(at), self._who(user, visitor))


def _asked(session: requests.Session, url: str, parameters: Mapping[str, int]) -> bytes:
    """Return what a local data plane answers at one of its own addresses; any other has none."""
    try:
        response = session.get(url, params=parameters, timeout=_TIMEOUT_SECONDS, allow_redirects=False)
    except requests.RequestException:
        raise DestinationStopped(f"The local data plane gave no answer at {url}") from None
    if response.status_code != HTTPStatus.OK:
        raise DestinationRefused(
            f"{url} answered {response.status_code}: only a local data plane shows what it holds; "
            "set BACKFILL_WAREHOUSE_URL to the warehouse that the data plane fills; what Segment holds, only its "
            "Delivery Overview shows"
        )
    return response.content
