"""How old an event may be for each destination: the table as it stands, and as it may not stand."""

from datetime import date, timedelta

import pytest

from loaders.destination_limits import load_limits, oldest_taken, told
from loaders.errors import DestinationRefused
from mappers.kinds import Instant

NOW = Instant("2026-03-01T12:00:00.000000Z")
ROW = "  - {destination: Aim, hours: 1, then: rejected, verified: 2026-11-22, source: its docs}\n"


@pytest.fixture
def table(tmp_path):
    """Give what reads a table of so many rows, as text."""

    def read(text):
        path = tmp_path / "limits.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_limits(path)

    return read


@pytest.fixture
def faults(table):
    """Give what reads a faulty table and returns its faults."""

    def found(text):
        with pytest.raises(DestinationRefused) as raised:
            table(text)
        head, *rest = str(raised.value).splitlines()
        assert head.startswith("The table ")
        assert head.endswith("limits.yaml does not hold:")
        return [line.removeprefix("  - ") for line in rest]

    return found


def test_the_table_holds_and_has_a_source_for_every_line():
    limits = load_limits()
    assert {
        name: limits[name].age
        for name in ("Google Analytics 4 (GA4)", "Facebook Conversions", "Reddit", "Attentive Tag")
    } == {
        "Google Analytics 4 (GA4)": timedelta(hours=72),
        "Facebook Conversions": timedelta(days=7),
        "Reddit": timedelta(hours=168),
        "Attentive Tag": timedelta(hours=12),
    }
    assert list(limits) == sorted(limits)
    assert all("/" in limit.source and limit.verified >= date(2026, 11, 22) for limit in limits.values())


def test_an_event_of_just_that_age_is_still_taken(table):
    limits = table(f"destinations:\n{ROW}{ROW.replace('Aim', 'Box').replace('hours: 1', 'days: 2')}")
    assert oldest_taken(limits, "Aim", NOW) == "2026-03-01T11:00:00.000000Z"
    assert oldest_taken(limits, "Box", NOW) == "2026-02-27T12:00:00.000000Z"


@pytest.mark.parametrize("name", ["aim", "Aim ", "AIM", "Braze", ""])
def test_a_destination_that_is_not_there_has_no_limit_known_to_us(table, name):
    limits = table(f"destinations:\n{ROW}")
    assert (oldest_taken(limits, name, NOW), told(limits, name)) == (None, "no limit known to us")


def test_a_limit_is_told_in_words(table):
    other = ROW.replace("Aim", "Box").replace("hours: 1", "days: 1826").replace("rejected", "redated")
    limits = table(f"destinations:\n{ROW}{other.replace('source', 'note: but never on Sundays, source')}")
    assert told(limits, "Aim") == "older than 1 hour is rejected"
    assert told(limits, "Box") == "older than 1,826 days is redated (but never on Sundays)"


def test_every_fault_of_every_row_is_said_at_once(faults):
    assert faults(
        f"destinations:\n{ROW}{ROW}  - 7\n"
        "  - {destination: Box, hours: 1, days: 1, then: lost, verified: 2026-11, source: ' ', age: 7}\n"
        "  - {hours: 0, then: redated, verified: 20261122, source: x, note: 7}\n"
        "  - {destination: Cup, days: true, then: redated, verified: 2026-11-22, source: x}\n"
        "  - {destination: Dot, then: redated, verified: 2026-11-22, source: x}\n"
    ) == [
        "destination 2 (Aim): `destination` stands twice",
        "destination 3: must be a mapping",
        "destination 4 (Box): unknown field 'age'",
        "destination 4 (Box): `source` must be a text",
        "destination 4 (Box): `verified` is '2026-11'; it must be a day, as 2026-01-31",
        "destination 4 (Box): must have either `hours` or `days`",
        "destination 4 (Box): `then` is 'lost'; it must be rejected or redated",
        "destination 5 (no name): `destination` must be a text",
        "destination 5 (no name): `verified` is 20261122; it must be a day, as 2026-01-31",
        "destination 5 (no name): `hours` is 0; it must be a whole number above 0",
        "destination 5 (no name): `note` must be a text",
        "destination 6 (Cup): `days` is True; it must be a whole number above 0",
        "destination 7 (Dot): must have either `hours` or `days`",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("destinations: [1,\n  }", "is not YAML: line 2: expected the node content, but found '}'"),
        (b"destinations: \xff", "is not YAML: not UTF-8"),
        ("", "`destinations` must be a list"),
        ("destinations: 7", "`destinations` must be a list"),
        ("- a", "`destinations` must be a list"),
    ],
    ids=["unclosed", "not UTF-8", "empty", "a number", "a list"],
)
def test_a_file_that_is_no_table_says_where(faults, text, fault):
    assert faults(text) == [fault]


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(DestinationRefused, match=r"nowhere\.yaml does not hold:\n  - cannot be read: No such file"):
        load_limits(tmp_path / "nowhere.yaml")
