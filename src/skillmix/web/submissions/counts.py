"""What a submission says of its own organisation in a few numbers, before and after it is published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

#: Below this share of the people or rows before, somebody should look twice.
FEWER = 0.9


@dataclass(frozen=True)
class Count:
    """An organisation at a date.

    Attributes:
        as_of: the date.
        people: people; None where they are not known.
        fte: full-time equivalents; None where they are not known.
        rows: rows of facts.
    """

    as_of: dt.date
    people: int | None
    fte: float | None
    rows: int

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {"as_of": self.as_of.isoformat(), "people": self.people, "fte": self.fte, "rows": self.rows}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Count:
        """From JSON."""
        return cls(dt.date.fromisoformat(plain["as_of"]), plain["people"], plain["fte"], plain["rows"])


def counts(tables: Mapping[str, pl.DataFrame], organisation: str) -> list[Count]:
    """An organisation's own people and FTE by date, the oldest first.

    Args:
        tables: facts by table, as they would be stored. From `assignment`: people by their key; else from
            `stock`: the total of the organisation as it was reported.
        organisation: code.

    Returns:
        One count a date.
    """
    facts = tables.get("assignment")
    if facts is not None and not facts.is_empty():
        mine = facts.filter(pl.col("organisation") == organisation)
        found = mine.group_by("as_of").agg(
            pl.col("person_key").drop_nulls().n_unique().alias("people"),
            pl.when(pl.col("fte").is_not_null().any())
            .then(pl.col("fte").cast(pl.Float64).sum())
            .alias("fte"),
            pl.len().alias("rows"),
        )
    elif (facts := tables.get("stock")) is not None and not facts.is_empty():
        mine = facts.filter(pl.col("organisation") == organisation, pl.col("grain") == "organisation")
        found = mine.select(
            "as_of",
            pl.col("headcount").cast(pl.Int64).alias("people"),
            pl.col("fte").cast(pl.Float64),
            pl.lit(1).alias("rows"),
        )
    else:
        return []
    return [
        Count(row["as_of"], row["people"], row["fte"], row["rows"]) for row in found.sort("as_of").to_dicts()
    ]


def warnings(before: Count | None, after: Count | None) -> list[str]:
    """What to look at twice before publishing."""
    if after is None:
        return []
    said = []
    if before is None:
        return []
    if before.people and after.people is not None and after.people < FEWER * before.people:
        said.append(
            f"Far fewer people than before: {after.people:,} instead of {before.people:,}. "
            "Check that no part of the organisation is missing from the file."
        )
    elif before.rows and after.rows < FEWER * before.rows:
        said.append(
            f"Far fewer rows than before: {after.rows:,} instead of {before.rows:,}. "
            "Check that the file is whole."
        )
    if before.people and after.people is not None and after.people > before.people / FEWER:
        said.append(
            f"Many more people than before: {after.people:,} instead of {before.people:,}. "
            "Check that no other organisation's staff, bank staff or leavers are among them."
        )
    return said
