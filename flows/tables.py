"""Tables for people: a title, names and rows, as a terminal or as Markdown shows them."""

from collections.abc import Iterable, Sequence

from rich.markup import escape
from rich.table import Table as RichTable

Table = tuple[str, Sequence[str], Sequence[Sequence[object]]]
"""A title, the columns' names, the rows."""

MOST_ROWS = 60
"""More than so many rows of a table are not read on a page."""


def on_terminal(table: Table) -> RichTable:
    """Return the table as the terminal shows it."""
    title, names, rows = table
    shown = RichTable(title=title, title_justify="left", title_style="bold")
    for name in names:
        shown.add_column(name, overflow="fold")
    for row in rows:
        shown.add_row(*(escape(as_text(value)) for value in row))
    return shown


def in_markdown(tables: Iterable[Table]) -> list[str]:
    """Return each table as a section of Markdown."""
    return [_section(*table) for table in tables]


def largest(table: Table, where: str) -> list[str]:
    """Return the table as a section of Markdown, of a long one the rows with the largest counts, which stand last.

    A line says how many more there are, and `where` they are.
    """
    title, names, rows = table
    if len(rows) <= MOST_ROWS:
        return in_markdown([table])
    first = sorted(rows, key=_last, reverse=True)[:MOST_ROWS]
    return [*in_markdown([(title, names, first)]), f"The largest {MOST_ROWS}; {len(rows) - MOST_ROWS:,} more: {where}."]


def in_rows(table: Table) -> list[dict[str, object]]:
    """Return the rows as what shows tables by itself takes them: values by the columns' names."""
    _, names, rows = table
    return [dict(zip(names, map(_shown, row), strict=True)) for row in rows]


def as_text(value: object) -> str:
    """Return a value as tables show it."""
    return f"{value:,}" if isinstance(value, int) else str(value)


def _section(title: str, names: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    numbers = [isinstance(value, int) for value in rows[0]] if rows else [False] * len(names)
    head = f"| {' | '.join(names)} |\n|{''.join('---:|' if number else '---|' for number in numbers)}"
    lines = (" | ".join(as_text(value).replace("|", "\\|") for value in row) for row in rows)
    return "\n".join([f"### {title}\n\n{head}", *(f"| {line} |" for line in lines)])


def _last(row: Sequence[object]) -> int:
    return row[-1] if isinstance(row[-1], int) else 0


def _shown(value: object) -> object:
    return value if isinstance(value, int | float) else str(value)
