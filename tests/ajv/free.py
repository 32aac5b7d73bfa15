"""Schemas of every keyword that RudderStack's plans may use, each with values that nearly hold.

A schema is made together with what makes a value for it, so that about as many values hold as do not. `contains` stands
in no list: there ajv 8.12 lets an empty list pass after one that held, which is a fault of its own.
"""

from odd import BY_FORMAT, BY_PATTERN, NUMBERS, TEXTS

NAMES = ["a", "b", "c_d", "E", "é", "😀", "x y"]
DIVISORS = [1, 2, 0.5, 0.1, 0.01, 0.07, 1e-7, 3.0, 1e15]
DEEPEST = 2


def free(rng, depth=0):
    """Return a schema, and a function that gives a value near it."""
    kinds = [text, text, pattern, formatted, formatted, number, number, integer, choice, plain]
    if depth < DEEPEST:
        kinds += [thing, thing, array, array, several, branch, dependent, names, tupled, negated]
    if depth == 0:
        kinds = [thing, thing, thing, branch, dependent, names, contained, tupled, referring, array, several]
    return rng.choice(kinds)(rng, depth)


def anything(rng):
    return rng.choice(
        [
            None,
            True,
            False,
            rng.choice(NUMBERS),
            rng.choice(TEXTS),
            [],
            {},
            [rng.choice(NUMBERS)],
            {rng.choice(NAMES): 1},
        ]
    )


def text(rng, _):
    low = rng.randrange(4)
    return {"type": "string", "minLength": low, "maxLength": low + rng.randrange(1, 200)}, lambda: rng.choice(TEXTS)


def pattern(rng, _):
    one = rng.choice([*BY_PATTERN])
    schema = {"type": "string", "pattern": one}
    if rng.random() < 0.2:
        schema["format"] = rng.choice([*BY_FORMAT])
    return schema, lambda: rng.choice(BY_PATTERN[one])


def formatted(rng, _):
    one = rng.choice([*BY_FORMAT])
    return {"type": "string", "format": one}, lambda: rng.choice(BY_FORMAT[one])


def number(rng, _):
    schema = {"type": "number"}
    for keyword in rng.sample(
        ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"], rng.randrange(3)
    ):
        schema[keyword] = rng.choice(NUMBERS)
    if "multipleOf" in schema:
        schema["multipleOf"] = rng.choice(DIVISORS)
    return schema, lambda: rng.choice(NUMBERS)


def integer(rng, _):
    return {"type": "integer", "minimum": rng.choice([-5, 0, 1, -1e30])}, lambda: rng.choice(NUMBERS)


def choice(rng, _):
    values = [anything(rng) for _ in range(3)]
    schema = {"const": values[0]} if rng.random() < 0.4 else {"enum": _distinct(values)}
    return schema, lambda: rng.choice([*values, anything(rng)])


def plain(rng, _):
    kinds = rng.sample(["string", "number", "integer", "boolean", "null", "array", "object"], rng.randrange(1, 4))
    return {"type": kinds if len(kinds) > 1 else kinds[0]}, lambda: anything(rng)


def thing(rng, depth):
    parts = {name: free(rng, depth + 1) for name in rng.sample(NAMES, rng.randrange(1, 4))}
    schema = {"type": "object", "properties": {name: part for name, (part, _) in parts.items()}}
    if rng.random() < 0.7:
        schema["required"] = rng.sample([*parts], rng.randrange(1, len(parts) + 1))
    extra = rng.choice([None, None, False, False, free(rng, DEEPEST)[0]])
    if extra is not None:
        schema["additionalProperties"] = extra
    if rng.random() < 0.2:
        schema[rng.choice(["minProperties", "maxProperties"])] = rng.randrange(4)

    def make():
        value = {name: part() for name, (_, part) in parts.items() if rng.random() < 0.97}
        return value | ({rng.choice(NAMES): anything(rng)} if rng.random() < 0.1 else {})

    return schema, make


def array(rng, depth):
    items, make = free(rng, depth + 1)
    schema = {"type": "array", "items": items, "uniqueItems": rng.random() < 0.4}
    if rng.random() < 0.3:
        schema |= {"minItems": rng.randrange(3), "maxItems": rng.randrange(2, 5)}
    return schema, lambda: [make() for _ in range(rng.randrange(4))] + ([1, 1.0] if rng.random() < 0.1 else [])


def tupled(rng, depth):
    parts = [free(rng, depth + 1) for _ in range(2)]
    rest, make = free(rng, DEEPEST)
    schema = {
        "type": "array",
        "items": [part for part, _ in parts],
        "minItems": 1,
        "additionalItems": rng.choice([False, rest]),
    }
    return schema, lambda: [part() for _, part in parts][: rng.randrange(3)] + [make() for _ in range(rng.randrange(2))]


def contained(rng, depth):
    inner, make = free(rng, depth + 1)
    schema = {"type": "object", "properties": {"a": {"type": "array", "contains": inner}}}
    return schema, lambda: {"a": [rng.choice([make(), anything(rng)]) for _ in range(rng.randrange(4))]}


def several(rng, depth):
    parts = [free(rng, depth + 1) for _ in range(rng.randrange(1, 4))]
    keyword = rng.choice(["anyOf", "oneOf", "oneOf", "allOf"])

    def make():
        _, part = rng.choice(parts)
        return part()

    return {keyword: [part for part, _ in parts]}, make


def negated(rng, depth):
    inner, make = free(rng, depth + 1)
    return {"not": inner}, lambda: rng.choice([make(), anything(rng)])


def branch(rng, depth):
    (asked, make), (then, _), (otherwise, _) = (free(rng, depth + 1) for _ in range(3))
    schema = {"type": "object", "properties": {"a": {}, "b": {}}, "if": {"properties": {"a": asked}}}
    schema["then"] = rng.choice([{"properties": {"b": {}}, "required": ["b"]}, {"properties": {"b": then}}])
    if rng.random() < 0.7:
        schema["else"] = {"properties": {"b": otherwise}}
    return schema, lambda: {name: rng.choice([make(), anything(rng)]) for name in "ab" if rng.random() < 0.8}


def dependent(rng, depth):
    inner, make = free(rng, depth + 1)
    schema = {
        "type": "object",
        "dependencies": {"a": ["b"], "b": {"properties": {"c_d": inner}, "required": ["c_d"]}, "E": []},
    }
    return schema, lambda: {name: make() for name in ["a", "b", "c_d", "E"] if rng.random() < 0.6}


def names(rng, _):
    one = rng.choice(["^[a-z]$", "^.$", r"^\w+$"])
    schema = {"type": "object", "propertyNames": {"pattern": one, "maxLength": rng.randrange(1, 4)}}
    if rng.random() < 0.5:
        schema |= {
            "patternProperties": {r"^.\s": {"type": "number"}},
            "additionalProperties": {"type": ["string", "boolean"]},
        }
    return schema, lambda: {name: rng.choice([1, "x", True]) for name in rng.sample(NAMES, rng.randrange(3))}


def referring(rng, depth):
    inner, make = free(rng, depth + 1)
    reference = {"$ref": "#/definitions/d"}
    beside = rng.choice([{}, {"minLength": 3}, {"enum": [1, "a", 5]}])
    schema = {"type": "object", "definitions": {"d": inner}, "properties": {"a": reference | beside, "b": reference}}
    return schema, lambda: {"a": make(), "b": make()}


def _distinct(values):
    return [value for number, value in enumerate(values) if value not in values[:number]]
