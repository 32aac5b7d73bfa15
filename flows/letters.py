"""Open dead letters that a page shows to be mended: their row came by, and is not dead any more."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from extractors.contract import Contract
from extractors.rows import TOO_RECENT, Rows
from flows.chosen import identity
from flows.mapping import Mapped, Read
from loaders.ledger.dead_letters import LetterKey


class OpenLetters:
    """The letters that were open when the shard began, of the streams and rules that the run judges."""

    def __init__(self, letters: Iterable[LetterKey], wanted: frozenset[str], contracts: Mapping[str, Contract]) -> None:
        self._contracts = contracts
        self._rules: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for stream, row_id, rule in letters:
            if stream in contracts and (not rule or rule in wanted):
                self._rules[stream][row_id].append(rule)

    def watching(self, read: Read, seen: set[LetterKey]) -> Read:
        """Return the page's reader, which also notes the letters whose rows it reads."""
        if not self._rules:
            return read

        def read_and_note(name: str) -> Rows:
            rows = read(name)
            if name in self._rules:
                seen.update(self._met(name, rows))
            return rows

        return read_and_note

    def _met(self, name: str, rows: Rows) -> Iterable[LetterKey]:
        """Yield the letters of rows that are not dead; what is too recent is not judged."""
        rules, contract = self._rules[name], self._contracts[name]
        ids = {identity(row, contract) for row in rows.rows}
        ids |= {one.row_id for one in rows.filtered if one.reason != TOO_RECENT}
        for row_id in ids & rules.keys():
            yield from (LetterKey(name, row_id, rule) for rule in rules[row_id])


def mended(seen: set[LetterKey], mapped: Mapped) -> set[LetterKey]:
    """Return those of the letters seen that the page did not find dead again; a dead row keeps all of its own."""
    dead = {LetterKey(letter.stream, letter.row_id, letter.rule) for letter in mapped.dead}
    dead_rows = {(letter.stream, letter.row_id) for letter in mapped.dead if not letter.rule}
    return {key for key in seen - dead if (key.stream, key.row_id) not in dead_rows}
