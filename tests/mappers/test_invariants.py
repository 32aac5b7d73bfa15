"""What holds for every mapper, whatever typed rows a page brings: the rows are built from the row types themselves."""

from collections import defaultdict
from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, combinations
from types import NoneType
from typing import get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mappers.accounts import ACCOUNTS
from mappers.catalog import DETAILS, STREAMS
from mappers.kinds import Day, Instant, Key
from mappers.licenses import License, license_traits
from mappers.orders import COMPLETED, ORDERS, Order, OrderLine, disagrees
from mappers.outcomes import DeadRow, Draft, Filtered, Finding
from mappers.web_log import KINDS, PAGE

USERS = st.sampled_from(["1", "2", "münchen"])
HOSTILE = ["", " ", "\x00", "\t", "null", "x", "0", "+1 (919) 555-0100 x7", "ß", "🙂", "\u200b", "a\x1fb"]
TEXTS = st.sampled_from(HOSTILE) | st.text(max_size=6)
INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001  # the bounds must be naive
    lambda moment: moment.replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
)
KINDS_OF_VALUE = {
    Key: st.text(min_size=1, max_size=5),
    Instant: INSTANTS,
    Day: st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(date.isoformat),
    str: TEXTS,
    int: st.integers(-(2**53), 2**53),
    bool: st.booleans(),
    Decimal: st.decimals(-(10**10), 10**10, places=2) | st.decimals(-(10**9), 10**9, places=4),
}
KNOWN = {"kind": KINDS, "action": ("add", "remove", "added", "edited"), "section": ("details", "password")}


def column(name, hint):
    kinds = get_args(hint) or (hint,)
    values = st.one_of(*(KINDS_OF_VALUE[kind] for kind in kinds if kind is not NoneType))
    if name == "user_id":
        values = USERS
    elif name in KNOWN:
        values = st.sampled_from(KNOWN[name]) | values
    return st.none() | values if NoneType in kinds else values


def rows_of(row_type):
    hints = get_type_hints(row_type)
    return st.tuples(*(column(name, hints[name]) for name in row_type._fields)).map(row_type._make)


def details_of(stream, rows):
    """Give a few details, most of them of the rows."""
    if stream.detail is None:
        return st.just({})
    owners = st.sampled_from([getattr(row, stream.detail.owner) for row in rows] + ["nobody's"])
    detail = st.tuples(owners, rows_of(stream.detail.row)).map(
        lambda pair: pair[1]._replace(**{stream.detail.key: pair[0]})
    )
    return st.lists(detail, max_size=4).map(lambda details: grouped(details, stream.detail.key))


def grouped(details, key):
    groups = defaultdict(list)
    for detail in details:
        groups[getattr(detail, key)].append(detail)
    return dict(groups)


@st.composite
def pages(draw, stream):
    rows = draw(st.lists(rows_of(stream.row), min_size=1, max_size=3))
    wanted = draw(st.sets(st.sampled_from(stream.rules), min_size=1))
    return rows, frozenset(wanted), draw(details_of(stream, rows))


def leaves(value, name=""):
    if isinstance(value, dict):
        return [leaf for key, part in value.items() for leaf in leaves(part, key)]
    if isinstance(value, list):
        return [leaf for part in value for leaf in leaves(part, name)]
    return [(name, value)]


def moments(row):
    hints = get_type_hints(type(row))
    return {
        value for name, value in row._asdict().items() if value and Instant in (hints[name], *get_args(hints[name]))
    }


quick = settings(
    max_examples=12,
    deadline=None,
    phases=set(Phase) - {Phase.explain},  # it takes longer than the whole test
    suppress_health_check=[HealthCheck.too_slow],
)
every_stream = pytest.mark.parametrize("stream", STREAMS.values(), ids=lambda stream: stream.name)


@every_stream
@quick
@given(data=st.data())
def test_the_same_rows_have_the_same_outcomes_and_stay_as_they_were(stream, data):
    rows, wanted, details = data.draw(pages(stream))
    before = deepcopy((rows, details))

    first, second = list(stream.drafts(rows, wanted, details)), list(stream.drafts(rows, wanted, details))

    assert first == second
    assert before == (rows, details)


@every_stream
@quick
@given(data=st.data())
def test_a_row_is_mapped_without_regard_to_its_neighbours(stream, data):
    rows, wanted, details = data.draw(pages(stream))

    alone = chain.from_iterable(stream.drafts([row], wanted, details) for row in rows)

    assert list(alone) == list(stream.drafts(rows, wanted, details))


@every_stream
@quick
@given(data=st.data())
def test_every_row_has_a_fate_and_only_one_kind_of_it(stream, data):
    (row, *_), wanted, details = data.draw(pages(stream))

    outcomes = list(stream.drafts([row], wanted, details))

    fates = {type(outcome) for outcome in outcomes} - {Finding}
    assert len(fates) == 1
    assert fates <= {Draft, Filtered, DeadRow}
    assert {outcome.row_id for outcome in outcomes} == {row.row_id}


@every_stream
@quick
@given(data=st.data())
def test_only_wanted_rules_are_drafted(stream, data):
    rows, wanted, details = data.draw(pages(stream))

    drafted = {one.rule for one in stream.drafts(rows, wanted, details) if isinstance(one, Draft)}

    assert drafted <= wanted


@every_stream
@quick
@given(data=st.data())
def test_a_draft_is_of_its_row_and_at_one_of_its_moments(stream, data):
    (row, *_), wanted, details = data.draw(pages(stream))
    of_row = details.get(getattr(row, stream.detail.owner), ()) if stream.detail else ()
    known = moments(row).union(*map(moments, of_row))

    for draft in stream.drafts([row], wanted, details):
        if isinstance(draft, Draft):
            assert draft.at in known
            assert draft.user_id == row.user_id
            assert draft.anonymous_id == getattr(row, "anonymous_id", None)
            assert draft.version == (draft.at if stream.state else "")


