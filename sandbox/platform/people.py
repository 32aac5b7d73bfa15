"""Invented people: who they are and where they live. Numbers and domains are those set aside for fiction."""

from dataclasses import dataclass

import numpy as np

from sandbox.platform import names
from sandbox.platform.draw import chance, pick, sometimes
from sandbox.platform.instants import AS_OF
from sandbox.platform.rows import Columns, Random, Values, objects

PHONES = np.array(
    [
        [shape.format(area=area, line=f"01{n:02}") for area in names.AREA_CODES for n in range(100)]
        for shape in names.PHONE_FORMATS
    ],
    object,
)
"""Phone numbers, a row for each format."""
ADDRESS = ("street", "city", "state", "postal_code", "country")


@dataclass(frozen=True, slots=True)
class Crowd:
    """Account holders: their keys, since when they are with us, how busy they are, and what their accounts say."""

    keys: Values
    since: Values
    zeal: Values
    now: Columns

    def __len__(self) -> int:
        return len(self.keys)

    def at(self, places: Values) -> "Crowd":
        """Return the people at these places."""
        now = {name: values[places] for name, values in self.now.items()}
        return Crowd(self.keys[places], self.since[places], self.zeal[places], now)


def invent(rng: Random, numbers: Values) -> dict[str, Values]:
    """Invent one person for each number; their e-mail address and user name are unlike anyone else's."""
    size = len(numbers)
    first, last = pick(rng, names.FIRST_NAMES, size), pick(rng, names.LAST_NAMES, size)
    slugs = [f"{f[1]}.{n[1]}{number}" for f, n, number in zip(first, last, numbers.tolist(), strict=True)]
    emails = [f"{s}@{domain}" for s, domain in zip(slugs, pick(rng, names.DOMAINS, size), strict=True)]
    websites = objects([f"https://{s}.example.net/" for s in slugs])
    return {
        "first_name": objects([name for name, _ in first]),
        "last_name": objects([name for name, _ in last]),
        "email": objects(emails),
        "username": objects(slugs),
        "phone": sometimes(rng, 0.9, phones(rng, np.zeros(size, int))),
        "job_title": sometimes(rng, 0.7, pick(rng, names.JOB_TITLES, size)),
        "company_name": sometimes(rng, 0.6, pick(rng, names.COMPANIES, size)),
        "website": sometimes(rng, 0.1, websites),
        "gender": sometimes(rng, 0.6, pick(rng, names.GENDERS, size)),
        "birth_date": birth_dates(rng, size),
    } | addresses(rng, size)


def phones(rng: Random, shapes: Values) -> Values:
    """Draw phone numbers, each written in the format of that number."""
    drawn: Values = PHONES[shapes, rng.integers(0, PHONES.shape[1], len(shapes))]
    return drawn


def birth_dates(rng: Random, size: int) -> Values:
    """Draw the birthdays of people aged 22 to 75; three in ten keep theirs to themselves."""
    born = AS_OF.astype("M8[D]") - rng.integers(22 * 365, 75 * 365, size)
    return np.where(chance(rng, 0.7, size), born, np.datetime64("NaT", "D"))


def addresses(rng: Random, size: int) -> dict[str, Values]:
    """Draw postal addresses."""
    places = pick(rng, names.PLACES, size)
    doors = rng.integers(1, 2000, size).tolist()
    streets = [f"{door} {street}" for door, street in zip(doors, pick(rng, names.STREETS, size), strict=True)]
    parts = [objects([place[part] for place in places]) for part in range(4)]
    return dict(zip(ADDRESS, [objects(streets), *parts], strict=True))
