"""A page mapped: every row has one fate, details that of their owners, and states outside the window go alone."""

from collections import Counter

import pytest

from extractors.pages import Window
from extractors.rows import Rows
from flows.mapping import OUTSIDE, map_page
from flows.tally import by, total
from loaders.batches import Message
from loaders.ledger.dead_letters import DeadLetter
from mappers.accounts import Account
from mappers.catalog import STREAMS
from mappers.kinds import Instant
from mappers.license_changes import LicenseChange
from mappers.licenses import License
from mappers.orders import Order, OrderLine
from mappers.outcomes import DeadRow, Filtered
from mappers.sign_ins import SignIn

AT, LATER = Instant("2020-05-01T10:00:00.000000Z"), Instant("2021-05-01T10:00:00.000000Z")
ORDERS, ACCOUNTS, SIGN_INS, CHANGES = (STREAMS[name] for name in ("orders", "accounts", "sign_ins", "license_changes"))
EVER = Window()
ACTIVE = frozenset({"order_completed", "identify_current", "user_signed_in"})


def order(number, user="7", *, completed=True):
    return Order(str(number), user, None, AT, is_completed=completed)


def line(of, number=1):
    return OrderLine(str(of), str(number), "3")


def account(user, at=AT, *, deleted=False):
    return Account(str(user), str(user), at, is_deleted=deleted)


def license_(number, user):
    return License(str(number), str(user), AT)


def sign_in(number, user, at=AT):
    return SignIn(str(number), str(user), at)


def given(rows=(), filtered=(), dead=(), broken=(), outside=()):
    return Rows(
        len(rows) + len(filtered) + len(dead), list(rows), list(filtered), list(dead), set(broken), set(outside)
    )


def seal(stream, draft):
    """Seal a draft into its name; those of user 13 break the plan."""
    if draft.user_id == "13":
        return DeadLetter(
            stream, draft.row_id, draft.rule, "Required-Missing", "traits.email: required", f"id-{draft.row_id}"
        )
    return Message(
        draft.at, f"{draft.rule} {draft.row_id}", stream, draft.row_id, draft.rule, draft.rule, draft.at, b"{}"
    )


def mapped(*streams, window=EVER, wanted=ACTIVE, **rows):
    page = map_page(lambda name: rows.get(name, Rows()), streams, wanted, window, seal)
    counts = page.counts
    for name in by(counts, "rows_read", 0):
        fates = [by(counts, measure, 0).get(name, 0) for measure in ("rows_mapped", "rows_filtered", "rows_dead")]
        assert by(counts, "rows_read", 0)[name] == sum(fates), name
        assert min(fates) >= 0, name
    return page


def reasons(page, measure):
    return {names: count for names, count in by(page.counts, measure, 0, 1).items() if count}


def test_messages_go_to_their_users_and_rows_are_counted():
    page = mapped(SIGN_INS, sign_ins=given([sign_in(1, 7), sign_in(2, 8), sign_in(3, 7)]))

    assert {user: [message.row_id for message in messages] for user, messages in page.users.items()} == {
        "7": ["1", "3"],
        "8": ["2"],
    }
    assert (page.counts["rows_read|sign_ins"], page.counts["rows_mapped|sign_ins"]) == (3, 3)
    assert page.dead == []


def test_what_was_set_aside_before_keeps_its_reason():
    rows = given([sign_in(1, 7)], [Filtered("2", "exact copy")], [DeadRow("3", "Missing-Time", "occurred_at is null")])
    page = mapped(SIGN_INS, sign_ins=rows)

    assert reasons(page, "rows_filtered") == {("sign_ins", "exact copy"): 1}
    assert reasons(page, "rows_dead") == {("sign_ins", "Missing-Time"): 1}
    assert page.dead == [DeadLetter("sign_ins", "3", "", "Missing-Time", "occurred_at is null", None)]


def test_a_message_that_breaks_the_plan_is_dead_and_its_row_was_mapped():
    page = mapped(SIGN_INS, sign_ins=given([sign_in(1, 13)]))
    assert [letter.reason for letter in page.dead] == ["Required-Missing"]
    assert (page.counts["rows_mapped|sign_ins"], total(page.counts, "rows_dead")) == (1, 0)


def test_a_finding_is_noted_and_counted_and_stops_nothing():
    page = mapped(
        ORDERS, orders=given([order(1)._replace(total=5)]), order_lines=given([line(1)._replace(price=9, quantity=1)])
    )
    assert total(page.counts, "findings") == len(page.noted) == 1
    assert page.counts["rows_mapped|orders"] == 1


def test_details_share_the_fate_of_their_owner():
    page = mapped(
        ORDERS,
        orders=given([order(1), order(2, completed=False)], dead=[DeadRow("3", "Missing-Time", "occurred_at is null")]),
        order_lines=given([line(1), line(1, 2), line(2), line(3), line(4)]),
    )

    assert page.counts["rows_mapped|order_lines"] == 2
    assert [count for (name, _), count in reasons(page, "rows_filtered").items() if name == "order_lines"] == [1]
    assert {key: count for key, count in reasons(page, "rows_dead").items() if key[0] == "order_lines"} == {
        ("order_lines", "Owner-Dead"): 1,
        ("order_lines", "No-Owner"): 1,
    }
    assert {letter.row_id for letter in page.dead if letter.stream == "order_lines"} == {"3/1", "4/1"}


