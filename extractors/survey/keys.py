"""Keys as they are: of which type, padded or not, and how the database compares them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, column, func, select

from extractors.contract import USER, Contract
from extractors.models import Model
from extractors.survey.findings import Finding, Level
from extractors.survey.sample import Sample
from mappers.kinds import Key

_COLLATIONS = {"mysql": "collation", "mariadb": "collation", "postgresql": "pg_collation_for", "oracle": "collation"}
_TRIM = "store it as VARCHAR, or trim it in every model alike and index that expression"
_ONE_TYPE = "yield one type in every model, from the column itself; an expression must have its own index"
ALL_MODELS = ""


def key_findings(sample: Sample, contract: Contract) -> list[Finding]:
    """Return mixed types and padded texts among the keys of one model."""
    findings = []
    for name, one in contract.expected().items():
        if one.kind is not Key or name not in sample.columns:
            continue
        values = sample.values(name)
        kinds = sorted(kinds_of(values))
        if len(kinds) > 1:
            level = Level.FAULT if name in contract.scope else Level.WARNING
            what = f"keys of mixed types: {', '.join(kinds)}; pages of a run would cut them apart"
            findings.append(Finding(level, contract.name, name, what, _ONE_TYPE))
        texts = [value.rstrip(" ") for value in values if isinstance(value, str)]  # as CHAR columns pad, keys are cut
        padded = sum(bool(text.strip()) and text != text.strip() for text in texts)
        if padded:
            what = "keys with blanks before them, or with tabs or line ends after them: `7` and ` 7` are two ids"
            findings.append(Finding(Level.WARNING, contract.name, name, what, _TRIM, padded, len(values)))
    return findings


def kinds_of(values: Sequence[Any]) -> set[str]:
    """Return the kinds of key among the values: text, number, or the name of any other type."""
    types = set(map(type, values)) - {type(None)}
    return {
        "text" if one is str else "number" if issubclass(one, int | float | Decimal) else one.__name__ for one in types
    }


def collation_of(connection: Connection, model: Model) -> str | None:
    """Return the collation of the model's user keys, which must be texts; None where the dialect cannot tell."""
    name = _COLLATIONS.get(connection.dialect.name)
    if name is None:
        return None
    rows = model.clause.columns(column(USER)).subquery("m")
    found = connection.execute(select(getattr(func, name)(rows.c[USER])).limit(1)).scalar()
    return str(found).strip('"') if found else None


def mixed_kinds(kinds: Mapping[str, set[str]]) -> list[Finding]:
    """Return a fault where the user keys of one model are of another type than those of another."""
    single = {model: next(iter(own)) for model, own in kinds.items() if len(own) == 1}
    return [_across(Level.FAULT, "types", single, _ONE_TYPE)] if len(set(single.values())) > 1 else []


def mixed_collations(collations: Mapping[str, str]) -> list[Finding]:
    """Return what differing collations come to; the database's default may be equal to the one that is named."""
    if len(set(collations.values())) < len({"one", "other"}):
        return []
    level = Level.WARNING if "default" in collations.values() else Level.FAULT
    return [_across(level, "collations", collations, "give the columns one collation: page edges fall by it")]


def _across(level: Level, noun: str, own: Mapping[str, str], cure: str) -> Finding:
    by_kind = {kind: sorted(model for model, one in own.items() if one == kind) for kind in sorted(set(own.values()))}
    listing = "; ".join(f"{kind} in {', '.join(models)}" for kind, models in by_kind.items())
    return Finding(level, ALL_MODELS, USER, f"user keys of different {noun}: {listing}", cure)
