"""Field maps: what a source's columns are called, what they hold, and which facts they become.

A field map is a TOML file in `intake/sources/`. A source that comes as a plain table needs a field map and
no Python: renamed headings, constants, dates made of two columns, one row that holds several groups (wide to
long), filters and several tables at once are all declared. `docs/how-to/intake.md` shows how to write one.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from skillmix.errors import InputError, Where
from skillmix.intake.declarations import FieldMap
from skillmix.intake.nearest import nearest


@dataclass(frozen=True, slots=True)
class Source:
    """A source as `sources` lists it."""

    name: str
    title: str
    publisher: str
    licence: str
    origin: str
    tables: tuple[str, ...]
    describe: str


def read(text: str, file: str) -> FieldMap:
    """A field map from TOML.

    Raises:
        InputError: when the TOML or what it declares cannot stand; the file and the key are named.
    """
    try:
        return FieldMap.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"The field map is not TOML: {error}.", cure="Mend that line.", where=[Where(file=file)]
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or None
        raise InputError(
            f"The field map cannot be used: {first['msg']}.",
            cure="Mend that key; docs/how-to/intake.md lists what each may hold.",
            where=[Where(file=file, column=key)],
        ) from None


@lru_cache(maxsize=1)
def _carried() -> dict[str, FieldMap]:
    folder = resources.files("skillmix.intake") / "sources"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    maps = [read(f.read_text(encoding="utf-8"), f.name) for f in files]
    return {m.name: m for m in maps}


def field_map(source: str | Path | FieldMap) -> FieldMap:
    """The field map of a source.

    Args:
        source: a name that `sources` lists, or the path of a field map (a `.toml` file) of one's own.

    Raises:
        InputError: when there is no such source, or the file cannot be used.
    """
    if isinstance(source, FieldMap):
        return source
    if isinstance(source, Path) or source.endswith(".toml"):
        path = Path(source)
        if not path.is_file():
            raise InputError(
                "There is no such field map.", cure="Check the path.", where=[Where(file=str(source))]
            )
        return read(path.read_text(encoding="utf-8"), path.name)
    try:
        return _carried()[source]
    except KeyError:
        near = nearest(source, _carried())
        meant = f"Did you mean {near!r}? " if near else ""
        raise InputError(
            f"There is no source {source!r}.",
            cure=f"{meant}Choose one of {', '.join(_carried())}, or give the path of a field map.",
        ) from None


def sources() -> list[Source]:
    """The sources whose field maps the package carries, by name.

    >>> "pcn_individual" in [source.name for source in sources()]
    True
    """
    return [
        Source(
            m.name,
            m.title,
            m.publisher,
            m.licence,
            m.origin,
            m.feeds,
            m.describe,
        )
        for m in _carried().values()
    ]
