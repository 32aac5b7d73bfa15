"""Every kind of statement that the extractors send, as each dialect's own compiler writes it, without a server."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import cache
from itertools import product
from pathlib import Path
from types import SimpleNamespace

from sqlalchemy import make_url
from sqlglot import parse_one

from extractors.boundaries import boundaries
from extractors.bracketed import page_faults
from extractors.changes import ahead_of_time, changed_keys
from extractors.clock import source_clock
from extractors.contract import detail_contract, stream_contract
from extractors.extents import extent, temper_of
from extractors.instants import Zone
from extractors.locate import owner_ranges
from extractors.models import Model, load_models
from extractors.pages import Axis, Page, Shape, Window
from extractors.parting import parted
from extractors.query import page_query
from extractors.reader import Source
from extractors.rows import Cleaning
from mappers.catalog import DETAILS, STREAMS
from mappers.kinds import Instant

FOLDER = Path(__file__).parent
PROFILES = sorted(path for path in (FOLDER.parents[2] / "extractors" / "models").iterdir() if path.is_dir())
URLS = {
    "postgresql": "postgresql+psycopg://",
    "mysql": "mysql+pymysql://",
    "sqlite": "sqlite://",
    "oracle": "oracle+oracledb://",
    "mssql": "mssql+pymssql://",
}
CONTRACTS = {name: stream_contract(stream) for name, stream in STREAMS.items()}
CONTRACTS |= {name: detail_contract(detail) for name, detail in DETAILS.items()}
WINDOW = Window(Instant("2020-06-01T00:00:00.000000Z"), Instant("2021-06-01T00:00:00.000000Z"))
NOW = Instant("2026-01-01T00:00:00.000000Z")
CLEANING = Cleaning(Zone("America/New_York"), Window(), NOW, NOW)
WHOLE = [Axis.USERS, Axis.VISITORS]
BOUNDS = {"low": "A", "high": "B", "keys": ["A", "B"], "owners": [1, 2], "after": "C", "to": "D"}


@cache
def dialect_of(name):
    kind = make_url(URLS.get(name, f"{name}+pymysql://")).get_dialect()
    return kind(dbapi=kind.import_dbapi())


class Connection:
    """Notes every statement, and answers what it was given."""

    def __init__(self, name, *answers):
        self.dialect, self.said, self._answers = dialect_of(name), [], list(answers)

    def connect(self):
        return nullcontext(self)

    def begin(self):
        return nullcontext()

    begin_nested = begin

    def execute(self, query, bounds=None, **_options):
        self.said.append(written(query, self.dialect, bounds or {}))
        return self._answer()

    def exec_driver_sql(self, statement):
        self.said.append(statement)
        return self._answer()

    def _answer(self):
        rows = self._answers.pop(0) if self._answers else []
        answer = SimpleNamespace(
            scalars=lambda: _Values(rows),
            scalar_one=lambda: rows[0] if rows else 0,
            close=lambda: None,
            cursor=SimpleNamespace(fetchall=lambda: rows),
        )
        return _Closing(answer)


class _Values(list):
    def all(self):
        return self

    def partitions(self):
        return [self]


class _Closing:
    def __init__(self, answer):
        self._answer = answer

    def __getattr__(self, name):
        return getattr(self._answer, name)

    def __enter__(self):
        return self._answer

    def __exit__(self, *_):
        pass


def written(query, dialect, bounds):
    """Return the statement as it goes to the driver, its lists spread out."""
    compiled = query.params(BOUNDS | bounds).compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    return "\n".join(line.rstrip() for line in str(compiled).splitlines())


class Profile:
    """A profile's models, as a source of that dialect that nobody answers for."""

    def __init__(self, folder, dialect):
        self.name, self.dialect = folder.name, dialect
        self.models = dict(load_models(folder, {*STREAMS, *DETAILS}))
        self.present = {name: columns_of(model) for name, model in self.models.items()}

    def page(self, name, shape, follow=None):
        query = page_query(self.models[name], CONTRACTS[name], self.present[name], shape, follow)
        return written(query, dialect_of(self.dialect), {})

    def source(self, connection, changes=None):
        own = {name: CONTRACTS[name] for name in self.models}
        return Source(connection, self.models, own, self.present, CLEANING, changes)

    def changes(self):
        followed = {name: CONTRACTS[name].followed(self.present[name]) for name in self.models}
        return {
            name: extent(column, WINDOW, "UTC", "aware", nulls=False) for name, column in followed.items() if column
        }


def model_text(model, dialect):
    """Return the model as the dialect writes it."""
    return written(model.clause.columns(), dialect_of(dialect), {})


def columns_of(model):
    """Return what the model yields, read out of its SQL."""
    return frozenset(parse_one(model.sql, read="postgres").named_selects)


def ranges(profile) -> Iterator[tuple[str, str]]:
    """Yield pages by ranges: of every model one, and of two models with every bound."""
    for name in profile.models:
        yield f"{name}, users, low and high", profile.page(name, Shape(Axis.USERS, low=True, high=True))
    for name, axis, (low, high) in product(["orders", "sign_ins"], WHOLE, [(True, False), (False, True), (False,) * 2]):
        if axis is Axis.USERS or CONTRACTS[name].anonymous:
            said = " and ".join(word for word, has in [("low", low), ("high", high)] if has) or "no bound"
            yield f"{name}, {axis}, {said}", profile.page(name, Shape(axis, low=low, high=high))
    for name in ("orders", "sign_ins", "accounts"):
        yield f"{name}, nobody", profile.page(name, Shape(Axis.NOBODY))