def test_details_of_an_order_that_came_twice_are_mapped_with_it():
    page = mapped(ORDERS, orders=given([order(1)], [Filtered("1", "exact copy")]), order_lines=given([line(1)]))
    assert page.counts["rows_mapped|order_lines"] == 1
    assert reasons(page, "rows_filtered") == {("orders", "exact copy"): 1}


def test_a_broken_detail_takes_its_owner_and_the_rest_of_its_details_with_it():
    broken = DeadRow("1/2", "Missing-Value", "product_id is null")
    page = mapped(
        ORDERS,
        orders=given([order(1), order(2)]),
        order_lines=given([line(1), line(2)], dead=[broken], broken={"1"}),
    )

    assert [message.row_id for message in page.users["7"]] == ["2"]
    assert reasons(page, "rows_dead") == {
        ("orders", "Broken-Detail"): 1,
        ("order_lines", "Missing-Value"): 1,
        ("order_lines", "Owner-Dead"): 1,
    }


def test_a_broken_detail_of_nobody_breaks_nobody():
    broken = DeadRow("row x", "Missing-Key", "order_id is null")
    page = mapped(ORDERS, orders=given([order(1)]), order_lines=given([line(1)], dead=[broken], broken={None}))
    assert page.counts["rows_mapped|orders"] == 1


def test_details_of_owners_outside_the_window_are_not_counted():
    page = mapped(ORDERS, orders=given([order(1)], outside={"2"}), order_lines=given([line(1), line(2), line(2, 2)]))
    assert (page.counts["rows_read|order_lines"], page.counts["rows_mapped|order_lines"]) == (1, 1)
    assert total(page.counts, "rows_dead") == 0


@pytest.mark.parametrize(
    "lines",
    [
        given(dead=[DeadRow("2/1", "Missing-Value", "product_id is null")], broken={"2"}),
        given([line(2)], [Filtered("2/1", "exact copy")]),
    ],
    ids=["dead", "copied"],
)
def test_what_was_set_aside_of_owners_outside_the_window_is_not_counted_either(lines):
    page = mapped(ORDERS, orders=given([order(1)], outside={"2"}), order_lines=lines)
    assert page.counts["rows_read|order_lines"] == 0
    assert page.dead == []


def test_licenses_of_a_deleted_account_are_filtered_with_it_and_those_of_nobody_by_themselves():
    page = mapped(
        ACCOUNTS,
        accounts=given([account(7), account(8, deleted=True)]),
        licenses=given([license_(1, 7), license_(2, 8), license_(3, 9)]),
    )
    assert page.counts["rows_mapped|licenses"] == 1
    assert reasons(page, "rows_filtered") == {
        ("accounts", "deleted account"): 1,
        ("licenses", "deleted account"): 1,
        ("licenses", "no owner"): 1,
    }


def test_licenses_go_with_any_change_that_was_mapped():
    change = LicenseChange("1", "7", AT, "5", "added")
    wanted = frozenset(CHANGES.rules)
    dead = DeadRow("2", "Missing-Time", "occurred_at is null")
    page = mapped(
        CHANGES, wanted=wanted, license_changes=given([change], dead=[dead]), licenses=given([license_(5, 7)])
    )
    assert page.counts["rows_mapped|licenses"] == 1


WINDOW = Window(Instant("2020-01-01T00:00:00.000000Z"), Instant("2021-01-01T00:00:00.000000Z"))


def test_a_state_from_outside_the_window_goes_only_with_what_its_user_did_in_it():
    page = mapped(
        ACCOUNTS,
        SIGN_INS,
        window=WINDOW,
        accounts=given([account(7, LATER), account(8, LATER), account(9, AT)]),
        sign_ins=given([sign_in(1, 7)]),
    )

    assert set(page.users) == {"7", "9"}
    assert [message.event for message in page.users["7"]] == ["identify_current", "user_signed_in"]
    assert reasons(page, "rows_filtered") == {("accounts", OUTSIDE): 1}
    assert page.counts["rows_mapped|accounts"] == 2


def test_without_a_window_every_state_goes():
    page = mapped(ACCOUNTS, accounts=given([account(7, LATER), account(8)]))
    assert set(page.users) == {"7", "8"}


def test_licenses_of_a_state_that_is_left_out_are_left_out_with_it():
    page = mapped(ACCOUNTS, window=WINDOW, accounts=given([account(8, LATER)]), licenses=given([license_(1, 8)]))
    assert reasons(page, "rows_filtered") == {("accounts", OUTSIDE): 1, ("licenses", OUTSIDE): 1}


def test_a_stream_that_is_not_there_is_nothing():
    page = mapped(ACCOUNTS, ORDERS)
    assert page.users == {}
    assert total(+page.counts, "rows_read") == 0
    assert +Counter(page.counts) == Counter()
