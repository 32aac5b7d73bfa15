"""A draft becomes the message as it goes over the wire.

Wire rules (rudder-server, gateway and processor): `timestamp` and `originalTimestamp` are the row's moment, ids are
strings, identify traits stand in `traits` and in `context.traits` (the warehouse reads the first, destinations
either), group traits in `traits` alone. The integrations are closed but for the destinations that were chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, Self

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

    context: Mapping[str, Json]
    integrations: Mapping[str, bool]
    spelling: Spelling

    def marked(self, import_id: str, stream: str) -> Self:
        """Return the envelope of a stream's messages, by which history can be found, filtered and deleted later."""
        return replace(self, context={**self.context, "backfill": {"import_id": import_id, "stream": stream}})

    def message(self, draft: Draft, message_id: str, call: Call, event: str) -> dict[str, Json]:
        """Return the message. Raises nothing: what is wrong with it, the plan check says."""
        _, user, visitor, moment, _, _, body, group, own = draft
        at = milliseconds(moment)
        message: dict[str, Json] = {
            "type": call,
            "messageId": message_id,
            "userId" if user is not None else "anonymousId": user or visitor,
            "timestamp": at,
            "originalTimestamp": at,
            "channel": "server",
            "context": {**self.context, **own} if own else self.context,
            "integrations": self.integrations,
        }
        if call == "track":
            message["event"] = event
            message["properties"] = body
        elif call == "identify":
            traits = respelled(body, self.spelling) if self.spelling else body
            message["traits"] = traits
            message["context"] = {**message["context"], "traits": traits}
        elif call == "group":
            message["groupId"] = group
            message["traits"] = body
        else:
            message["name"] = event
            message["properties"] = body
        return message


def envelope(version: str, destinations: Destinations, spelling: Spelling) -> Envelope:
    """Return the envelope of a run by that version of this program."""
    chosen = () if destinations == "all" else destinations
    integrations = {**dict.fromkeys(chosen, True), "All": destinations == "all"}
    return Envelope({"library": {"name": "relias-backfill", "version": version}}, integrations, spelling)


def respelled(traits: Mapping[str, Json], spelling: Spelling) -> dict[str, Json]:
    """Return the traits with other names, nested where the new name has a dot."""
    result: dict[str, Json] = {}
    for name in sorted(traits, key=lambda name: "." in spelling.get(name, name)):
        value = traits[name]
        outer, _, inner = spelling.get(name, name).partition(".")
        if inner:
            result[outer] = {**result.get(outer, {}), inner: value}
        else:
            result[outer] = value
    return result


def display_names(text: str) -> Destinations:
    """Return the destinations named in a setting: `all`, display names between commas, or `none`."""
    if text.strip() == "all":
        return "all"
    if text.strip() == "none":
        return ()
    names = (name.strip() for name in text.split(","))
    return tuple(name for name in names if name)
