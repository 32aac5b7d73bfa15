"""A user's key as the database has it, by the cleaned one that was sent."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from extractors.boundaries import plain
from extractors.contract import USER
from extractors.convert import convert
from extractors.fetching import fetched
from extractors.locate import as_kept
from extractors.query import table
from extractors.reader import Source
from extractors.source import reading
from mappers.kinds import Key


def samples_of_users(source: Source) -> list[Any]:
    """Return a user's key of each model, as the database has it. Raises `SourceStopped`."""
    found: list[Any] = []
    with reading(source.engine) as connection, connection.begin():
        for name, model in source.models.items():
            rows = table(model, source.contracts[name], source.present[name])
            query = select(rows.c[USER]).where(rows.c[USER].is_not(None)).limit(1)
            found += [key for (key,) in fetched(connection, query)]
    return found


def keys_of_user(samples: Sequence[Any], user: Key) -> tuple[Any, ...]:
    """Return the forms of the user's key that are like one of the samples; none where it can be like none of them."""
    forms = [form for sample in samples for form in as_kept(sample, user) if convert([form], Key, {}) == [user]]
    return tuple(dict.fromkeys(map(plain, forms)))
