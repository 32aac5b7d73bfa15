"""The plan of a run as a Prefect flow: what would be sent, before anything is sent."""

import json
from pathlib import Path
from typing import Any

from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.command import check_writable
from flows.forecast.document import document
from flows.forecast.planning import Planned
from flows.forecast.planning import plan as planned
from flows.forecast.showing import in_prefect
from flows.formed import formed
from flows.forms import Reckoning, Route, What
from flows.options import Options, options_of
from flows.outcome import read_max_dead
from flows.routing import reference, settings_of
from flows.tasks import state_of


def _name() -> str:
    """Return the run's name, as `plan 2019-01-01…2024-06-30 · orders`."""
    asked = flow_run.parameters.get("what") or What()
    span = f"{asked.since or 'the beginning'}…{asked.until or 'now'}"
    return f"plan {span} · {', '.join(asked.streams) or 'all streams'}"


@formed("plan", _name)
def plan(route: Route, what: What = What(), reckoning: Reckoning = Reckoning()) -> State[Any]:  # noqa: B008  # forms are frozen
    """Read and map everything, send nothing, and say what an import would send.

    The file that it writes is what an import is kept to: where the source, the models, the mappers, the tracking plan
    or the settings are not as they were, it refuses.
    """
    settings = settings_of(reference(route.database, route.connection, route.destinations))
    asked = Options(streams=tuple(what.streams), identify=what.identify, prices=reckoning.prices or None)
    options = options_of(what.since or None, what.until or None, asked, settings.source_timezone)
    file = Path(reckoning.file) if reckoning.file else None
    check_writable(file)
    found = planned(settings, options, read_max_dead(reckoning.max_dead), reckoning.rate)
    if file:
        file.write_text(json.dumps(document(found.forecast), indent=2) + "\n")
    return planned_state(found)


def planned_state(found: Planned) -> State[Any]:
    """Show the plan on the run's page, and return the flow run's state."""
    create_markdown_artifact(in_prefect(found), key="backfill-plan", description=found.outcome.words)
    return state_of(found.outcome)
