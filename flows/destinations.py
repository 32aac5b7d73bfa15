"""Where RudderStack may pass events on to: nowhere until somebody says so. Old news must fire no live campaign."""

from flows.errors import SettingsInvalid

NONE = "none"
"""What is chosen where RudderStack is to pass the events on to nobody."""

CHOOSE = (
    "choose the destinations: `none` (RudderStack keeps the events and passes them on to nobody), display names "
    "between commas, or `all`"
)


def destination_names(text: str) -> str:
    """Return the text, if it is empty, `none`, `all`, or display names between commas. Raises `ValueError`."""
    names = [name.strip() for name in text.split(",")]
    if text.strip() and "" in names:
        raise ValueError("has an empty name between its commas")
    if text.strip() != "all" and any(name.lower() == "all" for name in names):
        raise ValueError("all destinations are asked for by `all` alone, in small letters")
    if text.strip() != NONE and any(name.lower() == NONE for name in names):
        raise ValueError(f"`{NONE}` stands alone, in small letters")
    return text


def check_chosen(destinations: str) -> None:
    """Raise `SettingsInvalid` where nobody said where events may go."""
    if not destinations.strip():
        raise SettingsInvalid([f"BACKFILL_DESTINATIONS is not set: {CHOOSE}"])
