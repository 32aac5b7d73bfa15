"""Organisations, and who belongs to them."""

import numpy as np

from sandbox.platform import names
from sandbox.platform.draw import chance, owners, pick, places_within, sometimes
from sandbox.platform.instants import AS_OF, BEGIN, DAY, between
from sandbox.platform.keys import Mint
from sandbox.platform.people import Crowd, addresses, phones
from sandbox.platform.rows import Random, Rows, Values, objects


def organisations(rng: Random, size: int, mint: Mint) -> Rows:
    """Return organisations; three in ten were edited since they were set up."""
    created_at = between(rng, BEGIN, AS_OF - 30 * DAY, size)
    edited_at = between(rng, created_at, AS_OF, size)
    places = addresses(rng, size)
    firms = pick(rng, names.COMPANIES, size)
    about = [f"{firm}, serving {city}." for firm, city in zip(firms, places["city"], strict=True)]
    slugs = [f"{city.lower()}{number}" for number, city in enumerate(places["city"])]
    return Rows(
        "organisations",
        {
            "org_id": mint.keys("organisation", size),
            "name": objects([f"{firm} of {city}" for firm, city in zip(firms, places["city"], strict=True)]),
            "industry": pick(rng, names.INDUSTRIES, size),
            "employee_count": sometimes(rng, 0.8, rng.integers(3, 9000, size).astype(object)),
            "email": objects([f"office@{slug.encode('idna').decode()}.example.org" for slug in slugs]),
            "phone": phones(rng, np.zeros(size, int)),
            "website": sometimes(rng, 0.5, objects([f"https://{slug}.example.org/" for slug in slugs])),
            "plan_name": pick(rng, ("free", "team", "enterprise"), size, (5, 3, 2)),
            "description": sometimes(rng, 0.4, objects(about)),
            **places,
            "created_at": created_at,
            "updated_at": np.where(chance(rng, 0.3, size), edited_at, created_at),
        },
    )


def memberships(rng: Random, crowd: Crowd, firms: Rows, mint: Mint) -> Rows:
    """Return who belongs where: three in five people to one organisation, a few of them to two."""
    counts = pick(rng, (0, 1, 2), len(crowd), (0.4, 0.57, 0.03)).astype(int).clip(max=len(firms))
    member = owners(counts)
    firm = (rng.integers(0, len(firms), len(crowd))[member] + places_within(counts)) % len(firms)
    joined_at = _after_both(rng, firms.columns["created_at"][firm], crowd.since[member])
    moved_at = between(rng, joined_at, AS_OF, len(member))
    return Rows(
        "memberships",
        {
            "membership_id": mint.keys("membership", len(member)),
            "org_id": firms.columns["org_id"][firm],
            "account_id": crowd.keys[member],
            "role": pick(rng, ("learner", "manager", "administrator"), len(member), (8, 1.5, 0.5)),
            "joined_at": joined_at,
            "updated_at": np.where(chance(rng, 0.15, len(member)), moved_at, joined_at),
        },
    )


def _after_both(rng: Random, founded: Values, signed_up: Values) -> Values:
    return between(rng, np.maximum(founded, signed_up), AS_OF, len(founded))
