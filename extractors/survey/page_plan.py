"""The query of a stream's page, as a run would put it, with bounds that are nobody's, and the database's plan of it."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select

from extractors.contract import USER, Contract
from extractors.models import Model
from extractors.pages import Axis, Shape
from extractors.query import page_query
from extractors.survey.keys import kinds_of
from extractors.survey.plans import Plan, plan_of
from extractors.survey.sample import Sample

_SHAPE = Shape(Axis.USERS, low=True, high=True)
_BOUNDS: dict[str, tuple[Any, Any]] = {
    "number": (1000, 1001),
    "text": ("m", "mz"),  # what begins with a text sorts after it in every collation
    "UUID": (UUID(int=2**127), UUID(int=2**127 + 1)),
}


def can_be_paged(contract: Contract, sample: Sample) -> bool:
    """Tell whether the model has the columns that pages and windows are put on."""
    return {*contract.scope, *filter(None, (contract.window,))} <= set(sample.columns)


def page_statement(model: Model, contract: Contract, sample: Sample) -> Select[Any]:
    """Return the SELECT of a page of users."""
    return page_query(model, contract, frozenset(sample.columns), _SHAPE)


def page_plan(connection: Connection, model: Model, contract: Contract, sample: Sample) -> Plan:
    """Return the plan of the narrowest of pages: what is scanned for it is scanned for every page."""
    kind = next(iter(sorted(kinds_of(sample.values(USER)))), "text")
    low, high = _BOUNDS.get(kind, _BOUNDS["text"])
    return plan_of(connection, page_statement(model, contract, sample), {"low": low, "high": high})


def named(query: Select[Any], connection: Connection) -> str:
    """Return the query's SQL in the database's dialect, its parameters by name."""
    dialect: Any = type(connection.dialect)
    return str(query.compile(dialect=dialect(paramstyle="named")))
