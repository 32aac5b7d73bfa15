"""Source, ledger and destination held against each other: what differs, in tables and in counts.

missing       the source makes it and the ledger has its receipt, or a part of it arrived: the destination lacks it
unsent        the source makes it, and neither ledger nor destination has it: `backfill run` sends it
refused       likewise, but the data plane refused it: a dead letter, which is no difference
doubled       the destination holds it more than once
different     the destination holds it with another event, moment or user
gone          the destination and the ledger have it, and the source does not make it any more
unreceipted   source and destination have it, and the ledger does not: a run would send it again
shared        rows of different users make one and the same message
"""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from flows.verification.scope import Scope
from flows.verification.scratch import Scratch
from loaders.destination.arrivals import Part

MISSING, UNSENT, DOUBLED, DIFFERENT = "missing", "unsent", "doubled", "different"
GONE, UNRECEIPTED, SHARED = "gone", "unreceipted", "shared"
KINDS = MISSING, UNSENT, DOUBLED, DIFFERENT, GONE, UNRECEIPTED, SHARED

IS_GONE = "receipted AND asked AND NOT older"
"""What of the unexpected is gone from the source."""

_ASKED = """
CREATE TABLE forms (form INTEGER PRIMARY KEY, what INTEGER, whole INTEGER, own INTEGER);
CREATE TABLE scope (what INTEGER PRIMARY KEY, state INTEGER);
"""
_COMPARED = """
CREATE TABLE flawed AS
SELECT *, lacks AND (there OR sent) AS missing, lacks AND NOT (there OR sent OR dead) AS unsent,
    lacks AND dead AND NOT (there OR sent) AS refused, copies > 1 AS doubled,
    strays > 0 AS different, there AND NOT (sent OR doubts) AS unreceipted, rows > 1 AS shared
FROM (
    SELECT e.id, e.stream, e.row_id, e.form, e.page, e.rows, strftime('%Y-%m', e.at / 1000, 'unixepoch') AS month,
        coalesce(k.sent, 0) AS sent, coalesce(k.doubts, 0) AS doubts, a.id IS NOT NULL AS there,
        r.id IS NOT NULL AS dead,
        (f.whole AND coalesce(a.whole, 0) = 0) + 2 * (f.own AND coalesce(a.own, 0) = 0) AS lacks,
        max(coalesce(a.whole, 0), coalesce(a.own, 0)) AS copies,
        coalesce((a.what <> f.what OR a.other_what <> f.what) + 2 * (a.at <> e.at OR a.other_at <> e.at)
            + 4 * (a.who <> e.who OR a.other_who <> e.who), 0) AS strays
    FROM expected e CROSS JOIN forms f ON f.form = e.form
    LEFT JOIN known k ON k.id = e.id LEFT JOIN arrived a ON a.id = e.id LEFT JOIN refused r ON r.id = e.id
)
WHERE sent = 0 OR lacks OR copies > 1 OR strays OR rows > 1;

CREATE TABLE unexpected AS
SELECT a.id, a.what, a.at, a.who, k.id IS NOT NULL AS receipted, coalesce(s.state, 0) AS state, 0 AS older,
    s.what IS NOT NULL AND a.at >= {since} AND a.at < {until} AS asked
FROM arrived a LEFT JOIN expected e ON e.id = a.id LEFT JOIN known k ON k.id = a.id
LEFT JOIN set_aside d ON d.id = a.id LEFT JOIN scope s ON s.what = a.what
WHERE e.id IS NULL AND d.id IS NULL AND NOT EXISTS (SELECT 1 FROM left_out l WHERE l.who = a.who);

UPDATE unexpected SET older = 1 WHERE receipted AND asked AND state AND (what, who) IN (
    SELECT f.what, e.who FROM expected e JOIN forms f ON f.form = e.form JOIN scope s ON s.what = f.what WHERE s.state
);
"""
_NEVER = 1 << 62

_FLAWS = """
SELECT s.name, f.name, month, sum(sent = 0), sum(lacks > 0), sum(rows - 1),
    sum(refused), sum(missing), sum(unsent), sum(doubled), sum(different), sum(unreceipted), sum(shared)
FROM flawed JOIN names s ON s.number = stream JOIN names f ON f.number = form GROUP BY 1, 2, 3
"""
_GONE = f"""
SELECT w.name, strftime('%Y-%m', at / 1000, 'unixepoch'), count(*)
FROM unexpected JOIN names w ON w.number = what WHERE {IS_GONE} GROUP BY 1, 2
"""  # noqa: S608  # our own words
_BESIDE = {
    "doubled_in_doubt": "SELECT count(*) FROM flawed WHERE doubled AND doubts",
    "doubled_resent": "SELECT count(*) FROM flawed WHERE doubled AND sent > 1",
    "in_doubt": "SELECT count(*) FROM flawed WHERE unsent AND doubts",
    "older_states": "SELECT count(*) FROM unexpected WHERE older",
    "not_asked_for": "SELECT count(*) FROM unexpected WHERE receipted AND NOT asked",
    "left_out": "SELECT count(*) FROM arrived WHERE who IN (SELECT who FROM left_out)",
    "foreign": "SELECT count(*) FROM unexpected WHERE NOT receipted",
    "receipts_alone": """
        SELECT count(*) FROM known k LEFT JOIN expected e ON e.id = k.id LEFT JOIN arrived a ON a.id = k.id
        LEFT JOIN set_aside d ON d.id = k.id WHERE sent AND e.id IS NULL AND a.id IS NULL AND d.id IS NULL
    """,
}


class Destination(Protocol):
    """What tells where a destination holds messages."""

    def parts_of(self, what: str) -> tuple[Part, ...]:
        """Return the parts that must hold such a message."""
        ...

    def table_of(self, what: str, part: Part) -> str:
        """Return the table of such messages in that part."""
        ...


class Flaws(NamedTuple):
    """Counts of messages by stream, form and month.

    `lacking` are not or not wholly at the destination; `repeated` are messages beyond the first of one id,
    `refused` those that are dead letters of the data plane.
    """

    stream: str
    form: str
    month: str
    without_receipt: int
    lacking: int
    repeated: int
    refused: int
    missing: int
    unsent: int
    doubled: int
    different: int
    unreceipted: int
    shared: int


def compare(paper: Scratch, destination: Destination, scope: Scope) -> None:
    """Write what differs onto the paper, on which everything is and is sorted."""
    number = paper.number
    forms = [
        (number(form), number(what), Part.ALL in destination.parts_of(what), Part.OWN in destination.parts_of(what))
        for form, what in scope.forms.items()
    ]
    paper.run(_ASKED)
    paper.add("forms", forms)
    paper.add("scope", [(number(what), what in scope.states) for what in scope.streams])
    since = -1 if scope.since is None else scope.since
    paper.run(_COMPARED.format(since=since, until=_NEVER if scope.until is None else scope.until))


def flaws(paper: Scratch) -> Iterator[Flaws]:
    """Yield what differs of the messages that the source makes, in counts."""
    yield from map(Flaws._make, paper.ask(_FLAWS))


def gone(paper: Scratch, scope: Scope) -> Iterator[tuple[str, str, int]]:
    """Yield how many messages are gone from the source, by stream and month."""
    for what, month, count in paper.ask(_GONE):
        yield scope.streams[what], month or "", count


def beside(paper: Scratch) -> dict[str, int]:
    """Return what is no fault of its own, counted by what it is."""
    counts = {name: paper.count(query) for name, query in _BESIDE.items()}
    counts["foreign"] += paper.foreign
    return counts
