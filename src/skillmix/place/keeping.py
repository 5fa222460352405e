"""Keeping what was sent in `incoming/`: row for row, in a folder named by its hash, marked by submission."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import polars as pl

#: How an empty file beside the rows is named that says which submission they are kept for.
MARK = ".for"


def keep(
    folder: Path, submission: str, sha256: str, rows: pl.DataFrame | None, set_aside: pl.DataFrame | None
) -> None:
    """Keep what was sent, whole or not at all.

    The same file submitted for another organisation, or read by another field map, leaves other rows: they
    are kept beside the first, in a folder named by the submission. Each is marked with every submission that
    it is kept for, so that it goes with the last of them.

    Args:
        folder: the folder `incoming/`.
        submission: identifier of the submission.
        sha256: hash of what was sent.
        rows: what was sent, identifiers already replaced; nothing is kept where None.
        set_aside: rows that could not become facts.
    """
    given = {"rows": rows, "set_aside": set_aside}
    parts = {n: f for n, f in given.items() if f is not None and (f.height or n == "rows")}
    if not parts:
        return
    building = folder / f".{sha256}.{secrets.token_hex(4)}"
    building.mkdir(parents=True)
    try:
        for name, frame in parts.items():
            frame.write_parquet(building / f"{name}.parquet")
        (building / f"{submission}{MARK}").touch()
        first = folder / sha256
        with suppress(OSError):  # else the same file is kept already
            building.rename(first)
            return
        for kept in (first, *(f for f in first.iterdir() if f.is_dir())):
            if _holds(kept, parts):
                (kept / f"{submission}{MARK}").touch()
                return
        building.rename(first / submission)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _holds(kept: Path, parts: Mapping[str, pl.DataFrame]) -> bool:
    """Whether exactly these rows are kept there."""
    if {file.stem for file in kept.glob("*.parquet")} != set(parts):
        return False
    return all(pl.read_parquet(kept / f"{name}.parquet").equals(frame) for name, frame in parts.items())
