"""Unpacking a backup: each member is compared with its hash, and none leads out of its folder."""

from __future__ import annotations

import hashlib
import json
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from skillmix.errors import PlaceError, Where
from skillmix.place.backups import BACKUP_FORMAT, EXTRA, KEPT, MANIFEST
from skillmix.place.place_file import FORMAT

#: How a member's name may begin, besides the two files of fixed name.
_FOLDERS = tuple(f"{folder}/" for folder in ("lake", EXTRA, *KEPT))

#: Read this much at a time.
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a backup says of itself, and what is wrong with it.

    Attributes:
        format: format of the place folder in it.
        number: publication number that it stands at.
        faults: what is wrong, in words; empty when every member is as it was written.
    """

    format: int
    number: int
    faults: list[str]


def damaged(file: Path, problem: str) -> PlaceError:
    """The error that a backup cannot be relied on."""
    return PlaceError(
        problem, cure="Use another backup; nothing was restored.", where=[Where(file=str(file))]
    )


@contextmanager
def _whole(file: Path) -> Iterator[None]:
    """Whatever the readers of archives raise says that the backup is damaged; the system's refusals stay."""
    try:
        yield
    except (tarfile.TarError, EOFError, zlib.error, OSError) as broken:
        if isinstance(broken, OSError) and broken.errno is not None:
            raise
        raise damaged(file, "The backup is damaged, or is no backup.") from broken


def _members(file: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """The members of a backup in order, of which none may lead out of the folder that it is put in."""
    with tarfile.open(file, mode="r|gz") as archive:
        for member in archive:
            parts = PurePosixPath(member.name).parts
            plain = "/".join(parts) == member.name and not {"\\", "\0"} & {*member.name}
            ours = member.name in ("place.toml", MANIFEST) or member.name.startswith(_FOLDERS)
            if not (member.isreg() and plain and ours and not {"..", "."} & {*parts}):
                raise damaged(
                    file, f"The backup holds a member that no backup of ours holds: {member.name[:60]!r}."
                )
            content = archive.extractfile(member)
            assert content is not None  # a plain file always has one
            yield member.name, content


def unpack(file: Path, into: Path) -> Unpacked:
    """Put the members of a backup into a folder and compare each with its hash.

    Args:
        file: the backup.
        into: an empty folder.

    Returns:
        What it says of itself, and what is wrong with it.

    Raises:
        PlaceError: when it is no backup, is cut off, or a member would lead out of the folder.
    """
    found: dict[str, str] = {}
    manifest = b""
    with _whole(file):
        for name, content in _members(file):
            if manifest or name in found:
                raise damaged(file, "The backup holds more than it should: something was added to it.")
            if name == MANIFEST:
                manifest = content.read()
                continue
            path = into / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            digest = hashlib.sha256()
            with path.open("xb") as written:
                while piece := content.read(_PIECE):
                    digest.update(piece)
                    written.write(piece)
            found[name] = digest.hexdigest()
    return _compared(file, manifest, found)


def _compared(file: Path, manifest: bytes, found: Mapping[str, str]) -> Unpacked:
    try:
        about = json.loads(manifest)
        wanted = {name: member["sha256"] for name, member in about["members"].items()}
        kind, form, number = about["backup"], int(about["format"]), int(about["number"])
    except (ValueError, KeyError, TypeError, AttributeError) as broken:
        raise damaged(file, "The backup is cut off: its list of members is missing.") from broken
    if kind != BACKUP_FORMAT or form > FORMAT:
        raise PlaceError(
            f"The backup has the format {kind} and holds a place of format {form}; this version reads "
            f"{BACKUP_FORMAT} and {FORMAT}.",
            cure="Restore it with the version of Skillmix that wrote it, or a later one.",
            where=[Where(file=str(file))],
        )
    faults = [f"{name} is not as it was written." for name in found if found[name] != wanted.get(name)]
    faults += [f"{name} is missing." for name in wanted if name not in found]
    return Unpacked(form, number, faults)
