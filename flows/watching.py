"""What a run watches for changes: each stream, and each detail for every stream of the run that it completes."""

from collections.abc import Mapping
from typing import NamedTuple

from extractors.changes import followed
from flows.job import Job
from flows.observing import compared
from mappers.catalog import STREAMS
from mappers.kinds import Instant


class Watched(NamedTuple):
    """What is told of a model, in an Identify mode: of itself, or as a detail of a stream."""

    model: str
    stream: str
    identify: str

    @property
    def name(self) -> str:
        """Return the name of its watermark, as `licenses of accounts (current)`."""
        detail = "" if self.model == self.stream else f"{self.model} of "
        return f"{detail}{self.stream} ({self.identify})"


def watched(job: Job) -> list[Watched]:
    """Return what the run watches."""
    models, identify = {*followed(job.source), *compared(job)}, job.options.identify
    pairs = [(stream.name, stream.name) for stream in job.streams]
    pairs += [(stream.detail.stream, stream.name) for stream in job.streams if stream.detail]
    return [Watched(model, stream, identify) for model, stream in pairs if model in models]


def told_of(moved: Mapping[str, Instant]) -> dict[str, Instant]:
    """Return up to when changes of models were told to all that they complete, from watermarks that were moved.

    A detail that several streams have is told by a run of them all.
    """
    told: dict[str, list[Instant]] = {}
    consumers: dict[str, set[str]] = {}
    for name, until in moved.items():
        model, _, stream = name.rpartition(" (")[0].rpartition(" of ")
        told.setdefault(model or stream, []).append(until)
        consumers.setdefault(model or stream, set()).add(stream)
    return {model: min(untils) for model, untils in told.items() if _consumers(model) <= consumers[model]}


def _consumers(model: str) -> set[str]:
    if model in STREAMS:
        return {model}
    return {
        name for name, stream in STREAMS.items() if stream.state and stream.detail and stream.detail.stream == model
    }
