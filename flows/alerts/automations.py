"""What sets an alert off, as Prefect automations: each about our own runs alone, which a tag tells."""

from collections.abc import Sequence
from datetime import timedelta

from prefect.automations import AutomationCore, ChangeFlowRunState, EventTrigger, Posture
from prefect.client.schemas.objects import StateType

from flows.alerts.events import DEAD_LETTERS, QUIET_NIGHT, RESOURCE, SETTLED, TAG
from flows.alerts.targets import Target

MISSED = 2.5
"""Heartbeats after which a run is taken for dead: after fewer, a healthy one was."""

_RUN = "prefect.flow-run."
_BEAT = f"{_RUN}heartbeat"
_AT_REST = ("Completed", "Failed", "TimedOut", "Crashed", "Cancelled", "Cancelling", "Paused", "Suspended")
_OURS = {"prefect.resource.id": f"prefect.tag.{TAG}", "prefect.resource.role": "tag"}
_WHO = "{{ flow.name }}, {{ flow_run.name }}"
_STATE = "{{ flow_run.state.name }}: {{ flow_run.state.message }}"
_WORDS = "{{ event.payload.words }}"


def automations(targets: Sequence[Target], link: str, heartbeat: timedelta) -> list[AutomationCore]:
    """Return all automations. `link` is a template of a run's address; `heartbeat` is how often runs send one.

    What an alert says is the flow, the run's name, its state with its message, and the link.
    """

    def telling(name: str, about: str, trigger: EventTrigger, words: str) -> AutomationCore:
        actions = [target.tell(f"{name}: {_WHO}", f"{_WHO}\n{words}\n{link}") for target in targets]
        return AutomationCore(name=name, description=about, trigger=trigger, actions=actions)

    failed = _on(f"{_RUN}*", f"{_RUN}Failed", f"{_RUN}TimedOut")
    return [
        telling("backfill failed", "A run failed, or was out of time.", failed, _STATE),
        telling("backfill crashed", "A run's process died.", _on(f"{_RUN}*", f"{_RUN}Crashed"), _STATE),
        telling("backfill late", "A run did not start when it should.", _on(f"{_RUN}*", f"{_RUN}Late"), _STATE),
        telling("backfill dead letters", "More dead letters than usual.", _on(f"{RESOURCE}*", DEAD_LETTERS), _WORDS),
        telling("backfill quiet night", "A night without a message.", _on(f"{RESOURCE}*", QUIET_NIGHT), _WORDS),
        _silent(heartbeat * MISSED),
    ]


def _on(resource: str, *events: str) -> EventTrigger:
    """Return the trigger that each such event pulls at once."""
    return EventTrigger(
        match={"prefect.resource.id": resource},
        match_related=_OURS,
        expect=set(events),
        posture=Posture.Reactive,
        threshold=1,
        within=timedelta(0),
    )


def _silent(within: timedelta) -> AutomationCore:
    """Return what marks a run crashed whose heartbeats end though it did not: its process is gone, unseen.

    It tells nobody itself, since the run's crash is told.
    """
    trigger = EventTrigger(
        match={"prefect.resource.id": f"{_RUN}*"},
        match_related=_OURS,
        after={_BEAT},
        expect={_BEAT, SETTLED, *(f"{_RUN}{state}" for state in _AT_REST)},
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=within,
    )
    message = f"No heartbeat for {within.total_seconds():g} s: its process is gone. Start it again: nothing is lost."
    return AutomationCore(
        name="backfill silent",
        description="A run's heartbeats ended though it did not: marked crashed.",
        trigger=trigger,
        actions=[ChangeFlowRunState(state=StateType.CRASHED, message=message)],
    )
