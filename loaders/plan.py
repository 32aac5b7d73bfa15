"""The tracking plan file: which messages there are, what they must look like, and which of them are sent.

The shape is that of RudderStack's plans (one rule an event, each with a draft-07 JSON Schema), over the whole message,
with what a backfill needs beside it: a key that never changes, the status, and the class of personal fields.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import jsonschema_rs
import yaml

from loaders import dialect
from loaders.disclosing import ready
from loaders.errors import PlanInvalid
from loaders.personal import marks
from loaders.privacy import Privacy, load_policies
from mappers.disclosure import Disclosure, PersonalField, Policies
from mappers.disclosure import Path as Place
from mappers.envelope import Call, Spelling

CALLS = ("identify", "group", "track", "page", "screen", "alias")
STATUSES = ("active", "live", "deferred", "in question", "placeholder")
_NAMELESS = ("identify", "group", "alias")
_FIELDS = {"key", "call", "event", "aliases", "status", "version", "about", "source", "schema"}


@dataclass(frozen=True)
class Rule:
    """One row of the plan. `event` is the name on the wire; for identify and group, which have none, the call's.

    `planned` is its schema as the file has it, `schema` that of the messages that leave. Where policies change these,
    `disclosure` does it, to drafts whose messages held to the rule `before`.
    """

    key: str
    call: Call
    event: str
    aliases: tuple[str, ...]
    status: str
    version: str
    in_source: bool
    planned: Mapping[str, Any]
    schema: Mapping[str, Any]
    validator: jsonschema_rs.Draft7Validator
    disclosure: Disclosure = field(default_factory=Disclosure)
    before: "Rule | None" = None

    @property
    def active(self) -> bool:
        """Tell whether messages of this rule are sent."""
        return self.status == "active" and self.in_source


@dataclass(frozen=True)
class TrackingPlan:
    """The plan as read. `digest` is the SHA-256 of the file, so that a run can say what it was checked against.

    `policies` are those of the privacy file, `privacy` is their digest with the key's; empty where there is no file.
    """

    name: str
    version: str
    digest: str
    rules: Mapping[str, Rule]
    spelling: Spelling
    policies: Policies = field(default_factory=Policies)
    privacy: str = ""


def load_plan(path: Path, privacy: Privacy | None = None) -> TrackingPlan:
    """Read the plan file, and the privacy file if there is one. Raises `PlanInvalid` with every fault of either."""
    try:
        raw = path.read_bytes()
        document = yaml.safe_load(raw)
    except OSError as error:
        raise PlanInvalid(str(path), [f"cannot be read: {error.strerror}"]) from None
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        raise PlanInvalid(str(path), [f"is not YAML: {place}{getattr(error, 'problem', 'not UTF-8')}"]) from None
    if not isinstance(document, dict) or not isinstance(document.get("rules"), list):
        raise PlanInvalid(str(path), ["`rules` must be a list of the plan's rows"])
    faults: list[str] = []
    spelling = _spelling(document, faults)
    rules = _rules(document["rules"], spelling, faults)
    if faults:
        raise PlanInvalid(str(path), faults)
    plan = TrackingPlan(
        name=str(document.get("name", path.stem)),
        version=str(document.get("version", "")),
        digest=hashlib.sha256(raw).hexdigest(),
        rules=rules,
        spelling=spelling,
    )
    return _disclosing(plan, privacy) if privacy else plan


def personal_fields(plan: TrackingPlan) -> list[PersonalField]:
    """Return every field of every rule that the plan gives a class, and what becomes of it under the plan's policies.

    Its path is spelled as in the plan's file.
    """
    found = []
    for rule in plan.rules.values():
        dropped: list[Place] = []
        for path, pii_class, _ in marks(rule.planned):
            is_within = any(path[: len(one)] == one for one in dropped)
            policy = "drop" if is_within else plan.policies.of(path, pii_class)
            if policy == "drop":
                dropped.append(path)
            found.append(PersonalField(rule.key, path, pii_class, policy))
    return found


def _disclosing(plan: TrackingPlan, privacy: Privacy) -> TrackingPlan:
    policies, digest = load_policies(privacy, [rule.planned for rule in plan.rules.values()])
    rules = {key: _under(policies, privacy.key, rule, plan.spelling) for key, rule in plan.rules.items()}
    return replace(plan, rules=rules, policies=policies, privacy=digest)


def _under(policies: Policies, key: bytes, rule: Rule, spelling: Spelling) -> Rule:
    """Return the rule under the policies: the same where none is about it."""
    made = ready(rule.planned, "traits" if rule.call in _NAMELESS else "properties", policies, key)
    if made is None:
        return rule
    before, after = (_spelled(rule.call, schema, spelling) for schema in (made.before, made.after))
    read = replace(rule, schema=before, validator=dialect.validator(before))
    validator = dialect.validator(after)
    return replace(rule, schema=after, validator=validator, disclosure=made.disclosure, before=read)


def _spelling(document: Mapping[str, Any], faults: list[str]) -> Spelling:
    block = document.get("spelling") or {"use": "plan"}
    use = block.get("use") if isinstance(block, dict) else None
    if use == "plan":
        return {}
    names = block.get(use) if isinstance(block, dict) and isinstance(use, str) else None
    if not isinstance(names, dict) or not all(isinstance(name, str) for pair in names.items() for name in pair):
        faults.append(f"spelling: `use` is {use!r}; it must be `plan` or name a table of spellings beside it")
        return {}
    return names


def _rules(rows: list[Any], spelling: Spelling, faults: list[str]) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    names: set[tuple[str, str]] = set()
    keys: set[str] = set()
    for number, row in enumerate(rows, 1):
        place = f"rule {number}"
        if not isinstance(row, dict):
            faults.append(f"{place}: must be a mapping")
            continue
        place = f"{place} ({row.get('key', 'no key')})"
        found = _row_faults(row)
        name = (str(row.get("call")), str(row.get("event")))
        if str(row.get("key")) in keys:
            found.append("`key` stands twice")
        if row.get("event") and name in names:
            found.append(f"event {name[1]!r} stands twice")
        names.add(name)
        keys.add(str(row.get("key")))
        faults.extend(f"{place}: {fault}" for fault in found)
        if not found:
            rule = _rule(row, spelling, place, faults)
            if rule:
                rules[rule.key] = rule
    return rules


def _row_faults(row: Mapping[str, Any]) -> list[str]:
    faults = [f"unknown field {name!r}" for name in row if name not in _FIELDS]
    if not isinstance(row.get("key"), str):
        faults.append("`key` must be a text")
    if row.get("call") not in CALLS:
        faults.append(f"`call` is {row.get('call')!r}; it must be one of {', '.join(CALLS)}")
    elif not _names_event(row):
        faults.append("`event` must name the event")
    if row.get("status") not in STATUSES:
        faults.append(f"`status` is {row.get('status')!r}; it must be one of {', '.join(STATUSES)}")
    if row.get("source", "database") not in ("database", "none"):
        faults.append(f"`source` is {row['source']!r}; it must be database or none")
    aliases = row.get("aliases", [])
    if not isinstance(aliases, list) or not all(isinstance(alias, str) for alias in aliases):
        faults.append("`aliases` must be a list of names")
    if not isinstance(row.get("schema"), dict):
        faults.append("`schema` must be a JSON Schema")
    return faults


def _names_event(row: Mapping[str, Any]) -> bool:
    if row["call"] in _NAMELESS and "event" not in row:
        return True
    return isinstance(row.get("event"), str) and bool(row["event"])


def _rule(row: Mapping[str, Any], spelling: Spelling, place: str, faults: list[str]) -> Rule | None:
    try:
        jsonschema_rs.Draft7Validator(row["schema"])
        schema = _spelled(row["call"], row["schema"], spelling)
        validator = dialect.validator(schema)
    except (ValueError, jsonschema_rs.ValidationError) as error:
        faults.append(f"{place}: `schema` is not a draft-07 JSON Schema: {str(error).splitlines()[0]}")
        return None
    return Rule(
        key=row["key"],
        call=cast("Call", row["call"]),
        event=row["call"].capitalize() if row["call"] in _NAMELESS else row["event"],
        aliases=tuple(row.get("aliases", ())),
        status=row["status"],
        version=str(row.get("version", "1-0-0")),
        in_source=row.get("source", "database") == "database",
        planned=row["schema"],
        schema=schema,
        validator=validator,
    )


def _spelled(call: str, schema: Mapping[str, Any], spelling: Spelling) -> Mapping[str, Any]:
    """Return an Identify's schema with the traits under their other names, as the envelope spells them."""
    if call != "identify":
        return schema
    traits = schema.get("properties", {}).get("traits")
    if not spelling or not isinstance(traits, dict):
        return dict(schema)
    properties: dict[str, Any] = {}
    for name, shape in traits.get("properties", {}).items():
        outer, _, inner = spelling.get(name, name).partition(".")
        if inner:
            held = properties.get(outer, {"type": "object"})
            properties[outer] = {**held, "properties": {**held.get("properties", {}), inner: shape}}
        else:
            properties[outer] = shape
    required = [spelling.get(name, name).partition(".")[0] for name in traits.get("required", ())]
    respelled = {**traits, "properties": properties, "required": required}
    return {**schema, "properties": {**schema["properties"], "traits": respelled}}
