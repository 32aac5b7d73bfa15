"""In what a message does not agree with a schema, whatever its texts and numbers are."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import jsonschema_rs
from jsonschema_rs import ValidationErrorKind as Kind

from loaders.plan_formats.schemas import changed
from mappers.messages import Json

_TIMES = re.compile(r"\d{4}-\d\d-\d\d(T.*Z)?")
_DAY = len("2020-01-01")
_TYPES: Sequence[tuple[type, str]] = (
    (bool, "boolean"),
    (str, "string"),
    (int, "integer"),
    (float, "number"),
    (dict, "object"),
    (list, "array"),
)


class Breach(NamedTuple):
    """A way in which they do not agree: `kind` is `required`, `unknown` or `type`; `what` tells the types."""

    kind: str
    place: str
    what: str = ""


def breaches(schema: Mapping[str, Any], messages: Iterable[Mapping[str, Json]]) -> list[frozenset[Breach]]:
    """Return the breaches of each message. A text that has another pattern, or is too long, is none."""
    validator = jsonschema_rs.Draft7Validator(changed(schema, _naming), validate_formats=True)
    return [
        frozenset(breach for error in validator.iter_errors(message) if (breach := _breach(error)))
        for message in messages
    ]


def _naming(schema: dict[str, Any], _: str) -> dict[str, Any]:
    """Return the schema so written that a breach of it names the fields: with no `properties` it would not."""
    return {"properties": {}, **schema} if schema.get("additionalProperties") is False else schema


def _breach(error: jsonschema_rs.ValidationError) -> Breach | None:
    kind, place, given = error.kind, _place(error.instance_path), error.instance
    match kind:
        case Kind.Required():
            found: Breach | None = Breach("required", _within(place, str(kind.property)))
        case Kind.AdditionalProperties():
            found = Breach("unknown", ", ".join(_within(place, name) for name in sorted(kind.unexpected)))
        case Kind.Type():
            found = _types(place, given, kind.types)
        case Kind.Enum():
            found = _values(place, given, kind.options)
        case Kind.Constant():
            found = _values(place, given, [kind.expected_value])
        case Kind.Format() if isinstance(given, str) and _TIMES.fullmatch(given):
            moment = "a day" if len(given) == _DAY else "an instant"
            found = Breach("type", place, f"the mapper gives {moment}, the plan wants {kind.format}")
        case _:
            found = None
    return found


def _types(place: str, given: Any, wanted: Iterable[str]) -> Breach:
    return Breach("type", place, f"the mapper gives {_type(given)}, the plan wants {' or '.join(sorted(wanted))}")


def _values(place: str, given: Any, wanted: Any) -> Breach | None:
    """Return a breach where none of the wanted values is of the given one's type: another text would do."""
    types = {_type(value) for value in wanted}
    return None if _type(given) in types else _types(place, given, types)


def _type(value: Any) -> str:
    return next((name for kind, name in _TYPES if isinstance(value, kind)), "null")


def _place(path: Iterable[str | int]) -> str:
    parts = ("[]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def _within(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
