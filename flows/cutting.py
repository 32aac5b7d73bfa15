"""What a run is about: which ranges of users it reads, and which rows of theirs, if not all."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from extractors.boundaries import Edge, boundaries, cut_model
from extractors.pages import Axis
from extractors.source import reading
from flows.job import Job
from flows.observing import compared
from flows.tally import ALREADY, BYTES, DEAD, DELIVERED, MESSAGES, REQUESTS, SKIPPED, USERS, total
from flows.watching import watched
from loaders.ledger.chosen import Choice
from loaders.ledger.runs import Range, Shard, run_shards
from loaders.ledger.watermarks import Span, spans_of

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
    """Return the whole source: the users in even shares, those of a canary first, the visitors, the rows of nobody."""
    source, shards, canary = job.source, job.options.shards, job.options.canary
    names = [stream.name for stream in job.streams]
    visited = [name for name in names if source.contracts[name].anonymous]
    cut = []
    with reading(source.engine) as connection, connection.begin():
        model = cut_model(source.models, ["accounts", "sign_ups", *names])
        users = boundaries(connection, model, Axis.USERS, canary) if model else []
        first, others = _parted(users, canary)
        cut += [Shard(Axis.USERS.value, ranges) for ranges in ([first] if first else []) + _shares(others, shards)]
        visits = cut_model(source.models, visited)
        if visits:
            visitors = boundaries(connection, visits, Axis.VISITORS)
            cut += [Shard(Axis.VISITORS.value, ranges) for ranges in _shares(_between(visitors), 1)]
    return Cut("import", (*cut, NOBODY), spans=_spans(job))


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


def _between(edges: Sequence[Edge]) -> tuple[Range, ...]:
    """Return the ranges between the edges, the first and the last of them open."""
    return tuple(pairwise([None, *(edge.key for edge in edges), None]))


def _parted(edges: Sequence[Edge], canary: int | None) -> tuple[tuple[Range, ...], tuple[Range, ...]]:
    """Return the ranges of the first so many users, and those of the others."""
    ranges = _between(edges)
    reached = [place for place, edge in enumerate(edges, 1) if canary and edge.number >= canary]
    place = (reached[0] if reached else len(ranges)) if canary else 0
    return ranges[:place], ranges[place:]


def _shares(ranges: Sequence[Range], shares: int) -> list[tuple[Range, ...]]:
    """Divide the ranges into even shares."""
    count = min(shares, len(ranges)) or 1
    stops = [round(len(ranges) * share / count) for share in range(count + 1)]
    return [tuple(ranges[low:high]) for low, high in pairwise(stops) if low < high]
