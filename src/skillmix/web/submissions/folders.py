"""Staged files in the place's folder: one folder an upload, in it one a version."""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from pathlib import Path

from skillmix.intake import Staged

#: Where they lie in a place; it holds nothing that names a person.
STAGING = ("control", "staging")
#: A folder that no upload knows of is left alone for so long: its request may still be running.
ORPHAN = dt.timedelta(hours=1)


def folder_of(place: Path, upload: uuid.UUID) -> Path:
    """The folder of an upload. Its name comes from the upload's own number, never from what was sent."""
    return place.joinpath(*STAGING, str(upload))


def version_of(place: Path, upload: uuid.UUID, version: int) -> Path:
    """The folder of a version of an upload."""
    return folder_of(place, upload) / f"v{version}"


def write(staged: Staged, place: Path, upload: uuid.UUID, version: int) -> None:
    """Keep a version, whole or not at all."""
    staged.write(version_of(place, upload, version))


def read(place: Path, upload: uuid.UUID, version: int) -> Staged:
    """A version.

    Raises:
        PlaceError: when it is missing or damaged.
    """
    return Staged.read(version_of(place, upload, version))


def kept(place: Path, upload: uuid.UUID, version: int) -> bool:
    """Whether a version is still there."""
    return version_of(place, upload, version).is_dir()


def remove(place: Path, upload: uuid.UUID) -> None:
    """Remove every version of an upload."""
    shutil.rmtree(folder_of(place, upload), ignore_errors=True)


def remove_others(place: Path, upload: uuid.UUID, version: int) -> None:
    """Remove the versions before the one that counts."""
    for other in folder_of(place, upload).glob("v*"):
        number = other.name.removeprefix("v")
        if number.isdigit() and int(number) < version:
            shutil.rmtree(other, ignore_errors=True)


def uploads_in(place: Path) -> list[tuple[str, dt.datetime]]:
    """The folders that are there, by name, each with when it was last changed (UTC)."""
    staging = place.joinpath(*STAGING)
    if not staging.is_dir():
        return []
    return [
        (one.name, dt.datetime.fromtimestamp(one.stat().st_mtime, dt.UTC))
        for one in sorted(staging.iterdir())
        if one.is_dir()
    ]


def remove_named(place: Path, name: str) -> None:
    """Remove a folder that `uploads_in` named."""
    shutil.rmtree(place.joinpath(*STAGING) / name, ignore_errors=True)
