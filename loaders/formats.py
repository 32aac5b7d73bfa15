"""Formats as RudderStack reads them: each as one pattern, so that it is looked at as fast as any other.

The source is ajv-formats 2.1.1 in its full mode, which rudder-transformer asks (src/util/eventValidation.js). It
differs from the RFCs in places: a date-time may have a blank for its T and lack its zone, a URI needs a path.
"""

from collections.abc import Mapping

from loaders.ecma import written_out

_DAY = (
    r"(?:\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))"
    r"|(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)"
)
_TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d|23:59:60)(?:\.\d+)?(?:[zZ]|[+-]\d\d(?::?\d\d)?)?"

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_SHORT_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"

_BYTE = r"(?:25[0-5]|2[0-4]\d|[01]?\d\d?)"
_IPV4 = rf"{_BYTE}(?:\.{_BYTE}){{3}}"
_HEX = "[0-9A-Fa-f]"
_GROUP = f"{_HEX}{{1,4}}"
_TAIL = f"(?:{_GROUP}:{_GROUP}|{_IPV4})"
_IPV6 = "|".join(
    [
        f"(?:{_GROUP}:){{6}}{_TAIL}",
        f"::(?:{_GROUP}:){{5}}{_TAIL}",
        *(f"(?:(?:{_GROUP}:){{0,{before}}}{_GROUP})?::(?:{_GROUP}:){{{4 - before}}}{_TAIL}" for before in range(5)),
        f"(?:(?:{_GROUP}:){{0,5}}{_GROUP})?::{_GROUP}",
        f"(?:(?:{_GROUP}:){{0,6}}{_GROUP})?::",
    ]
)
_PLAIN = r"A-Za-z0-9._~!$&'()*+,;=\-"


def _uri(scheme: str, quote: str, path: str) -> str:
    """Return a URI's pattern: what its scheme is, what else its names and paths may hold, how often a path may be."""

    def of(more: str) -> str:
        return f"(?:[{_PLAIN}{more}]|%{_HEX}{{2}})"

    letter = of(f":@{quote}")
    host = rf"(?:\[(?:{_IPV6}|[Vv]{_HEX}+\.[{_PLAIN}:]+)\]|{of(quote)}*)"
    hierarchy = f"(?://?(?:{of(':')}*@)?{host}(?::[0-9]*)?(?:/{letter}*)*|/(?:{letter}+(?:/{letter}*)*)?|{letter}+(?:/{letter}*)*)"
    rest = of(f":@/?{quote}")
    return rf"^{scheme}{hierarchy}{path}(?:\?{rest}*)?(?:#{rest}*)?$"


_SCHEME = "[A-Za-z][A-Za-z0-9+.-]*:"

_PATTERNS = {
    "date": f"^{_DAY}$",
    "time": f"^{_TIME}$",
    "date-time": rf"^{_DAY}[tT\s]{_TIME}$",
    "duration": r"^P(?!$)(?:(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?|(?:\d+W)?)$",
    "email": rf"^{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}$",
    "hostname": rf"^(?=.{{1,253}}\.?$){_SHORT_LABEL}(?:\.{_SHORT_LABEL})*\.?$",
    "ipv4": f"^{_IPV4}$",
    "uri": _uri(_SCHEME, "", ""),
    "uri-reference": _uri(f"(?:{_SCHEME})?", '"', "?"),
    "uuid": f"^(?:[Uu][Rr][Nn]:[Uu]{{2}}[Ii][Dd]:)?{_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}}$",
}

FORMATS: Mapping[str, str | None] = {name: written_out(one) for name, one in _PATTERNS.items()} | {"ipv6": None}
"""A format's pattern; none where jsonschema-rs reads the format alike."""

FORMAT_OF = {pattern: name for name, pattern in FORMATS.items() if pattern}
"""Which format a pattern is, for whoever tells what was breached."""
