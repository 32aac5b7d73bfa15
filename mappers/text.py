"""Cleaning of free text that the plan asks for."""

import re

_EXTENSION = re.compile(r"(?<=[0-9])[^0-9]*?(?:ext|x|#).*", re.IGNORECASE | re.DOTALL)
_NOT_A_DIGIT = re.compile(r"\D+", re.ASCII)


def digits(phone: str | None) -> str | None:
    """Return a phone number's digits without its extension, or None where there are none.

    Source: the tracking plan, "Phone (no special characters)".
    """
    if phone is None:
        return None
    if phone.isascii() and phone.isdigit():
        return phone
    return _NOT_A_DIGIT.sub("", _EXTENSION.sub("", phone)) or None


def trimmed(text: str | None) -> str | None:
    """Return the text without the blanks around it, or None where nothing is left."""
    return None if text is None else text.strip() or None
