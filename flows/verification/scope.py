"""What was asked of a verification: which messages the source is to make, and what of a destination it may judge."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flows.job import Job
from flows.wanted import wanted_rules
from loaders.destination.arrivals import milliseconds_of, what_of


@dataclass(frozen=True)
class Scope:
    """Each form with what it is at the destination, and the half-open window, in milliseconds since 1970.

    A form is a call and an event of the plan. `streams` names the streams of what only streams that were asked for
    make; `states` has what tells a state: a newer one of the same user takes its place.
    """

    forms: Mapping[str, str]
    streams: Mapping[str, str]
    states: frozenset[str]
    since: int | None
    until: int | None


def form_of(job: Job, rule: str) -> str:
    """Return the form of the plan's rule, as `track Order Completed`."""
    return f"{job.plan.rules[rule].call} {job.plan.rules[rule].event}"


def scope_of(job: Job) -> Scope:
    """Return the scope of a job."""
    whats = {key: what_of(rule.call, rule.event) for key, rule in job.plan.rules.items()}
    others = wanted_rules(job.plan, replace(job.options, streams=())) - job.wanted
    alien = {whats[key] for key in others if key in whats}
    streams: dict[str, list[str]] = {}
    states = set()
    for stream in job.streams:
        for what in {whats[key] for key in stream.rules if key in job.wanted and key in whats} - alien:
            streams.setdefault(what, []).append(stream.name)
            if stream.state:
                states.add(what)
    window = job.source.cleaning.window
    return Scope(
        forms={form_of(job, key): what for key, what in whats.items()},
        streams={what: " or ".join(names) for what, names in streams.items()},
        states=frozenset(states),
        since=milliseconds_of(window.since) if window.since else None,
        until=milliseconds_of(window.until) if window.until else None,
    )
