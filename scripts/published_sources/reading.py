"""Reading official files: every field as text first, then cast strictly, so that nothing changes unseen."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from skillmix.intake.names import readable

#: Quantities that are added, as the lake stores them.
QUANTITY = pl.Decimal(18, 9)


@dataclass(frozen=True)
class Series:
    """One official series: who publishes it, under which licence, and which files were read."""

    name: str
    publisher: str
    series: str
    release: str
    licence: str
    attribution: str
    files: list[Path] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    """A table of figures and the series that it rests on."""

    name: str
    frame: pl.DataFrame
    series: tuple[str, ...]
    what: str


def sha256(path: Path) -> str:
    """The hash of a file as published."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def read(path: Path) -> pl.DataFrame:
    """A CSV file, or the one CSV file in a zip as published, every column as text."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            (inside,) = [name for name in archive.namelist() if name.endswith(".csv")]
            content = archive.read(inside)
    else:
        content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    return pl.read_csv(text.encode(), infer_schema=False)


def readable_names(column: str) -> pl.Expr:
    """A column of names, each as `readable` writes it."""
    return pl.col(column).map_elements(readable, return_dtype=pl.String)


def quantity(column: str, *, missing: tuple[str, ...] = ()) -> pl.Expr:
    """A column of text as an exact quantity; the words in `missing` are null, and nothing else is."""
    text = pl.col(column)
    if missing:
        text = pl.when(text.is_in(list(missing))).then(None).otherwise(text)
    return text.cast(QUANTITY)


def whole(column: str) -> pl.Expr:
    """A column of text as whole numbers."""
    return pl.col(column).cast(pl.Int64)


def check(holds: bool, problem: str) -> None:
    """Stop when an official file is not what its description says."""
    if not holds:
        raise SystemExit(f"The official files are not as expected: {problem}")
