"""The sample platform of the benchmark, in SQLite, written once for its size, its seed and its generator."""

import hashlib
from multiprocessing import get_context
from pathlib import Path

from sandbox import platform

SEED = 7
EVENTS_A_USER = 12.29
"""Events that the whole path delivers for a user of the sample, at a million events."""

FEWEST_USERS = 40


class SampleFailed(Exception):
    """The sample platform could not be written."""


def sample(folder: Path, events: int) -> Path:
    """Return the SQLite file of a platform with about so many events, writing it where it is not there yet."""
    users = max(FEWEST_USERS, round(events / EVENTS_A_USER))
    stem = f"platform-{users}-{SEED}"
    path = folder / f"{stem}-{_generator_digest()}.db"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"{stem}-*.db*"):
            old.unlink()
        _write(path, users)
    return path


def _write(path: Path, users: int) -> None:
    """Write the sample in a process of its own, so that its memory does not become that of the contestants."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    process = get_context("spawn").Process(target=write, args=(f"sqlite:///{unfinished}", users))
    process.start()
    process.join()
    if process.exitcode:
        raise SampleFailed(f"writing the sample platform ended with exit code {process.exitcode}")
    unfinished.rename(path)


def write(url: str, users: int) -> None:
    """Write the sample with integer keys and all its dirt."""
    from sandbox.platform.sample import SampleOptions, write_sample  # noqa: PLC0415  # only here, to keep others small

    write_sample(url, SampleOptions(users=users, seed=SEED, keys="integer", hostile=True))


def _generator_digest() -> str:
    digest = hashlib.sha256()
    for file in sorted(Path(platform.__path__[0]).glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:8]
