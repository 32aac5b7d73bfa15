"""Who sent what a store holds: how many of the latest events came from which library."""

from datetime import timedelta
from pathlib import Path

from sandbox.gateway.store import open_for_reading
from sandbox.gateway.times import format_instant, now

LATEST = timedelta(hours=24)

_COUNT_BY_LIBRARY = """
SELECT CAST(coalesce(json_extract(CAST(raw AS TEXT), '$.context.library.name'), '') AS TEXT), count(*)
FROM events WHERE received_at >= ?
GROUP BY 1 ORDER BY 1
"""


def count_libraries(store: Path) -> dict[str, int]:
    """Count the events received in the last 24 hours by `context.library.name`; "" are those without one."""
    since = format_instant(now() - LATEST)
    with open_for_reading(store) as connection:
        return dict(connection.execute(_COUNT_BY_LIBRARY, (since,)).fetchall())
