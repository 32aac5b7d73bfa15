"""Profiles: members, and visitors who never registered; and the log of what members did, which began late."""

from datetime import datetime, timedelta

from sandbox.atg.book import BEGIN, Book, Row
from sandbox.platform.names import FIRST_NAMES, LAST_NAMES

EVENT_TYPES = {0: "newsession", 1: "sessionexpiration", 2: "login", 3: "registration", 4: "logout"}
LOGGED_SINCE = datetime(2022, 5, 30)  # noqa: DTZ001  # naive, as the store's clock is
_LOGIN, _REGISTRATION, _LOGOUT = 2, 3, 4
_MEMBERS, _VISITORS = 44, 16


def add_profiles(book: Book) -> None:
    """Add the profiles, some of whom lack what others have, and the event types."""
    for number, name in EVENT_TYPES.items():
        book.add("dps_event_type", id=number, name=name)
    for place in range(_MEMBERS):
        _add_member(book, place)
    for _ in range(_VISITORS):
        profile = str(book.number("user"))
        book.add("dps_user", id=profile, lastactivity_date=book.moment(), member=0)


def _add_member(book: Book, place: int) -> None:
    (first, plain_first), (last, plain_last) = book.rng.choice(FIRST_NAMES), book.rng.choice(LAST_NAMES)
    registered = book.moment(high=BEGIN + timedelta(days=900))
    profile = str(book.number("user"))
    lacking: dict[int, dict[str, object]] = {
        3: {"email": None},
        9: {"registration_date": None},
        15: {"lastactivity_date": None},
        21: {"registration_date": None, "lastactivity_date": None},
        27: {"first_name": f"  {first} "},
    }
    values: dict[str, object] = {
        "id": profile,
        "login": f"{plain_first}.{plain_last}.{profile}",
        "email": f"{plain_first}.{plain_last}.{profile}@example.com",
        "first_name": first,
        "last_name": last,
        "registration_date": registered,
        "lastactivity_date": book.moment(low=registered),
        "member": 1,
    }
    book.add("dps_user", **(values | lacking.get(place, {})))


def add_log(book: Book) -> None:
    """Add what the log has of the members: nothing before it was switched on."""
    for row in [row for row in book.rows["dps_user"] if row["member"]]:
        registered = row["registration_date"]
        if registered and registered >= LOGGED_SINCE:
            _log(book, row, _REGISTRATION, registered)
        for _ in range(book.rng.randrange(7)):
            came = book.moment(low=LOGGED_SINCE)
            _log(book, row, _LOGIN, came)
            if book.rng.random() < 0.5:  # noqa: PLR2004  # half of them leave without a word
                _log(book, row, _LOGOUT, book.later(came, 90))


def _log(book: Book, profile: Row, event: int, moment: datetime) -> None:
    book.add("dps_user_event", id=book.number("log"), timestamp=moment, eventtype=event, profileid=profile["id"])