@every_stream
@quick
@given(data=st.data())
def test_there_is_never_a_null_in_a_body_or_a_context(stream, data):
    rows, wanted, details = data.draw(pages(stream))

    for draft in stream.drafts(rows, wanted, details):
        if isinstance(draft, Draft):
            assert None not in [value for _, value in leaves([draft.body, draft.context or {}])]


@every_stream
@quick
@given(data=st.data())
def test_a_phone_is_ascii_digits_or_not_there(stream, data):
    rows, wanted, details = data.draw(pages(stream))

    for draft in stream.drafts(rows, wanted, details):
        if isinstance(draft, Draft) and "phone" in draft.body:
            assert draft.body["phone"].isascii()
            assert draft.body["phone"].isdigit()


@every_stream
@quick
@given(data=st.data())
def test_money_is_a_float_that_reads_as_the_exact_decimal(stream, data):
    (row, *_), wanted, details = data.draw(pages(stream))
    lines = details.get(row.row_id, ()) if stream.detail in (DETAILS["order_lines"], DETAILS["checkout_lines"]) else ()
    exact = {
        (name, value) for part in (row, *lines) for name, value in part._asdict().items() if isinstance(value, Decimal)
    }

    for draft in stream.drafts([row], wanted, details):
        if isinstance(draft, Draft):
            sent = {(name, value) for name, value in leaves(draft.body) if isinstance(value, float)}
            if stream is ORDERS:
                sent = {(name, value) for name, value in sent if name != "revenue"}
            expected = set() if draft.rule == PAGE else exact  # a page view tells of no product
            assert {(name, Decimal(repr(value))) for name, value in sent} == expected


@pytest.mark.parametrize(
    ("stream", "rule"),
    [(stream, rule) for stream in STREAMS.values() for rule in stream.only_for],
    ids=lambda part: getattr(part, "name", part),
)
@quick
@given(data=st.data())
def test_what_is_there_for_one_rule_alone_tells_nothing_without_it(stream, rule, data):
    rows, _, details = data.draw(pages(stream))
    wanted = frozenset(stream.rules) - {rule}
    columns = [name for name in stream.only_for[rule] if name in stream.row._fields]
    unread = [row._replace(**dict.fromkeys(columns)) for row in rows]
    unjoined = {} if stream.detail and stream.detail.stream in stream.only_for[rule] else details

    assert list(stream.drafts(rows, wanted, details)) == list(stream.drafts(unread, wanted, unjoined))


@quick
@given(st.lists(rows_of(License), max_size=5, unique_by=lambda one: one.row_id), st.randoms(use_true_random=False))
def test_license_traits_do_not_depend_on_the_order_of_the_rows(licenses, random):
    shuffled = licenses.copy()
    random.shuffle(shuffled)

    assert license_traits(licenses) == license_traits(shuffled)


@quick
@given(st.lists(rows_of(License), min_size=1, max_size=5, unique_by=lambda one: one.row_id))
def test_license_traits_tell_every_license_once_and_the_earliest_expiry(licenses):
    traits = license_traits(licenses)

    assert {one.row_id for one in licenses} == {one["license_id"] for one in traits["licenses"]}
    assert len(licenses) == traits["license_count"] == len(traits["licenses"])
    assert min((one.expires_on for one in licenses if one.expires_on), default=None) == traits.get(
        "next_license_expiration"
    )


CENTS = st.integers(0, 10**7)


def money(cents):
    return Decimal(cents).scaleb(-2)


@settings(max_examples=100, deadline=None)
@given(
    lines=st.lists(st.tuples(CENTS, st.integers(0, 50)), max_size=5),
    parts=st.tuples(st.none() | CENTS, st.none() | CENTS, st.none() | CENTS),
    off=st.just(0) | st.integers(-100, 100),
)
def test_a_total_disagrees_exactly_when_it_is_a_cent_off(lines, parts, off):
    shipping, tax, discount = parts
    cents = sum(price * pieces for price, pieces in lines) + (shipping or 0) + (tax or 0) - (discount or 0) + off
    order = Order(
        Key("1"), Key("7"), None, Instant("2020-01-01T00:00:00.000000Z"), is_completed=True, total=money(cents),
        shipping=None if shipping is None else money(shipping),
        tax=None if tax is None else money(tax),
        discount=None if discount is None else money(discount),
    )  # fmt: skip
    bought = [
        OrderLine(Key("1"), Key(str(number)), Key("88"), price=money(price), quantity=pieces)
        for number, (price, pieces) in enumerate(lines)
    ]

    *found, draft = ORDERS.drafts([order], frozenset({COMPLETED}), {Key("1"): bought})

    assert disagrees(order, bought) == (off != 0)
    assert found == ([Finding(Key("1"), "total disagrees with lines")] if off else [])
    assert Decimal(repr(draft.body["revenue"])) == money(cents - (shipping or 0) - (tax or 0))


@quick
@given(data=st.data())
def test_a_current_identify_is_dated_by_the_latest_of_all_that_it_tells(data):
    (row, *_), wanted, details = data.draw(pages(ACCOUNTS))
    changed = [row.changed_at, *(one.changed_at for one in details.get(row.user_id, ()))]

    outcomes = list(ACCOUNTS.drafts([row], wanted, details))

    assert [max(changed)] * (not row.is_deleted) == [one.at for one in outcomes if isinstance(one, Draft)]


def test_no_two_streams_share_a_rule():
    for one, other in combinations(STREAMS.values(), 2):
        assert set(one.rules).isdisjoint(other.rules)
