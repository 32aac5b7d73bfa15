"""The plan's own rules with messages as the mappers make them, and with what may go wrong in them."""

from copy import deepcopy
from pathlib import Path

import yaml
from odd import BY_FORMAT, NUMBERS, TEXTS

from loaders.plan import load_plan
from mappers.envelope import envelope
from mappers.ids import identifier
from mappers.outcomes import Draft

ROOT = Path(__file__).parents[2]
PLAN = load_plan(ROOT / "data" / "tracking_plan.yaml")
_KEYS = {"draft": "rule", "user": "user_id", "anonymous": "anonymous_id", "row": "row_id", "group": "group_id"}


def mapped():
    """Return every message of the mappers' golden cases, with its rule's key."""
    sealed, message_id = envelope("1.2.3", (), PLAN.spelling), identifier("golden")
    found = []
    for path in sorted((ROOT / "tests" / "mappers" / "cases").glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            for outcome in case["outcomes"]:
                if "draft" in outcome:
                    fields = {_KEYS.get(name, name): value for name, value in outcome.items() if name != "violation"}
                    draft = Draft(**{"user_id": None, "anonymous_id": None, "version": ""} | fields)
                    rule = PLAN.rules[draft.rule]
                    message = sealed.message(draft, message_id(path.stem, draft), rule.call, rule.event)
                    found.append((rule.key, deepcopy(message)))
    return found


def mutated(rng, message):
    """Return the message with one thing changed: gone, null, of another kind, odd, or one more."""
    message = deepcopy(message)
    holder, name = rng.choice([*_places(message)])
    value = holder[name]
    match rng.randrange(8):
        case 0:
            del holder[name]
        case 1:
            holder[name] = rng.choice([None, True, 7, 1.0, "text", [], {}, [value], {"a": value}])
        case 2:
            if isinstance(holder, dict):
                holder[rng.choice(["more", "é", "x-pii", name.upper()])] = value
        case _:
            holder[name] = _odd(rng, value)
    return message


def _odd(rng, value):
    if isinstance(value, str):
        near = [one for one in ("date-time", "date", "email") if value in BY_FORMAT[one] or _like(value, one)]
        return rng.choice(BY_FORMAT[near[0]]) if near and rng.random() < 0.8 else rng.choice(TEXTS)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return rng.choice(NUMBERS)
    if isinstance(value, list):
        return rng.choice([[], value + value, [None], [*value, {}]])
    return rng.choice([{}, value, {**value, "more": 1}])


def _like(text, name):
    return {
        "date-time": len(text) == 24 and "T" in text,
        "date": text.count("-") == 2 and len(text) == 10,
        "email": "@" in text,
    }[name]


def _places(value):
    """Yield every place below the value, as what holds it and its name there."""
    for name, part in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, name
        if isinstance(part, dict | list):
            yield from _places(part)


def exported(schema):
    """Return a rule's schema as ajv takes it in strict mode: without words of ours, naming what a branch requires."""
    if isinstance(schema, list):
        return [exported(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: exported(part) for name, part in schema.items() if not str(name).startswith("x-")}
    if isinstance(kept.get("required"), list):
        shape = kept.get("additionalProperties", True)
        kept["properties"] = dict.fromkeys(kept["required"], shape) | kept.get("properties", {})
    return kept
