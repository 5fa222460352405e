"""Learners: how many are expected to qualify, by profession and financial year."""

from __future__ import annotations

from datetime import date

import polars as pl

from skillmix.measures.dimensions import Readable
from skillmix.measures.figures import Figures
from skillmix.measures.select import latest

#: Where a learner stands who may still qualify.
STILL_LEARNING = ("active", "interrupted")


def learners(facts: Readable, as_of: date | None = None) -> Figures:
    """Learners who may still qualify, by the profession and the financial year in which they are expected to.

    Args:
        facts: what may be read of a place.
        as_of: the date; the newest list of each organisation and source when None.

    Returns:
        One row a profession and year: ``profession, year`` (in which the financial year ends: 2027 for
        the one to 31 March 2027; null where no day is known), ``learners`` (people), ``origin``.
        Nobody is taken off for those who will not complete.
    """
    table = facts.table("learner")
    dates = latest(table, as_of).select("organisation", "source", "as_of")
    rows = (
        table.join(dates.lazy(), on=["organisation", "source", "as_of"], how="semi")
        .filter(pl.col("status").is_in(list(STILL_LEARNING)) | pl.col("status").is_null())
        .select("organisation", "source", "as_of", "origin", "profession", "person", "row", "expected_end")
        .collect()
    )
    ends = pl.col("expected_end")
    origins = pl.col("origin").unique()
    # A learner without an identifier is one person: nobody else can be told to be the same.
    person = pl.coalesce("person", pl.format("{}-{}-{}", "organisation", "source", "row"))
    frame = (
        rows.with_columns(
            (ends.dt.year() + (ends.dt.month() > 3).cast(pl.Int32)).cast(pl.Int64).alias("year"),
            person.alias("_person"),
        )
        .group_by("profession", "year")
        .agg(
            pl.col("_person").n_unique().cast(pl.Int64).alias("learners"),
            pl.when(origins.len() == 1).then(origins.first()).otherwise(pl.lit("mixed")).alias("origin"),
        )
        .sort("profession", "year", nulls_last=True)
    )
    days = rows.get_column("as_of")
    notes = ["Nobody is taken off for those who will not complete, or who will work elsewhere."]
    return Figures(
        frame=frame,
        measure="learners",
        dimensions=("profession", "year"),
        kinds={"learners": "staff_in_post", "origin": "population"},
        notes=tuple(notes),
        sources=tuple(rows.get_column("source").unique().sort()),
        oldest_as_of=days.min(),  # type: ignore[arg-type]
        newest_as_of=days.max(),  # type: ignore[arg-type]
        synthetic=bool((rows.get_column("origin") == "synthetic").any()),
        place=facts.place.name,
        number=facts.number,
    )
