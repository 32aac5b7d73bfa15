"""What a verification came to: a run's figures, what differs, and the sentence that says how it ended."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flows.errors import Exit
from flows.outcome import Outcome
from flows.summary import Summary
from flows.verification.comparing import DIFFERENT, DOUBLED, GONE, KINDS, MISSING, SHARED, UNRECEIPTED, UNSENT

_WORDS: Mapping[str, str] = {
    MISSING: "missing",
    UNSENT: "not sent yet (`backfill run` sends them)",
    DOUBLED: "doubled",
    DIFFERENT: "different",
    GONE: "gone from the source",
    UNRECEIPTED: "without a receipt",
    SHARED: "made of several rows",
}


class Line(NamedTuple):
    """A stream's month: messages that the source makes, with a receipt, wholly arrived; and what differs."""

    stream: str
    month: str
    source: int
    ledger: int
    destination: int
    missing: int
    unsent: int
    doubled: int
    different: int
    gone: int
    unreceipted: int
    shared: int


@dataclass(frozen=True)
class Verified(Summary):
    """A verification in figures. Delivered is what the destination holds, and `events` counts that by name.

    `mended` are missing ones that were sent again; `beside` counts what is no fault of its own; `late` tells that the
    destination's newest event is older than the ledger's newest receipt. `findings` are the first of each kind.
    """

    destination: str
    missing: int
    unsent: int
    doubled: int
    different: int
    gone: int
    unreceipted: int
    shared: int
    mended: int
    late: bool
    beside: dict[str, int]
    months: list[dict[str, Any]]
    findings: list[dict[str, str]]

    @property
    def agrees(self) -> bool:
        """Tell whether nothing differs, or all that did was mended."""
        return sum(int(getattr(self, kind)) for kind in KINDS) == self.mended

    def lines(self) -> list[Line]:
        """Return the account by stream and month."""
        return [Line(**month) for month in self.months]


def by_stream(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of each stream added up, without a month."""
    totals: dict[str, Counter[str]] = {}
    figures = Line._fields[2:]
    for line in lines:
        totals.setdefault(line.stream, Counter()).update(dict(zip(figures, line[2:], strict=True)))
    return [Line(stream, "", *(count[name] for name in figures)) for stream, count in totals.items()]


def outcome_of(verified: Verified, resent: Outcome | None) -> Outcome:
    """Return how the verification ended; where the resend was stopped, so."""
    if resent and resent.exit is Exit.STOPPED:
        return Outcome(Exit.STOPPED, f"{_difference(verified)} The resend was stopped: {resent.words}", verified)
    if verified.balanced:
        mended = f" {verified.mended:,} were missing, and were sent again." if verified.mended else ""
        count = verified.delivered + verified.mended
        return Outcome(
            Exit.DONE, f"Source, ledger and {verified.destination} agree: {count:,} messages.{mended}", verified
        )
    return Outcome(Exit.UNBALANCED, _difference(verified), verified)


def _difference(verified: Verified) -> str:
    counts = {kind: int(getattr(verified, kind)) for kind in KINDS}
    parts = [f"{count:,} {_WORDS[kind]}{_more(verified, kind)}" for kind, count in counts.items() if count]
    late = " It is behind the ledger: what is missing may be on its way." if verified.late and verified.missing else ""
    return f"Source, ledger and {verified.destination} differ: {', '.join(parts)}.{late}"


def _more(verified: Verified, kind: str) -> str:
    beside = verified.beside
    told = {
        MISSING: [(verified.mended, "sent again")],
        DOUBLED: [(beside["doubled_in_doubt"], "named in doubt"), (beside["doubled_resent"], "sent again on purpose")],
    }
    words = ", ".join(f"{count:,} {words}" for count, words in told.get(kind, []) if count)
    return f" ({words})" if words else ""
