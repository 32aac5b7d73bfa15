"""A bundle looked through before anything of it is sent: every file is there, is what it was, and no other is."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from flows.bundles.lines import read_lines
from flows.bundles.manifest import MANIFEST, SIGNATURE, SUMS, Manifest, read_manifest
from flows.bundles.parts import Part, PartBroken
from flows.bundles.signing import holds
from flows.bundles.sums import read_sums, sum_of
from flows.errors import SettingsInvalid


class Bundle(NamedTuple):
    """A bundle that was found to be whole. `note` says what a person should know of its signature."""

    folder: Path
    manifest: Manifest
    note: str


def open_bundle(folder: Path, key: Ed25519PublicKey | None) -> Bundle:
    """Look the whole bundle through and return it. With a key, it must bear that key's signature.

    Raises `SettingsInvalid` with every fault, each naming its file.
    """
    sums = _sums(folder)
    _refuse(_file_faults(folder, sums))
    try:
        manifest = read_manifest((folder / MANIFEST).read_bytes())
    except (OSError, ValueError) as error:
        raise SettingsInvalid([f"{folder / MANIFEST} {error}"]) from None
    _refuse(_signature_faults(folder, key))
    _refuse(_list_faults(folder, sums, manifest))
    _refuse(_part_faults(folder, manifest))
    unverified = (folder / SIGNATURE).exists() and not key
    return Bundle(folder, manifest, "Its signature was not verified: --verify does." if unverified else "")


def _sums(folder: Path) -> Mapping[str, str]:
    try:
        return read_sums((folder / SUMS).read_bytes())
    except OSError as error:
        raise SettingsInvalid([f"{folder / SUMS} cannot be read: {error.strerror}; name a bundle's folder"]) from None
    except ValueError as error:
        raise SettingsInvalid([f"{folder / SUMS} {error}"]) from None


def _file_faults(folder: Path, sums: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with the files, by the list of their sums."""
    there = {path.name for path in folder.iterdir()} - {SUMS}
    for name in sorted({*sums, MANIFEST} - there):
        yield f"{folder / name} is missing"
    for name in sorted(there - sums.keys()):
        yield f"{folder / name} is not of this bundle: {SUMS} does not list it"
    for name in sorted(there & sums.keys()):
        try:
            if sum_of(folder / name) != sums[name]:
                yield f"{folder / name} is not what {SUMS} says: one of them was changed"
        except OSError as error:
            yield f"{folder / name} cannot be read: {error.strerror}"


def _signature_faults(folder: Path, key: Ed25519PublicKey | None) -> Iterator[str]:
    signed = folder / SIGNATURE
    if key and not signed.exists():
        yield f"{signed} is missing: the bundle is not signed, and --verify wants it to be"
    elif key and not holds(key, signed.read_bytes(), (folder / MANIFEST).read_bytes()):
        yield f"{signed} is not the signature of {MANIFEST} by the key of --verify"


def _list_faults(folder: Path, sums: Mapping[str, str], manifest: Manifest) -> Iterator[str]:
    """Yield where the manifest and the list of sums disagree: the manifest alone may be signed."""
    parts = {part.name: part.sha256 for part in manifest.parts}
    own = {name: digest for name, digest in sums.items() if name not in {MANIFEST, SIGNATURE}}
    for name in sorted(parts.keys() | own.keys()):
        if parts.get(name) != own.get(name):
            yield f"{folder / name} is not the part that {MANIFEST} tells of"
    if len(parts) != len(manifest.parts) or sum(part.messages for part in manifest.parts) != manifest.counts.exported:
        yield f"{folder / MANIFEST} tells of other parts than it counts"


def _part_faults(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield what is wrong with the messages, though the files are what they were."""
    found: Counter[str] = Counter()
    for part in manifest.parts:
        try:
            yield from _counted(folder, manifest, part, found)
        except PartBroken as error:
            yield str(error)
    if +found != Counter(manifest.counts.by_event):
        yield f"{folder / MANIFEST} counts other events than its parts hold"


def _counted(folder: Path, manifest: Manifest, part: Part, events: Counter[str]) -> Iterator[str]:
    """Count the part's events, and yield what differs from what the manifest says of it."""
    count, first, last = 0, part.first, part.last
    for _, message, _ in read_lines(folder, manifest, part):
        count += 1
        events[message.event] += 1
        first, last = min(first, message.at), max(last, message.at)
    if count != part.messages:
        yield f"{folder / part.name} holds {count:,} messages, {MANIFEST} says {part.messages:,}"
    if (first, last) != (part.first, part.last):
        yield f"{folder / part.name} holds messages of other times than {MANIFEST} says"


def _refuse(faults: Iterator[str]) -> None:
    found = list(faults)
    if found:
        raise SettingsInvalid([*found, "nothing was sent: copy the bundle again, or export it anew"])
