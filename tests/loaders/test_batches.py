"""Batches keep the order, the limits and the users together."""

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.batches import Batch, Limits, Message, batches

ENVELOPE = len(b'{"batch":[]}')


def user_messages(user, paddings):
    return [
        Message(
            str(n),
            f"{user}-{n}",
            "sign_ins",
            str(n),
            "rule",
            "E",
            "at",
            orjson.dumps({"u": user, "n": n, "p": "x" * pad}),
        )
        for n, pad in enumerate(paddings)
    ]


USERS = st.lists(st.lists(st.integers(0, 120), max_size=6), max_size=8).map(
    lambda users: [user_messages(f"u{number}", paddings) for number, paddings in enumerate(users)]
)
LIMITS = st.builds(Limits, events=st.integers(1, 8), bytes=st.integers(60, 600))


def user_of(message):
    return message.id.partition("-")[0]


def fits(messages, limits):
    return len(messages) <= limits.events and len(Batch(tuple(messages), continues=False).body()) <= limits.bytes


@given(USERS, LIMITS)
def test_the_batches_hold_every_message_once_in_order(users, limits):
    sent = [message for batch in batches(users, limits) for message in batch.messages]

    assert [message for messages in users for message in messages] == sent


@given(USERS, LIMITS)
def test_every_batch_is_within_the_limits_or_one_message_alone(users, limits):
    for batch in batches(users, limits):
        assert 1 <= len(batch.messages) <= limits.events
        assert len(batch.body()) <= limits.bytes or len(batch.messages) == 1


@given(USERS, LIMITS)
def test_a_user_goes_on_only_in_batches_that_say_so(users, limits):
    seen, before = set(), None
    for batch in batches(users, limits):
        of_batch = [user_of(message) for message in batch.messages]
        if batch.continues:
            assert of_batch[0] == before
            assert seen.isdisjoint(set(of_batch) - {before})
        else:
            assert seen.isdisjoint(of_batch)
        seen.update(of_batch)
        before = of_batch[-1]


@given(USERS, LIMITS)
def test_a_user_who_fits_into_a_batch_stands_in_one(users, limits):
    cut = list(batches(users, limits))

    for messages in users:
        room = Limits(limits.events, limits.bytes - 1)  # the last byte has a test of its own
        if messages and fits(messages, room):
            user = user_of(messages[0])
            assert len([1 for batch in cut if user in map(user_of, batch.messages)]) == 1


@settings(max_examples=50)
@given(USERS, LIMITS)
def test_a_body_is_the_json_of_its_messages(users, limits):
    for batch in batches(users, limits):
        document = orjson.loads(batch.body())

        assert document == {"batch": [orjson.loads(message.body) for message in batch.messages]}


def test_nobody_makes_no_batch():
    assert list(batches([], Limits())) == []
    assert list(batches([[], []], Limits())) == []


def test_small_users_share_a_batch_and_a_large_one_starts_its_own():
    small, other, large = (user_messages(name, [0] * count) for name, count in (("a", 2), ("b", 1), ("c", 5)))

    cut = [(len(batch.messages), batch.continues) for batch in batches([small, other, large, small], Limits(events=4))]

    assert cut == [(3, False), (4, False), (3, True)]


def test_a_message_above_the_limit_is_alone_in_its_batch():
    messages = user_messages("a", [0, 500, 0])

    assert [len(batch.messages) for batch in batches([messages], Limits(bytes=100))] == [1, 1, 1]
    assert [batch.continues for batch in batches([messages], Limits(bytes=100))] == [False, True, True]


def test_a_batch_may_have_exactly_the_limit_of_events():
    messages = user_messages("a", [0, 0, 0])

    assert [len(batch.messages) for batch in batches([messages], Limits(events=3))] == [3]
    assert [len(batch.messages) for batch in batches([messages], Limits(events=2))] == [2, 1]


def test_a_batch_may_have_exactly_the_limit_of_bytes():
    messages = user_messages("a", [10, 20, 30])
    size = ENVELOPE + sum(len(message.body) for message in messages) + 2

    assert len(Batch(tuple(messages), continues=False).body()) == size
    assert [len(batch.messages) for batch in batches([messages], Limits(bytes=size - 1))] == [2, 1]
    assert [len(batch.messages) for batch in batches([messages], Limits(bytes=size))] == [3]
