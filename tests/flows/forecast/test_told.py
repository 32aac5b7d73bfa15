"""A forecast as people get it: on a terminal, in Markdown, as JSON and as a page; hostile names do no harm."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from flows.errors import Exit
from flows.forecast.document import document
from flows.forecast.page import page
from flows.forecast.planning import Planned, plan
from flows.forecast.sections import sections
from flows.forecast.showing import in_prefect, show_plan, write_page, write_refusal
from flows.forecast.telling import Section
from flows.options import Options
from flows.outcome import MaxDead
from flows.reporting.chart import bars_of
from flows.settings import load_settings

ALL = MaxDead(share=1.0)
HOSTILE = """<script>alert('x')</script>"><img src=x onerror=alert(1)> & [bold]no[/bold] {{ 7 }}"""
KNOWN = (
    "a body code details div figure h1 h2 h3 head html link meta nav p path pre rect style summary svg table tbody td"
)
TAGS = {*KNOWN.split(), "text", "th", "thead", "title", "tr"}


class Read(HTMLParser):
    """What a browser would make of a page: its tags, their attributes, and its words."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.words = set(), [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, *one) for one in attrs]

    def handle_data(self, data):
        self.words += data


def needs_nothing(text):
    read = Read(text)
    assert read.tags <= TAGS
    assert not [one for one in read.attributes if one[1].startswith("on")]
    pointing = {value for _, name, value in read.attributes if name in ("href", "src", "action", "data")}
    assert all(value.startswith(("#s", "data:,")) for value in pointing)
    assert not [word for word in ("@import", "url(", "http:", "https:") if word in text.partition("</style>")[0]]
    others = [value for _, name, value in read.attributes if "//" in str(value) and name != "xmlns"]
    assert others == []
    return read


@pytest.fixture(scope="module")
def planned(settings_in, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings_in(tmp_path_factory.mktemp("told")).items():
            patch.setenv(name, value)
        patch.setenv("BACKFILL_DESTINATIONS", "Mixpanel, Algolia")
        return plan(load_settings(), Options(prices=str(prices(tmp_path_factory.mktemp("prices")))), ALL, 500)


def prices(folder):
    path = folder / "prices.yaml"
    path.write_text("currency: USD\nevents: [{ each: 0.01 }]\n")
    return path


@pytest.fixture(scope="module")
def hostile(planned):
    """Give the same where every event's name would do harm if it could."""
    forecast = planned.forecast
    rules = {key: replace(rule, event=f"{rule.event} {HOSTILE}") for key, rule in forecast.plan.rules.items()}
    names = {rule.event: rules[key].event for key, rule in forecast.plan.rules.items()}
    counts = type(forecast.counts)()
    for name, count in forecast.counts.items():
        measure, *parts = name.split("|")
        counts["|".join((measure, *(names.get(part, part) for part in parts)))] += count
    events = {names.get(name, name): count for name, count in forecast.summary.events.items()}
    plan = replace(forecast.plan, rules=rules)
    contract = forecast.contract.model_copy(
        update={"source": {f"{name}{HOSTILE}": one for name, one in forecast.contract.source.items()}}
    )
    summary = replace(forecast.summary, events=events)
    return Planned(
        replace(forecast, counts=counts, plan=plan, contract=contract, summary=summary, destinations=(HOSTILE,)),
        planned.outcome._replace(words=f"{planned.outcome.words} {HOSTILE}"),
    )


def test_a_page_needs_nothing_beside_it(planned, tmp_path):
    write_page(planned, tmp_path / "p.html")
    text = (tmp_path / "p.html").read_text()
    read = needs_nothing(text)
    for section in sections(planned.forecast):
        assert section.title in read.words
    assert f"{planned.forecast.summary.delivered:,}" in read.words
    assert "svg" in read.tags
    assert "<script" not in text


def test_hostile_names_are_words_on_a_page(hostile, tmp_path):
    write_page(hostile, tmp_path / "p.html")
    read = needs_nothing((tmp_path / "p.html").read_text())
    for name in (f"Identify {HOSTILE}", f"Order Completed {HOSTILE}", f"orders{HOSTILE}", f"balanced. {HOSTILE}"):
        assert name in read.words


def test_hostile_names_are_words_on_a_terminal(hostile, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "2000")
    show_plan(hostile, Path("p.html"), None)
    said = capsys.readouterr().out
    assert f"Identify {HOSTILE}" in said
    assert f"orders{HOSTILE}" in said


def test_a_refusal_takes_the_place_of_a_page_that_was_there(tmp_path):
    (tmp_path / "p.html").write_text("an earlier plan")
    write_refusal(ValueError(HOSTILE), tmp_path / "p.html")
    text = (tmp_path / "p.html").read_text()
    assert "an earlier plan" not in text
    assert HOSTILE in needs_nothing(text).words


def test_a_long_table_is_folded_and_an_empty_section_stands():
    rows = [(str(number), number) for number in range(16)]
    bars = bars_of({("Event", "2024-01"): 3})
    text = page(
        "T", "L", [Section("One", ("w",), (("", ("a", "b"), rows), ("Short", ("a",), [])), bars), Section("Two")]
    )
    read = needs_nothing(text)
    assert "All: 16 rows" in read.words
    assert text.count("<details>") == 1
    assert ("h2", "id", "s1") in read.attributes


def test_every_form_says_the_same_figures(planned, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "500")
    forecast, summary = planned.forecast, planned.forecast.summary
    show_plan(planned, None, Path("plan.json"))
    terminal, markdown, figures = capsys.readouterr().out, in_prefect(planned), document(forecast)
    json.dumps(figures)
    too_old = forecast.seen.too_old["Algolia"]
    assert figures["forecast"]["too_old"] == {"Algolia": too_old} | {"Mixpanel": forecast.seen.too_old["Mixpanel"]}
    assert figures["forecast"]["cost"] == str(forecast.prices.cost(summary.delivered, summary.users))
    assert figures["forecast"]["seconds_at_rate"] == round(summary.delivered / 500, 3)
    assert sum(figures["forecast"]["users_new_by_month"].values()) == summary.users == figures["users"]
    assert sum(sum(one.values()) for one in figures["forecast"]["events_by_month"].values()) == summary.delivered
    assert sum(one["messages"] for one in figures["forecast"]["violations"]) == summary.dead > 0
    assert figures["forecast"]["samples"].keys() == {rule for rule, _ in forecast.seen.fields}
    for said in (terminal, markdown):
        for figure in (summary.delivered, summary.users, too_old, summary.rows_dead):
            assert f"{figure:,}" in said
        assert f"{summary.delivered / 100:,.2f} USD" in said
        assert "At 500 events a second" in said
    assert "plan.json" in terminal
    assert planned.outcome.exit is Exit.DONE
    assert "Samples" not in terminal


def test_a_plan_of_nothing_new_says_so(planned):
    forecast = replace(planned.forecast, counts=type(planned.forecast.counts)())
    first = sections(forecast)[1]
    assert first.words == ("Nothing: no message is new.",)
    assert first.bars is None
