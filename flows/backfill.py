"""The historical import as a Prefect flow: each shard of users a task, the account at the end an artifact.

Prefect schedules, shows and alerts; the ledger alone knows what was sent. So tasks keep no results and no cache, take
only small values, and a run that is started again sends only what no receipt covers.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.approval import approve, was_approved
from flows.cutting import everything, first_users
from flows.errors import Exit
from flows.forecast.contract import ASKED, as_planned, read_contract
from flows.forecast.planning import plan
from flows.formed import formed, has_run_before
from flows.forms import Pace, Route, Safety, What
from flows.options import Options, options_of
from flows.outcome import read_max_dead
from flows.plan import planned_state
from flows.prefect_run import outcome_of
from flows.routing import reference, settings_of
from flows.tasks import Conduct, run_as_tasks


def _name() -> str:
    """Return the run's name, as `import 2019-01-01…2024-06-30 · orders`."""
    asked, safety = flow_run.parameters.get("what") or What(), flow_run.parameters.get("safety") or Safety()
    span = f"{asked.since or 'the beginning'}…{asked.until or 'now'}"
    kind = "dry run" if safety.dry_run else "import"
    return f"{kind} {span} · {', '.join(asked.streams) or 'all streams'}"


@formed("backfill", _name)
def backfill(route: Route, what: What = What(), safety: Safety = Safety(), pace: Pace = Pace()) -> State[Any]:  # noqa: B008  # forms are frozen
    """Send the history between two dates, or all of it, as Identify, Group and Track calls.

    What receipts cover is not sent again. The run ends Failed when its balance does not close, when it has more dead
    letters than allowed, or when the source or the data plane stopped it. Retry goes on where it was.
    """
    to = reference(route.database, route.connection, route.destinations)
    settings = settings_of(to)
    rest = Options(
        streams=tuple(what.streams),
        identify=what.identify,
        shards=pace.shards,
        in_doubt=safety.in_doubt,
        max_rate=pace.max_rate or None,
        max_events=safety.max_events or None,
        canary=safety.canary or None,
        max_users=safety.max_users or None,
        max_cost=safety.max_cost or None,
        prices=safety.prices or None,
    )
    contract = read_contract(Path(safety.plan)) if safety.plan else None
    filled = [name for name in ASKED if getattr(what, name) != getattr(What(), name)]
    asked = options_of(what.since or None, what.until or None, rest, settings.source_timezone)
    options, limit = as_planned(asked, contract, filled), read_max_dead(safety.max_dead)
    if safety.dry_run:
        return planned_state(plan(settings, options, limit))
    resume = safety.resume or has_run_before()
    conduct = Conduct(to, options, everything, limit, pace.workers, pace.shared_rate or None, contract, resume=resume)
    if options.canary and not (resume and was_approved(settings, options)):
        state = run_as_tasks(settings, replace(conduct, what=first_users, resume=False))
        canary = outcome_of(state)
        if canary.exit is not Exit.DONE or canary.summary is None:
            return state
        approve(canary.summary)
    return run_as_tasks(settings, conduct)
