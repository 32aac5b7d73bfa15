"""The messages that a user's rows make today, whatever the Identify mode, the plan's status or the lists of people."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from extractors.pages import Axis
from extractors.people import EVERYBODY
from extractors.user_keys import keys_of_user, samples_of_users
from flows.job import Job, open_job
from flows.options import Options
from flows.reading_through import read_through
from flows.sealing import Seal
from flows.settings import Settings
from flows.tally import READ, total
from loaders.batches import Message
from loaders.ledger.runs import Keys, Shard
from mappers.catalog import STREAMS
from mappers.ids import identifier
from mappers.kinds import Key
from mappers.outcomes import Draft


class Derived(NamedTuple):
    """A user, whether the source has any row of theirs, and the messages that these make."""

    user: Key
    is_in_source: bool
    messages: Sequence[Message]


@contextmanager
def opened(settings: Settings) -> Iterator[Job]:
    """Open the source for all rules and everybody. Raises what `open_job` raises."""
    rules = frozenset(rule for stream in STREAMS.values() for rule in stream.rules)
    job = open_job(settings, Options(), rules=rules)
    try:
        cleaning = replace(job.source.cleaning, people=EVERYBODY)
        yield replace(job, source=replace(job.source, cleaning=cleaning, queries={}, ids={}))
    finally:
        job.close()


def derive(job: Job, users: Sequence[Key]) -> Iterator[Derived]:
    """Yield what each of the users' rows make. Raises `SourceStopped`."""
    samples, seal = samples_of_users(job.source), _sealer(job)
    for user in users:
        keys = keys_of_user(samples, user)
        yield _derived(job, seal, user, Shard(Axis.USERS.value, (Keys(keys),) if keys else ()))


def _derived(job: Job, seal: Seal, user: Key, shard: Shard) -> Derived:
    found: dict[str, Message] = {}
    rows = 0
    for _, _, part in read_through(job, [shard], seal):
        rows += total(part.read.counts, READ)
        found.update((message.id, message) for message in part.read.users.get(user, ()))
    return Derived(user, bool(rows), sorted(found.values(), key=lambda one: (one.at, one.id)))


def _sealer(job: Job) -> Seal:
    """Return what gives a draft its id and its name, and holds it against no plan: it may have gone by another."""
    identify, rules = identifier(job.source_name), job.plan.rules

    def seal(stream: str, draft: Draft) -> Message:
        name = rules[draft.rule].event if draft.rule in rules else draft.rule
        return Message(draft.at, identify(stream, draft), stream, draft.row_id, draft.rule, name, draft.at, b"")

    return seal
