"""The nightly run as a Prefect flow: what changed since the last one that ended well."""

from typing import Any

from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.following import find_ledger, since_watermarks
from flows.formed import formed
from flows.forms import Pace, Route, Tolerance, Which
from flows.options import Options, options_of
from flows.outcome import read_max_dead
from flows.routing import reference, settings_of
from flows.tasks import Conduct, run_as_tasks


def _name() -> str:
    """Return the run's name, as `nightly · all streams`."""
    return f"nightly · {', '.join((flow_run.parameters.get('what') or Which()).streams) or 'all streams'}"


@formed("nightly", _name)
def nightly(
    route: Route,
    what: Which = Which(),  # noqa: B008  # forms are frozen
    tolerance: Tolerance = Tolerance(),  # noqa: B008  # see above
    pace: Pace = Pace(shards=4),  # noqa: B008  # see above
) -> State[Any]:
    """Send what changed in the source since the last night, or since the import.

    The window comes from the ledger's watermarks, never from the time that the run was scheduled for: nights that were
    missed are made up for, and one that fails is told again by the next.
    """
    to = reference(route.database, route.connection, route.destinations)
    settings = settings_of(to)
    find_ledger(settings)
    rest = Options(
        streams=tuple(what.streams),
        identify=what.identify,
        shards=pace.shards,
        in_doubt=tolerance.in_doubt,
        max_rate=pace.max_rate or None,
    )
    options = options_of(None, None, rest, settings.source_timezone)
    since = since_watermarks(settings.lookback_seconds)
    limit = read_max_dead(tolerance.max_dead)
    return run_as_tasks(
        settings, Conduct(to, options, since, limit, pace.workers, pace.shared_rate or None, thorough=False)
    )
