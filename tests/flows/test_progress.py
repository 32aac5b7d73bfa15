"""How far a run is, where there is no terminal: a line now and then."""

import re

from flows.options import Options
from flows.outcome import MaxDead
from flows.pipeline import run_here
from flows.progress import showing_progress


def test_a_line_now_and_then_tells_how_far_a_run_is(settings, monkeypatch, capfd):
    monkeypatch.setattr("flows.progress._LINE_EVERY_SECONDS", 0.01)
    with showing_progress(settings):
        run_here(settings, Options(shards=4), 1, MaxDead(10**6))
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) > 1
    assert all(re.fullmatch(r"\d+% · [\d,]+ delivered · [\d,]+/s", line) for line in lines)


def test_a_short_run_says_nothing(settings, capfd):
    with showing_progress(settings):
        run_here(settings, Options(shards=4), 1, MaxDead(10**6))
    assert not capfd.readouterr().err
