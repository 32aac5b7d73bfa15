"""Who imports what: every module's imports by its syntax tree, held against what its room may import."""

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

OURS: Mapping[str, frozenset[str]] = {
    "mappers": frozenset(),
    "sandbox": frozenset(),
    "extractors": frozenset({"mappers.kinds", "mappers.outcomes"}),
    "loaders": frozenset({"mappers"}),
    "flows": frozenset({"extractors", "mappers", "loaders", "sandbox"}),
    "benchmarks": frozenset({"extractors", "mappers", "loaders", "sandbox", "flows"}),
}
"""What each room may import of ours beside itself: a room, or single modules of one."""

THEIRS: Mapping[str, frozenset[str]] = {
    "mappers": frozenset(),
    "extractors": frozenset({"sqlalchemy", "pandas", "numpy"}),
    "loaders": frozenset(
        {"sqlalchemy", "alembic", "numpy", "requests", "urllib3", "isal", "orjson", "jsonschema_rs", "yaml"}
    ),
    "flows": frozenset(
        {"prefect", "httpx", "typer", "rich", "pydantic", "pydantic_settings", "requests", "sqlalchemy"}
        | {"cryptography", "yaml"}
    ),
}
"""What each room may import of others; a room that is not here may import anything but Prefect, by any name."""


def violations(root: Path) -> list[str]:
    """Return every import below `root` that its room may not have, as `place: what is wrong`."""
    return [
        f"{path.relative_to(root)}:{line}: {fault}"
        for room in OURS
        for path in sorted((root / room).rglob("*.py"))
        for line, name in imports(path)
        if (fault := _fault(room, name))
    ]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the full name of everything that the module imports, wherever in it; `.` where relative."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            for alias in node.names:
                yield node.lineno, "." if node.level else f"{module}.{alias.name}"
        elif isinstance(node, ast.Call) and _is_dynamic(node.func):
            first = node.args[0] if node.args else None
            yield node.lineno, first.value if isinstance(first, ast.Constant) else "?"


def _is_dynamic(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in ("__import__", "import_module")


def _fault(room: str, name: str) -> str | None:
    top = name.partition(".")[0]
    if name.startswith((".", "?")):
        return "imports by a relative or a computed name: write it out" if room in THEIRS else None
    if top in OURS:
        allowed = {room, *OURS[room]}
        return None if any(f"{name}.".startswith(f"{one}.") for one in allowed) else f"{room} may not import {name}"
    if top in sys.stdlib_module_names:
        return None
    if room not in THEIRS:
        return f"{room} may not import {name}" if top == "prefect" else None
    return None if top in THEIRS[room] else f"{room} may not import {name}"
