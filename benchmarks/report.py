"""The report: the figures as tables for a terminal and for Markdown, what they mean, and all of it as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.contestants import BACKFILL, CONTESTANTS, FAR, FLOOR
from benchmarks.figures import Figures, Spread, figures
from benchmarks.rounds import Result

ABSENT = "not installed: pip install -e '.[bench]'"


@dataclass(frozen=True)
class Report:
    """A benchmark's outcome: how it was asked for, what it ran on, and the results of every turn."""

    asked: Mapping[str, int]
    machine: Mapping[str, str]
    results: Sequence[Result]

    @property
    def absent(self) -> list[str]:
        """Return the contestants whose package is not installed."""
        return [name for name, contestant in CONTESTANTS.items() if not contestant.installed]


class Sheet(NamedTuple):
    """A table's title, its heads, and its rows of text."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def show(report: Report, console: Console) -> None:
    """Print the tables and notes."""
    for sheet in _sheets(report):
        table = Table(title=sheet.title, title_justify="left")
        for place, head in enumerate(sheet.heads):
            table.add_column(head, justify="right" if place else "left", no_wrap=not place)
        for row in sheet.rows:
            table.add_row(*row)
        console.print(table)
    for note in _notes(report):
        console.print(f"- {note}", highlight=False, markup=False)


def save(report: Report, folder: Path) -> None:
    """Write `latest.json` and `latest.md` into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    document = {
        "asked": report.asked,
        "machine": report.machine,
        "absent": report.absent,
        "figures": [asdict(figure) for figure in figures(report.results)],
        "results": [asdict(result) for result in report.results],
    }
    (folder / "latest.json").write_text(f"{json.dumps(document, indent=2)}\n", "utf-8")
    parts = [_markdown(sheet) for sheet in _sheets(report)] + ["\n".join(f"- {note}" for note in _notes(report))]
    (folder / "latest.md").write_text("\n\n".join(["# The last benchmark", *parts]) + "\n", "utf-8")


def _sheets(report: Report) -> list[Sheet]:
    all_figures = figures(report.results)
    heads = ["Contestant", "Events", "Events/s", "Range", "Backfill ÷ it", "CPU s/M", "Peak MB", "Before MB"]
    heads += ["Requests", "JSON B/ev.", "Wire B/ev.", "Import s"]
    absent = [[name, ABSENT, *[""] * (len(heads) - 2)] for name in report.absent]
    contestants = Sheet("Side by side", heads, [_row(figure) for figure in all_figures] + absent)
    pieces = [
        [figure.contestant, name, f"{us:.2f}", f"{figure.pieces_share[name]:.0%}"]
        for figure in all_figures
        for name, us in figure.pieces_us_an_event.items()
    ]
    machine = Sheet("Machine and versions", ["What", "Which"], [[name, text] for name, text in report.machine.items()])
    return [contestants, Sheet("Where the time goes", ["Contestant", "Piece", "µs/event", "Share"], pieces), machine]


def _row(figure: Figures) -> list[str]:
    return [
        figure.contestant,
        f"{figure.events:,}",
        f"{figure.rate.median:,.0f}",
        _range(figure.rate, ",.0f"),
        "" if figure.contestant == BACKFILL else f"{figure.ratio.median:.2f} ({_range(figure.ratio, '.2f')})",
        f"{figure.cpu_seconds_a_million.median:.1f}",
        f"{figure.peak_mb:,.0f}",
        f"{figure.before_mb:,.0f}",
        f"{figure.requests:,}",
        f"{figure.json_bytes_an_event:,.0f}",
        f"{figure.wire_bytes_an_event:,.0f}",
        f"{figure.import_seconds:.2f}",
    ]


def _range(spread: Spread, form: str) -> str:
    return f"{spread.low:{form}} to {spread.high:{form}}"


def _notes(report: Report) -> list[str]:
    by_name = {figure.contestant: figure for figure in figures(report.results)}
    ours, floor = by_name[BACKFILL], by_name[FLOOR]
    events = floor.events / ours.events - 1
    size = floor.json_bytes_an_event / ours.json_bytes_an_event - 1
    packed = floor.wire_bytes_an_event / ours.wire_bytes_an_event - 1
    rounds = report.asked["rounds"]
    return [
        f"Medians of {rounds} interleaved round{'s' if rounds > 1 else ''} and their ranges; ratios within a round.",
        "A contestant is one fresh process, without its imports; events and ids are counted at the sink, afterwards.",
        "The whole path: prepare, every shard and finish, a fresh ledger, every check on, no Prefect.",
        f"With 50 ms before every answer the whole path keeps {1 / by_name[FAR].ratio.median:.0%} of its speed.",
        "Each user's events arrive in their order, near and far: Identify, Group, Track by time; else the run fails.",
        f"The floor keeps no promise: {events:+.2%} events, {size:+.2%} JSON bytes an event against the whole path.",
        f"Its ids are running numbers and its streams lie apart, so gzip leaves {packed:+.0%} bytes on the wire.",
        "The peers get the whole path's own messages ready made; reading and mapping are outside their clock.",
        "They run with gzip, up to 2,000 calls a batch or their own limit, no call dropped, flushed and joined.",
        "Memory before the clock holds the peers' calls; the others read theirs on the clock.",
        *[f"{name}: {ABSENT}" for name in report.absent],
    ]


def _markdown(sheet: Sheet) -> str:
    lines = [f"## {sheet.title}", "", _line(sheet.heads), _line(["---", *["---:"] * (len(sheet.heads) - 1)])]
    return "\n".join([*lines, *map(_line, sheet.rows)])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
