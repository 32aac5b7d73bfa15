"""A forecast on the terminal, in Markdown, and as a page of its own."""

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from flows.errors import Exit
from flows.forecast.page import page
from flows.forecast.planning import Planned
from flows.forecast.sections import sections
from flows.forecast.telling import Section
from flows.outcome import counted
from flows.reporting.chart import drawn
from flows.tables import MOST_ROWS, Table, in_markdown, on_terminal

TITLE = "What a run would send"

_MOST_LINES = 24
"""More rows of a table are told by the files alone."""


def show_plan(planned: Planned, html: Path | None, json_file: Path | None) -> None:
    """Print it: figures first, the outcome last. Samples and long tables stand in the files alone."""
    console = Console()
    for section in sections(planned.forecast):
        if section.samples:
            continue
        console.print(f"[bold]{escape(section.title)}[/bold]")
        for words in section.words:
            console.print(escape(words), highlight=False)
        for table in section.tables:
            console.print(on_terminal(_short(table, _MOST_LINES)))
    files = [str(file) for file in (html, json_file) if file]
    if files:
        console.print(f"All of it, with samples: {escape(', '.join(files))}", highlight=False, soft_wrap=True)
    colour = "green" if planned.outcome.exit is Exit.DONE else "red"
    console.print(f"[{colour}]{escape(planned.outcome.words)}[/{colour}]", highlight=False, soft_wrap=True)


def write_page(planned: Planned, html: Path) -> None:
    """Write it as HTML."""
    html.write_text(page(TITLE, planned.outcome.words, sections(planned.forecast)))


def write_refusal(error: Exception, html: Path) -> None:
    """Write why there is no plan: a page that an earlier one left there must not be taken for its own."""
    html.write_text(page(TITLE, str(error), ()))


def in_prefect(planned: Planned) -> str:
    """Return it as Markdown."""
    parts = [f"# {TITLE}", planned.outcome.words]
    parts += [part for section in sections(planned.forecast) for part in _markdown(section)]
    return "\n\n".join(parts)


def _markdown(section: Section) -> Iterator[str]:
    yield f"## {section.title}"
    yield from section.words
    if section.bars:
        yield drawn(section.bars)
    yield from in_markdown([_short(table, MOST_ROWS) for table in section.tables])
    for name, text in section.samples:
        yield f"### {name}\n\n```json\n{text}\n```"


def _short(table: Table, most: int) -> Table:
    title, names, rows = table
    if len(rows) <= most:
        return table
    return f"{title} (the first {most} of {counted(len(rows), 'row')})".strip(), names, rows[:most]
