"""The replay of dead letters as a Prefect flow."""

from typing import Any

from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows import rereading
from flows.formed import formed
from flows.forms import Letters, Route, Tolerance
from flows.options import Options
from flows.outcome import read_max_dead
from flows.routing import reference, settings_of
from flows.tasks import Conduct, run_as_tasks


def _name() -> str:
    """Return the run's name, as `replay Missing-Value · orders`."""
    asked = flow_run.parameters.get("what") or Letters()
    return f"replay {', '.join(asked.reasons) or 'all reasons'} · {', '.join(asked.streams) or 'all streams'}"


@formed("replay", _name)
def replay(route: Route, what: Letters = Letters(), tolerance: Tolerance = Tolerance()) -> State[Any]:  # noqa: B008  # forms are frozen
    """Read the rows of open dead letters again, and send what holds now.

    Letters are chosen by reason, stream, and the run that saw them last. Those that pass leave the list with a trace;
    those whose row is gone from the source do too.
    """
    to = reference(route.database, route.connection, route.destinations)
    letters = rereading.Letters(tuple(what.streams), tuple(what.reasons), what.run or None)
    options = Options(identify=what.identify, in_doubt=tolerance.in_doubt)
    limit = read_max_dead(tolerance.max_dead)
    return run_as_tasks(settings_of(to), Conduct(to, options, rereading.replaying(letters), limit))
