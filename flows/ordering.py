"""The order of a user's messages: Identify, then Group, then Track by time."""

from collections.abc import Sequence

from flows.mapping import Placed
from flows.options import IdentifyMode
from loaders.plan import TrackingPlan

_RANKS = {"identify": 0, "group": 1}


def ordered(drafts: Sequence[Placed], plan: TrackingPlan, mode: IdentifyMode) -> list[Placed]:
    """Return one user's drafts in the order in which they are sent.

    In the mode `history` an Identify stands right before the Track that it belongs to, by time; the oldest Identify
    goes first of all, so that no Track comes before the user is known.
    """
    if len(drafts) == 1:
        return list(drafts)
    if mode == "history":
        return _oldest_identify_first(sorted(drafts, key=lambda one: (one.draft.at, one.place)), plan)
    return sorted(drafts, key=lambda one: (_rank(one, plan), one.draft.at, one.place))


def _rank(placed: Placed, plan: TrackingPlan) -> int:
    rule = plan.rules.get(placed.draft.rule)
    return _RANKS.get(rule.call, 2) if rule else 2


def _oldest_identify_first(drafts: list[Placed], plan: TrackingPlan) -> list[Placed]:
    for place, one in enumerate(drafts):
        if _rank(one, plan) == 0:
            return [one, *drafts[:place], *drafts[place + 1 :]]
    return drafts
