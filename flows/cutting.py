"""What a run is about: which ranges of users it reads, and which rows of theirs, if not all."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any, NamedTuple

from extractors.boundaries import boundaries, cut_model, first_keys
from extractors.models import Model
from extractors.pages import Axis
from extractors.source import reading
from flows.job import Job
from flows.observing import compared
from flows.tally import ALREADY, BYTES, DEAD, DELIVERED, MESSAGES, REQUESTS, SKIPPED, USERS, total
from flows.watching import watched
from loaders.ledger.chosen import Choice
from loaders.ledger.runs import Keys, Range, Shard, run_shards
from loaders.ledger.watermarks import Span, spans_of

CANARY = "canary"

KEYS_AT_ONCE = 250
"""Users that a page of users one by one is about: few enough for one list in a query."""

NOBODY = Shard(Axis.NOBODY.value, ((None, None),))


class Cut(NamedTuple):
    """A run's kind and shards, the rows that it is about, none meaning every row, and what it reads of each stream."""

    kind: str
    shards: tuple[Shard, ...]
    choices: tuple[Choice, ...] = ()
    spans: Mapping[str, Span] = MappingProxyType({})


What = Callable[[Job], Cut]
"""Says what a run is about, once everything was found to hold."""


def everything(job: Job) -> Cut:
    """Return the whole source: the users in even shares, the visitors, and the rows of nobody."""
    source, shards, people = job.source, job.options.shards, job.source.cleaning.people
    names = [stream.name for stream in job.streams]
    visited = [name for name in names if source.contracts[name].anonymous]
    cut = []
    with reading(source.engine) as connection, connection.begin():
        model = _model_of_users(job)
        users = boundaries(connection, model, Axis.USERS, people) if model else []
        cut += [Shard(Axis.USERS.value, ranges) for ranges in _shares(users, shards)]
        visits = cut_model(source.models, visited)
        if visits:
            visitors = boundaries(connection, visits, Axis.VISITORS, people)
            cut += [Shard(Axis.VISITORS.value, ranges) for ranges in _shares(visitors, 1)]
    return Cut("import", (*cut, NOBODY), spans=_spans(job))


def first_users(job: Job) -> Cut:
    """Return a canary: so many users as it was asked for, one by one, and nobody else."""
    with reading(job.source.engine) as connection, connection.begin():
        model, count = _model_of_users(job), job.options.canary or 0
        people = job.source.cleaning.people
        keys = first_keys(connection, model, Axis.USERS, count, people) if model else []
    pages = [Keys(tuple(keys[start : start + KEYS_AT_ONCE])) for start in range(0, len(keys), KEYS_AT_ONCE)]
    return Cut(CANARY, (Shard(Axis.USERS.value, tuple(pages)),) if pages else ())


def the_rest_of(job: Job, run_id: str) -> Cut:
    """Return what a stopped run left: its shards from their cursors on, with what they had counted.

    What it delivered counts as already delivered, and what it left in doubt as skipped.
    """
    shards = tuple(_taken_over(shard) for shard in run_shards(job.ledger, run_id))
    return Cut("import", shards, spans=spans_of(job.ledger, run_id))


def _spans(job: Job) -> dict[str, Span]:
    """Return what an import reads of each stream that can be followed from there on."""
    asked, settled = job.options, job.source.cleaning.settled
    until = min(asked.until, settled) if asked.until else settled
    alike = compared(job) if asked.since or asked.until else []  # of which nothing tells when it changed
    return {one.name: Span(asked.since, until) for one in watched(job) if one.model not in alike}


def _taken_over(shard: Shard) -> Shard:
    counts = Counter(shard.passed)
    delivered = total(counts, DELIVERED) + counts[ALREADY]
    skipped = counts[MESSAGES] - delivered - total(counts, DEAD)
    own = (DELIVERED, USERS, BYTES, REQUESTS)
    kept = Counter({name: count for name, count in counts.items() if name.split("|", 1)[0] not in own})
    kept[ALREADY], kept[SKIPPED] = delivered, skipped
    return shard._replace(passed=+kept)


def _model_of_users(job: Job) -> Model | None:
    """Return the model whose keys the users are cut by."""
    return cut_model(job.source.models, ["accounts", "sign_ups", *(stream.name for stream in job.streams)])


def _shares(edges: Sequence[Any], shares: int) -> list[tuple[Range, ...]]:
    """Divide the ranges between the edges, the first and the last of them open, into even shares."""
    ranges = tuple(pairwise([None, *edges, None]))
    count = min(shares, len(ranges))
    stops = [round(len(ranges) * share / count) for share in range(count + 1)]
    return [ranges[low:high] for low, high in pairwise(stops)]
