"""Page views wait in a file, a line each, so that a page that is only read writes nothing to the database.

A writer holds a shared lock while it writes one line; whoever seals moves the file aside first and then waits
for every such lock, so that no line is lost between the two.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

_NAME = "page-views"


def folder() -> Path | None:
    """Where spool files lie: the first place's folder `control`; None where no place is served."""
    home: Path | None = settings.HOME
    return home / "control" if home is not None else None


def write(place: str, line: str) -> None:
    """Append one line to a place's spool file.

    Args:
        place: the place's word in the address.
        line: one line of JSON, without its end.
    """
    where = folder()
    if where is None:
        return
    path = where / f"{_NAME}.{place}.jsonl"
    while True:
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_SH)
            if _is_at(path, file):
                os.write(file, f"{line}\n".encode())
                return
        finally:
            os.close(file)


def _is_at(path: Path, file: int) -> bool:
    """Whether an open file is still the one under its path."""
    try:
        return path.stat().st_ino == os.fstat(file).st_ino
    except FileNotFoundError:
        return False


def move_aside() -> None:
    """Give every spool file a name of its own under which it is sealed once."""
    where = folder()
    if where is None:
        return
    for path in where.glob(f"{_NAME}.*.jsonl"):
        try:
            path.rename(path.with_suffix(f".{secrets.token_hex(8)}.sealing"))
        except FileNotFoundError:
            continue  # another worker was quicker


def to_seal() -> list[Path]:
    """Files that were moved aside and are not sealed yet, or not removed yet."""
    where = folder()
    return sorted(where.glob(f"{_NAME}.*.sealing")) if where is not None else []


@contextmanager
def lines_of(path: Path) -> Iterator[list[str]]:
    """The lines of a file that was moved aside, once nobody writes to it any more."""
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file.read().decode("utf-8", "replace").splitlines()


def place_of(path: Path) -> str:
    """The place whose page views a spool file holds."""
    return path.name.split(".")[1]
