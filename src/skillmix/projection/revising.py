"""Assumptions edited one at a time: the file that holds it is written whole, over nothing unseen."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import tomlkit

from skillmix.errors import InputError, Where
from skillmix.place.documents import alone, write_whole
from skillmix.projection import assumptions as assumed
from skillmix.projection.assumptions import FILE, Assumption
from skillmix.projection.scenario_files import FileChangedError, version_of


def version_of_assumption(assumption: Assumption) -> str:
    """Names an assumption as it was read: it changes with every part of it."""
    return version_of(repr(asdict(assumption)))


def home_of(place: Path, name: str) -> Path:
    """The file of a place's folder `assumptions` whose entry of a name is in force.

    Where several files have one, `assumptions.of_place` takes the last by name; where none has, the first
    file that a projection writes is its home.
    """
    files = sorted((place / "assumptions").glob("*.toml"))
    having = [file for file in files if name in assumed.read(file)]
    return having[-1] if having else place / "assumptions" / FILE


def revise(place: Path, changed: Assumption, *, read: str) -> Assumption:
    """Write one assumption; every other entry of its file, and every comment, stays as it is.

    Args:
        place: the place folder.
        changed: the assumption as it is to be; its name says which.
        read: version of the assumption that it was made from, by `version_of_assumption`.

    Returns:
        The assumption as it was before.

    Raises:
        FileChangedError: when it is not of that version by now; nothing is written then.
        InputError: when there is none of the name, or value, range, date or confidence cannot stand.
    """
    folder = place / "assumptions"
    assumed.of_place(place)  # a place without any gets the defaults first
    with alone(folder):
        before = assumed.of_place(place)[changed.name]
        path = home_of(place, changed.name)
        if version_of_assumption(before) != read:
            raise FileChangedError(path.name, tomlkit.dumps(_plain(before)))
        entry = {k: v for k, v in _plain(changed).items() if v != ""}
        assumed.read_entry(entry, path.name)
        document = tomlkit.parse(path.read_text(encoding="utf-8") if path.is_file() else "")
        if "assumption" not in document:
            document["assumption"] = tomlkit.aot()
        tables = document["assumption"]
        mine = [table for table in tables if table.get("name") == changed.name]
        if not mine:
            mine = [tomlkit.table()]
            tables.append(mine[0])
        for key, value in entry.items():
            if mine[-1].get(key) != value:
                mine[-1][key] = value
        text = tomlkit.dumps(document)
        write_whole(path, text)
    return before


def _plain(assumption: Assumption) -> dict[str, object]:
    return asdict(assumption)


def number(text: str, column: str) -> float:
    """A figure that somebody typed.

    Raises:
        InputError: when it is not a number; names the column.

    >>> number(" 1,250.5 ", "value")
    1250.5
    """
    try:
        found = float(text.replace(",", "").replace("−", "-").strip())
    except ValueError:
        found = float("nan")
    if not abs(found) < 1e12:
        raise InputError(
            "This is not a number.",
            cure="Write digits and a decimal point, such as 0.085.",
            where=[Where(column=column, value=text[:40])],
        )
    return found
