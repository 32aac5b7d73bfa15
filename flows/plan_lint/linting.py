"""The whole lint: models, mappers and plan held against each other."""

from collections.abc import Mapping

from extractors.models import Model
from flows.plan_lint.agreement import disagreements
from flows.plan_lint.coverage import uncovered, unmade
from flows.plan_lint.empty_columns import empty_columns
from flows.plan_lint.filling import filled
from flows.plan_lint.finding import Finding
from flows.plan_lint.standard_names import misused
from loaders.plan import TrackingPlan
from mappers.catalog import STREAMS


def lint(plan: TrackingPlan, models: Mapping[str, Model] | None = None) -> list[Finding]:
    """Return what will go wrong, and what a person should know.

    Where models are given, streams without one are passed over: they send nothing. Rules that are not sent are looked
    at too: what is deferred today is switched on one day.
    """
    streams = [stream for name, stream in STREAMS.items() if models is None or name in models]
    messages = filled(plan, streams)
    findings = [*uncovered(plan, streams, STREAMS.values()), *unmade(streams, messages)]
    for rule in plan.rules.values():
        if messages.get(rule.key):
            findings += disagreements(rule, messages[rule.key])
        findings += misused(rule)
    if models is not None:
        findings += empty_columns(plan, streams, models)
    return findings
