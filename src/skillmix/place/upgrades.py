"""Upgrading a place folder to the present format, by ordered steps that are shown before they are taken."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from skillmix.errors import PlaceError, Where
from skillmix.place.documents import read_toml, write_whole
from skillmix.place.folder import FOLDERS
from skillmix.place.lake import Lake
from skillmix.place.place_file import FORMAT


@dataclass(frozen=True, slots=True)
class Step:
    """One step of upgrading.

    Attributes:
        reaches: the format after the step.
        says: what it does, in plain words.
        change: changes the document of `place.toml` in place.
    """

    reaches: int
    says: str
    change: Callable[[dict[str, Any]], None]


def _shares_with_basis(document: dict[str, Any]) -> None:
    """Format 2: a share of an organisation says what it rests on, and is exact."""
    for entry in document.get("organisation", []):
        if "share" in entry:
            entry["share_place"] = str(entry.pop("share"))
            entry["share_basis"] = "assumed"
            entry["share_confidence"] = "assumed"
            entry["share_source"] = "carried over from format 1, which kept no basis"


def _nothing(document: dict[str, Any]) -> None:
    """A step of the lake alone: its tables and columns are added before the document is changed."""


#: Every step, in order; add new ones at the end and never change an old one.
STEPS = [
    Step(2, "give each organisation's share its basis and confidence", _shares_with_basis),
    Step(3, "note which job a submission or publication was made for, agreements recorded later, and purges",
         _nothing),
    Step(4, "make the tables of placements, planned recruitment and bookings", _nothing),
]  # fmt: skip


def upgrade(path: Path | str, *, dry_run: bool = False) -> list[str]:
    """Bring a place folder to the present format.

    Args:
        path: the place folder.
        dry_run: only tell the steps.

    Returns:
        What was done, or would be, a sentence a step; empty when the folder is up to date.

    Raises:
        PlaceError: when the folder is no place folder, or newer than this version.
    """
    path = Path(path)
    document = read_toml(path)
    found = document.get("format")
    if not isinstance(found, int) or found > FORMAT or found < 1:
        raise PlaceError(
            f"The place folder has the format {found}; this version reads formats 1 to {FORMAT}.",
            cure="Open it with the version of Skillmix that wrote it, or a later one.",
            where=[Where(file="place.toml", column="format", value=str(found))],
        )
    steps = [s for s in STEPS if s.reaches > found]
    says = [f"to format {s.reaches}: {s.says}" for s in steps]
    lacking = [folder for folder in FOLDERS if not (path / folder).is_dir()]
    if not steps:
        # A folder that was empty is lost in copying. A table never is: it is not made anew over its loss.
        lacking = [folder for folder in lacking if folder != "lake"]
        says = [f"make the folder {folder}/, which is missing" for folder in lacking]
    if dry_run or not says:
        return says
    for folder in lacking:
        (path / folder).mkdir(exist_ok=True)
    if not steps:
        return says
    Lake(path / "lake").create()
    shutil.copy2(path / "place.toml", path / f"place.format-{found}.toml")
    for step in steps:
        step.change(document)
        document["format"] = step.reaches
    # Last, in one move: until then the folder is still of the old format and the upgrade can be run again.
    write_whole(path / "place.toml", tomlkit.dumps(document))
    return says
