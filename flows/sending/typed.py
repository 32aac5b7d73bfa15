"""What a person typed at a terminal, as a form: options, and JSON whose names may be spelled either way."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, TypeVar

from pydantic import ValidationError

from flows.errors import SettingsInvalid
from flows.sending.fields import Form, unfit
from flows.sending.forms import Action
from mappers.by_hand import plain

Kind = TypeVar("Kind", bound=Action)


class Typed(NamedTuple):
    """An option that takes JSON, with what was given to it, and the one that takes single names, with those."""

    option: str
    text: str
    pairs: Sequence[str] = ()


def form_of(kind: type[Kind], given: Mapping[str, str | None], body: Typed, context: Typed | None = None) -> Kind:
    """Return the form. Names that are not standard are custom ones. Raises `SettingsInvalid` with every fault."""
    faults: list[str] = []
    values: dict[str, Any] = {name: value for name, value in given.items() if value}
    for field, typed in ((kind.body, body), ("context", context)):
        if typed:
            standard, rest = _placed(_form_in(kind, field), _read(typed, faults), typed.option, faults)
            values[field] = standard
            if field == kind.body:
                values["custom"] = rest
            else:
                values[field] |= rest  # which the form names
    try:
        form = kind.model_validate(values)
    except ValidationError as error:
        raise SettingsInvalid([*faults, *unfit(error)]) from None
    if faults:
        raise SettingsInvalid(faults)
    return form


def _form_in(kind: type[Form], field: str) -> type[Form] | None:
    """Return the form that the field is."""
    found = kind.model_fields[field].annotation
    return found if isinstance(found, type) and issubclass(found, Form) else None


def _placed(
    form: type[Form] | None, given: Mapping[str, Any], place: str, faults: list[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what stands under the form's names, whichever way they are spelled, and the rest."""
    if form is None:
        return dict(given), {}
    names = {plain(name): name for name in form.model_fields}
    standard: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for name, value in given.items():
        field = names.get(plain(name))
        if field is None:
            rest[name] = value
            continue
        if field in standard:
            faults.append(f"{place}: {field} stands there twice, spelled both ways: give it once")
        inner = _form_in(form, field)
        if inner and isinstance(value, Mapping):
            known, unknown = _placed(inner, value, place, faults)
            value = {**known, **unknown}  # noqa: PLW2901  # which the form names
        standard[field] = value
    return standard, rest


def _read(typed: Typed, faults: list[str]) -> dict[str, Any]:
    given = _json(typed, faults) if typed.text else {}
    for pair in typed.pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name.strip():
            faults.append(f"{typed.option.removesuffix('s')}: write a name and a text, as first_name=Ada")
        elif name.strip() in given:
            faults.append(f"{typed.option}: {name.strip()} stands there twice: give it once")
        given[name.strip()] = text
    return given


def _json(typed: Typed, faults: list[str]) -> dict[str, Any]:
    """Return the object that was given as JSON. What was given is not repeated in a fault: it may be personal."""
    try:
        found = json.loads(_text(typed.text), parse_constant=_refuse)
    except OSError as error:
        faults.append(f"{typed.option}: the file cannot be read: {error.strerror}")
    except ValueError:
        faults.append(f"{typed.option}: it is not JSON")
    else:
        if isinstance(found, dict):
            return found
        faults.append(f'{typed.option}: it must be a JSON object, as {{"email": "ada@example.org"}}')
    return {}


def _text(given: str) -> str:
    if given == "-":
        return sys.stdin.read()
    return Path(given[1:]).read_text("utf-8") if given.startswith("@") else given


def _refuse(_: str) -> NoReturn:
    raise ValueError
