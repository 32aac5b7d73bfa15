"""Dirt in the accounts themselves: which people carry it, and what it does to them."""

from collections.abc import Mapping

import numpy as np

from sandbox.platform.draw import pick
from sandbox.platform.instants import AS_OF, FIRST_SENTINEL, between
from sandbox.platform.people import phones
from sandbox.platform.rows import Columns, Random, Values, known, objects, where

Cast = Mapping[str, Values]
"""The numbers of the people who carry each kind of dirt; nobody carries two."""

ODD_VALUES: dict[str, tuple[str, tuple[str | None, ...]]] = {
    "null_emails": ("email", (None,)),
    "null_first_names": ("first_name", (None,)),
    "empty_first_names": ("first_name", ("",)),
    "accented_names": ("last_name", ("Ørsted-Ñáñez", "Çelebi", "Żółkiewski", "Þórsdóttir")),
    "emoji_names": ("first_name", ("Sunny ☀️", "🦊 Foxy", "Ana 👩🏽‍⚕️")),
    "right_to_left_names": ("first_name", ("שירה", "ليلى", "داریوش")),
    "combining_names": ("first_name", ("Ame\u0301lie", "Bjo\u0308rn", "Z\u0361oe\u0323\u0302")),
    "apostrophe_names": ("last_name", ("O'Brien", "D'Arcy", "N'Diaye")),
    "companies_with_tabs_or_newlines": ("company_name", ("Tab\tand Sons", "First Line\nSecond Line", "Both\r\n\tLtd")),
}
"""Kind of dirt, the column it is in, and what stands there."""

PER_MILLE = {
    "mixed_case_emails": 50,
    "null_emails": 5,
    "null_first_names": 10,
    "empty_first_names": 3,
    "accented_names": 10,
    "emoji_names": 3,
    "right_to_left_names": 3,
    "combining_names": 3,
    "apostrophe_names": 5,
    "companies_with_tabs_or_newlines": 3,
    "deleted_accounts": 20,
}


def assign(rng: Random, users: int, *, twins: bool) -> Cast:
    """Choose who carries which dirt; twins are pairs whose keys shall differ only in case."""
    sizes = {kind: scaled(users, share) for kind, share in PER_MILLE.items()}
    sizes["accounts_created_1900"] = 1
    if twins:
        sizes["keys_differing_only_in_case"] = 2 * scaled(users, 1)
    people = rng.permutation(np.arange(2, users + 1))
    return {"heavy_accounts": np.array([1])} | {
        kind: np.sort(part)
        for kind, part in zip(sizes, np.split(people, np.cumsum(list(sizes.values()))), strict=False)
    }


def scaled(users: int, per_mille: int) -> int:
    """Return how many of a kind to plant among so many users: at least one."""
    return max(1, users * per_mille // 1000)


def spoil(rng: Random, people: Columns, numbers: Values, cast: Cast) -> Columns:
    """Return the people with the dirt that they were cast for."""
    spoilt = {name: values.copy() for name, values in people.items()}
    spoilt["phone"] = in_ten_formats(rng, spoilt["phone"], numbers)
    for kind, (column, values) in ODD_VALUES.items():
        places = np.flatnonzero(np.isin(numbers, cast[kind]))
        spoilt[column][places] = pick(rng, values, len(places))
    mixed = np.flatnonzero(np.isin(numbers, cast["mixed_case_emails"]))
    spoilt["email"][mixed] = in_mixed_case(spoilt["email"][mixed])
    deleted = np.flatnonzero(np.isin(numbers, cast["deleted_accounts"]))
    spoilt["deleted_at"][deleted] = between(rng, people["created_at"][deleted], AS_OF, len(deleted))
    spoilt["created_at"][np.isin(numbers, cast["accounts_created_1900"])] = FIRST_SENTINEL
    return spoilt


def in_mixed_case(emails: Values) -> Values:
    """Write e-mail addresses as some people do: Names.In.Capitals@Example.com."""
    return objects([email.title().replace(".Com", ".com") for email in emails])


def in_ten_formats(rng: Random, clean: Values, numbers: Values) -> Values:
    """Write every tenth person's phone in each of the ten formats."""
    return where(known(clean), phones(rng, numbers % 10))
