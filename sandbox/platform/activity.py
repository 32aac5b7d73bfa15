"""What account holders do beside buying: sign in, keep licenses, forget passwords, move house."""

import numpy as np

from sandbox.platform.draw import chance, last_of_each, owners, pick
from sandbox.platform.instants import AS_OF, MINUTE, NULL, between, minutes
from sandbox.platform.keys import Mint
from sandbox.platform.people import ADDRESS, Crowd, addresses
from sandbox.platform.rows import Random, Rows, Values, objects

IP_ADDRESSES = (
    *(f"{block}.{host}" for block in ("192.0.2", "198.51.100", "203.0.113") for host in range(1, 255)),
    *(f"2001:db8::{host:x}" for host in range(1, 100)),
)
USER_AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    None,
)
PROFESSIONS = ("Nursing", "Pharmacy", "Physical Therapy", "Social Work", "Dietetics", "Emergency Medicine")
STATES = ("NY", "TX", "ID", "MA", "NC", "CO", "ND", "GA", "FL", "NE", "OR", "OK")


def sign_ins(rng: Random, crowd: Crowd, counts: Values, mint: Mint) -> Rows:
    """Return the sign-in log, so many rows for each person."""
    who = owners(counts)
    size = len(who)
    rows = {
        "account_id": crowd.keys[who],
        "signed_in_at": between(rng, crowd.since[who], AS_OF, size),
        "ip_address": pick(rng, IP_ADDRESSES, size),
        "user_agent": pick(rng, USER_AGENTS, size, (5, 3, 1, 3, 0.3)),
    }
    in_order = Rows("sign_in_log", rows).in_time_order("signed_in_at")
    return Rows("sign_in_log", {"log_id": mint.numbers("sign_in", size), **in_order.columns})


def licenses(rng: Random, crowd: Crowd, mint: Mint) -> tuple[Rows, Rows]:
    """Return the licenses as they are now and the log of their additions and edits."""
    who = owners(rng.poisson(1.2 * crowd.zeal))
    size = len(who)
    created_at = between(rng, crowd.since[who], AS_OF, size)
    edited = owners(rng.poisson(0.42, size))
    edited_at = between(rng, created_at[edited], AS_OF, len(edited))
    edited_at = edited_at[np.lexsort((edited_at, edited))]
    updated_at = created_at.copy()
    last = last_of_each(edited)
    updated_at[edited[last]] = edited_at[last]
    issued_on = created_at.astype("M8[D]") - rng.integers(0, 700, size)
    keys = mint.keys("license", size)
    held = {
        "license_id": keys,
        "account_id": crowd.keys[who],
        "profession": pick(rng, PROFESSIONS, size),
        "license_type": pick(rng, ("state", "national", "provisional"), size, (7, 2, 1)),
        "license_number": objects([f"LIC-{number:07}" for number in rng.integers(0, 10**7, size).tolist()]),
        "state": pick(rng, STATES, size),
        "status": pick(rng, ("active", "expired", "revoked"), size, (8, 1.9, 0.1)),
        "issued_on": issued_on,
        "expires_on": issued_on + rng.choice([365, 730, 1095], size),
        "created_at": created_at,
        "updated_at": updated_at,
    }
    which = np.concatenate([np.arange(size), edited])
    action = np.repeat(objects(["added", "edited"]), [size, len(edited)])
    changed_at = np.concatenate([created_at, edited_at])
    return Rows("licenses", held), _license_changes(keys[which], crowd.keys[who][which], action, changed_at, mint)


def _license_changes(keys: Values, accounts: Values, action: Values, changed_at: Values, mint: Mint) -> Rows:
    log = {"license_id": keys, "account_id": accounts, "action": action, "changed_at": changed_at}
    in_order = Rows("license_changes", log).in_time_order("changed_at")
    return Rows("license_changes", {"change_id": mint.numbers("license_change", len(keys)), **in_order.columns})


def password_resets(rng: Random, crowd: Crowd, mint: Mint) -> Rows:
    """Return the requests for a new password; one mail in twenty-five never left."""
    who = owners(rng.poisson(0.15 * crowd.zeal))
    requested_at = between(rng, crowd.since[who], AS_OF - 30 * MINUTE, len(who))
    mailed_at = requested_at + minutes(rng, 0.01, 20, len(who))
    return Rows(
        "password_resets",
        {
            "reset_id": mint.numbers("reset", len(who)),
            "account_id": crowd.keys[who],
            "requested_at": requested_at,
            "mail_sent_at": np.where(chance(rng, 0.96, len(who)), mailed_at, NULL),
        },
    )


def address_history(rng: Random, crowd: Crowd, mint: Mint) -> Rows:
    """Return where people lived; a person's last row is where the account says they live now."""
    who = owners(rng.poisson(0.3, len(crowd)))
    changed_at = between(rng, crowd.since[who], AS_OF, len(who))
    changed_at = changed_at[np.lexsort((changed_at, who))]
    last = last_of_each(who)
    older = addresses(rng, len(who))
    return Rows(
        "address_history",
        {
            "history_id": mint.numbers("address", len(who)),
            "account_id": crowd.keys[who],
            "kind": pick(rng, ("billing", "shipping"), len(who), (3, 2)),
            **{part: np.where(last, crowd.now[part][who], older[part]) for part in ADDRESS},
            "changed_at": changed_at,
        },
    )
