"""A data catalog as it is written: properties that rules share, and types where one name has two shapes."""

import re
from collections.abc import Mapping
from typing import Any

from loaders.plan_formats.catalog_types import Shape, shape_of

DEEPEST = 3
"""How deep properties may stand within another (rudder-iac, rules/trackingplan/trackingplan_spec_valid.go)."""

_LONGEST_NAME = 65
_DESCRIPTION = range(3, 2001)
_KEY = ("type", "types", "item_type", "item_types")


class Catalog:
    """The properties and types that the rules refer to, in the order of their first use; and what cannot be said.

    The catalog has one property of a name, a type and an item type (rudder-iac, rules/property): a second one that has
    other constraints gets a type of its own.
    """

    def __init__(self, notes: list[str]) -> None:
        self.properties: list[dict[str, Any]] = []
        self.types: list[dict[str, Any]] = []
        self._notes = notes
        self._ids: set[str] = set()

    def references(self, schema: Mapping[str, Any], place: str, depth: int = 0) -> list[dict[str, Any]]:
        """Return the references to the properties of an object's schema, with what is said of them there."""
        required = schema.get("required", ())
        named: Mapping[str, Any] = schema.get("properties", {})
        absent = [name for name in required if name not in named]
        if absent:
            self._note(place, f"`required` of {', '.join(absent)}, which it does not describe,")
        references = []
        for name, one in named.items():
            made = self._reference(name, one, _within(place, name), depth)
            if made:
                entry, inner = made
                references.append({"property": f"#property:{entry}", "required": name in required, **inner})
        return references

    def _reference(self, name: str, schema: Any, place: str, depth: int) -> tuple[str, dict[str, Any]] | None:
        """Return the property's id, and what is said of the properties within it."""
        if not 1 <= len(name) <= _LONGEST_NAME or name != name.strip():
            self._note(place, f"a name that is empty, longer than {_LONGEST_NAME} or has blanks round it")
            return None
        shape = shape_of(schema)
        fields = self._described(shape, place)
        if shape.unsaid:
            self._note(place, ", ".join(shape.unsaid))
        return self._property(name, fields, place), self._inner(shape.inner, place, depth + 1)

    def _described(self, shape: Shape, place: str) -> dict[str, Any]:
        fields = dict(shape.fields)
        if "description" in fields and len(fields["description"]) not in _DESCRIPTION:
            self._note(place, "a description that is not of 3 to 2000 characters")
            del fields["description"]
        return fields

    def _inner(self, inner: Mapping[str, Any] | None, place: str, depth: int) -> dict[str, Any]:
        if inner is None:
            return {}
        nested = self.references(inner, place, depth) if depth <= DEEPEST else []
        extra = inner.get("additionalProperties")
        if not nested:
            if extra is not None or inner.get("properties"):
                self._note(place, "what is within it" if depth > DEEPEST else "`additionalProperties` of no properties")
            return {}
        if isinstance(extra, Mapping):
            self._note(place, "a schema in `additionalProperties`")
        return {"properties": nested} | ({"additional_properties": bool(extra)} if extra is not None else {})

    def _property(self, name: str, fields: Mapping[str, Any], place: str) -> str:
        bare = {field: value for field, value in fields.items() if field != "description"}
        known = [one for one in self.properties if one["name"] == name]
        for one in known:
            if self._shape(one) == bare:
                if one.get("description") != fields.get("description"):
                    self._note(place, "a description that is not that of the same property elsewhere")
                return str(one["id"])
        same = [one for one in known if all(one.get(field) == fields.get(field) for field in _KEY)]
        if same and fields.get("type") in (None, "array", "object"):
            self._note(place, "constraints that are not those of the same property elsewhere")
            return str(same[0]["id"])
        return self._added(name, self._typed(name, fields) if same else fields)

    def _shape(self, one: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a property that is written already says, its own type resolved."""
        shape = {field: value for field, value in one.items() if field not in ("id", "name", "description")}
        own = [kind for kind in self.types if shape.get("type") == f"#custom-type:{kind['id']}"]
        return {field: own[0][field] for field in ("type", "config") if field in own[0]} if own else shape

    def _typed(self, name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        kind = self.identifier(f"{name}_type")
        words = "".join(word.capitalize() for word in re.split(r"[^A-Za-z0-9]+", kind))
        entry = {"id": kind, "name": f"T{words}" if not words[:1].isalpha() else words, "type": fields["type"]}
        self.types.append(entry | ({"config": fields["config"]} if "config" in fields else {}))
        description = {"description": fields["description"]} if "description" in fields else {}
        return {**description, "type": f"#custom-type:{kind}"}

    def _added(self, name: str, fields: Mapping[str, Any]) -> str:
        entry = {"id": self.identifier(name), "name": name, **fields}
        self.properties.append(entry)
        return str(entry["id"])

    def identifier(self, name: str) -> str:
        """Return an id for that name which nothing else has."""
        bare = re.sub(r"[^a-z0-9_-]+", "_", name.lower()).strip("_") or "field"
        numbered = (f"{bare}_{number}" for number in range(2, len(self._ids) + 3))
        chosen = next(one for one in (bare, *numbered) if one not in self._ids)
        self._ids.add(chosen)
        return chosen

    def _note(self, place: str, what: str) -> None:
        self._notes.append(f"{place}: {what} cannot be said in rudder-cli YAML")


def _within(place: str, name: str) -> str:
    return f"{place}.{name}" if "," in place else f"{place}, {name}"
