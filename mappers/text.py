"""Cleaning of free text that the plan asks for."""

import re

_EXTENSION = re.compile(r"(?<=[0-9])[^0-9]*?(?:ext|x|#).*", re.IGNORECASE | re.DOTALL)
_BARE_EXTENSION = re.compile(r"\W*(?:ext|x|#)\W*[0-9]{1,6}\W*", re.IGNORECASE)
_NOT_A_DIGIT = re.compile(r"\D+", re.ASCII)


def digits(phone: str | None) -> str | None:
    """Return a phone number's digits without its extension, or None where there are none.

    Source: the tracking plan, "Phone (no special characters)".
    """
    if phone is None:
        return None
    if phone.isascii() and phone.isdigit():
        return phone
    if _BARE_EXTENSION.fullmatch(phone):
        return None
    return _NOT_A_DIGIT.sub("", _EXTENSION.sub("", phone)) or None


def trimmed(text: str | None) -> str | None:
    """Return the text without the blanks around it, or None where nothing is left."""
    return None if text is None else text.strip() or None
