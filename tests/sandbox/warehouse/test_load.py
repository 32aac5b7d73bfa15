"""What a data plane accepted stands in the warehouse's tables, with its ids and its times."""

from datetime import UTC, datetime
from decimal import Decimal

import psycopg
import pytest

from sandbox.warehouse import load as loading

SHOPPERS, MONTHS = 6, 12


def at(month, day=1):
    return f"2023-{month:02d}-{day:02d}T09:30:00.123Z"


def moment(month, day=1):
    return datetime(2023, month, day, 9, 30, 0, 123000, tzinfo=UTC)


def message(kind, message_id, *, user="u1", month=1, **fields):
    told = {"type": kind, "messageId": message_id, "userId": user, "timestamp": at(month)}
    context = {"library": {"name": "relias-backfill", "version": "1.0.0"}} | fields.pop("context", {})
    return told | {"originalTimestamp": at(month), "channel": "server", "context": context} | fields


def order(message_id, **fields):
    properties = {"order_id": message_id, "total": 19.5} | fields.pop("properties", {})
    return message("track", message_id, event="Order Completed", properties=properties, **fields)


def history():
    """Yield a batch a shopper and month: who they are, where they belong, what they did."""
    for shopper in range(SHOPPERS):
        for month in range(1, MONTHS + 1):
            own = {"user": f"u{shopper}", "month": month}
            key = f"{shopper}-{month}"
            traits = {"email": f"{key}@example.com", "visits": month}
            yield (
                message("identify", f"i-{key}", traits=traits, context={"traits": traits}, **own),
                message("group", f"g-{key}", groupId=f"org-{shopper % 2}", traits={"name": "A"}, **own),
                order(f"o-{key}", **own),
                message("page", f"p-{key}", name="Home", properties={"path": "/"}, **own),
            )


def test_a_history_arrives_whole(send, load, monkeypatch):
    monkeypatch.setattr(loading, "_EVENTS_A_PAGE", 50)
    batches = list(history())
    for batch in batches:
        send(*batch)
    loaded = load()
    events = SHOPPERS * MONTHS
    assert loaded.counts == {
        "groups": events,
        "identifies": events,
        "order_completed": events,
        "pages": events,
        "tracks": events,
        "users": SHOPPERS,
    }
    for table, place in {"identifies": 0, "groups": 1, "order_completed": 2, "tracks": 2, "pages": 3}.items():
        sent = {(batch[place]["messageId"], batch[place]["userId"], batch[place]["timestamp"]) for batch in batches}
        got = loaded.ask(f"SELECT id, user_id, timestamp, original_timestamp FROM {table}")  # noqa: S608
        assert {(key, user, f"{when:%Y-%m-%dT%H:%M:%S}.123Z") for key, user, when, _ in got} == sent
        assert all(when == original and when.microsecond == 123000 for _, _, when, original in got)


def test_a_track_stands_in_two_tables_and_its_properties_in_one(send, load):
    send(order("o1", month=3, properties={"currency": "USD", "products": [{"sku": "a"}], "ship": {"zipCode": "1"}}))
    loaded = load()
    (event,) = loaded.ask(
        "SELECT id, event, event_text, order_id, total, currency, products, ship_zip_code, timestamp, channel"
        " FROM order_completed"
    )
    products = '[{"sku":"a"}]'
    assert event == (
        *("o1", "order_completed", "Order Completed", "o1", Decimal("19.5"), "USD", products, "1", moment(3), "server"),
    )
    tracks = loaded.types("tracks")
    assert loaded.ask("SELECT id, user_id, event, event_text, context_library_name FROM tracks") == [
        ("o1", "u1", "order_completed", "Order Completed", "relias-backfill")
    ]
    assert not {"order_id", "total", "products"} & set(tracks)
    assert tracks["received_at"] == tracks["sent_at"] == tracks["uuid_ts"] == "timestamp with time zone"


def test_the_times_are_the_data_planes(send, load):
    before = datetime.now(UTC)
    send(order("o1", timestamp="2023-05-01T12:00:00.5+02:00", originalTimestamp="nonsense"))
    ((told, original, sent, received),) = load().ask(
        "SELECT timestamp, original_timestamp, sent_at, received_at FROM tracks"
    )
    assert told == datetime(2023, 5, 1, 10, 0, 0, 500000, tzinfo=UTC)
    assert original == sent == received
    assert -1 < (received - before).total_seconds() < 60


