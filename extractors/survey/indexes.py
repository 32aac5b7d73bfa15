"""Which index would help: what a page, and a nightly window, make the database read whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, literal_column, select
from sqlalchemy import table as table_of
from sqlalchemy.sql import quoted_name

from extractors.contract import USER, Contract
from extractors.extents import extent, temper_of
from extractors.models import Model
from extractors.pages import Window
from extractors.query import table
from extractors.survey.asking import Unanswered, ask
from extractors.survey.findings import Finding, Level
from extractors.survey.origins import bare, origin_of, tables_of
from extractors.survey.page_plan import can_be_paged, page_plan
from extractors.survey.plans import Plan, has_plans, plan_of
from extractors.survey.sample import Sample
from mappers.kinds import Instant, instant_of

LARGE_ROWS = 10_000
"""A table of fewer rows is read whole in no time."""

_A_NIGHT = timedelta(days=1)


@dataclass(frozen=True)
class Surveyed:
    """A model whose plans are asked for, with its sample."""

    connection: Connection
    model: Model
    contract: Contract
    sample: Sample


def index_findings(one: Surveyed, zone: str, now: Instant) -> list[Finding]:
    """Return a warning where a page or a night reads a large table whole, with the index that would help."""
    if not has_plans(one.connection) or not can_be_paged(one.contract, one.sample):
        return []
    findings = _of(one, USER, "each page", lambda: page_plan(one.connection, one.model, one.contract, one.sample))
    followed = one.contract.followed(frozenset(one.sample.columns))
    if followed is None or followed not in one.sample.columns or one.contract.owner not in (None, USER):
        return findings
    return findings + _of(one, followed, "each nightly run", lambda: _night_plan(one, followed, zone, now))


def _night_plan(one: Surveyed, name: str, zone: str, now: Instant) -> Plan:
    """Return the plan of the query for those who did something, or were changed, since yesterday."""
    window = Window(instant_of(datetime.fromisoformat(now) - _A_NIGHT), now)
    night = extent(name, window, zone, temper_of(one.connection, one.model, name), nulls=False)
    rows = table(one.model, one.contract, frozenset(one.sample.columns))
    inside = night.condition(rows.c)  # alone: a search for users that are not null would find everything by an index
    query = select(rows.c[USER]) if inside is None else select(rows.c[USER]).where(inside)
    return plan_of(one.connection, query, {})


def _of(one: Surveyed, name: str, whose: str, question: Callable[[], Plan]) -> list[Finding]:
    plan = ask(one.connection, question)
    if isinstance(plan, Unanswered):
        what = f"{whose} puts a range on {name}, which the database refuses: {plan.words}"
        cure = "yield the bare column, of a type that it can compare"
        return [Finding(Level.WARNING, one.model.stream, name, what, cure)]
    tables = tables_of(one.model.sql)
    scanned = dict.fromkeys(tables.get(bare(alias), alias) for alias in plan.scanned)
    large = [own for own in scanned if _is_large(one.connection, own)]
    if not large:
        return []
    what = f"{whose} reads {', '.join(large)} whole ({LARGE_ROWS:,} rows or more)"
    return [Finding(Level.WARNING, one.model.stream, name, what, _cure(one.model.sql, name, large, tables))]


def _cure(sql: str, name: str, large: Sequence[str], tables: Mapping[str, str]) -> str:
    origin = origin_of(sql, name)
    main = origin.table if origin else next(iter(tables.values()), large[0])
    known = {bare(one) for one in tables.values()}
    is_main = bare(main) in map(bare, large) or not known & set(map(bare, large))  # a partition has a name of its own
    others = [one for one in large if bare(one) != bare(main) and bare(one) in known]
    parts: list[str] = []
    if is_main and origin:
        index = "_".join((bare(origin.table), bare(origin.column)))
        parts.append(f"CREATE INDEX {index} ON {origin.table} ({origin.column})")
    elif is_main:
        parts.append(f"an index on the column behind {name} of table {main}, which the model must yield bare")
    parts += [f"an index on the columns by which {one} is joined" for one in others]
    return "; ".join(parts)


def _is_large(connection: Connection, name: str) -> bool:
    """Tell whether a table has many rows; of what is no table, as a CTE, nothing is said."""
    *schema, own = (quoted_name(part.strip('"`[]'), quote=part[:1] in '"`[') for part in name.split("."))
    first: Select[Any] = select(literal_column("1").label("one")).select_from(
        table_of(own, schema=".".join(schema) or None)
    )
    query = select(func.count()).select_from(first.limit(LARGE_ROWS).subquery("t"))
    counted: Any = ask(connection, lambda: connection.execute(query).scalar_one())
    return not isinstance(counted, Unanswered) and counted >= LARGE_ROWS
