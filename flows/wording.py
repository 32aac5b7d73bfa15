"""What a run started from a form says: options and variables by the names that the form and its blocks have."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

from flows.blocks import PlatformDatabase, RudderStackConnection
from flows.forms import Form
from flows.sending.connecting import OF_THE_SOURCE

Arguments = Mapping[str, Any]

_ALSO: Mapping[str, str] = {
    "--stream": "--streams",
    "--reason": "--reasons",
    "--json": "--file",
    "--findings": "--file",
}
"""Options of the command line that are not called as the form's field."""
_KINDS: Mapping[str, type[PlatformDatabase | RudderStackConnection]] = {
    "database": PlatformDatabase,
    "connection": RudderStackConnection,
}
_TOLD = re.compile(r"`[^`]*`|--[a-z][a-z-]*|BACKFILL_[A-Z_]+")
_form: ContextVar[Arguments] = ContextVar("form", default=MappingProxyType({}))


@contextmanager
def filled_in(arguments: Arguments) -> Iterator[None]:
    """Let what is told until the block ends be in the words of that form: its groups, and the blocks chosen."""
    token = _form.set(arguments)
    try:
        yield
    finally:
        _form.reset(token)


def told(words: str) -> str:
    """Return the words as a person with the form is to read them; commands in backticks stay as they are.

    Where variables are not set that a block would give, it says so too.
    """
    form = _form.get()
    names = dict(_names(form))
    names |= {option: names[field] for option, field in _ALSO.items() if field in names}
    kinds = [kind.get_block_type_name() for name, kind in _KINDS.items() if _is_wanting(words, form, name)]
    cure = f"\nOr choose a {' and a '.join(kinds)} in the form." if kinds else ""
    return _TOLD.sub(lambda found: names.get(found[0], found[0]), words) + cure


def _names(arguments: Arguments) -> Iterator[tuple[str, str]]:
    """Yield options and variables, and what the form calls them."""
    for name, value in arguments.items():
        if isinstance(value, Form):
            yield from (
                (f"--{one.replace('_', '-')}", f'"{field.title}"') for one, field in type(value).model_fields.items()
            )
            yield from _names(vars(value))
        elif isinstance(value, PlatformDatabase | RudderStackConnection):
            titles = value.titles()
            given = OF_THE_SOURCE if name == "other_connection" else titles
            yield from ((_variable(setting), titles[setting]) for setting in given)


def _is_wanting(words: str, arguments: Arguments, name: str) -> bool:
    """Tell whether a variable is not set that a block would give which the form asks for under that name."""
    asked = {key: value for group in (arguments, *map(_fields, arguments.values())) for key, value in group.items()}
    if name not in asked or asked[name] is not None:
        return False
    return any(f"{_variable(setting)} is not set" in words for setting in _KINDS[name].GIVES)


def _fields(group: Any) -> Arguments:
    return vars(group) if isinstance(group, Form) else {}


def _variable(setting: str) -> str:
    return f"BACKFILL_{setting.upper()}"
