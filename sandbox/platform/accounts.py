"""Accounts as they are now, and the log of what changed in them on the way."""

import numpy as np

from sandbox.platform import names
from sandbox.platform.draw import chance, last_of_each, owners, pick
from sandbox.platform.instants import AS_OF, BEGIN, DAY, between
from sandbox.platform.keys import Mint
from sandbox.platform.people import Crowd, phones
from sandbox.platform.rows import Random, Rows, Values, known, nothing, objects

CHANGED = {
    "new_email": "email",
    "new_first_name": "first_name",
    "new_last_name": "last_name",
    "new_phone": "phone",
    "new_company_name": "company_name",
}
"""What a change of details can name, and the account's column that it changes."""


def joined_at(rng: Random, ranks: Values, members: int) -> Values:
    """Draw when the members of a system signed up: in the order of their ranks, ever more of them a year."""
    share = ((ranks + rng.random(len(ranks))) / members) ** 0.7
    return BEGIN + (share * (AS_OF - 15 * DAY - BEGIN).astype(np.int64)).astype("m8[us]")


def accounts(crowd: Crowd, changes: Rows) -> Rows:
    """Return the accounts as they stand after these changes."""
    details = changes.at(np.flatnonzero(changes.columns["section"] == "details"))
    latest = dict(zip(details.columns["account_id"].tolist(), details.columns["changed_at"], strict=True))
    updated = np.array(
        [latest.get(key, since) for key, since in zip(crowd.keys.tolist(), crowd.since, strict=True)], "M8[us]"
    )
    return Rows("accounts", {"account_id": crowd.keys, **crowd.now, "updated_at": updated})


def profile_changes(rng: Random, crowd: Crowd, mint: Mint) -> Rows:
    """Return the log of profile changes; what the last one of a person names is what the account says now."""
    counts = rng.poisson(0.7 * crowd.zeal)
    owner = owners(counts)
    changed_at = between(rng, crowd.since[owner], AS_OF, len(owner))
    order = np.lexsort((changed_at, owner))
    section = pick(rng, ("details", "password", "credit_card"), len(owner), (4, 2, 1))
    named = _named(rng, crowd, owner, np.flatnonzero(section == "details"))
    log = {"account_id": crowd.keys[owner], "changed_at": changed_at[order], "section": section, **named}
    in_order = Rows("profile_change_log", log).in_time_order("changed_at")
    return Rows("profile_change_log", {"change_id": mint.numbers("profile_change", len(owner)), **in_order.columns})


def _named(rng: Random, crowd: Crowd, owner: Values, details: Values) -> dict[str, Values]:
    """Return the new values: a person's last details change names present ones, those before it older ones."""
    who = owner[details]
    last = last_of_each(who)
    columns = {}
    for column, older in _older(rng, len(details)).items():
        present = crowd.now[CHANGED[column]][who]
        said = chance(rng, 0.5, len(crowd))[who] & known(present) & (last | chance(rng, 0.6, len(details)))
        columns[column] = nothing(len(owner))
        columns[column][details[said]] = np.where(last, present, older)[said]
    return columns


def _older(rng: Random, size: int) -> dict[str, Values]:
    """Draw what people were called and where they were reached before."""
    return {
        "new_email": objects([f"former.{number}@example.com" for number in rng.integers(1, 10**6, size)]),
        "new_first_name": objects([name for name, _ in pick(rng, names.FIRST_NAMES, size)]),
        "new_last_name": objects([name for name, _ in pick(rng, names.LAST_NAMES, size)]),
        "new_phone": phones(rng, np.zeros(size, int)),
        "new_company_name": pick(rng, names.COMPANIES, size),
    }
