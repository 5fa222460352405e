"""The coverage strip: which partners have sent what, how old it is, what is invented."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl

from skillmix.report import words
from skillmix.web.figures.panels.coverage import frame_of
from skillmix.web.panels.reading import Reading

#: From so many months on, a figure is called old.
OLD = 15


@dataclass(frozen=True)
class Cell:
    """One kind of partner on the strip.

    Attributes:
        name: the kind of partner.
        said: how many are known and when, in words.
        invented: whether what is known is invented.
        warning: whether nothing is known, or it is old.
    """

    name: str
    said: str
    invented: bool
    warning: bool


@dataclass(frozen=True)
class Strip:
    """The strip of a place.

    Attributes:
        cells: one a kind of partner, in the order in which partners are shown.
        sentence: what is invented, in a sentence; empty where nothing is.
        invented: whether everything that is known of staff is invented.
    """

    cells: tuple[Cell, ...]
    sentence: str
    invented: bool


def strip_of(reading: Reading) -> Strip:
    """The strip for a reader, worked out once for everybody who is shown the same."""
    return reading.keep("strip", lambda: strip(frame_of(reading), reading.on))


def strip(frame: pl.DataFrame, on: dt.date) -> Strip:
    """The strip from the rows of `measures.coverage`, with ages in months on a day."""
    staff = frame.filter(pl.col("topic") == "staff_in_post", pl.col("partner").is_not_null())
    grouped = staff.group_by("partner", maintain_order=True).agg(
        pl.col("partner_name").first(),
        pl.col("organisations", "known", "invented").sum(),
        pl.col("newest_as_of").max(),
        pl.col("months_old").max(),
    )
    newest = pl.col("newest_as_of").dt
    grouped = grouped.with_columns(
        ((on.year - newest.year()) * 12 + on.month - newest.month().cast(pl.Int32)).alias("newest_months")
    )
    cells = tuple(_cell(row) for row in grouped.to_dicts())
    known, invented = (int(grouped.get_column(c).sum()) for c in ("known", "invented"))
    return Strip(cells, _said(known, invented, frame), bool(invented) and invented == known)


def _said(known: int, invented: int, frame: pl.DataFrame) -> str:
    if invented and invented == known:
        return "Everything known of staff here is invented."
    by_profession = frame.filter(pl.col("topic") == "profession", pl.col("invented") > 0)
    professions = int(by_profession.get_column("invented").sum())
    said = []
    if invented:
        said.append(f"the staff of {invented} of {known} organisations are invented")
    if professions:
        said.append(
            f"the professions of {professions}, where they are not published, are filled with invented rows"
        )
    if not said:
        return ""
    told = "; ".join(said)
    return f"{told[0].upper()}{told[1:]}."


def _cell(row: dict[str, Any]) -> Cell:
    name = str(row["partner_name"])
    if not row["known"]:
        return Cell(name, "not known", False, True)
    said = words.month(row["newest_as_of"])
    if row["known"] < row["organisations"]:
        said = f"{row['known']} of {row['organisations']}, {said}"
    if row["newest_months"] > OLD:
        return Cell(name, f"{said}, {row['newest_months']} months old", row["invented"] == row["known"], True)
    if (row["months_old"] or 0) > OLD:
        return Cell(name, f"{said}, some older", row["invented"] == row["known"], True)
    return Cell(name, said, row["invented"] == row["known"], False)
