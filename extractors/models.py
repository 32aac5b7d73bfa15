"""Models: a folder of .sql files, one SELECT a stream, named as the stream.

A model that holds the line `-- backfill: snapshot` is of a table that does not tell when its rows changed: they are
compared with what they were.
"""

import hashlib
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import TextClause, text

from extractors.errors import ContractBroken

_TOKEN = re.compile(
    r"(?P<comment>--[^\n]*|/\*(?!\+).*?\*/)|(?P<text>'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|/\*\+.*?\*/)", re.DOTALL
)
_DIRECTIVE = re.compile(r"^\s*--\s*backfill:\s*(.*?)\s*$", re.MULTILINE)
_SNAPSHOT = "snapshot"
_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w)")


class Model(NamedTuple):
    """The SELECT that yields a stream's rows. `compared`: only comparing them shows which changed."""

    stream: str
    sql: str
    compared: bool = False

    @property
    def clause(self) -> TextClause:
        """Return the SELECT for SQLAlchemy, a colon in it being no parameter's."""
        return text(_PARAMETER.sub(r"\\:", self.sql) + "\n")

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the SQL."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def load_models(folder: Path, known: Collection[str], beside: Collection[str] = ()) -> Mapping[str, Model]:
    """Read the folder's models. Raises `ContractBroken` with every fault at once.

    A known stream without a model is absent, which is no fault; a model without a stream is half a pair, and one, but
    for the models of no stream that are named in `beside`.
    """
    if not folder.is_dir():
        raise ContractBroken(str(folder), ["is no folder; name one with a .sql file for each stream"])
    models: dict[str, Model] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.sql")):
        try:
            written = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            faults.append(f"{path.name}: cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}")
            continue
        sql, directives = _without_comments(written), _DIRECTIVE.findall(written)
        faults += [
            f"{path.name}: {word!r} is no directive; `-- backfill: {_SNAPSHOT}` is the one there is"
            for word in directives
            if word != _SNAPSHOT
        ]
        bare = _TOKEN.sub("''", sql)
        if path.stem not in known and path.stem not in beside:
            faults.append(f"{path.name}: there is no stream of that name; streams are {', '.join(sorted(known))}")
        if not re.match(r"(?i)(select|with)\b", bare):
            faults.append(f"{path.name}: must be one SELECT")
        if ";" in bare:
            faults.append(f"{path.name}: holds more than one statement; leave one SELECT")
        models[path.stem] = Model(path.stem, sql, compared=bool(directives))
    if models.keys() <= {*beside}:
        faults.append("there is no .sql file in it")
    if faults:
        raise ContractBroken(str(folder), faults)
    return models


def _without_comments(sql: str) -> str:
    """Return the statement without comments and without the semicolon at its end, so that it can stand in brackets."""
    bare = _TOKEN.sub(lambda token: token["text"] or " ", sql)
    return bare.strip().removesuffix(";").strip()
