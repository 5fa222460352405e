"""Building a file or a folder apart, so that it is there whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from skillmix.errors import PlaceError, Where


def _refuse_existing(path: Path) -> PlaceError:
    return PlaceError(
        f"{path.name} exists already.",
        cure="Name another file, or take this one away first.",
        where=[Where(file=str(path))],
    )


#: Where Linux shows a program's open files by number: a file without a name is named through it.
_OPEN_FILES = Path("/proc/self/fd")


def _unnamed(folder: Path) -> int | None:
    """A file without a name in a folder; None where the system or the disk has no such thing."""
    if not hasattr(os, "O_TMPFILE") or not _OPEN_FILES.is_dir():
        return None
    try:
        return os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o600)
    except OSError:
        return None


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A new file that only its owner reads; it has a name only once it is whole.

    Where the system can, the file has no name at all until then, so that a killed program leaves nothing.

    Raises:
        PlaceError: when there is a file of that name.
    """
    if path.exists() or path.is_symlink():
        raise _refuse_existing(path)
    folder = os.open(path.parent, os.O_RDONLY)
    named: Path | None = None
    try:
        descriptor = _unnamed(path.parent)
        if descriptor is None:
            named = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            descriptor = os.open(named, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            given = f"{_OPEN_FILES}/{file.fileno()}" if named is None else named.name
            try:
                os.link(given, path.name, src_dir_fd=folder, dst_dir_fd=folder)
            except FileExistsError:
                raise _refuse_existing(path) from None
        os.fsync(folder)
    finally:
        if named is not None:
            named.unlink(missing_ok=True)
        os.close(folder)


@contextmanager
def new_folder(parent: Path, name: str) -> Iterator[Path]:
    """A folder for its owner alone that is removed again unless it was moved away.

    What an earlier program left there because it was killed is removed first.

    Args:
        parent: where it is made.
        name: what it is for.

    Yields:
        The folder.
    """
    for left in parent.glob(".*"):
        if re.fullmatch(rf"\.{re.escape(name)}\.[0-9a-f]{{8}}\.building", left.name):
            _remove_unless_held(left)
    building = parent / f".{name}.{secrets.token_hex(4)}.building"
    building.mkdir(mode=0o700, parents=False)
    held = _hold(building)
    try:
        yield building
    finally:
        shutil.rmtree(building, ignore_errors=True)
        if held is not None:
            os.close(held)


def _hold(folder: Path) -> int | None:
    """Lock a folder as long as this process lives; None where it is held by another, or cannot be locked."""
    try:
        import fcntl
    except ImportError:
        return None
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _remove_unless_held(folder: Path) -> None:
    with suppress(OSError):
        if (held := _hold(folder)) is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(held)
