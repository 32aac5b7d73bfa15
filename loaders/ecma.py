"""Patterns as JavaScript reads them, written out for Rust's engines.

In JavaScript digits and letters are ASCII's, `.` ends at four characters, and blanks are those of ECMA-262: with
U+FEFF, without U+0085. jsonschema-rs minds some of it, and none in a pattern that looks ahead, or back at a group.
"""

import re

_TOKEN = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\.", re.DOTALL)
_ESCAPE = re.compile(r"\\.", re.DOTALL)
_LAST = 0x10FFFF

_DIGITS = [(0x30, 0x39)]
_LETTERS = [(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)]
_LINE_ENDS = [(0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029)]
_BLANKS = [
    *((0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029)),
    *((0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)),
]


def _others(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return what is between the ranges, before and behind them."""
    starts = [0, *(last + 1 for _, last in ranges)]
    ends = [*(first - 1 for first, _ in ranges), _LAST]
    return list(zip(starts, ends, strict=True))


def _written(ranges: list[tuple[int, int]]) -> str:
    return "".join(f"\\u{{{first:X}}}-\\u{{{last:X}}}" for first, last in ranges)


_WITHIN = {
    **{rf"\{name}": _written(ranges) for name, ranges in (("d", _DIGITS), ("w", _LETTERS), ("s", _BLANKS))},
    **{rf"\{name}": _written(_others(ranges)) for name, ranges in (("D", _DIGITS), ("W", _LETTERS), ("S", _BLANKS))},
    r"\b": r"\u{8}",
}
_LETTER = f"[{_written(_LETTERS)}]"
_ALONE = {
    **{name: f"[{ranges}]" for name, ranges in _WITHIN.items()},
    ".": f"[{_written(_others(_LINE_ENDS))}]",
    r"\b": f"(?:(?<={_LETTER})(?!{_LETTER})|(?<!{_LETTER})(?={_LETTER}))",
    r"\B": f"(?:(?<={_LETTER})(?={_LETTER})|(?<!{_LETTER})(?!{_LETTER}))",
}


def written_out(pattern: str) -> str:
    """Return the pattern with what the engines disagree about written out: digits, letters, blanks, edges, dots."""
    return _TOKEN.sub(_token, pattern)


def _token(found: re.Match[str]) -> str:
    token = found[0]
    if token.startswith("["):
        return _ESCAPE.sub(lambda escape: _WITHIN.get(escape[0], escape[0]), token)
    return _ALONE.get(token, token)
