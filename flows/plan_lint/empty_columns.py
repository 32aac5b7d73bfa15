"""Models against plan: required fields that stay empty, since a model lacks the column or has it as a literal NULL."""

from collections.abc import Iterable, Iterator, Mapping

from extractors.models import Model
from flows.plan_lint.filling import Messages, filled
from flows.plan_lint.finding import Finding, Level
from flows.plan_lint.select_list import columns_of
from loaders.plan import TrackingPlan
from loaders.plan_formats.breaches import Breach, breaches
from mappers.outcomes import Stream


def empty_columns(plan: TrackingPlan, streams: Iterable[Stream], models: Mapping[str, Model]) -> Iterator[Finding]:
    """Yield the required fields that no row of those models can fill, and the models whose text tells no columns."""
    for stream in streams:
        empty, unread = _empty(stream, models)
        for name in unread:
            yield Finding(
                Level.HINT, f"{name}.sql", "its text does not tell its columns, so that nothing is said of them",
                "name each column; `backfill check` asks the database",
            )  # fmt: skip
        full, present = _missing(plan, filled(plan, [stream])), _missing(plan, filled(plan, [stream], empty))
        for key, fields in present.items():
            for field in sorted(fields - full.get(key, frozenset())):
                blamed = _blamed(plan, stream, empty, key, field)
                yield Finding(
                    Level.WRONG, f"rule {key}",
                    f"`{field.place}` is required, and {blamed or 'no column'} is absent or NULL: "
                    "every message is a dead letter",
                    "fill the column in the model, or do not require the field",
                )  # fmt: skip


def _empty(stream: Stream, models: Mapping[str, Model]) -> tuple[frozenset[str], list[str]]:
    """Return the columns that hold nothing, as `orders.total`, and the models whose text does not tell."""
    rows = {stream.name: stream.row} | ({stream.detail.stream: stream.detail.row} if stream.detail else {})
    empty, unread = set(), []
    for name, row in rows.items():
        columns = columns_of(models[name].sql) if name in models else None
        if name not in models:
            empty.add(name)
        elif columns is None:
            unread.append(name)
        else:
            optional = {column for column in row._fields if column in row._field_defaults}
            lacking = {column for column in optional if column not in columns.present}
            empty |= {f"{name}.{column}" for column in lacking | (columns.null & optional)}
    return frozenset(empty), unread


def _missing(plan: TrackingPlan, messages: Messages) -> dict[str, frozenset[Breach]]:
    """Return the required fields that every message of a rule lacks."""
    missing = {}
    for key, made in messages.items():
        if key in plan.rules and made:
            found = frozenset.intersection(*breaches(plan.rules[key].schema, made))
            missing[key] = frozenset(breach for breach in found if breach.kind == "required")
    return missing


def _blamed(plan: TrackingPlan, stream: Stream, empty: frozenset[str], key: str, field: Breach) -> str:
    """Return the columns each of which alone would fill the field."""
    filling = [
        column
        for column in sorted(empty)
        if field not in _missing(plan, filled(plan, [stream], empty - {column})).get(key, frozenset())
    ]
    return " or ".join(filling)
