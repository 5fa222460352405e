"""The places that this server serves, each under its own word in the address.

A place folder may change at any moment without the server (a submission from the command line, an edited
share): what is cached of it is kept only while its stamp stays the same.
"""

from __future__ import annotations

import os
import re
import threading
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from skillmix.errors import PlaceError, Where
from skillmix.place import Place

#: Environment variable with the place folders, parted as a path list; `skillmix serve` sets it.
PLACES = "SKILLMIX_PLACES"
#: Words that the address of a place may not be, as they mean something else there.
TAKEN = frozenset({"account", "api", "static", "healthz", "readyz", "personas", "invitation", "help"})

Stamp = tuple[int, ...]


@dataclass(frozen=True)
class ServedPlace:
    """A place folder and its word in the address.

    Attributes:
        slug: the word, such as ``leeds``.
        path: the folder.
    """

    slug: str
    path: Path
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)
    _kept: dict[str, tuple[Stamp, Place, int]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def stamp(self) -> Stamp:
        """Changes with `place.toml`, what is published, the agreements of submissions, and every purge."""
        try:
            toml = (self.path / "place.toml").stat()
            keepers = ("publication", "submission_agreement", "purge")
            each = [self.path / "lake" / name / "_delta_log" for name in keepers]
            logs = [n for one in each for n in (one.stat().st_mtime_ns, sum(1 for _ in one.iterdir()))]
            return (toml.st_mtime_ns, toml.st_size, *logs)
        except OSError:
            raise PlaceError(
                "The place folder cannot be read.",
                cure="Check that it is where the server was told, and that it may be read.",
                where=[Where(file=self.slug)],
            ) from None

    def opened(self) -> tuple[Place, int, Stamp]:
        """The place as it is now, its publication number, and the stamp that both are of."""
        stamp = self.stamp
        with self._lock:
            kept = self._kept.get("now")
            if kept is None or kept[0] != stamp:
                place = Place.open(self.path)
                kept = (stamp, place, place.number)
                self._kept["now"] = kept
        return kept[1], kept[2], stamp

    @property
    def name(self) -> str:
        """The place's name."""
        return self.opened()[0].name


def slug_of(folder: Path) -> str:
    """The word of a place in the address: from its name, so that a copy elsewhere keeps its members.

    What stands in brackets is left out; a folder that cannot be read gives its own name.
    """
    try:
        name = declared(folder, "name")
    except (OSError, tomllib.TOMLDecodeError):
        name = folder.resolve().name
    return word_of(name)


def word_of(name: str) -> str:
    """A name as a word of the address.

    >>> word_of("West Leeds"), word_of("Aldmoor (invented)"), word_of("API")
    ('west-leeds', 'aldmoor', 'place-api')
    """
    plain = re.sub(r"\(.*?\)", "", name.lower())
    word = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "place"
    return f"place-{word}" if word in TAKEN else word


def paths() -> list[Path]:
    """The folders named in the environment."""
    return [Path(p) for p in os.environ.get(PLACES, "").split(os.pathsep) if p]


@cache
def served() -> dict[str, ServedPlace]:
    """The places that are served, by their word in the address; the first one's database holds the accounts.

    Raises:
        PlaceError: when none is named, or two have the same word.
    """
    found: dict[str, ServedPlace] = {}
    for path in paths():
        slug = slug_of(path)
        if slug in found:
            raise PlaceError(
                f"Two places would have the address {slug!r}.",
                cure="Give one of them another name in its place.toml.",
                where=[Where(file=str(path))],
            )
        found[slug] = ServedPlace(slug, path)
    return found


def declared(path: Path, name: str) -> str:
    """A word of the table ``[place]`` of `place.toml`, read without opening the lake."""
    document = tomllib.loads((path / "place.toml").read_text(encoding="utf-8"))
    return str(document.get("place", {}).get(name, ""))
