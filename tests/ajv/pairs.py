"""The pairs of schema and message that ajv and we judge, always the same ones: run it to have them, a line each."""

import json
import random
import sys
from hashlib import sha256
from typing import NamedTuple

from free import DIVISORS, free
from odd import BY_FORMAT, BY_PATTERN, NUMBERS
from planned import PLAN, exported, mapped, mutated

SCHEMAS, VALUES, MUTATIONS = 600, 4, 10


class Pair(NamedTuple):
    """A message and the schema it is held against; the plan's own rule, where it is one."""

    schema: dict
    message: object
    rule: str | None

    def line(self):
        """Return it as the one line of JSON that ajv reads."""
        return json.dumps({"schema": self.schema, "message": self.message}, separators=(",", ":"))

    def digest(self):
        """Return what tells this pair from any other, 8 letters."""
        return sha256(self.line().encode()).hexdigest()[:8]


def pairs():
    """Return all of them: the plan's rules, every odd value by itself, free schemas."""
    return [*_planned(random.Random(6)), *_single(), *_free(random.Random(7))]  # noqa: S311  # the same everywhere, no secret


def _planned(rng):
    for key, message in mapped():
        schema = exported(PLAN.rules[key].schema)
        messages = [message, *(mutated(rng, message) for _ in range(MUTATIONS))]
        yield from (Pair(schema, one, key) for one in messages)


def _single():
    for keyword, listed in (("format", BY_FORMAT), ("pattern", BY_PATTERN)):
        for one, values in listed.items():
            yield from (Pair({"type": "string", keyword: one}, value, None) for value in values)
    for divisor in DIVISORS:
        yield from (Pair({"type": "number", "multipleOf": divisor}, value, None) for value in NUMBERS)


def _free(rng):
    for _ in range(SCHEMAS):
        schema, make = free(rng)
        yield from (Pair(schema, make(), None) for _ in range(VALUES))


if __name__ == "__main__":
    sys.stdout.writelines(f"{pair.line()}\n" for pair in pairs())
