"""Results to figures: medians of the rounds, ratios paired within each round."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.contestants import BACKFILL
from benchmarks.rounds import Result

MILLION = 1_000_000


@dataclass(frozen=True)
class Spread:
    """A figure's median over the rounds, and its range."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Figures:
    """A contestant in figures. `ratio` is how many times as fast the whole path was in the same round."""

    contestant: str
    events: int
    rate: Spread
    wall_seconds: Spread
    cpu_seconds_a_million: Spread
    import_seconds: float
    before_mb: float
    peak_mb: float
    requests: int
    wire_bytes_an_event: float
    json_bytes_an_event: float
    ratio: Spread
    pieces_us_an_event: dict[str, float]
    pieces_share: dict[str, float]
    counts: dict[str, int]


def figures(results: Sequence[Result]) -> list[Figures]:
    """Return every contestant's figures, in the order of their first turn."""
    ours = {result.round: result.rate for result in results if result.contestant == BACKFILL}
    names = dict.fromkeys(result.contestant for result in results)
    return [_figures([result for result in results if result.contestant == name], ours) for name in names]


def spread(values: Sequence[float]) -> Spread:
    """Return the median and the range of the values."""
    return Spread(median(values), min(values), max(values))


def _figures(turns: Sequence[Result], ours: dict[int, float]) -> Figures:
    def middle(value: Callable[[Result], float]) -> float:
        return median(map(value, turns))

    last = turns[-1]
    events = last.measured.events
    names = list(last.measured.pieces)

    def piece(name: str, whole: Callable[[Result], float]) -> float:
        return median(turn.measured.pieces[name] / whole(turn) for turn in turns)

    return Figures(
        contestant=last.contestant,
        events=events,
        rate=spread([turn.rate for turn in turns]),
        wall_seconds=spread([turn.measured.wall_seconds for turn in turns]),
        cpu_seconds_a_million=spread([turn.measured.cpu_seconds / events * MILLION for turn in turns]),
        import_seconds=middle(lambda turn: turn.measured.import_seconds),
        before_mb=middle(lambda turn: turn.measured.before_mb),
        peak_mb=middle(lambda turn: turn.measured.peak_mb),
        requests=last.received.requests,
        wire_bytes_an_event=last.received.wire_bytes / events,
        json_bytes_an_event=last.received.json_bytes / events,
        ratio=spread([ours[turn.round] / turn.rate for turn in turns]),
        pieces_us_an_event={name: piece(name, lambda _: events / MILLION) for name in names},
        pieces_share={name: piece(name, lambda turn: turn.measured.wall_seconds) for name in names},
        counts=dict(last.measured.counts),
    )
