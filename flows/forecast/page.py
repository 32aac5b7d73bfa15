"""A forecast as one page of HTML that needs nothing beside it: no script, no font, no network."""

from collections.abc import Iterator, Sequence
from html import escape

from flows.forecast.telling import Section
from flows.reporting.chart import svg
from flows.tables import Table, as_text

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --pale: #647084; --line: #d9dee6; --paper: #fff; --tint: #f5f7fa }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8ee; --pale: #98a3b3; --line: #353d49; --paper: #14181e; --tint: #1c2229 }
}
body { margin: 0 auto; max-width: 64rem; padding: 2rem 1.5rem 4rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.7rem; margin: 0 0 .3rem } h2 { font-size: 1.2rem; margin: 2.2rem 0 .4rem }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem } p { margin: .3rem 0 } .lead { color: var(--pale) }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1rem; margin: 1rem 0; font-size: .9rem }
a { color: inherit } figure { margin: 1rem 0; overflow-x: auto } svg { width: 100%; min-width: 36rem; height: auto }
.tables { display: flex; flex-wrap: wrap; gap: 0 3rem } .tables > div { max-width: 100% }
.wide { overflow-x: auto } table { border-collapse: collapse; font-size: .9rem }
th, td { text-align: left; padding: .25rem .9rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
th { color: var(--pale); font-weight: 600 }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
summary { cursor: pointer; padding: .3rem 0 }
pre { background: var(--tint); padding: .8rem 1rem; overflow-x: auto; font-size: .82rem }
"""
_MOST_ROWS = 15
"""A longer table is folded."""


def page(title: str, lead: str, sections: Sequence[Section]) -> str:
    """Return the page."""
    links = "".join(f'<a href="#s{number}">{escape(one.title)}</a>' for number, one in enumerate(sections))
    body = "".join(part for number, one in enumerate(sections) for part in _section(number, one))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>"
        f'<p class="lead">{escape(lead)}</p><nav>{links}</nav>{body}</body></html>\n'
    )


def _section(number: int, section: Section) -> Iterator[str]:
    yield f'<h2 id="s{number}">{escape(section.title)}</h2>'
    yield from (f"<p>{_words(words)}</p>" for words in section.words)
    if section.bars:
        yield f"<figure>{svg(section.bars)}</figure>"
    yield '<div class="tables">'
    for table in section.tables:
        yield f"<div>{''.join(_table(table))}</div>"
    yield "</div>"
    for name, text in section.samples:
        yield f"<details><summary>{escape(name)}</summary><pre>{escape(text)}</pre></details>"


def _table(table: Table) -> Iterator[str]:
    title, names, rows = table
    numbers = [isinstance(value, int) for value in rows[0]] if rows else [False] * len(names)
    head = "".join(_cell("th", name, number) for name, number in zip(names, numbers, strict=True))
    lines = "".join(
        f"<tr>{''.join(_cell('td', as_text(value), number) for value, number in zip(row, numbers, strict=True))}</tr>"
        for row in rows
    )
    shown = f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>'
    if len(rows) > _MOST_ROWS:
        yield f"<details><summary>{escape(title or 'All')}: {len(rows):,} rows</summary>{shown}</details>"
    else:
        yield f"<h3>{escape(title)}</h3>{shown}" if title else shown


def _cell(tag: str, text: str, is_number: bool) -> str:  # noqa: FBT001  # of a column
    return f"<{tag}{' class=number' if is_number else ''}>{escape(text)}</{tag}>"


def _words(text: str) -> str:
    """Return a sentence, with what stands between backticks as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts))
