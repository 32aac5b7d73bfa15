"""Tables for people: a title, names and rows, as a terminal or as Markdown shows them."""

from collections.abc import Iterable, Sequence

from rich.markup import escape
from rich.table import Table as RichTable

Table = tuple[str, Sequence[str], Sequence[Sequence[object]]]
"""A title, the columns' names, the rows."""


def on_terminal(table: Table) -> RichTable:
    """Return the table as the terminal shows it."""
    title, names, rows = table
    shown = RichTable(title=title, title_justify="left", title_style="bold")
    for name in names:
        shown.add_column(name, overflow="fold")
    for row in rows:
        shown.add_row(*(escape(_text(value)) for value in row))
    return shown


def in_markdown(tables: Iterable[Table]) -> list[str]:
    """Return each table as a section of Markdown."""
    return [_section(*table) for table in tables]


def _section(title: str, names: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    head = f"| {' | '.join(names)} |\n|{'---|' * len(names)}"
    lines = (" | ".join(_text(value).replace("|", "\\|") for value in row) for row in rows)
    return "\n".join([f"### {title}\n\n{head}", *(f"| {line} |" for line in lines)])


def _text(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
