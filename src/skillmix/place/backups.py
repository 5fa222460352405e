"""Backup: one file that holds a place as it stood at one publication number."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

import deltalake
import polars as pl

import skillmix
from skillmix import settings
from skillmix.errors import PlaceError, Where
from skillmix.place.building import new_file
from skillmix.place.documents import among_writers
from skillmix.place.folder import Place
from skillmix.place.place_file import FORMAT
from skillmix.schema import TABLES

#: The format of backup files; the member that lists the others, always the last.
BACKUP_FORMAT, MANIFEST = 1, "manifest.json"

#: What others add to a backup lies in this folder of it.
EXTRA = "extra"

#: The folders that are kept as they are. The database in `control/` comes as an extra member, from whoever
#: serves the place; what waits there to be submitted is kept.
KEPT = ("incoming", "assumptions", "scenarios", "runs", "control/staging")


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written.

    Attributes:
        path: the file.
        number: the publication number that it stands at.
        members: how many files it holds.
        size: its size in bytes.
    """

    path: Path
    number: int
    members: int
    size: int


def backup(place: Place, out: Path | str, extra: Mapping[str, bytes | Path] | None = None) -> Backup:
    """Write a place into one file, as it stands at one publication number, while others go on with it.

    Args:
        place: the place.
        out: the file to make; only its owner may read it.
        extra: what else is to be kept, by name, such as a dump of the control database. Take it before this
            is called: it may then point at nothing that the backup does not hold.

    Returns:
        What was written.

    Raises:
        PlaceError: when the file exists or lies inside the place, or a name cannot stand; nothing is written.
    """
    out = Path(out).absolute()
    if out.resolve().is_relative_to(place.path.resolve()):
        raise PlaceError(
            "A backup cannot lie inside the place that it keeps.",
            cure="Name a file outside the folder, best on another disk.",
            where=[Where(file=str(out))],
        )
    if not out.parent.is_dir():
        raise PlaceError(
            f"There is no folder {out.parent.name}.",
            cure="Make it first, or name another.",
            where=[Where(file=str(out))],
        )
    with among_writers(place.lake.root), new_file(out) as file:
        number, tables = _pinned(place)
        members: dict[str, dict[str, str | int]] = {}
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1, format=tarfile.PAX_FORMAT) as archive:
            for name, content in _contents(place, tables, extra or {}):
                members[name] = _add(archive, name, content)
            about = {
                "backup": BACKUP_FORMAT,
                "format": FORMAT,
                "skillmix": skillmix.__version__,
                "place": place.code,
                "number": number,
                "made": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
                "members": members,
            }
            _add(archive, MANIFEST, json.dumps(about, indent=1).encode())
    return Backup(out, number, len(members), out.stat().st_size)


def _pinned(place: Place) -> tuple[int, dict[str, deltalake.DeltaTable]]:
    """Every table as it is now, `publication` first: whatever that shows, the others hold."""
    first = place.lake.open("publication")
    number = place.lake.rows("publication", first).select(pl.col("number").max()).collect().item()
    return int(number or 0), {
        "publication": first,
        **{name: place.lake.open(name) for name in TABLES if name != "publication"},
    }


def _contents(
    place: Place, tables: Mapping[str, deltalake.DeltaTable], extra: Mapping[str, bytes | Path]
) -> Iterator[tuple[str, bytes | Path]]:
    yield "place.toml", (place.path / "place.toml").read_bytes()
    for name, pinned in tables.items():
        for path in _of_table(place.lake.path(name), pinned):
            yield f"lake/{name}/{path.relative_to(place.lake.path(name)).as_posix()}", path
    keys = settings.load(place.path).key_path.resolve()
    for folder in KEPT:
        for path in sorted((place.path / folder).rglob("*")):
            inside = path.relative_to(place.path)
            hidden = any(part.startswith(".") for part in inside.parts)
            if not hidden and path.is_file() and not path.is_symlink() and path.resolve() != keys:
                yield inside.as_posix(), path
    for name, content in extra.items():
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
            raise PlaceError(
                f"{name!r} cannot name a member of a backup.", cure="Use letters, digits, dots and hyphens."
            )
        yield f"{EXTRA}/{name}", content


def _of_table(folder: Path, pinned: deltalake.DeltaTable) -> Iterator[Path]:
    """The files that one version of a table names, and its log up to there."""
    version = pinned.version()
    for path in sorted((folder / "_delta_log").iterdir()):
        known = re.match(r"(\d{20})\.(json$|checkpoint\.)", path.name)
        if known and int(known[1]) <= version:
            yield path
    last = folder / "_delta_log" / "_last_checkpoint"
    if last.is_file() and json.loads(last.read_text()).get("version", version + 1) <= version:
        yield last
    for listed in pl.DataFrame(pinned.get_add_actions(flatten=True)).get_column("path").sort().to_list():
        yield folder / unquote(listed)


class _Hashed(io.RawIOBase):
    """A file of which what was read is hashed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        found = self._file.read(size)
        self.digest.update(found)
        return found


def _add(archive: tarfile.TarFile, name: str, content: bytes | Path) -> dict[str, str | int]:
    """Add a member; what grows meanwhile is kept as long as it was when it was opened."""
    with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as file:
        member = tarfile.TarInfo(name)
        member.size = file.seek(0, io.SEEK_END)
        member.mode = 0o600
        file.seek(0)
        hashed = _Hashed(file)
        archive.addfile(member, hashed)
    return {"sha256": hashed.digest.hexdigest(), "bytes": member.size}
