"""What a local data plane is told when it starts."""

import ipaddress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal, Self

import orjson

MAX_BODY_BYTES = 4_096_000
"""``Gateway.maxReqSizeInKB`` = 4000 (rudder-server config/config.yaml:27), of decompressed bytes."""

TARGETS = ("rudderstack", "segment")


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """How one local data plane runs.

    ``store`` is its SQLite file, made if missing and kept from run to run. ``write_keys`` are the sources it knows,
    ``disabled_keys`` those it answers with 404. ``port`` 0 picks a free one. ``latency_ms`` is waited after the commit
    and before the answer. ``rate_limit`` counts events in ``rate_window_seconds``; None is no limit, as RudderStack's
    default. ``target`` is what it plays: Segment's limits are lower than ``max_bytes``, its rate is of requests, and
    what comes with an unknown or a disabled key is dropped with a 200.

    Raises ValueError, naming every fault, if it could not run so.
    """

    store: Path
    write_keys: tuple[str, ...] = field(repr=False)
    disabled_keys: tuple[str, ...] = field(default=(), repr=False)
    host: str = "127.0.0.1"
    port: int = 0
    max_bytes: int = MAX_BODY_BYTES
    latency_ms: float = 0
    rate_limit: int | None = None
    rate_window_seconds: float = 60
    target: Literal["rudderstack", "segment"] = "rudderstack"

    def __post_init__(self) -> None:
        """Refuse settings that cannot work."""
        faults = [fault for fault, is_wrong in _checks(self) if is_wrong]
        if faults:
            raise ValueError("; ".join(faults))

    def to_json(self) -> bytes:
        """Give these settings as one line of JSON, secrets included: for a pipe, never for a log."""
        return orjson.dumps(asdict(self), default=str)

    @classmethod
    def from_json(cls, line: bytes) -> Self:
        """Read what ``to_json`` wrote. Unknown keys raise TypeError."""
        values = orjson.loads(line)
        values["store"] = Path(values["store"])
        values["write_keys"] = tuple(values["write_keys"])
        values["disabled_keys"] = tuple(values["disabled_keys"])
        return cls(**values)


def _checks(settings: GatewaySettings) -> list[tuple[str, bool]]:
    keys = settings.write_keys + settings.disabled_keys
    return [
        ("write_keys: give at least one, none of them empty", not settings.write_keys or "" in keys),
        ("write_keys: Basic auth cannot carry a colon in a user name", any(":" in key for key in keys)),
        (f"host: {settings.host!r} is not a loopback address", not _is_loopback(settings.host)),
        ("port: 0 to 65535", not 0 <= settings.port <= 65_535),  # noqa: PLR2004 - the highest TCP port
        ("max_bytes: at least 1", settings.max_bytes < 1),
        ("latency_ms: 0 or more", settings.latency_ms < 0),
        ("rate_limit: at least 1 event, or None", settings.rate_limit is not None and settings.rate_limit < 1),
        ("rate_window_seconds: more than 0", settings.rate_window_seconds <= 0),
        (f"target: {settings.target!r} is neither rudderstack nor segment", settings.target not in TARGETS),
    ]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
