"""The table of texts that are no ids, as it stands and as it may not stand; what is found by it."""

import time

import pytest

from loaders.errors import DestinationRefused
from loaders.forbidden_ids import load_id_rules
from mappers.identity import lint_by

ALL, TWO = "Amplitude, Mixpanel and PostHog", "Amplitude and Mixpanel"
TOO_SHORT = "shorter than 5 characters, which Amplitude does not take"


def refused_by(names):
    return f"a word that {names} {'do' if ' and ' in names else 'does'} not take for an id"


@pytest.mark.parametrize(
    ("user_id", "names"),
    [
        ("anonymous", ALL),
        ("Anonymous", ALL),
        ("undefined", ALL),
        ('"undefined"', ALL),
        ("unknown", TWO),
        ("lmy47d", TWO),
        ("00000000-0000-0000-0000-000000000000", TWO),
        ("false", "Mixpanel and PostHog"),
        ("not_authenticated", "PostHog"),
        ("<nil>", "Mixpanel"),
    ],
)
def test_words_that_stand_for_nobody_are_said_with_who_refuses_them(user_id, names):
    assert lint_by(load_id_rules())(user_id) == (refused_by(names),)


@pytest.mark.parametrize("word", ["null", "NULL", "none", "0", "NaN", "-1", "true", "{}", "[]", "id", "na"])
def test_a_short_one_is_too_short_as_well(word):
    kinds = lint_by(load_id_rules())(word)
    assert kinds[0] == TOO_SHORT
    assert kinds[1].endswith("not take for an id")


def test_a_million_ids_are_looked_through_in_about_a_second():
    faults_of, ids = lint_by(load_id_rules()), [str(number) for number in range(100_000, 400_000)]
    seconds = []
    for _ in range(3):
        begun = time.perf_counter()
        assert not any(map(faults_of, ids))
        seconds.append(time.perf_counter() - begun)
    assert min(seconds) < 0.6  # twice what it may take at a million a second, for a busy machine


def test_every_fault_is_said_at_once(tmp_path):
    path = tmp_path / "ids.yaml"
    path.write_text(
        "destinations:\n"
        "  - {destination: Aim, words: [null, x], verified: 2026-11-22, source: its docs}\n"
        "  - {destination: Box, words: [x], shortest: 0, verified: 2026-11-22, source: its docs}\n"
        "  - {destination: Cup, words: [], shortest: true, verified: 2026-11-22, source: its docs}\n"
        "  - {destination: Dot, verified: soon, source: its docs}\n"
    )
    words = "`words` must be a list of texts; put quotes around null, true, false and numbers"
    with pytest.raises(DestinationRefused) as raised:
        load_id_rules(path)
    assert str(raised.value).splitlines()[1:] == [
        f"  - destination 1 (Aim): {words}",
        "  - destination 2 (Box): `shortest` is 0; it must be a whole number above 0",
        f"  - destination 3 (Cup): {words}",
        "  - destination 3 (Cup): `shortest` is True; it must be a whole number above 0",
        "  - destination 4 (Dot): `verified` is 'soon'; it must be a day, as 2026-01-31",
        f"  - destination 4 (Dot): {words}",
    ]


def test_without_a_bound_no_id_is_too_short(tmp_path):
    path = tmp_path / "ids.yaml"
    path.write_text("destinations:\n  - {destination: Aim, words: [Nobody], verified: 2026-11-22, source: its docs}\n")
    faults_of = lint_by(load_id_rules(path))
    assert (faults_of("7"), faults_of("nobody")) == ((), ("a word that Aim does not take for an id",))
