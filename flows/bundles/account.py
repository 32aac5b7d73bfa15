"""What an export counted, as the manifest tells it."""

from collections.abc import Mapping, Sequence

from flows.bundles.manifest import FORMAT, Counts, Manifest, Plan, Rows, Source, Versions, Window
from flows.bundles.parts import Part
from flows.bundles.settings import ExportSettings
from flows.job import Job
from flows.summary import Summary, summarise
from flows.tally import DEAD, DEAD_ROWS, DELIVERED, FILTERED, MAPPED, READ, by, total
from flows.version import MAPPERS, VERSION
from loaders.answers import Receipt
from loaders.clock import utc_now
from loaders.ledger.runs import Counts as Tally


def account_of(counts: Tally, seconds: float) -> Summary:
    """Return the balance of an export: what stands in the bundle is counted as if it had been delivered."""
    return summarise("", counts, {Receipt.DELIVERED: total(counts, DELIVERED)}, 0, seconds, sound=True)


def manifest_of(
    job: Job, settings: ExportSettings, bundle: str, counts: Tally, by_stream: Mapping[str, int], parts: Sequence[Part]
) -> Manifest:
    """Return the manifest of a bundle that was made of the job."""
    asked = job.options
    return Manifest(
        format=FORMAT,
        bundle=bundle,
        made_at=utc_now(),
        source=Source(name=job.source_name, zone=settings.source_timezone, clock=job.source.cleaning.now),
        window=Window(since=asked.since, until=asked.until),
        streams=tuple(stream.name for stream in job.streams),
        identify=asked.identify,
        integrations=dict(job.envelope.integrations),
        target=str(settings.target),
        plan=Plan(version=job.plan.version, digest=job.plan.digest, privacy=job.plan.privacy),
        versions=Versions(code=VERSION, mappers=MAPPERS, models=dict(job.models_digest)),
        counts=_counts(counts, by_stream),
        parts=tuple(parts),
    )


def _counts(counts: Tally, by_stream: Mapping[str, int]) -> Counts:
    summary = account_of(counts, 0)
    return Counts(
        rows=_rows(summary.rows_read, summary.rows_mapped, summary.rows_filtered, summary.rows_dead),
        rows_by_stream=_rows_by_stream(counts),
        messages=summary.messages,
        exported=summary.delivered,
        dead=summary.dead,
        already_delivered=summary.already_delivered,
        users=summary.users,
        by_event=summary.events,
        by_stream=dict(sorted(by_stream.items())),
        dead_rows=_by_reason(counts, DEAD_ROWS),
        dead_messages=_by_reason(counts, DEAD),
    )


def _rows_by_stream(counts: Tally) -> dict[str, Rows]:
    read, *others = (by(counts, measure, 0) for measure in (READ, MAPPED, FILTERED, DEAD_ROWS))
    return {stream: _rows(rows, *(fate.get(stream, 0) for fate in others)) for stream, rows in read.items()}


def _rows(read: int, mapped: int, filtered: int, dead: int) -> Rows:
    return Rows(read=read, mapped=mapped, filtered=filtered, dead=dead)


def _by_reason(counts: Tally, measure: str) -> dict[str, dict[str, int]]:
    """Return the measure's counts by reason, by stream."""
    found: dict[str, dict[str, int]] = {}
    for (stream, reason), count in by(counts, measure, 0, 1).items():
        found.setdefault(stream, {})[reason] = count
    return found
