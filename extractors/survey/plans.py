"""How the database would run a query, in its own words, and which tables it would read whole for it."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ClauseElement, Connection, Executable, Select
from sqlalchemy.ext.compiler import compiles

_EXPLAIN = {
    "sqlite": "EXPLAIN QUERY PLAN",
    "postgresql": "EXPLAIN (FORMAT JSON)",
    "mysql": "EXPLAIN FORMAT=JSON",
    "mariadb": "EXPLAIN FORMAT=JSON",
}
_SHOWN = _EXPLAIN | {"postgresql": "EXPLAIN"}
_SCAN = re.compile(r"SCAN (?:TABLE )?(\S+)(?!.*VIRTUAL TABLE)")


class Plan(NamedTuple):
    """The plan as people read it, and the tables or aliases, as the plan names them, that are read whole."""

    lines: tuple[str, ...]
    scanned: tuple[str, ...]


def has_plans(connection: Connection) -> bool:
    """Tell whether we know how to ask this dialect without writing to the database, as Oracle's would."""
    return connection.dialect.name in _EXPLAIN


def plan_of(connection: Connection, query: Select[Any], bounds: Mapping[str, Any]) -> Plan:
    """Return the plan of the query with these bounds, which it may show: they must be nobody's keys."""
    name = connection.dialect.name
    answer = connection.execute(_Explained(query, _EXPLAIN[name]), bounds).all()
    if name == "sqlite":
        return _of_sqlite(answer)
    document = answer[0][0]
    document = json.loads(document) if isinstance(document, str | bytes) else document
    if name == "postgresql":
        shown = connection.execute(_Explained(query, _SHOWN[name]), bounds).scalars().all()
        return Plan(tuple(shown), tuple(scans_of_postgres(document)))
    return Plan(tuple(json.dumps(document, indent=2).splitlines()), tuple(scans_of_mysql(document)))


def scans_of_postgres(node: Any) -> Iterator[str]:
    """Yield the tables that a plan in JSON reads whole, be it through all of an index."""
    for part in _parts(node):
        kind = str(part.get("Node Type", ""))
        if kind == "Seq Scan" or (kind in ("Index Scan", "Index Only Scan") and "Index Cond" not in part):
            yield str(part["Relation Name"])


def scans_of_mysql(node: Any) -> Iterator[str]:
    """Yield the aliases of the tables that a plan in JSON reads whole, be it through all of an index."""
    for part in _parts(node):
        if part.get("access_type") in ("ALL", "index") and not str(part.get("table_name", "<")).startswith("<"):
            yield str(part["table_name"])


def _of_sqlite(answer: Any) -> Plan:
    depth: dict[int, int] = {}
    lines = []
    for number, parent, _, words in answer:
        depth[number] = depth.get(parent, -1) + 1
        lines.append("  " * depth[number] + words)
    scans = (_SCAN.match(line.strip()) for line in lines)
    return Plan(tuple(lines), tuple(scan[1] for scan in scans if scan))


def _parts(node: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, dict):
        yield node
    if isinstance(node, dict | list):
        for part in node.values() if isinstance(node, dict) else node:
            yield from _parts(part)


class _Explained(Executable, ClauseElement):
    inherit_cache = False

    def __init__(self, query: Select[Any], words: str) -> None:
        self.query, self.words = query, words


@compiles(_Explained)
def _compiled(element: _Explained, compiler: Any, **options: Any) -> str:
    return f"{element.words} {compiler.process(element.query, **options)}"
