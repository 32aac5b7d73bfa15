"""A page that has too many rows is parted ever smaller, or not at all, whatever a driver cuts off of its bounds."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from extractors import parting
from extractors.pages import Axis, Page

AT = datetime(2020, 1, 1)  # noqa: DTZ001  # naive, as the column is
SOURCE = SimpleNamespace(times_compare=True, contracts={"sign_ins": SimpleNamespace(window="occurred_at")}, engine=None)


@pytest.mark.parametrize("values", [[AT], [AT, AT + timedelta(microseconds=1), AT + timedelta(microseconds=2)]])
def test_edges_that_come_again_part_nothing(monkeypatch, values):
    """A bound of whole seconds, or of milliseconds, brings the rows beyond it again, and with them the same edges."""
    monkeypatch.setattr(parting, "reading", lambda _: _Open())
    monkeypatch.setattr(parting, "_edges", lambda *_: values)
    page, parts = Page(Axis.USERS, None, None, ("A",)), []
    open_ = [page]
    for _ in range(20):
        if open_:
            more = parting.parted(SOURCE, open_.pop(), "sign_ins")
            parts += [] if more else [page]
            open_ += more
    assert not open_
    assert len(parts) == len(values) + 1


@pytest.mark.parametrize("edge", ["0000-00-00 00:00:00", AT])
def test_times_of_two_types_do_not_stop_it(monkeypatch, edge):
    monkeypatch.setattr(parting, "reading", lambda _: _Open())
    monkeypatch.setattr(parting, "_edges", lambda *_: [edge])
    other = AT - timedelta(1) if isinstance(edge, str) else "0000-00-00 00:00:00"
    parts = parting.parted(SOURCE, Page(Axis.USERS, None, None, ("A",), after=other), "sign_ins")
    assert [(part.after, part.to) for part in parts] == [(other, edge), (edge, None)]


class _Open:
    def __enter__(self):
        return SimpleNamespace(begin=_Open)

    def __exit__(self, *_):
        pass
