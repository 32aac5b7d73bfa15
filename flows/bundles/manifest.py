"""The manifest: what a bundle holds, what it was made of, by which versions, and what was counted."""

import json
from typing import Annotated, Any

from pydantic import Field, ValidationError

from flows.bundles.parts import Count, Part, Said

FORMAT = 1

MANIFEST, SUMS, SIGNATURE = "manifest.json", "manifest.json.sha256", "manifest.json.sig"


class Source(Said):
    """The platform: its name, from which the message ids come, its zone, and its clock when it was read."""

    name: str
    zone: str
    clock: str


class Window(Said):
    """What was asked for: half open, in UTC; null is no bound."""

    since: str | None
    until: str | None


class Plan(Said):
    """The tracking plan that every message was checked against, and the digest of the privacy file with its key."""

    version: str
    digest: str
    privacy: str


class Versions(Said):
    """The versions of this program and of its mappers, and each model's digest."""

    code: str
    mappers: str
    models: dict[str, str]


class Rows(Said):
    """The fates of rows."""

    read: Count
    mapped: Count
    filtered: Count
    dead: Count


class Counts(Said):
    """The balance of the export: rows read = mapped + filtered + dead; messages = exported + dead + already delivered.

    The dead are counted by stream and reason. `delivered` were so by the ledger of the export, and are left out.
    """

    rows: Rows
    rows_by_stream: dict[str, Rows]
    messages: Count
    exported: Count
    dead: Count
    already_delivered: Count
    users: Count
    by_event: dict[str, Count]
    by_stream: dict[str, Count]
    dead_rows: dict[str, dict[str, Count]]
    dead_messages: dict[str, dict[str, Count]]


class Manifest(Said):
    """The manifest. `bundle` is the import id that every message carries in `context.backfill.import_id`."""

    format: int
    bundle: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    made_at: str
    source: Source
    window: Window
    streams: tuple[str, ...]
    identify: str
    integrations: dict[str, bool]
    target: str
    plan: Plan
    versions: Versions
    counts: Counts
    parts: tuple[Part, ...]

    def asked(self) -> dict[str, Any]:
        """Return what was asked of the export, as the ledger keeps a run's options."""
        return {**self.window.model_dump(), "streams": list(self.streams), "identify": self.identify}

    def content(self) -> bytes:
        """Return the manifest as its file holds it."""
        return f"{self.model_dump_json(indent=2)}\n".encode()


def read_manifest(content: bytes) -> Manifest:
    """Return the manifest that the file holds. Raises `ValueError` with the words that say what is wrong."""
    try:
        document = json.loads(content)
    except ValueError:
        raise ValueError("is not JSON") from None
    known = document.get("format") if isinstance(document, dict) else None
    if known != FORMAT:
        raise ValueError(
            f"has the format {known!r}; this version reads {FORMAT}: push it with the version that made it"
        )
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        one = error.errors(include_input=False, include_context=False, include_url=False)[0]
        raise ValueError(f"does not hold: {'.'.join(map(str, one['loc']))}: {one['msg']}") from None
