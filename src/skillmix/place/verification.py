"""Verifying: can this place, or this backup, be relied on when it is needed?"""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import unquote

import polars as pl

from skillmix.errors import PlaceError
from skillmix.place import checks
from skillmix.place.building import new_folder
from skillmix.place.checks import Finding
from skillmix.place.documents import among_writers
from skillmix.place.folder import Place
from skillmix.place.place_file import FORMAT
from skillmix.place.unpacking import unpack
from skillmix.schema import TABLES

_CURE = "Restore the place from a backup."


def sound(place: Place, number: int | None = None) -> list[Finding]:
    """What speaks against relying on a place: tables that do not open, rows that are not there.

    Args:
        place: the place.
        number: the publication number that it should stand at, where that is known.
    """
    found: list[Finding] = []
    for name in TABLES:
        found += _files(place, name)
    found += [] if found else [*checks.tables(place)]
    if found:
        return found
    if number is not None and place.number != number:
        says = f"The place stands at publication {place.number}, its backup at {number}."
        found.append(Finding("number", "error", says, "Use another backup."))
    return [*found, *checks.published_rows(place)]


def _files(place: Place, name: str) -> list[Finding]:
    """Whether every file that a table names is there, whole, and holds as many rows as it should."""
    try:
        listed = pl.DataFrame(place.lake.open(name).get_add_actions(flatten=True))
    except PlaceError as missing:
        return [Finding("files", "error", missing.problem, _CURE)]
    except Exception:  # the reader of Delta tables raises more kinds than it names
        return [Finding("files", "error", f"The log of the table {name} cannot be read.", _CURE)]
    found = []
    for path, rows in listed.select("path", "num_records").iter_rows():
        where = f"lake/{name}/{unquote(path)}"
        try:
            with (place.path / where).open("rb") as file:
                held = pl.read_parquet(file, hive_partitioning=False).height
        except (OSError, pl.exceptions.PolarsError):
            found.append(Finding("files", "error", f"{where} is missing or cannot be read.", _CURE))
            continue
        if rows is not None and held != rows:
            says = f"{where} holds {held} rows and should hold {rows}."
            found.append(Finding("files", "error", says, _CURE))
    return found


def verify(path: Path | str) -> list[Finding]:
    """Check a backup file, or a place folder, before it is needed.

    A backup is unpacked into a temporary folder that only its owner can read and that is removed again: every
    member is compared with its hash, the tables are opened and read, the publication number agrees, and every
    submission that stands has its rows. A folder is checked in the same way, without the hashes.

    Args:
        path: the backup or the place folder.

    Returns:
        What was found; empty when all is sound.

    Raises:
        PlaceError: when it is neither.
    """
    path = Path(path)
    if path.is_dir():
        place = Place.open(path)
        with among_writers(place.lake.root):
            return sound(place)
    if not path.is_file():
        raise PlaceError(f"There is no {path.name}.", cure="Name a backup file or a place folder.")
    with new_folder(Path(tempfile.gettempdir()), "skillmix-verify") as folder:
        unpacked = unpack(path, folder)
        if unpacked.faults:
            return [Finding("hashes", "error", says, "Use another backup.") for says in unpacked.faults]
        if unpacked.format < FORMAT:
            says = f"The backup holds a place of the older format {unpacked.format}: only its hashes agree."
            return [Finding("format", "warning", says, "Restore it, then run `skillmix place upgrade`.")]
        return sound(Place.open(folder), unpacked.number)
