"""`backfill status` on a terminal of usual width."""

from dataclasses import asdict

import pytest

from flows import pipeline, showing
from flows.options import Options
from flows.outcome import MaxDead
from loaders.ledger.opening import disposing, open_ledger
from loaders.ledger.runs import end_run, start_run


@pytest.fixture
def shown(settings, monkeypatch, capsys):
    """Give what shows the status on 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")

    def show():
        showing.show_status(settings, 10, 0)
        return capsys.readouterr().out.splitlines()

    return show


def test_a_run_is_one_line(settings, shown):
    summary = pipeline.run_here(settings, Options(), 1, MaxDead(99)).summary
    lines = shown()
    assert max(map(len, lines)) <= 80
    (line,) = [line for line in lines if summary.run_id[:8] in line]
    date, run, kind, state, *figures = [cell.strip() for cell in line.strip("│").split("│")]
    assert (run, kind, state) == (summary.run_id[:8], "import", "done")
    assert len(date) == len("2024-01-31 18:00")
    assert figures == [f"{summary.delivered:,}", "0", f"{summary.dead + summary.rows_dead:,}"]


def test_what_is_in_doubt_is_told_where_there_is_some(settings, shown):
    summary = asdict(pipeline.run_here(settings, Options(), 1, MaxDead(99)).summary)
    assert not any("doubt" in line for line in shown())
    with disposing(open_ledger(settings.ledger_url.get_secret_value())) as ledger:
        start_run(ledger, "run-2", "import", Options().parameters(), {}, ())
        end_run(ledger, "run-2", "stopped", summary | {"in_doubt": 7})
    assert any("doubt" in line for line in shown())
    (line,) = [line for line in shown() if "run-2" in line]
    assert line.strip(" │").endswith("7")