def test_types_are_those_of_the_first_value_and_misfits_are_discarded(send, load):
    send(order("o1", properties={"lines": 2, "paid": True, "due": "2023-07-01", "note": "a"}))
    send(order("o2", properties={"lines": 2.9, "paid": "yes", "due": "soon", "note": 7}))
    loaded = load()
    types = loaded.types("order_completed")
    assert [types[name] for name in ("lines", "total", "paid", "due", "note", "id")] == [
        *("bigint", "numeric", "boolean", "timestamp with time zone", "text", "text")
    ]
    assert loaded.ask("SELECT lines, paid, due, note FROM order_completed WHERE id = 'o2'") == [(2, None, None, "7")]
    assert loaded.ask("SELECT table_name, row_id, column_name, column_value FROM rudder_discards ORDER BY 3") == [
        ("order_completed", "o2", "due", "soon"),
        ("order_completed", "o2", "paid", "yes"),
    ]
    assert loaded.counts["rudder_discards"] == 2


def test_empty_values_make_no_column_and_reserved_ones_are_dropped(send, load):
    send(order("o1", properties={"coupon": "", "gift": None, "tags": [], "id": "x", "channel": "web", "Timestamp": 1}))
    loaded = load()
    assert not {"coupon", "gift", "tags"} & set(loaded.types("order_completed"))
    assert loaded.ask("SELECT id, channel, timestamp FROM order_completed") == [("o1", "server", moment(1))]


def test_a_property_never_stands_before_what_is_common_to_all(send, load):
    send(order("o1", properties={"event": "mine", "contextLibraryName": "mine", "record_id": "mine"}))
    loaded = load()
    assert loaded.ask("SELECT event, context_library_name FROM order_completed") == [
        ("order_completed", "relias-backfill")
    ]
    assert "record_id" not in loaded.types("order_completed")


def test_of_two_keys_for_one_column_the_one_sorted_last_is_told(send, load):
    send(order("o1", properties={"unit_price": 1, "unitPrice": 2}), order("o2", properties={"unitPrice": 2}))
    assert load().ask("SELECT id, unit_price FROM order_completed ORDER BY id") == [("o1", 1), ("o2", 2)]


def test_users_have_the_latest_of_each_trait(send, load):
    send(message("identify", "i1", traits={"firstName": "Ada", "plan": "free", "id": "x"}, month=9))
    send(message("identify", "i2", traits={"plan": "paid", "firstName": " "}, month=2))
    send(message("identify", "i3", user="u2", traits={}))
    send(message("identify", "i4", user=None, anonymousId="visitor", traits={"plan": "none"}))
    loaded = load()
    assert loaded.ask("SELECT id, first_name, plan, timestamp FROM users ORDER BY id") == [
        ("u1", "Ada", "paid", moment(2)),
        ("u2", None, None, moment(1)),
    ]
    assert not {"user_id", "anonymous_id", "channel"} & set(loaded.types("users"))
    assert loaded.ask("SELECT anonymous_id, user_id, plan FROM identifies WHERE id = 'i4'") == [
        ("visitor", None, "none"),
    ]


def test_groups_and_pages_have_their_own_columns(send, load):
    send(message("group", "g1", groupId="org-1", traits={"employees": 12}))
    send(message("page", "p1", name="Home", properties={"name": "Other", "url": "/"}))
    send(message("page", "p2", properties={"name": "Course"}))
    loaded = load()
    assert loaded.ask("SELECT id, user_id, group_id, employees FROM groups") == [("g1", "u1", "org-1", 12)]
    assert loaded.ask("SELECT id, name, url FROM pages ORDER BY id") == [("p1", "Home", "/"), ("p2", "Course", None)]


def test_what_was_sent_twice_is_there_twice(send, load):
    send(order("o1"), order("o1"))
    send(order("o1"))
    loaded = load()
    assert loaded.counts == {"order_completed": 3, "tracks": 3}
    assert loaded.ask("SELECT id FROM tracks") == [("o1",)] * 3


def test_loading_again_makes_the_schema_anew(send, load):
    send(order("o1"))
    first = load()
    send(order("o2"))
    assert [first.counts["tracks"], load().counts["tracks"]] == [1, 2]
    assert first.ask("SELECT id FROM order_completed ORDER BY id") == [("o1",), ("o2",)]


def test_a_load_that_fails_leaves_what_was_there(send, load, monkeypatch):
    send(order("o1"))
    loaded = load()
    monkeypatch.setattr(loading.Warehouse, "finish", lambda self: self._connection.execute("no such statement"))
    with pytest.raises(psycopg.errors.SyntaxError):
        load()
    assert loaded.ask("SELECT id FROM tracks") == [("o1",)]


def test_an_empty_data_plane_gives_an_empty_schema(send, load):  # noqa: ARG001 - `send` empties it
    loaded = load()
    assert loaded.counts == {}
    assert loaded.ask("SELECT nspname FROM pg_namespace WHERE nspname = 'relias'") == [("relias",)]
