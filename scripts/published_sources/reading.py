"""Reading official files: every field as text first, then cast strictly, so that nothing changes unseen."""

from __future__ import annotations

import hashlib
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

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


#: Words of names that stay in capitals although they could be said; words without a vowel stay so anyway.
CAPITALS = frozenset(
    {"PCN", "GP", "UTC", "APMS", "II", "III", "IV", "VI", "UK", "ICS", "EMAS", "NE", "SE", "SW", "IW"}
)
#: Words that stay small inside a name.
SMALL = frozenset({"and", "of", "the", "in", "on", "at", "for", "with", "upon", "by", "to", "le", "de"})
#: Abbreviations without a vowel that are words all the same.
WORDS = frozenset(
    {"st", "dr", "drs", "mt", "mr", "mrs", "rd", "gt", "ctr", "cntr", "grp", "hlth", "ltd", "ptnrs"}
)


def readable(name: str) -> str:
    """A name that was published in capitals, as it is written; any other name as it is.

    >>> readable("LSMP AND THE LIGHT PCN"), readable("ST GEORGE'S CTR (BNSSG)")
    ('LSMP and the Light PCN', "St George's Ctr (BNSSG)")
    """
    name = " ".join(name.split())
    if name != name.upper():
        return name

    def word(match: re.Match[str]) -> str:
        found = match.group()
        low = found.lower()
        if found in CAPITALS or any(letter.isdigit() for letter in found):
            return found
        if low in SMALL and match.start() > 0:
            return low
        if not set(low) & set("aeiouy") and low not in WORDS and len(found) > 1:
            return found
        first, apostrophe, rest = low.partition("'")
        # O'Brien, but George's.
        rest = rest.capitalize() if len(first) == 1 else rest
        return first.capitalize() + apostrophe + rest

    return re.sub(r"[A-Z0-9]+(?:'[A-Z]+)?", word, name)


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
