"""Dirt in the logs: impossible, missing and repeated instants, rows of nobody, and rows written twice."""

import numpy as np

from sandbox.platform.activity import sign_ins
from sandbox.platform.instants import (
    AUTUMN_FOLDS,
    FIRST_SENTINEL,
    FUTURE,
    LAST_SENTINEL,
    NULL,
    SPRING_GAPS,
    in_hours,
    off_the_seams,
)
from sandbox.platform.rows import Rows
from sandbox.platform.world import Planted, World


def extra_sign_ins(world: World, size: int) -> Rows:
    """Return more clean sign-ins, for the functions here to spoil."""
    people = world.some_people(size)
    return off_the_seams(sign_ins(world.rng, people, np.ones(size, int), world.mint))


def sign_ins_of_missing_accounts(world: World) -> Planted:
    """Sign-ins of accounts that are gone."""
    rows = extra_sign_ins(world, world.scaled(5))
    gone = world.mint.keys("account", len(rows))
    return Planted((rows.but(account_id=gone),), {"sign_ins_of_missing_accounts": len(rows)})


def sign_ins_without_account(world: World) -> Planted:
    """Sign-ins of nobody."""
    rows = extra_sign_ins(world, world.scaled(1))
    return Planted((rows.but(account_id=None),), {"sign_ins_without_account": len(rows)})


def sign_ins_at_odd_instants(world: World) -> Planted:
    """Sign-ins at sentinel instants, in the future, and at no instant."""
    odd = {
        "sign_ins_at_1900": FIRST_SENTINEL,
        "sign_ins_at_9999": LAST_SENTINEL,
        "future_sign_ins": FUTURE,
        "null_sign_in_instants": NULL,
    }
    size = world.scaled(1)
    rows = tuple(extra_sign_ins(world, size).but(signed_in_at=instant) for instant in odd.values())
    return Planted(rows, dict.fromkeys(odd, size))


def sign_ins_on_seams(world: World) -> Planted:
    """Sign-ins in the hours that do not exist, and in those that happen twice."""
    seams = {"sign_ins_in_spring_gaps": SPRING_GAPS, "sign_ins_in_autumn_folds": AUTUMN_FOLDS}
    rows = []
    for hours in seams.values():
        extra = extra_sign_ins(world, max(len(hours), world.scaled(3)))
        rows.append(extra.but(signed_in_at=in_hours(world.rng, hours, len(extra))))
    return Planted(tuple(rows), dict(zip(seams, map(len, rows), strict=True)))


def duplicate_log_rows(world: World) -> Planted:
    """Log rows written twice: the same id, and every column equal."""
    kinds = {
        "duplicate_sign_ins": "sign_in_log",
        "duplicate_profile_changes": "profile_change_log",
        "duplicate_license_changes": "license_changes",
    }
    rows = tuple(_copies(world, world.logs[table]) for table in kinds.values())
    return Planted(rows, dict(zip(kinds, map(len, rows), strict=True)))


def conflicting_sign_ins(world: World) -> Planted:
    """Return a second sign-in under the id of another, in which something else stands."""
    rows = extra_sign_ins(world, 1)
    other = rows.but(ip_address="192.0.2.255", user_agent="curl/8.6.0")
    return Planted((rows, other), {"conflicting_sign_ins": 1})


def cart_event_doubles(world: World) -> Planted:
    """Cart events that equal another in every column, and happened."""
    rows = _copies(world, world.logs["cart_events"])
    return Planted((rows,), {"cart_event_doubles": len(rows)})


def _copies(world: World, log: Rows) -> Rows:
    size = min(world.scaled(3), len(log))
    return log.at(world.rng.choice(len(log), size, replace=False))
