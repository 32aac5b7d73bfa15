"""Whether a message by hand is about somebody who may be told of."""

import os
from collections.abc import Mapping
from pathlib import Path

from extractors.pages import Axis
from extractors.people import CONSENTED_MODEL, NO_CONSENT, SUPPRESSED, SUPPRESSED_MODEL, People
from extractors.source import open_source
from flows.errors import SettingsInvalid
from flows.people import BLANKS, people_in_files, people_of
from flows.profile import models_of_people
from flows.settings import DeliverySettings, SourceSettings, load
from mappers.kinds import Key

_WORDS: Mapping[str, str] = {SUPPRESSED: "is on the suppression list", NO_CONSENT: "has given no consent"}


def check_sendable(settings: DeliverySettings, user: str, visitor: str) -> None:
    """Raise `SettingsInvalid` where the user or the visitor is left out, without their ids.

    The models of people are asked where the environment names their folder, and then it must name the source too.
    """
    people = _people(settings)
    found = {
        noun: people.left_out(axis, [Key(key.strip(BLANKS))]).get(0)
        for axis, noun, key in ((Axis.USERS, "user", user), (Axis.VISITORS, "visitor", visitor))
        if key
    }
    if user and found.get("visitor") == NO_CONSENT:
        found["visitor"] = None  # a user's consent is that of their visits
    faults = [f"this {noun} {_WORDS[reason]}: nothing was sent" for noun, reason in found.items() if reason]
    if faults:
        raise SettingsInvalid(faults)


def _people(settings: DeliverySettings) -> People:
    folder = Path(os.environ.get("BACKFILL_MODELS") or os.devnull)
    if not any((folder / f"{name}.sql").exists() for name in (SUPPRESSED_MODEL, CONSENTED_MODEL)):
        return people_in_files(settings)
    source = load(SourceSettings)
    engine = open_source(source.source_url.get_secret_value(), source.statement_seconds)
    try:
        return people_of(settings, folder, models_of_people(folder), engine)
    finally:
        engine.dispose()
