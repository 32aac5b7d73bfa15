"""What of the plan and the profile a run is to send: rules, and the streams, details and columns that these need."""

from collections.abc import Mapping
from dataclasses import replace

from extractors.models import Model
from flows.options import Options
from loaders.plan import TrackingPlan
from mappers.catalog import STREAMS
from mappers.outcomes import Stream

_IDENTIFY, _CURRENT = "identify_", "identify_current"


def wanted_rules(plan: TrackingPlan, options: Options) -> frozenset[str]:
    """Return the keys of the rules to send: active ones, of the chosen streams, and of the Identify mode."""
    chosen = [stream for stream in STREAMS.values() if not options.streams or stream.name in options.streams]
    keys = {rule for stream in chosen for rule in stream.rules}
    return frozenset(key for key in keys if _sent(plan, options, key))


def _sent(plan: TrackingPlan, options: Options, key: str) -> bool:
    rule = plan.rules.get(key)
    if key.startswith(_IDENTIFY) and not _is_of_mode(options, key):
        return False
    return rule is None or rule.active  # the messages of a rule that is not there become dead letters: Unplanned-Event


def _is_of_mode(options: Options, key: str) -> bool:
    """Tell whether the Identify mode has this Identify: the one of users as they are now, or those at each trigger."""
    return options.identify != "none" and (key == _CURRENT) == (options.identify == "current")


def unneeded(stream: Stream | None, wanted: frozenset[str]) -> frozenset[str]:
    """Return the columns and details that no wanted rule needs: what is not sent is not read."""
    only_for = stream.only_for if stream else {}
    return frozenset(name for rule, names in only_for.items() if rule not in wanted for name in names)


def as_wanted(stream: Stream, wanted: frozenset[str]) -> Stream:
    """Return the stream, without its detail where no wanted rule needs that."""
    is_unneeded = stream.detail is not None and stream.detail.stream in unneeded(stream, wanted)
    return replace(stream, detail=None) if is_unneeded else stream


def used(streams: tuple[Stream, ...], models: Mapping[str, Model]) -> Mapping[str, Model]:
    """Return the models that those streams and their details need."""
    names = {stream.name for stream in streams}
    names |= {stream.detail.stream for stream in streams if stream.detail}
    return {name: model for name, model in models.items() if name in names}
