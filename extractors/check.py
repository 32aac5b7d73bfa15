"""The contract held against the database, before the first row is mapped: every fault of every model at once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from extractors.bracketed import page_faults
from extractors.contract import CHANGED, ROW_ID, USER, Contract
from extractors.convert import convert
from extractors.errors import ContractBroken
from extractors.fetching import decoded
from extractors.instants import Zone, read_instants
from extractors.models import Model
from extractors.source import reading, words
from mappers.kinds import LAST, Instant

_SAMPLE_ROWS = 100

Present = Mapping[str, frozenset[str]]
"""The columns that each model yields."""


def check_models(
    engine: Engine, place: str, models: Mapping[str, Model], contracts: Mapping[str, Contract], zone: Zone
) -> Present:
    """Return the columns of each model. Raises `ContractBroken` with every fault of every model."""
    faults: list[str] = []
    sampled: dict[str, tuple[list[str], Sequence[Any]]] = {}
    key_types: dict[str, set[type]] = {}
    with reading(engine) as connection:
        for name, model in models.items():
            found = _sample(connection, model)
            if isinstance(found, str):
                faults.append(f"{name}.sql: cannot be read: {found}")
                continue
            columns, rows = _as_the_contract(found[0], contracts[name]), found[1]
            own = [*_name_faults(contracts[name], columns), *_kind_faults(contracts[name], columns, rows, zone)]
            faults.extend(f"{name}.sql: {fault}" for fault in own)
            sampled[name] = columns, rows
            key_types[name] = (
                {type(row[columns.index(USER)]) for row in rows} - {type(None)} if USER in columns else set()
            )
        faults.extend(_mixed_keys(key_types))
        faults = faults or page_faults(connection, models, contracts, sampled)
    if faults:
        raise ContractBroken(place, faults)
    return {name: frozenset(columns) for name, (columns, _) in sampled.items()}


def _mixed_keys(key_types: Mapping[str, set[type]]) -> list[str]:
    """Page edges are keys: of two types, they would fall elsewhere in one model than in the other."""
    texts = sorted(name for name, types in key_types.items() if str in types)
    others = sorted(name for name, types in key_types.items() if types - {str})
    if not texts or not others:
        return []
    return [f"user_id is a text in {', '.join(texts)} and a number in {', '.join(others)}; make it one type in all"]


def _sample(connection: Connection, model: Model) -> tuple[list[str], Sequence[Any]] | str:
    def read() -> tuple[list[str], Sequence[Any]]:
        result = connection.execute(model.clause, execution_options={"stream_results": True})
        columns, rows = list(result.keys()), result.fetchmany(_SAMPLE_ROWS)
        result.close()
        return columns, rows

    try:
        with connection.begin_nested() if connection.dialect.name == "postgresql" else connection.begin():
            return decoded(connection, read)
    except SQLAlchemyError as error:
        return words(error)


def _as_the_contract(columns: Sequence[str], contract: Contract) -> list[str]:
    """Return the names as the contract writes them: a database may give them in upper case."""
    expected = contract.expected()
    return [name.lower() if name.lower() in expected else str(name) for name in columns]


def _name_faults(contract: Contract, columns: Sequence[str]) -> list[str]:
    expected = contract.expected()
    required = [
        column.name for column in expected.values() if not column.optional and column.name not in _may_lack(contract)
    ]
    faults = [f"column {name} is missing{_instead(name)}" for name in required if name not in columns]
    faults += [
        f"column {name} is unknown; the contract has {', '.join(expected)}" for name in columns if name not in expected
    ]
    if contract.compared and (contract.identity != (ROW_ID,) or ROW_ID not in columns):
        faults.append(f"rows are compared by their {ROW_ID}, which there is none of: take `-- backfill: snapshot` out")
    if contract.compared and CHANGED in columns:
        faults.append(f"column {CHANGED} tells when a row changed: take the line `-- backfill: snapshot` out")
    return faults + [f"column {name} stands twice" for name, count in Counter(columns).items() if count > 1]


def _instead(name: str) -> str:
    return "; where nothing tells it, begin the model with `-- backfill: snapshot`" if name == CHANGED else ""


def _may_lack(contract: Contract) -> tuple[str, ...]:
    """Return the columns without a default that a model may still leave out: a log has no key."""
    if contract.compared:
        return (CHANGED,)
    return (ROW_ID,) if contract.log_identity else ()


def _kind_faults(contract: Contract, columns: Sequence[str], rows: Sequence[Any], zone: Zone) -> list[str]:
    faults = []
    for column in contract.expected().values():
        if column.name not in columns:
            continue
        place = columns.index(column.name)
        values = [row[place] for row in rows if row[place] is not None]
        reasons: dict[int, str] = {}
        if column.kind is Instant:
            reasons = read_instants(values, zone, LAST).faults
        else:
            convert(values, column.kind, reasons)
        mistyped = [reason for reason in reasons.values() if reason.startswith(("Mistyped", "Unparseable"))]
        if mistyped and len(mistyped) == len(values):
            kinds = ", ".join(sorted({type(value).__name__ for value in values}))
            name = getattr(column.kind, "__name__", str(column.kind))
            faults.append(f"column {column.name} holds {kinds}, which is no {name} ({mistyped[0]})")
    return faults
