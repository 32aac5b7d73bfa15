"""Open dead letters that a page shows to be mended: their row came by, and is not dead any more."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from extractors.rows import TOO_RECENT, Rows
from flows.chosen import identity
from flows.job import Job
from flows.mapping import Mapped, Read
from loaders.batches import Message
from loaders.ledger.dead_letters import LetterKey

Seen = list[tuple[str, Rows]]
"""The rows of a page of streams that have open letters."""


class Judged(NamedTuple):
    """Of the open letters whose rows were on a page, those that are mended, and all of them."""

    mended: frozenset[LetterKey]
    met: frozenset[LetterKey]


class OpenLetters:
    """The letters that were open when the shard began.

    A run judges those of the rules that it wants; one with a window does not judge states, which it may leave out.
    """

    def __init__(self, letters: Iterable[LetterKey], job: Job) -> None:
        self._job = job
        self._rules: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for stream, row_id, rule in letters:
            if stream in job.source.contracts:
                self._rules[stream][row_id].append(rule)
        window = job.source.cleaning.window
        states = [stream for stream in job.streams if stream.state and (window.since or window.until)]
        self._unjudged = {stream.name for stream in states}
        self._unjudged |= {stream.detail.stream for stream in states if stream.detail}

    def watching(self, read: Read, seen: Seen) -> Read:
        """Return the page's reader, which also keeps the rows that letters may be about."""
        if not self._rules:
            return read

        def read_and_keep(name: str) -> Rows:
            rows = read(name)
            if name in self._rules:
                seen.append((name, rows))
            return rows

        return read_and_keep

    def judge(self, seen: Seen, mapped: Mapped) -> Judged:
        """Return which letters the page met, and which of them it mends: what is sent, or filtered by rule."""
        if not seen:
            return Judged(frozenset(), frozenset())
        going = [message for messages in mapped.users.values() for message in messages]
        skipped = {(one.stream, one.row_id) for one in going if one.id in self._job.skipped}
        dead = {LetterKey(letter.stream, letter.row_id, letter.rule) for letter in mapped.dead}
        dead_rows = {(letter.stream, letter.row_id) for letter in mapped.dead if not letter.rule}
        met = {key for name, rows in seen for key in self._met(name, rows)}
        fit = {key for name, rows in seen for key in self._fit(name, rows, going)} - dead
        mended = {key for key in fit if key[:2] not in dead_rows and key[:2] not in skipped}
        return Judged(frozenset(mended), frozenset(met))

    def _met(self, name: str, rows: Rows) -> Iterator[LetterKey]:
        ids = self._ids(name, rows) | {one.row_id for one in rows.filtered} | {one.row_id for one in rows.dead}
        for row_id in ids & self._rules[name].keys():
            yield from (LetterKey(name, row_id, rule) for rule in self._rules[name][row_id])

    def _fit(self, name: str, rows: Rows, going: Sequence[Message]) -> Iterator[LetterKey]:
        """Yield the letters whose row is not dead, and whose message goes, or is none by rule."""
        if name in self._unjudged:
            return
        recent = {one.row_id for one in rows.filtered if one.reason == TOO_RECENT}
        filtered = {one.row_id for one in rows.filtered} - recent
        sent = {(one.row_id, one.rule) for one in going if one.stream == name}
        for row_id in (self._ids(name, rows) | filtered) & self._rules[name].keys() - recent:
            for rule in self._rules[name][row_id]:
                if not rule or (rule in self._job.wanted and (row_id in filtered or (row_id, rule) in sent)):
                    yield LetterKey(name, row_id, rule)

    def _ids(self, name: str, rows: Rows) -> set[str]:
        contract = self._job.source.contracts[name]
        return {identity(row, contract) for row in rows.rows}
