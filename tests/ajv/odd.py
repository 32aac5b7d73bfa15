"""Values that validators disagree about, as `odd.json` has them, and what is too long to be written down."""

import json
from pathlib import Path

_ODD = json.loads((Path(__file__).parent / "odd.json").read_text(encoding="utf-8"))
_LABEL = "a" * 50

TEXTS = [*_ODD["texts"], "x" * 200, "x" * 201, "😀" * 100]
NUMBERS = _ODD["numbers"]
BY_FORMAT = _ODD["formats"]
BY_FORMAT["hostname"] += [
    ".".join([_LABEL] * 5),  # 254 letters, one too many
    ".".join([*[_LABEL] * 4, "b" * 49]),  # 253
    ".".join([*[_LABEL] * 4, "b" * 49, ""]),
]
BY_PATTERN = _ODD["patterns"]
