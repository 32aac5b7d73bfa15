"""The rows that a replay or a resend is about: of a page, they alone are mapped and counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extractors.contract import Contract
from extractors.rows import Rows
from flows.mapping import Read
from loaders.ledger.chosen import Choice
from mappers.catalog import STREAMS
from mappers.kinds import Key
from mappers.outcomes import Stream


@dataclass(frozen=True)
class Chosen:
    """Row ids by stream or detail, and the messages that are to go again though a receipt covers them."""

    rows: Mapping[str, frozenset[str]] = field(default_factory=dict)
    again: frozenset[str] = frozenset()


def chosen_of(choices: Sequence[Choice]) -> Chosen:
    """Return the chosen rows."""
    rows: dict[str, set[str]] = {}
    for choice in choices:
        rows.setdefault(choice.stream, set()).add(choice.row_id)
    again = frozenset(choice.message_id for choice in choices if choice.message_id)
    return Chosen({stream: frozenset(ids) for stream, ids in rows.items()}, again)


def only(read: Read, chosen: Chosen, contracts: Mapping[str, Contract], met: set[tuple[str, str]]) -> Read:
    """Return a page's reader that gives only the chosen rows, those that own a chosen detail, and their details.

    Rows that were met before are left out, since the pages of a replay may overlap; those given are added to `met`.
    """
    owned: set[Key] = set()  # what the details of the stream that was read last refer to
    before = frozenset(met)

    def read_chosen(name: str) -> Rows:
        rows, ids = read(name), chosen.rows.get(name, frozenset())
        stream, contract = STREAMS.get(name), contracts.get(name)
        if contract is None:
            return rows
        fresh = [(identity(row, contract), row) for row in rows.rows]
        fresh = [(row_id, row) for row_id, row in fresh if (name, row_id) not in before]
        if stream is None:
            owner, keys = contract.owner or "", owned
        else:
            owner, keys = _owner(stream), _owners_of_chosen(read, stream, chosen, contracts)
            ids |= keys
        rows.rows = [row for row_id, row in fresh if row_id in ids or getattr(row, owner) in keys]
        if stream:
            owned.clear()
            owned.update(getattr(row, owner) for row in rows.rows)
        rows.filtered = [one for one in rows.filtered if one.row_id in ids and (name, one.row_id) not in before]
        rows.dead = [one for one in rows.dead if one.row_id in ids and (name, one.row_id) not in before]
        rows.read = len(rows.rows) + len(rows.filtered) + len(rows.dead)
        rows.left_out = {}  # which of them own the chosen rows is not told
        met.update((name, one.row_id) for one in rows.filtered)
        met.update((name, one.row_id) for one in rows.dead)
        met.update((name, identity(row, contract)) for row in rows.rows)
        return rows

    return read_chosen


def identity(row: Any, contract: Contract) -> Key:
    """Return what tells the row apart, as dead letters and message ids know it."""
    return Key("/".join([getattr(row, name) for name in contract.identity]))


def _owner(stream: Stream) -> str:
    return stream.detail.owner if stream.detail else "row_id"


def _owners_of_chosen(read: Read, stream: Stream, chosen: Chosen, contracts: Mapping[str, Contract]) -> set[Key]:
    detail = stream.detail
    if detail is None or detail.stream not in chosen.rows or detail.stream not in contracts:
        return set()
    ids, contract = chosen.rows[detail.stream], contracts[detail.stream]
    return {getattr(row, detail.key) for row in read(detail.stream).rows if identity(row, contract) in ids}
