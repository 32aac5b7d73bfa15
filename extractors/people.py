"""Who may be told of: all but those on a suppression list, and where a consent rule is given, only those in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from sqlalchemy import Engine, Result
from sqlalchemy.exc import SQLAlchemyError

from extractors.contract import ANONYMOUS, USER
from extractors.convert import convert
from extractors.errors import ContractBroken
from extractors.fetching import decoded
from extractors.models import Model
from extractors.pages import Axis
from extractors.source import reading, words
from mappers.kinds import Key

SUPPRESSED_MODEL, CONSENTED_MODEL = "suppressed", "consented"
"""Models of people rather than of a stream: a SELECT of `user_id`, and perhaps `anonymous_id`."""

SUPPRESSED, NO_CONSENT = "suppressed", "no consent"
"""Why somebody is left out."""

_AT_ONCE = 10_000


@dataclass(frozen=True, repr=False)
class Listed:
    """People by their cleaned keys: users, and visitors by anonymous id. It is never shown: it may hold millions."""

    users: frozenset[Key] = frozenset()
    visitors: frozenset[Key] = frozenset()

    def __or__(self, other: "Listed") -> "Listed":
        return Listed(self.users | other.users, self.visitors | other.visitors) if self and other else self or other

    def __len__(self) -> int:
        return len(self.users) + len(self.visitors)

    def on(self, axis: Axis) -> frozenset[Key]:
        """Return those that the axis's keys are of."""
        return self.visitors if axis is Axis.VISITORS else self.users


@dataclass(frozen=True)
class People:
    """Who may not be told of, and who alone may be; None asks for nobody's consent."""

    suppressed: Listed = Listed()
    consented: Listed | None = None

    @property
    def are_all(self) -> bool:
        """Tell whether everybody may be told of."""
        return not self.suppressed and self.consented is None

    def left_out(self, axis: Axis, keys: Sequence[Key | None]) -> dict[int, str]:
        """Return the places of the keys of people who are left out, and why. What is no key is of nobody."""
        if self.are_all or axis is Axis.NOBODY:
            return {}
        found: dict[int, str] = {}
        if self.consented is not None:
            consented = self.consented.on(axis)
            found = {place: NO_CONSENT for place, key in enumerate(keys) if key is not None and key not in consented}
        suppressed = self.suppressed.on(axis)
        return found | {place: SUPPRESSED for place, key in enumerate(keys) if key in suppressed}

    def unlisted(self, axis: Axis, keys: Sequence[Any]) -> list[Any]:
        """Return those of the keys, as the database has them, that are not of people who are left out."""
        if self.are_all:
            return [*keys]
        left_out = self.left_out(axis, convert(keys, Key, {}))
        return [key for place, key in enumerate(keys) if place not in left_out]


EVERYBODY = People()


def listed_by(engine: Engine, place: str, model: Model) -> Listed:
    """Return the people that a model of the folder `place` yields.

    Raises `ContractBroken` where it has other columns, or keys that cannot be read, as nobody would be found by them;
    `SourceStopped` where the database fails.
    """
    with reading(engine) as connection, connection.begin():

        def read() -> tuple[set[Key], set[Key]]:
            result = connection.execute(model.clause, execution_options={"yield_per": _AT_ONCE})
            with result:
                return _keys(result, place, f"{model.stream}.sql")

        try:
            users, visitors = decoded(connection, read)
        except SQLAlchemyError as error:
            raise ContractBroken(place, [f"{model.stream}.sql: cannot be read: {words(error)}"]) from None
    return Listed(frozenset(users), frozenset(visitors))


def _keys(result: Result[Any], place: str, name: str) -> tuple[set[Key], set[Key]]:
    columns = [str(column).lower() for column in result.keys()]  # noqa: SIM118  # a result is no dict
    if USER not in columns or not {*columns} <= {USER, ANONYMOUS} or len({*columns}) < len(columns):
        wanted = f"a SELECT of {USER}, and perhaps {ANONYMOUS}"
        raise ContractBroken(place, [f"{name}: yields {', '.join(columns)}; it must be {wanted}"])
    found: dict[str, set[Key]] = {USER: set(), ANONYMOUS: set()}
    unread = 0
    for rows in result.partitions():
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            faults: dict[int, str] = {}
            found[column].update(key for key in convert(values, Key, faults) if key is not None)
            unread += len(faults)
    if unread:
        cure = "yield whole numbers or texts that are not blank"
        raise ContractBroken(place, [f"{name}: {unread:,} keys cannot be read; {cure}"])
    return found[USER], found[ANONYMOUS]


def together(lists: Sequence[Listed]) -> Listed:
    """Return the people of all the lists."""
    return reduce(Listed.__or__, lists, Listed())
