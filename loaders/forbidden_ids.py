"""Which texts destinations do not take for a user's id: `data/forbidden_ids.yaml`, with its sources."""

from collections.abc import Sequence
from pathlib import Path

from loaders.tables import Row, is_text, read_table
from mappers.identity import IdRules

FORBIDDEN_IDS = Path(__file__).resolve().parent.parent / "data" / "forbidden_ids.yaml"

_FIELDS = frozenset({"words", "shortest"})


def load_id_rules(path: Path = FORBIDDEN_IDS) -> IdRules:
    """Read the table into the rules that ids are looked through by. Raises `DestinationRefused` with every fault."""
    rows = read_table(path, _FIELDS, _faults)
    by_word: dict[str, list[str]] = {}
    for row in rows:
        for word in dict.fromkeys(word.lower() for word in row["words"]):
            by_word.setdefault(word, []).append(row["destination"])
    bounds = {row["destination"]: row["shortest"] for row in rows if "shortest" in row}
    shortest = max(bounds.values(), default=0)
    strictest = [name for name, bound in bounds.items() if bound == shortest]
    return IdRules(
        refused={word: f"a word that {_listed(names)} not take for an id" for word, names in by_word.items()},
        shortest=shortest,
        too_short=f"shorter than {shortest} characters, which {_listed(strictest)} not take",
    )


def _faults(row: Row) -> list[str]:
    words, shortest = row.get("words"), row.get("shortest", 1)
    faults = []
    if not isinstance(words, list) or not words or not all(is_text(word) for word in words):
        faults.append("`words` must be a list of texts; put quotes around null, true, false and numbers")
    if type(shortest) is not int or shortest < 1:
        faults.append(f"`shortest` is {shortest!r}; it must be a whole number above 0")
    return faults


def _listed(names: Sequence[str]) -> str:
    """Return the names with their verb, as `Amplitude and PostHog do`."""
    if len(names) == 1:
        return f"{names[0]} does"
    return f"{', '.join(names[:-1])} and {names[-1]} do" if names else ""
