"""What becomes of a row: drafts of messages, or a reason why there are none."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mappers.kinds import Instant, Key
from mappers.messages import Context, Json


class Draft(NamedTuple):
    """A message without what is the same for the whole run: id, library, integrations.

    `rule` is the key of its entry in the tracking plan, which knows the call and the event's name. `version` tells
    apart the successive states of one row; it is empty for what happens once. `body` holds traits or properties.
    """

    rule: str
    user_id: Key | None
    anonymous_id: Key | None
    at: Instant
    row_id: Key
    version: str
    body: Mapping[str, Json]
    group_id: Key | None = None
    context: Context | None = None


class Filtered(NamedTuple):
    """A row that has no message by rule, with the rule's name."""

    row_id: Key
    reason: str


class DeadRow(NamedTuple):
    """A row that should have a message but cannot: `detail` says where, never with the value."""

    row_id: Key
    reason: str
    detail: str


class Finding(NamedTuple):
    """Something about a row that its messages do not stop for, but that a person should know."""

    row_id: Key
    kind: str


Outcome = Draft | Filtered | DeadRow | Finding
Details = Mapping[Key, Sequence[Any]]
"""The rows of a stream's detail by the key of the row that they belong to."""

Mapper = Callable[[Sequence[Any], frozenset[str], Details], Iterator[Outcome]]
"""Maps the rows of one page; the set holds the keys of the plan's rules that are wanted."""


@dataclass(frozen=True)
class Detail:
    """Rows that make no message of their own but complete another stream's: an order's lines.

    `key` is the column of the detail's row that refers to the owning row's `owner`; `identity` are the columns that
    tell the details apart; `scope` and `window` those that its model has for pages and windows. What becomes of a
    detail without an owner is `orphan`: a dead letter for lines of an order that is not there, merely filtered for
    licenses of an account that is not described.
    """

    stream: str
    row: type[NamedTuple]
    key: str
    owner: str
    orphan: type[Filtered] | type[DeadRow]
    identity: tuple[str, ...] = ("row_id",)
    scope: tuple[str, ...] = ("user_id",)
    window: str | None = None

    @property
    def is_of_user(self) -> bool:
        """Tell whether it belongs to a user rather than to one of their rows."""
        return self.owner == "user_id"


@dataclass(frozen=True)
class Stream:
    """One kind of source record and its mapper, paired by name with a model.

    `row` is the contract: its fields are the columns that the model must yield, their types the kinds. A stream of
    states (`state=True`) is windowed by its messages, any other by `occurred_at`. `only_for` names the columns, or the
    detail, that nothing but one rule needs: they are not read where that rule is not wanted. `log_identity` are the
    columns that tell the rows of a log without a key apart: its own, none that is joined to it and may change.
    """

    name: str
    row: type[NamedTuple]
    rules: tuple[str, ...]
    drafts: Mapper
    detail: Detail | None = None
    state: bool = False
    only_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    log_identity: tuple[str, ...] = ()
