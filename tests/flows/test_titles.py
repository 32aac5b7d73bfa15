"""What shards are called: which users they are, by number."""

import pytest

from flows.titles import titles
from loaders.ledger.runs import Keys, Shard

NOBODY = Shard("nobody", ((None, None),))


def whole(*edges):
    return tuple(zip([None, *edges], [*edges, None], strict=True))


@pytest.mark.parametrize(
    ("shards", "named"),
    [
        ([Shard("users", whole()), NOBODY], ["1: users", "2: rows of nobody"]),
        (
            [Shard("users", whole(1, 2, 3, 4)[:3]), Shard("users", whole(1, 2, 3, 4)[3:]), NOBODY],
            ["1: users 1-300", "2: users 301 and on", "3: rows of nobody"],
        ),
        (
            [Shard("users", (Keys((1, 2)), Keys((3,))))],
            ["1: users 1-3"],
        ),
        (
            [Shard("users", (Keys((1, 2)), Keys((3,)))), Shard("users", (Keys((4, 5)),)), NOBODY],
            ["1: users 1-3", "2: users 4-5", "3: rows of nobody"],
        ),
        (
            [Shard("users", ((4, 5), (8, 9))), Shard("users", ((11, 12),))],
            ["1: users (1 of 2)", "2: users (2 of 2)"],
        ),
    ],
    ids=["whole", "shares", "canary", "a night's keys", "a replay's users, apart"],
)
def test_a_shard_is_called_by_its_users(shards, named):
    assert titles(shards) == named
