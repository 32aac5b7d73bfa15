"""The share of dead letters that is told of, as a person writes it."""

from flows.errors import SettingsInvalid
from flows.outcome import read_max_dead


def read_share(text: str) -> float:
    """Return the share of the rows read: `1%` or `0.01`. Raises `SettingsInvalid`."""
    try:
        share = read_max_dead(text).share
    except SettingsInvalid:
        share = None
    if share is None:
        raise SettingsInvalid([f"--dead-share is {text!r}; write a share of the rows read, as 1% or 0.01"])
    return share
