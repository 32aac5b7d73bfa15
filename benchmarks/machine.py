"""What the figures were measured on: the processor, Python and the packages, and nothing that names the machine."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("SQLAlchemy", "pandas", "numpy", "orjson", "jsonschema-rs", "isal", "requests")
_PEERS = ("rudder-sdk-python", "segment-analytics-python")
_CPUINFO = Path("/proc/cpuinfo")


def machine() -> dict[str, str]:
    """Return the processor, how many of them there are, and the versions."""
    return {
        "processor": _processor(),
        "processors": str(os.cpu_count()),
        "Python": platform.python_version(),
        **{name: _version(name) for name in (*_PACKAGES, *_PEERS)},
    }


def _processor() -> str:
    if _CPUINFO.exists():
        for line in _CPUINFO.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
