"""A column's type is that of the first value, and what comes after has to fit."""

import pytest

from sandbox.warehouse.values import ColumnType, DoesNotFitError, Typed, fitted, is_blank, typed

INT, FLOAT, BOOLEAN = ColumnType.INT, ColumnType.FLOAT, ColumnType.BOOLEAN
DATETIME, STRING = ColumnType.DATETIME, ColumnType.STRING


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (20, (INT, 20)),
        (19.99, (FLOAT, 19.99)),
        (2**63, (FLOAT, 2**63)),
        (True, (BOOLEAN, True)),
        ("20", (STRING, "20")),
        ("   ", (STRING, None)),
        ([1, "a"], (STRING, '[1,"a"]')),
        ("2024-02-29", (DATETIME, "2024-02-29T00:00:00.000Z")),
        ("2024-02-29 08:30", (DATETIME, "2024-02-29T08:30:00.000Z")),
        ("2024-02-29T08:30:15.6789+02:00", (DATETIME, "2024-02-29T06:30:15.678Z")),
        ("2023-02-29", (STRING, "2023-02-29")),
        ("2024-02", (STRING, "2024-02")),
        ("1709195415", (STRING, "1709195415")),
        ("0001-01-01T00:00:00+05:00", (STRING, "0001-01-01T00:00:00+05:00")),
    ],
)
def test_a_value_has_a_type(value, expected):
    assert typed(value) == expected


@pytest.mark.parametrize("value", [None, "", [], [""], [[]]])
def test_nothing_makes_no_column(value):
    assert is_blank(value)


@pytest.mark.parametrize("value", [0, False, " ", [None], [0], ["", ""]])
def test_what_only_looks_like_nothing_makes_one(value):
    assert not is_blank(value)


@pytest.mark.parametrize(
    ("given", "column", "expected"),
    [
        (Typed(FLOAT, 19.99), INT, 19),
        (Typed(FLOAT, -19.99), INT, -19),
        (Typed(INT, 20), FLOAT, 20),
        (Typed(INT, 20), STRING, "20"),
        (Typed(BOOLEAN, value=True), STRING, "true"),
        (Typed(DATETIME, "2024-02-29T00:00:00.000Z"), STRING, "2024-02-29T00:00:00.000Z"),
    ],
)
def test_some_values_fit_another_column(given, column, expected):
    assert fitted(given, column) == expected


@pytest.mark.parametrize(
    ("given", "column"),
    [
        (Typed(STRING, "many"), INT),
        (Typed(BOOLEAN, value=True), INT),
        (Typed(INT, 1), BOOLEAN),
        (Typed(STRING, "soon"), DATETIME),
        (Typed(FLOAT, 1e300), INT),
    ],
)
def test_others_do_not(given, column):
    with pytest.raises(DoesNotFitError):
        fitted(given, column)
