"""The age shape of the workforce of the place: people by band of age, where their year of birth is known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from skillmix.errors import InputError
from skillmix.measures.dimensions import (
    OF_ORGANISATION,
    OF_ROWS,
    Readable,
    check_words,
    describe_jobs,
    listed,
)
from skillmix.measures.figures import Figures
from skillmix.measures.select import select_staff

#: Shown where the year of birth is not known.
UNKNOWN = "unknown"


def age_shape(facts: Readable, by: Iterable[str] = ("profession",), as_of: date | None = None) -> Figures:
    """People of every slice by band of age.

    Args:
        facts: what may be read of a place.
        by: words of the job that make the slices, such as profession; ages are told of the place alone.
        as_of: the date; the newest figures of each organisation when None.

    Returns:
        One row a slice and band: the words, ``age_band`` (a code of the list `age_bands`, or ``unknown``),
        ``headcount`` (people; who has two jobs in a slice counts once), ``origin`` (published, sent,
        synthetic or mixed). The rows are those of staff in post;
        organisations known by totals alone are left out. Age is the year of the date less the
        year of birth, so that it may be one year too high.

    Raises:
        InputError: when a word names an organisation, or a group of them.
    """
    words = check_words(by)
    if wrong := [w for w in words if w in (*OF_ORGANISATION, *OF_ROWS)]:
        raise InputError(
            f"Ages are not told by {wrong[0]}: the groups are too small.",
            cure="Ask for the place as a whole.",
        )
    pieces = select_staff(facts, words, as_of)
    chosen = pieces.frame.filter("is_row", "people_known").select("organisation", "source", "as_of").unique()
    job = ("setting", "staff_group", "profession", "role", "level", "registered")
    rows = (
        facts.table("assignment")
        .join(chosen.lazy(), on=["organisation", "source", "as_of"], how="semi")
        .filter(pl.col("person").is_not_null())
        .select("organisation", "source", "as_of", "origin", *job, "person", "birth_year")
        .collect()
    )
    rows = describe_jobs(rows).with_columns(_band().alias("age_band"))
    origins = pl.col("origin").unique()
    frame = (
        rows.group_by([*words, "age_band"], maintain_order=True)
        .agg(
            pl.col("person").n_unique().cast(pl.Int64).alias("headcount"),
            pl.when(origins.len() == 1).then(origins.first()).otherwise(pl.lit("mixed")).alias("origin"),
        )
        .join(_order(), on="age_band", how="left")
        .sort([*words, "_order"], nulls_last=True)
        .drop("_order")
    )
    left_out = pieces.frame.filter(~pl.col("is_row")).get_column("organisation").n_unique()
    notes = ["Age is the year less the year of birth: it may be one year too high."]
    if left_out:
        notes.append(f"{left_out} organisations are known by totals, which tell no age: they are left out.")
    dates = rows.get_column("as_of")
    return Figures(
        frame=frame,
        measure="age_shape",
        dimensions=(*words, "age_band"),
        kinds={"headcount": "age", "origin": "population"},
        notes=tuple(notes),
        sources=tuple(rows.get_column("source").unique().sort()),
        oldest_as_of=dates.min(),  # type: ignore[arg-type]
        newest_as_of=dates.max(),  # type: ignore[arg-type]
        synthetic=bool((rows.get_column("origin") == "synthetic").any()),
        place=facts.place.name,
        number=facts.number,
    )


def _bands() -> list[tuple[str, int]]:
    """Bands of age with the age that each starts at, youngest first; the youngest holds all below."""
    rows = listed("age_bands").select("code", "age_from").sort("age_from").iter_rows()
    return [(str(code), int(first)) for code, first in rows]


def _band() -> pl.Expr:
    age = pl.col("as_of").dt.year() - pl.col("birth_year")
    bands = _bands()
    band = pl.lit(bands[0][0])
    for code, first in bands[1:]:
        band = pl.when(age >= first).then(pl.lit(code)).otherwise(band)
    return pl.when(pl.col("birth_year").is_null()).then(pl.lit(UNKNOWN)).otherwise(band)


def _order() -> pl.DataFrame:
    return pl.DataFrame({"age_band": [code for code, _ in _bands()]}).with_row_index("_order")
