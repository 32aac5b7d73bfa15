"""A draft becomes the message as it goes over the wire.

Wire rules (rudder-server, gateway and processor): `timestamp` and `originalTimestamp` are the row's moment, ids are
strings, identify traits stand in `traits` and in `context.traits` (the warehouse reads the first, destinations either),
group traits in `traits` alone. The integrations are closed but for the destinations that were chosen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from mappers.kinds import milliseconds
from mappers.messages import Json
from mappers.outcomes import Draft

Call = Literal["identify", "group", "track", "page", "screen", "alias"]
Destinations = Literal["all"] | tuple[str, ...]
Spelling = Mapping[str, str]
"""Other names for custom traits, `company_name` → `company.name` meaning a field of an object."""


@dataclass(frozen=True)
class Envelope:
    """What is the same in every message of a run."""

    version: str
    destinations: Destinations
    spelling: Spelling

    def message(self, draft: Draft, message_id: str, call: Call, event: str) -> dict[str, Json]:
        """Return the message. Raises nothing: what is wrong with it, the plan check says."""
        at = milliseconds(draft.at)
        message: dict[str, Json] = {"type": call, "messageId": message_id}
        if draft.user_id is not None:
            message["userId"] = draft.user_id
        if draft.anonymous_id is not None:
            message["anonymousId"] = draft.anonymous_id
        message["timestamp"] = message["originalTimestamp"] = at
        message["channel"] = "server"
        context: dict[str, Json] = {"library": {"name": "relias-backfill", "version": self.version}}
        if draft.context:
            context.update(draft.context)
        if call == "track":
            message["event"] = event
            message["properties"] = draft.body
        elif call == "identify":
            message["traits"] = context["traits"] = self._spelled(draft.body)
        elif call == "group":
            message["groupId"] = draft.group_id
            message["traits"] = draft.body
        else:
            message["name"] = event
            message["properties"] = draft.body
        message["context"] = context
        message["integrations"] = self._integrations()
        return message

    def _integrations(self) -> dict[str, bool]:
        if self.destinations == "all":
            return {"All": True}
        return {"All": False, **dict.fromkeys(self.destinations, True)}

    def _spelled(self, traits: Mapping[str, Json]) -> Mapping[str, Json]:
        return respelled(traits, self.spelling) if self.spelling else traits


def respelled(traits: Mapping[str, Json], spelling: Spelling) -> dict[str, Json]:
    """Return the traits with other names, nested where the new name has a dot."""
    result: dict[str, Json] = {}
    for name, value in traits.items():
        outer, _, inner = spelling.get(name, name).partition(".")
        if inner:
            result[outer] = {**result.get(outer, {}), inner: value}
        else:
            result[outer] = value
    return result


def display_names(text: str) -> Destinations:
    """Return the destinations named in a setting: `all`, or display names between commas, none by default."""
    if text.strip() == "all":
        return "all"
    names: Sequence[str] = [name.strip() for name in text.split(",")]
    return tuple(name for name in names if name)
