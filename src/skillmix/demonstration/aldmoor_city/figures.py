"""The few assumptions that Aldmoor is grown from; every one is in `reference/` and marked assumed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from skillmix import reference
from skillmix.errors import ReferenceListError

#: The partners whose heads `aldmoor_workforce` holds, in the order of its columns.
PARTNERS = (
    "acute",
    "community",
    "mental_health",
    "ambulance",
    "social_care_council",
    "social_care_independent",
    "voluntary",
    "network",
    "practice",
)

#: Every level that Aldmoor uses; a level's place in this tuple is its number in the arrays.
LEVELS = (
    *(f"band_{band}" for band in ("2", "3", "4", "5", "6", "7", "8a", "8b", "8c", "8d", "9")),
    *("medical", "local", "asc_care", "asc_senior", "asc_professional", "asc_manager"),
)

#: The first level of the senior half: Band 7.
SENIOR = LEVELS.index("band_7")


@dataclass(frozen=True)
class Assumptions:
    """What Aldmoor is grown from.

    Attributes:
        numbers: single figures by name.
        ladders: for each ladder, the share of people at each of `LEVELS`.
        workforce: one row a profession: heads by partner at the first snapshot, and how its people are.
    """

    numbers: dict[str, float]
    ladders: dict[str, np.ndarray]
    workforce: pl.DataFrame

    def __getitem__(self, name: str) -> float:
        """A single figure.

        Raises:
            ReferenceListError: when the list has no such name.
        """
        try:
            return self.numbers[name]
        except KeyError:
            raise ReferenceListError(
                f"There is no Aldmoor assumption {name!r}.",
                cure="See `skillmix reference show aldmoor_assumptions`.",
            ) from None

    def starting(self, prefix: str) -> dict[str, float]:
        """The figures whose name starts with `prefix` and a point, by the rest of the name."""
        return {
            name.removeprefix(prefix + "."): value
            for name, value in self.numbers.items()
            if name.startswith(prefix + ".")
        }


@cache
def assumptions() -> Assumptions:
    """The assumptions, read once from the lists `aldmoor_assumptions`, `_ladders` and `_workforce`."""
    single = reference.table("aldmoor_assumptions").select("name", pl.col("value").cast(pl.Float64))
    ladders: dict[str, np.ndarray] = {}
    listed = reference.table("aldmoor_ladders").select("ladder", "level", pl.col("share").cast(pl.Float64))
    for ladder, level, share in listed.rows():
        ladders.setdefault(ladder, np.zeros(len(LEVELS)))[LEVELS.index(level)] = share
    numeric = ["female", "age", "leaving", "growth", "part_time"]
    workforce = reference.table("aldmoor_workforce").with_columns(
        pl.col(*numeric).cast(pl.Float64), pl.col(*PARTNERS).cast(pl.Int64)
    )
    return Assumptions(dict(single.rows()), ladders, workforce)
