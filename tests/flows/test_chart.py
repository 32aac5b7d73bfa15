"""The chart of what was delivered: every count is in it, gaps too, and nothing that a page would have to load."""

import base64
import re
from collections import Counter
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reporting.chart import MOST_BARS, MOST_EVENTS, bars_of, drawn, svg

NAME = "{http://www.w3.org/2000/svg}"
MONTHS = st.tuples(st.integers(1971, 2030), st.integers(1, 12)).map(lambda pair: f"{pair[0]}-{pair[1]:02}")
SENT = st.dictionaries(st.tuples(st.sampled_from("ABCDEFGH"), MONTHS), st.integers(1, 10**7), min_size=1)


def heights(text):
    """Give the height of every bar's share, by colour, as the SVG has them."""
    paths = ET.fromstring(text).iter(f"{NAME}path")  # noqa: S314  # our own
    return {path.get("fill"): [float(one) for one in re.findall(r"v-([\d.]+)", path.get("d"))] for path in paths}


@given(SENT)
def test_no_count_is_lost_and_no_period_left_out(sent):
    bars = bars_of(sent)
    assert sum(bars.totals) == sum(sent.values())
    assert len(bars.counts) <= MOST_EVENTS + 1
    assert len(bars.labels) <= MOST_BARS
    assert list(bars.labels) == sorted(bars.labels)
    first, last = (int(bars.labels[place][:4]) for place in (0, -1))
    assert {label[:4] for label in bars.labels} == {str(year) for year in range(first, last + 1)}


def test_months_between_two_are_shown_though_nothing_was_sent_in_them():
    bars = bars_of({("Identify", "2019-11"): 2, ("Order Completed", "2020-02"): 3})
    assert bars.labels == ("2019-11", "2019-12", "2020-01", "2020-02")
    assert bars.counts == {"Order Completed": (0, 0, 0, 3), "Identify": (2, 0, 0, 0)}


@pytest.mark.parametrize(("last", "period", "count"), [("2019-12", "month", 120), ("2020-01", "year", 11)])
def test_more_than_120_months_are_years(last, period, count):
    bars = bars_of({("Identify", "2010-01"): 1, ("Identify", last): 1})
    assert (bars.period, len(bars.labels)) == (period, count)


def test_the_largest_events_stand_for_themselves_and_the_others_as_one():
    sent = {(event, "2020-01"): count for count, event in enumerate("ABCDEF", 1)}
    assert bars_of(sent).counts == {"F": (6,), "E": (5,), "D": (4,), "C": (3,), "2 other events": (3,)}
    assert "1 other" not in str(bars_of(dict.fromkeys(list(sent)[:5], 1)).counts)


def test_a_bar_is_as_high_as_its_count():
    shown = heights(svg(bars_of({("A", "2020-01"): 1000, ("A", "2020-02"): 500, ("B", "2020-02"): 250})))
    first, second = [found for found in shown.values() if found]
    assert first[0] == pytest.approx(2 * first[1], abs=0.2)
    assert second[0] == pytest.approx(first[1] / 2, abs=0.2)


@given(SENT)
def test_it_is_whole_and_asks_for_nothing(sent):
    text = svg(bars_of(sent))
    tags = Counter(one.tag.removeprefix(NAME) for one in ET.fromstring(text).iter())  # noqa: S314  # our own
    assert set(tags) <= {"svg", "path", "rect", "text"}
    assert not re.search(r"href|url\(|@import|script|style", text)


def test_a_name_with_signs_of_markup_is_a_name():
    root = ET.fromstring(svg(bars_of({('<b> & "so"', "2020-01"): 1})))  # noqa: S314  # our own
    assert '<b> & "so"' in [text.text for text in root.iter(f"{NAME}text")]


def test_as_an_image_in_a_page_it_has_words_for_who_cannot_see_it():
    image = drawn(bars_of({("Identify", "2020-01"): 1200, ("Identify", "2020-02"): 34}))
    words, data = re.fullmatch(r"!\[(.*)\]\(data:image/svg\+xml;base64,(.*)\)", image).groups()
    assert words == "Messages delivered by month, 2020-01 to 2020-02: 1,234 in all, the most in 2020-01 (1,200)"
    assert base64.b64decode(data).decode().startswith("<svg ")
