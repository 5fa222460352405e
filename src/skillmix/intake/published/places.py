"""The sub-ICB locations of the published files, and the one that a word means."""

from __future__ import annotations

from typing import Any

import polars as pl

from skillmix import reference
from skillmix.errors import InputError, Where

#: How near a name must be to be offered, from 0 to 100.
_NEAR = 60
#: How many names are offered.
_OFFERED = 5


def sub_icbs() -> pl.DataFrame:
    """Every sub-ICB location: ``sub_icb, name, icb, region, practices, networks, patients, ...``."""
    return reference.published("sub_icb")


def find_sub_icb(code: str) -> dict[str, Any]:
    """The sub-ICB location with this code.

    Args:
        code: its code, such as `15F` or `W2U3Z`, in small letters or capitals.

    Returns:
        Its row of `sub_icbs`.

    Raises:
        InputError: when there is none; the cure offers those whose code or name is nearest.

    >>> find_sub_icb("15f")["name"]
    'Leeds'
    """
    known = sub_icbs()
    wanted = code.strip()
    found = known.filter(pl.col("sub_icb") == wanted.upper())
    if found.height:
        return found.row(0, named=True)
    raise InputError(
        f"There is no sub-ICB location {code!r} in the published files.",
        cure=f"Did you mean {_nearest(known, wanted)}?",
        where=[Where(column="sub-ICB", value=code)],
    )


def _unlike(code: str, wanted: str) -> tuple[float, int]:
    """How unlike two codes are: by their characters, then by how early they part."""
    from rapidfuzz import fuzz
    from rapidfuzz.distance import Prefix

    return -fuzz.ratio(code, wanted), -int(Prefix.similarity(code, wanted))


def _nearest(known: pl.DataFrame, wanted: str) -> str:
    from rapidfuzz import fuzz, process

    names = dict(known.select("sub_icb", "name").iter_rows())
    boards = dict(known.select("sub_icb", "icb").iter_rows())
    # The members of a board are the answer to a board's code.
    members = [sub_icb for sub_icb, icb in boards.items() if icb == wanted.upper()]
    if not members and len(wanted) > len("15F"):
        members = [sub_icb for sub_icb, name in names.items() if wanted.lower() in name.lower()]
        if members:
            return ", ".join(f"{m} {names[m]}" for m in members[:_OFFERED])
    if not members:
        by_name = process.extract(wanted, names, scorer=fuzz.WRatio, limit=_OFFERED, score_cutoff=_NEAR)
        members = [str(found[2]) for found in by_name]
    if not members or len(wanted) <= len("15F"):
        members += sorted(names, key=lambda c: _unlike(c, wanted.upper()))
    return ", ".join(f"{m} {names[m]}" for m in list(dict.fromkeys(members))[:_OFFERED])
