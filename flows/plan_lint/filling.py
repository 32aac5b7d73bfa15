"""What the mappers fill: the messages of invented full rows, by the rule that they are of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from flows.plan_lint.full_rows import full_pages
from loaders.plan import TrackingPlan
from mappers.envelope import envelope
from mappers.messages import Json
from mappers.outcomes import Draft, Stream

Messages = Mapping[str, list[dict[str, Json]]]
"""By the key of their rule. A rule that the plan does not have has no message, but is there."""

_ID = "00000000-0000-5000-8000-000000000000"


def filled(plan: TrackingPlan, streams: Iterable[Stream], without: frozenset[str] = frozenset()) -> Messages:
    """Return the messages that the streams make of full rows, those columns being empty that hold nothing."""
    messages: dict[str, list[dict[str, Json]]] = defaultdict(list)
    usual = envelope("0.0.0", (), plan.spelling)
    for stream in streams:
        around = usual.marked("lint", stream.name)
        for page in full_pages(stream, without):
            for draft in stream.drafts([page.row], frozenset(stream.rules), page.details):
                if not isinstance(draft, Draft):
                    continue
                rule = plan.rules.get(draft.rule)
                made = messages[draft.rule]
                if rule:
                    made.append(around.message(draft, _ID, rule.call, rule.event))
    return messages
