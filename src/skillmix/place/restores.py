"""Restoring a backup: every member is checked before the folder is moved in place, in one step."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from skillmix.errors import PlaceError, Where
from skillmix.place.backups import EXTRA
from skillmix.place.building import new_folder
from skillmix.place.folder import FOLDERS, Place
from skillmix.place.place_file import FORMAT
from skillmix.place.unpacking import damaged, unpack
from skillmix.place.verification import sound


def restore(
    file: Path | str, folder: Path | str, load: Callable[[Path, Mapping[str, Path]], None] | None = None
) -> Path:
    """Make a place folder from a backup.

    Args:
        file: the backup.
        folder: the folder to make; it must not exist, or be empty.
        load: called with the folder while it is being built and the extra members by name, to put a
            database back; what it raises ends the restoring, and nothing is left.

    Returns:
        The folder, readable by its owner alone.

    Raises:
        PlaceError: when the folder is not empty, the backup is damaged, or what it holds does not agree; the
            folder is as it was.
    """
    file, folder = Path(file), Path(folder).absolute()
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise PlaceError(
            f"{folder.name} exists already and is not empty.",
            cure="Name another folder, or take this one away first.",
            where=[Where(file=str(folder))],
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with new_folder(folder.parent, folder.name) as building:
        unpacked = unpack(file, building)
        if unpacked.faults:
            raise damaged(file, unpacked.faults[0])
        for name in FOLDERS:
            (building / name).mkdir(exist_ok=True)
        extra = building / EXTRA
        members = {path.name: path for path in extra.iterdir()} if extra.is_dir() else {}
        if unpacked.format == FORMAT and (faults := sound(Place.open(building), unpacked.number)):
            raise damaged(file, faults[0].says)
        if load is not None:
            load(building, members)
        shutil.rmtree(extra, ignore_errors=True)
        building.rename(folder)
    return folder
