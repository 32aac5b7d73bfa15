"""A bundle's files with their SHA-256, as `sha256sum -c` reads it: digest, two blanks, name (GNU coreutils)."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

_LINE = re.compile(r"([0-9a-f]{64})  ([\w.-]+)", re.ASCII)


def sum_of(path: Path) -> str:
    """Return the SHA-256 of a file, however large. Raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def listed(sums: Mapping[str, str]) -> bytes:
    """Return the list of those digests by name."""
    return "".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode()


def read_sums(content: bytes) -> dict[str, str]:
    """Return the digests by name. Raises `ValueError` with the words that say what is wrong."""
    *lines, rest = content.decode("ascii", "replace").split("\n")
    sums: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        found = _LINE.fullmatch(line)
        if not found or found[2] in sums:
            raise ValueError(f"is damaged at line {number}")
        sums[found[2]] = found[1]
    if rest:
        raise ValueError("is damaged at its end")
    return sums
