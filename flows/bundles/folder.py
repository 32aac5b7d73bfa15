"""The folder of a bundle while it is written: under another name, so that what is begun never looks like a bundle."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.bundles.manifest import SUMS
from flows.errors import SettingsInvalid

_PRIVATE = 0o700


def check_free(folder: Path) -> None:
    """Look whether a bundle can come to stand there. Raises `SettingsInvalid`."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise SettingsInvalid([f"{folder} is there, and not an empty folder: name one that is to be made"])
    except OSError as error:
        raise SettingsInvalid([f"{folder} cannot be read: {error.strerror}"]) from None


@contextmanager
def unfinished(folder: Path) -> Iterator[Path]:
    """Give an empty folder, which takes its place where the block leaves a whole bundle in it; else it is no more.

    What a killed export has left is cleared. Raises `SettingsInvalid` where it cannot be written.
    """
    begun = folder.with_name(f"{folder.name}.unfinished")
    try:
        if begun.exists():
            shutil.rmtree(begun)
        folder.parent.mkdir(parents=True, exist_ok=True)
        begun.mkdir(_PRIVATE)
        yield begun
        if (begun / SUMS).exists():  # it is written last
            begun.rename(folder)
    except OSError as error:
        raise SettingsInvalid([f"{folder} cannot be written: {error.strerror}"]) from None
    finally:
        shutil.rmtree(begun, ignore_errors=True)
