"""Are row ids unique? Asked of the database itself, over many more rows than are fetched."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import VARBINARY, ColumnElement, Connection, and_, case, cast, collate, column, func, or_, select

from extractors.contract import ANONYMOUS, USER, Contract
from extractors.models import Model
from extractors.survey.findings import Finding, Level, level_of
from extractors.survey.sample import Sample

MOST_ROWS = 1_000_000
"""Grouping so many takes a server seconds; of a longer table they are its first."""


class Repeated(NamedTuple):
    """Of so many rows, how many ids stand more than once, in how many rows, and how many are of different owners."""

    of: int
    ids: int
    rows: int
    shared: int


def count_repeated(connection: Connection, model: Model, contract: Contract, sample: Sample) -> Repeated | None:
    """Count repeated ids; None where the model has none, as a log without a key."""
    if not set(contract.identity) <= set(sample.columns) or USER not in sample.columns:
        return None
    visitors = ANONYMOUS in contract.scope and ANONYMOUS in sample.columns
    names = list(dict.fromkeys([*contract.identity, USER, *([ANONYMOUS] if visitors else [])]))
    rows = model.clause.columns(*[column(name) for name in names]).subquery("m")
    first = select(*[rows.c[name] for name in names]).limit(MOST_ROWS).subquery("f")
    of = connection.execute(select(func.count()).select_from(first)).scalar_one()
    ids = [_exact(first.c[name], connection.dialect.name, sample.values(name)) for name in contract.identity]
    groups = (
        select(func.count().label("n"), _is_shared(first.c, visitors=visitors).label("shared"))
        .where(*[first.c[name].is_not(None) for name in contract.identity])
        .group_by(*ids)
        .having(func.count() > 1)
        .subquery("g")
    )
    query = select(func.count(), func.sum(groups.c.n), func.sum(groups.c.shared)).select_from(groups)
    return Repeated(of, *(int(figure or 0) for figure in connection.execute(query).one()))


def _is_shared(columns: Any, *, visitors: bool) -> ColumnElement[int]:
    """Return 1 for an id whose rows lie on different pages: of two users, of a user and nobody, of two visitors."""
    users, with_user = func.count(columns[USER].distinct()), func.count(columns[USER])
    shared = [users > 1, and_(with_user > 0, with_user < func.count())]
    if visitors:
        shared.append(and_(with_user == 0, func.count(columns[ANONYMOUS].distinct()) > 1))
    return case((or_(*shared), 1), else_=0)


def _exact(key: ColumnElement[Any], dialect: str, values: Sequence[Any]) -> ColumnElement[Any]:
    """Return the key as it is compared to the letter: `aB` and `Ab` are two ids, whatever the column's collation."""
    if dialect == "sqlite":
        return collate(key, "BINARY")
    if dialect in ("mysql", "mariadb", "mssql") and any(isinstance(value, str) for value in values):
        return cast(key, VARBINARY(8000))
    return key


def row_id_findings(contract: Contract, repeated: Repeated) -> list[Finding]:
    """Return what repeated ids come to: copies and dead letters in one user's, a run out of balance across users."""
    place = " and ".join(contract.identity)
    findings = []
    if repeated.shared:
        level = Level.WARNING if contract.owner else Level.FAULT
        what = f"ids that rows of different users share ({repeated.shared:,}): their messages would cover one another"
        cure = "yield an id that is unique in the whole table; where parts are numbered anew, join them with their own"
        findings.append(Finding(level, contract.name, place, what, cure, None, repeated.of))
    if repeated.ids:
        fate = "equal rows are sent once, differing ones are dead letters"
        what = f"ids that stand more than once ({repeated.ids:,}): {fate}"
        cure = "check that no JOIN multiplies the rows, and that the id is the table's own key"
        level = level_of(repeated.rows, repeated.of)
        findings.append(Finding(level, contract.name, place, what, cure, repeated.rows, repeated.of))
    return findings
