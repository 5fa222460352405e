"""Making a place folder whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from skillmix.cli import terminal
from skillmix.errors import PlaceError, Where

if TYPE_CHECKING:
    from skillmix.place import Place


def build(folder: Path, make: Callable[[Path], Place]) -> Place:
    """Make a place beside its folder and move it there when it is done.

    Whoever stops it half way finds no place rather than half of one.

    Args:
        folder: the place folder; it must not exist, or be empty.
        make: makes the place in the folder that it is given.

    Returns:
        The place, opened where it stands.

    Raises:
        PlaceError: when the folder holds something.
    """
    from skillmix import projection
    from skillmix.place import Place

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PlaceError(
            "There is something here already.",
            cure="Choose another folder, or remove this one to start afresh.",
            where=[Where(file=str(folder))],
        )
    building = folder.parent / f".{folder.name}.partial"
    shutil.rmtree(building, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        make(building)
        if folder.exists():
            folder.rmdir()
        building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    made = Place.open(folder)
    projection.prepare(made)
    terminal.note(f"{made.name}: {len(made.organisations)} organisations, publication number {made.number}.")
    return made
