"""What is odd about a user's id: destinations refuse it, or cannot tell it from another.

A kind of oddity is a short text for people, the same for all ids of that kind. It never holds the id.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from unicodedata import category

FLOAT = "a whole number with .0 at its end, as one that went through a float"
BLANK = "a blank in it"
UNSEEN = "a letter that cannot be seen, which data planes drop"
EMAIL = "an e-mail address: a personal datum, which may change"

_PLAIN = re.compile(r"[0-9A-Za-z_:|-]+")
_FLOAT = re.compile(r"[+-]?[0-9]+\.0+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_QUOTED = re.compile(r"""(["'])(.*)\1""", re.DOTALL)
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")

Lint = Callable[[str], tuple[str, ...]]
"""Gives the kinds of oddity of a user's id; none of nearly all."""


@dataclass(frozen=True)
class IdRules:
    """What destinations refuse: words, in small letters, each with the kind it is of, and ids of too few characters."""

    refused: Mapping[str, str]
    shortest: int
    too_short: str


def lint_by(rules: IdRules) -> Lint:
    """Return what looks ids through by those rules; some million and a half a second where they are not odd."""
    refused, shortest, is_plain = rules.refused, rules.shortest, _PLAIN.fullmatch

    def faults_of(user_id: str) -> tuple[str, ...]:
        if is_plain(user_id) and len(user_id) >= shortest and user_id.lower() not in refused:
            return ()
        return tuple(_kinds(user_id, rules))

    return faults_of


def differing_in_case(user_ids: Iterable[str]) -> int:
    """Return how many ids differ from an earlier one of these in the case of letters alone.

    Of one page it finds what stands in that page: two such ids far apart in the database's order are not met together.
    """
    ids = set(user_ids)
    return len(ids) - len({user_id.casefold() for user_id in ids})


def _kinds(user_id: str, rules: IdRules) -> Iterable[str]:
    quoted = _QUOTED.fullmatch(user_id)
    word = (quoted[2] if quoted else user_id).strip().lower()
    kinds = {category(letter)[0] for letter in user_id}
    if len(user_id) < rules.shortest:
        yield rules.too_short
    if word in rules.refused:
        yield rules.refused[word]
    if _FLOAT.fullmatch(user_id):
        yield FLOAT
    if "Z" in kinds:
        yield BLANK
    if "C" in kinds or not _INVISIBLE.isdisjoint(user_id):
        yield UNSEEN
    if _EMAIL.fullmatch(user_id):
        yield EMAIL
