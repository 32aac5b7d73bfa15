"""What a form's fields have in common: plain in Prefect's form, and left out of the message where they are empty."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, WithJsonSchema

from mappers.kinds import instant_of, milliseconds
from mappers.text import digits

_EMPTY: tuple[object, ...] = (None, "", {})
_WIRE = {
    name: re.sub("_(.)", lambda found: found[1].upper(), name)
    for name in ("postal_code", "created_at", "group_id", "user_agent", "advertising_id", "ad_tracking_enabled",
                 "inner_width", "inner_height")
}  # fmt: skip
"""Those of RudderStack's names that are not as ours: it spells some with capitals and some without."""

_EMAIL, _CURRENCY = r"[^@\s]+@[^@\s]+", "[A-Z]{3}"


def _plainly_in_order(schema: dict[str, Any]) -> None:
    """Let what may be left out be a plain field: a union with null is shown as two buttons. Give each its place.

    Prefect takes a null for it where the field has no default. One with PostgreSQL forgets the order otherwise.
    """
    for place, field in enumerate(schema.get("properties", {}).values()):
        field["position"] = place
        for option in field.pop("anyOf", ()):
            field.update({} if option == {"type": "null"} else option)
        if field.get("default", "") is None:
            del field["default"]


class Form(BaseModel):
    """A part of a message, each field under the name that people see; empty ones are left out."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, json_schema_extra=_plainly_in_order
    )

    def filled(self) -> dict[str, Any]:
        """Return what was filled in, by the wire's names, as JSON holds it."""
        filled = {wire_name(name): _filled(getattr(self, name)) for name in type(self).model_fields}
        return {name: value for name, value in filled.items() if value not in _EMPTY}


def wire_name(name: str) -> str:
    """Return the wire's name of a form's field."""
    return _WIRE.get(name, name)


def unfit(error: ValidationError) -> list[str]:
    """Return what does not fit into a form, field by field, without what was filled in."""
    faults = []
    for one in error.errors(include_input=False, include_context=False, include_url=False):
        words = "fill it in" if one["type"] == "missing" else one["msg"].removeprefix("Value error, ")
        faults.append(f"{'.'.join(map(str, one['loc']))}: {words}")
    return faults


def _filled(value: Any) -> Any:
    if isinstance(value, Form):
        return value.filled()
    if isinstance(value, datetime):
        return milliseconds(instant_of(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        filled = {name: _filled(one) for name, one in value.items()}
        return {name: one for name, one in filled.items() if one not in _EMPTY}
    return value


def _digits(phone: str) -> str:
    found = digits(phone)
    if phone and not found:
        raise ValueError("has no digit but those of an extension")
    return found or ""


def _address(email: str) -> str:
    if email and not re.fullmatch(_EMAIL, email):
        raise ValueError("must be an address, as ada@example.org")
    return email


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("has no offset: write it as 2024-01-31T18:00:00Z or 2024-01-31T18:00:00-05:00")
    return moment


def _currency(code: str) -> str:
    if code and not re.fullmatch(_CURRENCY, code):
        raise ValueError("must be a code of ISO 4217, as EUR")
    return code


Text = Annotated[str, StringConstraints(strip_whitespace=True)]
Email = Annotated[
    Text, AfterValidator(_address), WithJsonSchema({"type": "string", "pattern": rf"^\s*({_EMAIL})?\s*$"})
]
Phone = Annotated[Text, AfterValidator(_digits), WithJsonSchema({"type": "string", "pattern": r"^\s*$|[0-9]"})]
Currency = Annotated[
    Text, AfterValidator(_currency), WithJsonSchema({"type": "string", "pattern": f"^({_CURRENCY})?$"})
]
Moment = Annotated[datetime, AfterValidator(_aware)] | None
Day = date | None
Switch = bool | None
Number = Annotated[float, Field(allow_inf_nan=False)] | None
Count = Annotated[int, Field(ge=0)] | None
Custom = Annotated[dict[str, Any], Field(default_factory=dict)]
