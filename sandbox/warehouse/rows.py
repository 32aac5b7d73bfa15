"""From an event to the rows it becomes: one a table (events.go, set.go, internal/rules/rules.go).

Not copied: JSON paths, `userProperties`, merge rules and record ids, which this project's events have none of.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from sandbox.warehouse.naming import column_name, event_table, snake_case
from sandbox.warehouse.values import ColumnType, Typed, is_blank, typed

USERS = "users"
_CONNECTION = {
    "sourceId": "local-source",
    "sourceType": "HTTP",
    "destinationId": "local-warehouse",
    "destinationType": "POSTGRES",
}
_Rules = Mapping[str, tuple[tuple[str, ...], ...]]
"""Of each column the places in an event to look for its value: the first that is not blank is it."""

_IP, _REQUEST_IP = ("context", "ip"), ("request_ip",)
_COMMON: _Rules = {
    "id": (("messageId",),),
    "user_id": (("userId",),),
    "anonymous_id": (("anonymousId",),),
    "timestamp": (("timestamp",),),
    "original_timestamp": (("originalTimestamp",),),
    "sent_at": (("sentAt",),),
    "received_at": (("receivedAt",),),
    "channel": (("channel",),),
    "context_ip": (_IP, _REQUEST_IP),
    "context_request_ip": (_REQUEST_IP,),
    "context_passed_ip": (_IP,),
}
_NAME: _Rules = {"name": (("name",), ("properties", "name"))}
_NOT_OF_USERS = {"id", "user_id", "anonymous_id", "channel"}


class Row(NamedTuple):
    """One row of a table, by its columns."""

    table: str
    values: Mapping[str, Typed]


@dataclass(frozen=True, slots=True)
class _Kind:
    """How events of one type are told: their table, what of them becomes columns, and which columns are ruled."""

    table: str
    body: str
    rules: _Rules
    reserved: frozenset[str]


def _kind(table: str, body: str, own: _Rules, *also_reserved: str) -> _Kind:
    return _Kind(table, body, {**_COMMON, **own}, frozenset({*_COMMON, *own, *also_reserved}))


_KINDS = {
    "identify": _kind("identifies", "traits", {}),
    "group": _kind("groups", "traits", {"group_id": (("groupId",),)}),
    "track": _kind("tracks", "properties", {"event_text": (("event",),)}, "record_id"),
    "page": _kind("pages", "properties", _NAME),
    "screen": _kind("screens", "properties", _NAME),
    "alias": _kind("aliases", "traits", {"previous_id": (("previousId",),)}),
}


def rows_of(message: Mapping[str, Any]) -> list[Row]:
    """Give the rows of an event as destinations get it: none if its type is unknown.

    A Track has one in `tracks` and one in its event's table, an Identify one in `identifies` and one in `users`.
    """
    name = str(message.get("type")).lower()
    kind = _KINDS.get(name)
    if kind is None:
        return []
    ruled = dict(_ruled(message, kind.rules))
    body = dict(_flattened(message.get(kind.body), "", kind.reserved))
    context = _context(orjson.dumps(message.get("context")), kind.reserved)
    if name == "track":
        return _track_rows(message, ruled | context, body)
    row = Row(kind.table, ruled | body | context)
    return [row, *_user_rows(message, ruled, body | context)] if name == "identify" else [row]


def _track_rows(message: Mapping[str, Any], common: dict[str, Typed], body: dict[str, Typed]) -> list[Row]:
    """Give the row of `tracks` and that of the event, in which a property never stands before what is common."""
    event = message.get("event")
    text = event if isinstance(event, str) else ""
    common["event"] = Typed(ColumnType.STRING, snake_case(text) or None)
    tracks = Row("tracks", common)
    table = event_table(text)
    return [tracks, Row(table, {**common, **body, **common})] if table else [tracks]


def _user_rows(message: Mapping[str, Any], ruled: dict[str, Typed], traits: dict[str, Typed]) -> Iterator[Row]:
    user = message.get("userId")
    if user is not None and str(user).strip():
        told = {column: value for column, value in ruled.items() if column not in _NOT_OF_USERS}
        yield Row(USERS, {"id": typed(user), **told, **traits})


@lru_cache(maxsize=512)  # most events of a run have the same
def _context(written: bytes, reserved: frozenset[str]) -> dict[str, Typed]:
    """Give the columns of a context, as JSON because that can be looked up; what RudderStack adds to it is in them."""
    return dict(_flattened({**(orjson.loads(written) or {}), **_CONNECTION}, "context_", reserved))


def _ruled(message: Mapping[str, Any], rules: _Rules) -> Iterator[tuple[str, Typed]]:
    for column, places in rules.items():
        for place in places:
            value = _look_up(message, place)
            if not is_blank(value):
                if not isinstance(value, dict | list):
                    yield column, typed(value)
                break


def _look_up(message: Mapping[str, Any], place: tuple[str, ...]) -> Any:
    value: Any = message
    for key in place:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _flattened(value: Any, prefix: str, reserved: frozenset[str]) -> Iterator[tuple[str, Typed]]:
    """Yield the columns of an object: the keys' of objects in it joined by `_`; of two that meet, the later key's."""
    if not isinstance(value, dict):
        return
    for key in sorted(value):
        item = value[key]
        if isinstance(item, dict):
            yield from _flattened(item, f"{prefix}{key}_", reserved)
        elif not is_blank(item):
            column = column_name(prefix + key)
            if column and column not in reserved:
                yield column, typed(item)
