"""The document `place.toml`: read, and written whole, with everything in it that somebody else wrote."""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tomlkit

from skillmix.errors import PlaceError, Where


def read_toml(path: Path) -> dict[str, Any]:
    """Read `place.toml`.

    Raises:
        PlaceError: when it is missing or is not TOML.
    """
    file = path / "place.toml"
    if not file.is_file():
        raise PlaceError(
            f"{path.name or path} is no place folder: it has no place.toml.",
            cure="Make one with `skillmix place published` or `skillmix demo`, or name another folder.",
            where=[Where(file=str(path))],
        )
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise PlaceError(
            f"place.toml cannot be read: {wrong}.",
            cure="Mend that line, or restore the file from a backup.",
            where=[Where(file="place.toml")],
        ) from None


def read_text(path: Path) -> str:
    """The text of `place.toml`; empty where there is none yet."""
    file = path / "place.toml"
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def rewritten(found: str, entries: Mapping[str, Any]) -> str:
    """A document with these entries at its top; comments and every other entry stay as they were found.

    An entry that is empty, and was not there, is left out.
    """
    document = tomlkit.parse(found)
    for key, value in entries.items():
        if key in document and document[key].unwrap() == value:
            continue
        if not value and key not in document:
            continue
        document[key] = _item(value)
    return tomlkit.dumps(document)


def _item(value: Any) -> Any:
    if isinstance(value, list) and value:
        several = tomlkit.aot()
        for entry in value:
            several.append(_item(entry))
        return several
    if isinstance(value, dict):
        table = tomlkit.table()
        table.update(value)
        return table
    return value


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the place folder alone, where the system can lock one: nobody else rewrites `place.toml` now."""
    with _locked(path, exclusive=True):
        yield


@contextmanager
def among_writers(lake: Path) -> Iterator[None]:
    """Work on the lake among others who add to it, and while nobody removes from it."""
    with _locked(lake, exclusive=False):
        yield


@contextmanager
def sole_writer(lake: Path) -> Iterator[None]:
    """Work on the lake while nobody submits to it or copies it: what is half written then is abandoned."""
    with _locked(lake, exclusive=True):
        yield


@contextmanager
def _locked(path: Path, *, exclusive: bool) -> Iterator[None]:
    try:
        import fcntl
    except ImportError:
        yield
        return
    if not path.is_dir():  # whoever works on it finds that out, and says so
        yield
        return
    folder = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
        yield
    finally:
        os.close(folder)


def write_whole(path: Path, content: str) -> None:
    """Write a text file so that a reader finds the old one or the new one, never half of either."""
    building = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with building.open("w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        building.replace(path)
    finally:
        building.unlink(missing_ok=True)
