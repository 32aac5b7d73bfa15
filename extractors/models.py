"""Models: a folder of .sql files, one SELECT a stream, named as the stream."""

import hashlib
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from extractors.errors import ContractBroken

_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_TEXT = re.compile(r"'(?:[^']|'')*'")


class Model(NamedTuple):
    """The SELECT that yields a stream's rows."""

    stream: str
    sql: str

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the SQL."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def load_models(folder: Path, known: Collection[str]) -> Mapping[str, Model]:
    """Read the folder's models. Raises `ContractBroken` with every fault at once.

    A known stream without a model is absent, which is no fault; a model without a stream is half a pair, and one.
    """
    if not folder.is_dir():
        raise ContractBroken(str(folder), ["is no folder; name one with a .sql file for each stream"])
    models: dict[str, Model] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.sql")):
        sql = path.read_text("utf-8").strip().removesuffix(";").strip()
        bare = _TEXT.sub("''", _COMMENT.sub(" ", sql)).strip()
        if path.stem not in known:
            faults.append(f"{path.name}: there is no stream of that name; streams are {', '.join(sorted(known))}")
        if not re.match(r"(?i)(select|with)\b", bare):
            faults.append(f"{path.name}: must be one SELECT")
        if ";" in bare:
            faults.append(f"{path.name}: holds more than one statement; leave one SELECT")
        models[path.stem] = Model(path.stem, sql)
    if not models:
        faults.append("there is no .sql file in it")
    if faults:
        raise ContractBroken(str(folder), faults)
    return models
