"""What a model must yield: the columns of a stream's row type, and those that cut it into pages and windows.

The contract is the row type itself: a field is a column, its type the kind, `| None` says that nulls are allowed, a
default that the model may leave the column out. A stream without `row_id` in its model is a log without a key.
"""

from dataclasses import dataclass
from types import NoneType
from typing import Any, NamedTuple, get_args, get_type_hints

from mappers.kinds import Instant, Key
from mappers.outcomes import Detail, Stream

ROW_ID = "row_id"
_KEY: Any = Key
_INSTANT: Any = Instant
USER, ANONYMOUS, CHANGED = "user_id", "anonymous_id", "changed_at"


class Column(NamedTuple):
    """A column that a model yields. `optional`: the model may leave it out, and its value is then null."""

    name: str
    kind: type
    nullable: bool
    optional: bool


@dataclass(frozen=True)
class Contract:
    """A stream's or a detail's contract.

    `identity` are the columns that tell rows apart, `owner` the one that refers to a detail's owning row; `scope` those
    that pages are cut by; `moment` is the column that dates the row, `window` the one that a time window is put on
    (states and their details are read whole). `cursor` is the column that tells when a row was written last, which a
    model may lack. `compared`: there is none, and rows are held against what they were.
    `log_identity` tells the rows of a log without a key apart.
    """

    name: str
    row: type[NamedTuple]
    columns: tuple[Column, ...]
    identity: tuple[str, ...]
    owner: str | None
    log_identity: tuple[str, ...]
    scope: tuple[str, ...]
    moment: str | None
    window: str | None
    cursor: str | None
    compared: bool = False

    @property
    def anonymous(self) -> bool:
        """Tell whether rows may belong to an anonymous visitor."""
        return ANONYMOUS in self.scope

    def expected(self) -> dict[str, Column]:
        """Return every column that the model may yield, by name."""
        columns = {column.name: column for column in self.columns}
        for name in self.scope:
            columns.setdefault(name, Column(name, _KEY, nullable=True, optional=False))
        if self.window:
            columns.setdefault(self.window, Column(self.window, _INSTANT, nullable=True, optional=False))
        if self.cursor:
            columns.setdefault(self.cursor, Column(self.cursor, _INSTANT, nullable=True, optional=True))
        return columns

    def followed(self, present: frozenset[str]) -> str | None:
        """Return the column that changes are followed by: the cursor where the model has it, or when it happened."""
        return self.cursor if self.cursor in present else self.window


def stream_contract(stream: Stream) -> Contract:
    """Return the contract of a stream's model."""
    columns = _columns(stream.row)
    names = {column.name for column in columns}
    return Contract(
        name=stream.name,
        row=stream.row,
        columns=columns,
        identity=(ROW_ID,),
        owner=None,
        log_identity=stream.log_identity,
        scope=tuple(name for name in (USER, ANONYMOUS) if name in names),
        moment=CHANGED if stream.state else "occurred_at",
        window=None if stream.state else "occurred_at",
        cursor=CHANGED,
    )


def detail_contract(detail: Detail) -> Contract:
    """Return the contract of a detail's model."""
    return Contract(
        name=detail.stream,
        row=detail.row,
        columns=_columns(detail.row),
        identity=detail.identity,
        owner=detail.key,
        log_identity=(),
        scope=detail.scope,
        moment=None,
        window=detail.window,
        cursor=CHANGED if CHANGED in detail.row._fields else None,
    )


def _columns(row: Any) -> tuple[Column, ...]:
    hints = get_type_hints(row)
    return tuple(_column(name, hints[name], optional=name in row._field_defaults) for name in row._fields)


def _column(name: str, hint: Any, *, optional: bool) -> Column:
    kinds = get_args(hint) or (hint,)
    kind = next(kind for kind in kinds if kind is not NoneType)
    return Column(name, kind, nullable=NoneType in kinds or (optional and kind is bool), optional=optional)
