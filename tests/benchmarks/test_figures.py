import pytest

from benchmarks.contestants import BACKFILL, FLOOR, PEERS, ContestantFailed
from benchmarks.figures import Spread, figures
from benchmarks.measure import Measured
from benchmarks.rounds import Result, check
from benchmarks.sink import Received


def result(name, number, seconds, events=1_000, arrived=1_000, ids=1_000):
    measured = Measured(events, seconds, seconds, 0.1, 30.0, 60.0, {"work": seconds}, {})
    return Result(name, number, measured, Received(2, 100, 1_000, arrived, ids, {"track": arrived}))


def test_ratios_are_paired_within_a_round():
    turns = [result(BACKFILL, 1, 1.0), result(FLOOR, 1, 0.5), result(BACKFILL, 2, 4.0), result(FLOOR, 2, 1.0)]
    ours, floor = figures(turns)
    assert floor.ratio == Spread(0.375, 0.25, 0.5)
    assert ours.ratio == Spread(1, 1, 1)
    assert floor.rate == Spread(1_500, 1_000, 2_000)
    assert floor.pieces_us_an_event == {"work": 750}
    assert floor.pieces_share == {"work": 1}


def test_the_right_number_passes():
    check(result(BACKFILL, 1, 1.0), 1_000, 1_000)
    check(result(FLOOR, 1, 1.0), None, 1_010)


@pytest.mark.parametrize(
    ("turn", "expected", "words"),
    [
        pytest.param(result(BACKFILL, 1, 1.0, arrived=999), 1_000, "999 arrived", id="lost on the way"),
        pytest.param(result(BACKFILL, 1, 1.0, ids=999), 1_000, "999 ids", id="an id twice"),
        pytest.param(result(PEERS[0], 1, 1.0), 1_001, "not 1,001", id="fewer than handed over"),
        pytest.param(result(FLOOR, 1, 1.0), None, "delivers 1,100", id="a floor of other work"),
    ],
)
def test_a_wrong_number_fails(turn, expected, words):
    with pytest.raises(ContestantFailed, match=words):
        check(turn, expected, 1_100)
