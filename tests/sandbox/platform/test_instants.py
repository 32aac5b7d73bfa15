"""The seams of the clock are where the time zone database says, and clean instants keep off them in order."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.platform.instants import AUTUMN_FOLDS, HOUR, MINUTE, SPRING_GAPS, off_the_seams
from sandbox.platform.rows import Rows

NEW_YORK = ZoneInfo("America/New_York")


def readings(start):
    """Read a local wall time both ways."""
    local = datetime.fromisoformat(str(start + 30 * MINUTE))
    return [local.replace(tzinfo=NEW_YORK, fold=fold).astimezone(UTC) for fold in (0, 1)]


@pytest.mark.parametrize("start", SPRING_GAPS, ids=str)
def test_the_hour_in_spring_does_not_exist(start):
    early, late = readings(start)
    assert early > late


@pytest.mark.parametrize("start", AUTUMN_FOLDS, ids=str)
def test_the_hour_in_autumn_happens_twice(start):
    early, late = readings(start)
    assert (late - early).total_seconds() == 3600


FOUR_HOURS = 4 * 60 * 60 * 10**6


@given(
    offsets=st.lists(st.integers(-FOUR_HOURS, FOUR_HOURS), min_size=2),
    seam=st.sampled_from([*SPRING_GAPS, *AUTUMN_FOLDS]),
)
def test_instants_moved_off_a_seam_keep_their_order(offsets, seam):
    instants = seam + np.array(sorted(offsets), "m8[us]")
    moved = off_the_seams(Rows("any", {"at": instants})).columns["at"]
    assert not ((moved >= seam) & (moved < seam + HOUR)).any()
    assert (moved[1:] >= moved[:-1]).all()
