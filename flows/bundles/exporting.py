"""A bundle made: everything read and mapped as a run would, and written into files in place of being sent."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from threading import Event
from typing import NamedTuple
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flows.bundles.account import account_of, manifest_of
from flows.bundles.folder import check_free, unfinished
from flows.bundles.manifest import MANIFEST, SIGNATURE, SUMS, Manifest
from flows.bundles.parts import PART, Part, write_part, write_private
from flows.bundles.settings import ExportSettings
from flows.bundles.signing import signature
from flows.bundles.sums import listed, sum_of
from flows.cutting import everything
from flows.destinations import check_chosen
from flows.job import Job
from flows.mapping import Mapped
from flows.observing import observe_changes
from flows.options import Options
from flows.parts import Part as Read
from flows.readiness import checked_job
from flows.reading_through import read_through
from flows.sealing import sealer
from flows.summary import Summary
from flows.tally import BYTES, DELIVERED
from flows.unsent import Told, unsent
from loaders.batches import Message, batches
from loaders.errors import LedgerStopped
from loaders.ledger.compaction import compact
from loaders.ledger.lock import holding
from loaders.ledger.receipts import doubt_unsettled
from loaders.ledger.runs import Counts, Shard, stop_unended


class Exported(NamedTuple):
    """A bundle that was made: its manifest, and what its messages would come to, were all of them delivered.

    `manifest` is None where the balance does not close: then there is no bundle. `doubts` are batches of runs that
    were killed: what is in doubt is in the bundle too.
    """

    manifest: Manifest | None
    summary: Summary
    doubts: int


def export(settings: ExportSettings, options: Options, folder: Path, key: Ed25519PrivateKey | None) -> Exported:
    """Write what a run would send into a folder that is absent or empty, signed where there is a key for it.

    What the ledger has as delivered is left out, and nothing is marked as delivered. Raises `SettingsInvalid`,
    `PlanInvalid`, `LedgerUnusable`, `LedgerHeld`, `LedgerStopped`, `ContractBroken`, `SourceRefused` or
    `SourceStopped`, and leaves no bundle then.
    """
    check_chosen(settings.destinations)
    check_free(folder)
    begun, bundle, lost = time.monotonic(), str(uuid4()), Event()
    with closing(checked_job(settings, options)) as job, holding(job.ledger, settings.source_name, bundle, lost):
        doubts = doubt_unsettled(job.ledger)
        stop_unended(job.ledger)
        compact(job.ledger)
        observe_changes(job)
        with unfinished(folder) as begun_in:
            writing = _Writing(job, bundle, begun_in, lost)
            writing.write(everything(job).shards)
            summary = account_of(writing.counts, time.monotonic() - begun)
            if not summary.balanced:
                return Exported(None, summary, doubts)
            manifest = manifest_of(job, settings, bundle, writing.counts, writing.by_stream, writing.parts)
            _finish(begun_in, manifest, key)
    return Exported(manifest, summary, doubts)


class _Writing:
    """The parts of a bundle being written, and what was counted meanwhile."""

    def __init__(self, job: Job, bundle: str, folder: Path, lost: Event) -> None:
        self._job, self._bundle, self._folder, self._lost = job, bundle, folder, lost
        self.counts: Counts = Counter()
        self.by_stream: Counter[str] = Counter()
        self.parts: list[Part] = []

    def write(self, shards: tuple[Shard, ...]) -> None:
        """Read every shard and write its messages, part after part."""
        reading = read_through(self._job, shards, sealer(self._job, self._bundle))
        for shard, pages in groupby(reading, key=itemgetter(0)):
            users = self._users(part for _, _, part in pages)
            for number, batch in enumerate(batches(users, PART), 1):
                self.parts.append(write_part(self._folder, shard, number, batch.messages))

    def _users(self, parts: Iterator[Read[Mapped]]) -> Iterator[list[Message]]:
        """Yield each user's messages that no receipt covers, and count them."""
        told = Told()
        for page, mapped, _ in parts:
            if self._lost.is_set():
                raise LedgerStopped("Another run has taken the ledger over: this export ends without a bundle")
            users = unsent(mapped, page, self._job, told)
            for messages in users:
                self.counts.update(f"{DELIVERED}|{message.event}|{message.at[:7]}" for message in messages)
                self.counts[BYTES] += sum([len(message.body) + 1 for message in messages])
                self.by_stream.update(message.stream for message in messages)
            self.counts.update(mapped.counts)
            yield from users


def _finish(folder: Path, manifest: Manifest, key: Ed25519PrivateKey | None) -> None:
    """Write what tells of the parts: the manifest, its signature, and the sums of all these files."""
    content = manifest.content()
    write_private(folder / MANIFEST, content)
    if key:
        write_private(folder / SIGNATURE, signature(key, content))
    own = {name: sum_of(folder / name) for name in (MANIFEST, SIGNATURE) if (folder / name).exists()}
    write_private(folder / SUMS, listed(own | {part.name: part.sha256 for part in manifest.parts}))
