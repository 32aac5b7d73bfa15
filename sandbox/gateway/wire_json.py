"""JSON as the gateway reads it (gjson validates, its values become Go's float64 and strings).

orjson does the work. Where it is stricter than gjson (invalid UTF-8, lone surrogates) or differs (of a repeated key
gjson takes the first, orjson the last) the standard library reads the body again, slowly. The first of repeated keys
wins wherever the text `"batch"` stands more than once in a body; a key repeated inside an event alone is read as orjson
does. Refused here alone: an event nested deeper than orjson writes, 254 levels. A number beyond float64 is refused here
before the events are looked at, by RudderStack after.
"""

import json
import re
from typing import Any, Never

import orjson

from sandbox.gateway.answers import INVALID_JSON, RefusedError

_EXACT_INTEGERS = 2**53
_ORJSON_INTEGERS = 2**63
_SURROGATES = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def read_json(body: bytes) -> Any:
    """Parse a request body. Raises RefusedError (`invalid json`) for what gjson.ValidBytes calls invalid."""
    if body.count(b'"batch"') > 1:
        return _read_as_gjson(body)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _read_as_gjson(body)


def _read_as_gjson(body: bytes) -> Any:
    text = body.decode("utf-8", errors="replace")
    try:
        parsed = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_first_of_each_key)
        clean = _SURROGATES.sub(_REPLACEMENT, json.dumps(parsed, ensure_ascii=False))
        return orjson.loads(clean)
    except (ValueError, RecursionError):
        raise RefusedError(INVALID_JSON) from None


def _refuse_constant(name: str) -> Never:
    raise ValueError(name)


def _first_of_each_key(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    first: dict[str, Any] = {}
    for key, value in pairs:
        first.setdefault(key, value)
    return first


def as_stored(value: Any) -> Any:
    """Give a parsed value as it stands in RudderStack's job table.

    Every number has been through float64 (gateway/handle.go:366), so whole numbers beyond 2**53 lose digits and 20.0 is
    20; U+0000 is stripped from strings (jobsdb/jobsdb_store.go:214-224).
    """
    if isinstance(value, str):
        return value.replace("\x00", "") if "\x00" in value else value
    if isinstance(value, dict):
        return {as_stored(key): as_stored(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_stored(item) for item in value]
    return value if value is None or isinstance(value, bool) else _through_float64(value)


def _through_float64(number: float) -> float:
    if isinstance(number, int) and abs(number) <= _EXACT_INTEGERS:
        return number
    as_float = float(number)
    return int(as_float) if as_float.is_integer() and abs(as_float) < _ORJSON_INTEGERS else as_float
