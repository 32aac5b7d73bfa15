"""A form to a message ready to go, held against the plan as every message is; or every reason why it may not go."""

from datetime import datetime, timedelta
from typing import NamedTuple, cast

from flows.errors import SettingsInvalid
from flows.sending.fields import wire_name
from flows.sending.forms import Action, Group
from flows.sending.rules import fault, rule_of
from flows.settings import DeliverySettings
from flows.version import VERSION
from loaders.batches import Message
from loaders.check import Violation, encoded, violations
from loaders.plan import Rule, TrackingPlan
from mappers.by_hand import BY_HAND, RULES, Written, as_planned, draft, plain, shadowed
from mappers.envelope import display_names, envelope, respelled
from mappers.ids import identifier
from mappers.kinds import Instant, Key, instant_of
from mappers.messages import Context, Json
from mappers.outcomes import Draft

_FIRST = instant_of(datetime(1971, 1, 1))  # noqa: DTZ001  # instants are in UTC
_CLOCKS_DIFFER = timedelta(minutes=5)
_NOBODY = Key("nobody")  # stands in for whom a form does not name, so that the plan's other faults are told too


class Sealed(NamedTuple):
    """A message ready to go, and what it is called: its call, and a Track's event."""

    message: Message
    title: str


def seal(action: Action, plan: TrackingPlan, settings: DeliverySettings, now: Instant) -> Sealed:
    """Return the message; without a timestamp it happened now. Raises `SettingsInvalid` with every fault at once."""
    at = instant_of(action.timestamp) if action.timestamp else now
    written, rule = _written(action, plan), rule_of(plan, action)
    faults = [*_faults(action, written), *_untimely(at, now)]
    if isinstance(rule, str):
        raise SettingsInvalid([*faults, rule])
    made = draft(rule.key, written, at)
    to = f"{settings.source_name} {settings.key_digests[0]}"  # what one source has, another may yet lack
    message_id = identifier(to)(BY_HAND, made)
    if not (written.user_id or written.anonymous_id):
        made = made._replace(user_id=_NOBODY)
    if not written.group_id:
        made = made._replace(group_id=_NOBODY)
    how = envelope(VERSION, display_names(settings.destinations), plan.spelling)
    both = {"anonymousId": written.anonymous_id} if written.user_id and written.anonymous_id else {}

    def message(one: Draft) -> dict[str, Json]:
        return how.message(one, message_id, rule.call, rule.event) | both

    before = rule.before or rule
    faults += [fault(before, one) for one in violations(before, message(made))]
    sealed = encoded(rule, message(_disclosed(made, rule, action, plan)))
    if isinstance(sealed, Violation):
        raise SettingsInvalid(faults or [fault(rule, sealed)])
    if faults:
        raise SettingsInvalid(faults)
    return Sealed(Message(at, message_id, BY_HAND, made.row_id, rule.key, rule.event, at, sealed), _title(rule))


def _title(rule: Rule) -> str:
    return f"Track {rule.event}" if rule.call == "track" else rule.event


def _written(action: Action, plan: TrackingPlan) -> Written:
    filled = action.filled()
    standard = filled.get(action.body, {})
    context = filled.get("context", {})
    if "revenue" in standard:
        standard = {"currency": "USD", **standard}
    if "traits" in context:
        context = {**context, "traits": respelled(as_planned(context["traits"]), plan.spelling)}
    return Written(
        _key(action.user_id),
        _key(action.anonymous_id),
        _key(action.group_id) if isinstance(action, Group) else None,
        as_planned(standard) if action.call == "identify" else standard,
        filled.get("custom", {}),
        context,
    )


def _disclosed(made: Draft, rule: Rule, action: Action, plan: TrackingPlan) -> Draft:
    """Return the draft with what leaves of its personal fields; traits in its context are those of an Identify."""
    if not plan.privacy:
        return made
    told = rule.disclosure.of(made)
    if not told.context or "traits" not in told.context:
        return told
    context: dict[str, Json] = {name: value for name, value in told.context.items() if name != "traits"}
    identify = plan.rules.get(RULES["identify"])
    if identify:
        traits = identify.disclosure.of_body(as_planned(action.filled()["context"]["traits"]))
        context["traits"] = respelled(traits, plan.spelling)
    return told._replace(context=cast("Context", context))


def _key(text: str) -> Key | None:
    return Key(text) if text else None


def _faults(action: Action, written: Written) -> list[str]:
    """Return what is wrong with what was filled in, but for what the plan says to it."""
    faults = []
    if not (written.user_id or written.anonymous_id):
        faults.append("there is neither a user ID nor an anonymous ID: give one of them")
    if isinstance(action, Group) and not written.group_id:
        faults.append("there is no group ID: give it")
    if not all(map(plain, written.custom)):
        faults.append("a custom field has no name: name it, or leave it out")
    shadows = shadowed(written.custom, _standard(action))
    return faults + [f"a custom field shadows {name}: fill in the standard one, or rename it" for name in shadows]


def _standard(action: Action) -> list[str]:
    """Return the names of the action's standard traits or properties, also as the plan spells them."""
    names = [wire_name(name) for name in type(getattr(action, action.body)).model_fields]
    return [*names, "company_name"] if action.call == "identify" else names


def _untimely(at: Instant, now: Instant) -> list[str]:
    latest = instant_of(datetime.fromisoformat(now) + _CLOCKS_DIFFER)
    if _FIRST <= at <= latest:
        return []
    return ["timestamp: it must be from 1971 on and not in the future"]
