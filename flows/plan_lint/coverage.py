"""Plan against streams: rules that nothing sends, and messages that no rule knows."""

from collections.abc import Iterable, Iterator

from flows.plan_lint.filling import Messages
from flows.plan_lint.finding import Finding, Level
from loaders.plan import TrackingPlan
from mappers.outcomes import Stream


def uncovered(plan: TrackingPlan, streams: Iterable[Stream], every: Iterable[Stream]) -> Iterator[Finding]:
    """Yield the active rules that none of all streams has, and the rules of those streams that the plan lacks."""
    known = {key for stream in every for key in stream.rules}
    for rule in plan.rules.values():
        if rule.active and rule.key not in known:
            yield Finding(
                Level.WRONG, f"rule {rule.key}", f"it is active, and no stream sends {rule.event!r}",
                "give it the key of a stream's rule, or `source: none`, or add a stream",
            )  # fmt: skip
    for stream in streams:
        for key in stream.rules:
            if key not in plan.rules:
                yield Finding(
                    Level.WRONG, f"stream {stream.name}",
                    f"the plan has no rule {key}: its messages are dead letters (Unplanned-Event)",
                    "add the rule, with `status: deferred` where it is not to be sent",
                )  # fmt: skip


def unmade(streams: Iterable[Stream], messages: Messages) -> Iterator[Finding]:
    """Yield the rules that no invented row came to: nothing can be said of these."""
    for stream in streams:
        for key in stream.rules:
            if key not in messages:
                yield Finding(
                    Level.HINT, f"stream {stream.name}", f"no invented row makes a message of rule {key}",
                    "it is not looked at; add the words that its mapper knows to flows/plan_lint/full_rows.py",
                )  # fmt: skip
