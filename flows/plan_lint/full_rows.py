"""Invented rows of a stream with every column filled, made from its row contract: what it can tell at most."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from types import NoneType
from typing import Any, NamedTuple, get_args, get_type_hints

from mappers.kinds import Day, Instant, Key
from mappers.outcomes import Details, Stream
from mappers.web_log import KINDS

INSTANT, DAY = Instant("2020-01-01T12:00:00.000000Z"), Day("2020-01-01")

_OF_KIND: Mapping[Any, Any] = {
    Key: Key("100"),
    Instant: INSTANT,
    Day: DAY,
    str: "a text",
    int: 2,
    bool: True,
    Decimal: Decimal("19.99"),
}
_OF_COLUMN: Mapping[str, str] = {
    "email": "ada@example.org",
    "phone": "9195550100",
    "currency": "USD",
    "ip": "192.0.2.1",
    "website": "https://example.org",
    "url": "https://example.org",
    "image_url": "https://example.org/image.png",
    "page_url": "https://example.org/page",
    "avatar": "https://example.org/avatar.png",
}
"""Texts that a plan may well have a pattern or a format for."""

WORDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("web_log", "kind"): KINDS,
    ("cart_events", "action"): ("add", "remove"),
    ("license_changes", "action"): ("added", "edited"),
    ("profile_updates", "section"): ("details", "password", "credit_card"),
}
"""The words that a text column may hold by its contract, as its mapper's docstring names them."""


class Page(NamedTuple):
    """One row of a stream, and the rows of its detail that belong to it."""

    row: Any
    details: Details


def full_pages(stream: Stream, without: frozenset[str] = frozenset()) -> Iterator[Page]:
    """Yield a row of every variant: each word, each truth value, of a user and, where there may be one, of a visitor.

    `without` are columns, as `orders.total`, that hold nothing: null, or what the contract has where they are absent.
    """
    hints = get_type_hints(stream.row)
    choices = [_choices(stream.name, name, hints[name], without, stream.row) for name in stream.row._fields]
    for values in product(*choices):
        row = stream.row._make(values)
        if _is_of_somebody(row, hints):
            yield Page(row, _details(stream, row, without))


def _choices(place: str, name: str, hint: Any, without: frozenset[str], row: Any) -> Sequence[Any]:
    kinds = [kind for kind in get_args(hint) or (hint,) if kind is not NoneType]
    nullable = NoneType in get_args(hint)
    if f"{place}.{name}" in without:
        return (row._field_defaults.get(name),)
    if name in ("user_id", "anonymous_id") and nullable:
        return (Key("100"), None)
    if (place, name) in WORDS:
        return WORDS[place, name]
    if kinds[0] is bool:
        return (False, True)
    return (_OF_COLUMN.get(name, _OF_KIND[kinds[0]]) if kinds[0] is str else _OF_KIND[kinds[0]],)


def _is_of_somebody(row: Any, hints: Mapping[str, Any]) -> bool:
    """Tell whether it is of a user, or else of a visitor: a message names one of them."""
    if "anonymous_id" not in hints:
        return True
    return (row.user_id is None) != (row.anonymous_id is None)


def _details(stream: Stream, row: Any, without: frozenset[str]) -> Details:
    detail = stream.detail
    if detail is None or detail.stream in without:
        return {}
    hints = get_type_hints(detail.row)
    values = {name: _choices(detail.stream, name, hints[name], without, detail.row)[0] for name in detail.row._fields}
    owner = getattr(row, detail.owner)
    made: Any = detail.row
    return {owner: [made(**(values | {detail.key: owner}))]}
