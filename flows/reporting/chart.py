"""Counts over time as a chart: bars, one a month or a year, stacked by event, as SVG that a page can hold as text.

It needs no script and no font of its own. Its colours are of middle lightness, so that it reads on white and on black.
"""

import base64
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from itertools import accumulate, repeat
from math import ceil
from operator import mul
from typing import NamedTuple

MOST_BARS = 120
MOST_EVENTS = 4

_WIDTH, _HEIGHT = 960, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 96, 928, 44, 268
_COLOURS = ("#4f86e0", "#e08a3c", "#3fa880", "#b36fd0", "#8b94a3")
_INK = "#737e8e"
_MOST_LABELS = 12


class Bars(NamedTuple):
    """Bars from the oldest to the newest, without a gap: what they are of, their labels, and each event's counts."""

    period: str
    labels: tuple[str, ...]
    counts: Mapping[str, tuple[int, ...]]

    @property
    def totals(self) -> tuple[int, ...]:
        """Return each bar's count, over all events."""
        return tuple(map(sum, zip(*self.counts.values(), strict=True)))


def bars_of(sent: Mapping[tuple[str, str], int], most: int = MOST_BARS) -> Bars:
    """Return the bars of counts by event and month, as `2020-01`; a bar a year where months would be more than `most`.

    The largest events stand for themselves, the others as one. There must be a count.
    """
    known = sorted(month for _, month in sent)
    months = _months(known[0], known[-1])
    period, length = ("month", 7) if len(months) <= most else ("year", 4)
    labels = tuple(dict.fromkeys(month[:length] for month in months))
    by_event: dict[str, Counter[str]] = {}
    for (event, month), count in sent.items():
        by_event.setdefault(event, Counter())[month[:length]] += count
    named = sorted(by_event, key=lambda event: (-by_event[event].total(), event))
    shown, others = (named, []) if len(named) <= MOST_EVENTS + 1 else (named[:MOST_EVENTS], named[MOST_EVENTS:])
    series = {event: by_event[event] for event in shown}
    if others:
        series[f"{len(others)} other events"] = sum((by_event[event] for event in others), Counter())
    return Bars(period, labels, {name: tuple(count[label] for label in labels) for name, count in series.items()})


def drawn(bars: Bars) -> str:
    """Return the bars as an image in Markdown, with words for who cannot see it."""
    image = base64.b64encode(svg(bars).encode()).decode()
    return f"![{_words(bars)}](data:image/svg+xml;base64,{image})"


def svg(bars: Bars) -> str:
    """Return the bars as SVG."""
    step = _step(max(bars.totals))
    top = step * max(ceil(max(bars.totals) / step), 1)
    parts = [*_scale(step, top), *_stacks(bars, top), *_names(bars.labels), *_legend(list(bars.counts))]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
    return f'{head} font-family="sans-serif" font-size="14" fill="{_INK}">{"".join(parts)}</svg>'


def _months(first: str, last: str) -> list[str]:
    """Return every month from the first to the last."""
    start, stop = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(start, stop + 1)]


def _words(bars: Bars) -> str:
    total, most = sum(bars.totals), max(bars.totals)
    span = " to ".join(dict.fromkeys((bars.labels[0], bars.labels[-1])))
    peak = bars.labels[bars.totals.index(most)]
    return f"Messages delivered by {bars.period}, {span}: {total:,} in all, the most in {peak} ({most:,})"


def _step(most: int) -> int:
    """Return the distance of the scale's lines: one, two or five times a power of ten, at most four to the top."""
    powers = accumulate(repeat(10), mul, initial=1)
    return next(one * power for power in powers for one in (1, 2, 5) if most <= 4 * one * power)


def _scale(step: int, top: int) -> list[str]:
    parts = []
    for value in range(0, top + 1, step):
        y = round(_BOTTOM - (_BOTTOM - _TOP) * value / top)
        line = f'<path d="M{_LEFT} {y}H{_RIGHT}" stroke="{_INK}" stroke-opacity=".35"/>'
        parts.append(f'{line}<text x="{_LEFT - 8}" y="{y + 5}" text-anchor="end">{value:,}</text>')
    return parts


def _slot(labels: Sequence[str]) -> float:
    return (_RIGHT - _LEFT) / len(labels)


def _stacks(bars: Bars, top: int) -> list[str]:
    """Return each event's share of every bar as one path."""
    slot, tall = _slot(bars.labels), (_BOTTOM - _TOP) / top
    wide = min(slot * 0.8, 48)
    paths = []
    below = (0,) * len(bars.labels)
    for colour, counts in zip(_COLOURS, bars.counts.values(), strict=False):
        boxes = [
            f"M{_LEFT + slot * at + (slot - wide) / 2:.1f} {_BOTTOM - tall * under:.1f}h{wide:.1f}v-{tall * count:.1f}"
            f"h-{wide:.1f}z"
            for at, (under, count) in enumerate(zip(below, counts, strict=True))
            if count
        ]
        paths.append(f'<path fill="{colour}" d="{"".join(boxes)}"/>')
        below = tuple(map(sum, zip(below, counts, strict=True)))
    return paths


def _names(labels: Sequence[str]) -> list[str]:
    slot, every = _slot(labels), ceil(len(labels) / _MOST_LABELS)
    return [
        f'<text x="{_LEFT + slot * (at + 0.5):.1f}" y="{_BOTTOM + 22}" text-anchor="middle">{labels[at]}</text>'
        for at in range(0, len(labels), every)
    ]


def _legend(names: Sequence[str]) -> list[str]:
    """Return a square and a name for each event, side by side; a letter is about eight wide."""
    starts = accumulate((34 + 8 * len(name) for name in names), initial=_LEFT)
    return [
        f'<rect x="{x}" y="8" width="13" height="13" fill="{colour}"/><text x="{x + 19}" y="20">{escape(name)}</text>'
        for x, colour, name in zip(starts, _COLOURS, names, strict=False)
    ]
