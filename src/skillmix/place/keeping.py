"""Keeping what was sent in `incoming/`: row for row, in a folder named by its hash, marked by submission."""

from __future__ import annotations

import datetime as dt
import secrets
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import polars as pl

#: How an empty file beside the rows is named that says which submission they are kept for.
MARK = ".for"


def keep(
    folder: Path,
    submission: str,
    sha256: str,
    rows: pl.DataFrame | None,
    set_aside: pl.DataFrame | None,
    corrections: pl.DataFrame | None = None,
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
        corrections: what was corrected by hand before it was loaded.
    """
    given = {"rows": rows, "set_aside": set_aside, "corrections": corrections}
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


def sweep(folder: Path, sent: Mapping[str, str], keeps: Callable[[str], bool], before: dt.datetime) -> None:
    """Remove what is kept for nobody any more.

    Args:
        folder: the folder `incoming/`.
        sent: hash of what was sent by submission.
        keeps: whether what was sent is kept for a submission.
        before: what nobody claims goes if it was last changed before then (UTC).
    """
    for first in sorted(folder.iterdir()):
        if not first.is_dir():
            continue
        if first.name.startswith("."):
            if _changed(first) < before:
                shutil.rmtree(first)
            continue
        for kept in sorted(f for f in first.iterdir() if f.is_dir()):
            if not any(map(keeps, _marks(kept) or [kept.name])):
                shutil.rmtree(kept)
        # Kept before marks were made: for every submission of that file.
        users = _marks(first) or [submission for submission, digest in sent.items() if digest == first.name]
        if not any(map(keeps, users)) and (users or _changed(first) < before):
            for file in sorted((f for f in first.iterdir() if f.is_file()), key=lambda f: f.suffix == MARK):
                file.unlink()
            if not any(first.iterdir()):
                first.rmdir()


def _marks(kept: Path) -> list[str]:
    """The submissions that something is marked to be kept for."""
    return sorted(file.stem for file in kept.glob(f"*{MARK}"))


def _changed(path: Path) -> dt.datetime:
    return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).replace(tzinfo=None)
