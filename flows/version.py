"""The versions of this program and of its mappers: a run keeps both, and what it sent can be told by them."""

import hashlib
from importlib.metadata import version
from pathlib import Path

import mappers

VERSION = version("relias-backfill")


def _digest_of_mappers() -> str:
    digest = hashlib.sha256()
    for path in sorted(Path(mappers.__path__[0]).glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


MAPPERS = _digest_of_mappers()
"""A digest of what turns rows into messages."""