def windows(profile):
    """Yield pages of an import with a window: what has no time belongs to it."""
    for since, until in [(WINDOW.since, WINDOW.until), (WINDOW.since, None), (None, WINDOW.until)]:
        follow = extent("occurred_at", Window(since, until), "America/New_York", "unknown", nulls=True)
        shape = Shape(Axis.USERS, low=True, high=True)
        yield f"orders, {since} to {until}", profile.page("orders", shape, follow)


def nights(profile):
    """Yield pages of a night, which are read by their keys."""
    changes = profile.changes()
    for name, contract in ((name, CONTRACTS[name]) for name in profile.models):
        follow = changes.get(name) if contract.window else None
        yield f"{name}, users", profile.page(name, Shape(Axis.USERS, keys=True), follow)
        if contract.anonymous:
            yield f"{name}, visitors", profile.page(name, Shape(Axis.VISITORS, keys=True), follow)


def groups(profile):
    """Yield pages of a log without a key that tells when its rows were written: whole instants are read again."""
    sql = profile.models["cart_events"].sql.replace("SELECT ", "SELECT e.written_at AS changed_at, ", 1)
    own = Profile.__new__(Profile)
    own.models, own.dialect = {"cart_events": Model("cart_events", sql)}, profile.dialect
    own.present = {"cart_events": columns_of(own.models["cart_events"])}
    follow = extent("changed_at", WINDOW, "UTC", "aware", nulls=False)
    for axis in (*WHOLE, Axis.NOBODY):
        shape = Shape(axis, keys=axis is not Axis.NOBODY)
        yield f"cart_events, {axis}", own.page("cart_events", shape, follow)


def owners(profile):
    """Yield look-ups of details by the rows that own them."""
    for name in ("order_lines", "checkout_lines"):
        if name in profile.models:
            yield name, profile.page(name, Shape(Axis.USERS, owners=True))


def slices(profile):
    """Yield slices of one key's time: the first has what has no time."""
    for name, axis in (("sign_ins", Axis.USERS), ("orders", Axis.VISITORS)):
        for after, to in ((False, True), (True, True), (True, False)):
            shape = Shape(axis, low=True, high=True, after=after, to=to)
            yield f"{name}, {axis}, after {after}, to {to}", profile.page(name, shape)


def edges(profile):
    """Yield the queries for the keys at which pages end."""
    for name, axis in (("accounts", Axis.USERS), ("cart_events", Axis.USERS), ("cart_events", Axis.VISITORS)):
        connection = Connection(profile.dialect)
        boundaries(connection, profile.models[name], axis)
        yield f"{name}, {axis}", *connection.said


def located(profile):
    """Yield what finds the owners of dead letters, and the pages that those are on."""
    for who, found in {"a user": (7, None), "a visitor": (None, "v")}.items():
        connection = Connection(profile.dialect, [("r",)], [("r", *found)])
        owner_ranges(connection, profile.models["orders"], CONTRACTS["orders"], ["r", "s"])
        yield f"orders, {who}", *connection.said


def changed(profile):
    """Yield what finds those whom a change touches, and what lies ahead of the window."""
    for axis in WHOLE:
        connection = Connection(profile.dialect)
        changed_keys(profile.source(connection, profile.changes()), axis)
        yield f"{axis}", *connection.said
    connection = Connection(profile.dialect)
    ahead_of_time(profile.source(connection, profile.changes()))
    yield "ahead", *connection.said


def parts(profile):
    """Yield what finds where a page is parted: by its keys, and where there is one alone, by its time."""
    for name, page in (("orders", Page(Axis.USERS, "A", "B")), ("sign_ins", Page(Axis.USERS, None, "B", to="D"))):
        connection = Connection(profile.dialect)
        parted(profile.source(connection), page, name)
        yield f"{name}, {'keys, then time' if page.to is None else 'time'}", *connection.said


def single(profile):
    """Yield the rest: the kind of a column's times, a page cut off, and the model asked for no row by `check`."""
    connection = Connection(profile.dialect)
    temper_of(connection, profile.models["orders"], "changed_at")
    yield "orders, temper", *connection.said
    page = page_query(profile.models["orders"], CONTRACTS["orders"], profile.present["orders"], Shape(Axis.USERS))
    yield "orders, limit", written(page.limit(100_001), dialect_of(profile.dialect), {})
    connection = Connection(profile.dialect)
    names = sorted(profile.present["orders"])
    row = [{"user_id": 7, "anonymous_id": "v"}.get(name) for name in names]
    page_faults(connection, profile.models, CONTRACTS, {"orders": (names, [row])})
    yield "orders, check", *connection.said


def models(profile):
    """Yield the models as they stand in the brackets of all others."""
    for name, model in profile.models.items():
        yield name, model_text(model, profile.dialect)


def clock(profile):
    """Yield what asks the server for its clock."""
    connection = Connection(profile.dialect, [datetime(2026, 1, 1, tzinfo=UTC)])
    source_clock(connection)
    yield "clock", *connection.said


KINDS = {
    one.__name__: one
    for one in (models, ranges, windows, nights, groups, owners, slices, edges, located, changed, parts, single, clock)
}


@cache
def statements(dialect, kind):
    """Return the statements of a kind in a dialect, each with what it is."""
    found = []
    for profile in (Profile(folder, dialect) for folder in PROFILES):
        for title, *said in KINDS[kind](profile):
            numbers = [""] if len(said) == 1 else [f", {number}" for number in range(1, len(said) + 1)]
            found += [(f"{profile.name}: {title}{number}", one) for number, one in zip(numbers, said, strict=True)]
    return tuple(found)


def shortened(dialect, sql):
    """Return the statement with the names of models for their text."""
    for folder in PROFILES:
        for name, model in load_models(folder, {*STREAMS, *DETAILS}).items():
            sql = sql.replace(f"({model_text(model, dialect)}\n)", f"({{{name}}})")
    return sql
