"""Staff in post over time, like with like: the same organisations at every date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from skillmix.measures.dimensions import Readable
from skillmix.measures.figures import Figures, spell_date
from skillmix.measures.staff_in_post import overview

#: The organisations known at every date must hold this much of what is known by profession at the latest.
ENOUGH = 0.8


def snapshot_dates(facts: Readable, latest: int | None = None) -> list[date]:
    """Dates at which at least half as many organisations have a snapshot as at the best date, oldest first.

    A date at which few organisations sent something is no point of a trend of the place.

    Args:
        facts: what may be read of a place.
        latest: as many are kept, the latest; all when None.
    """
    rows = pl.concat(
        [facts.table(name).select("organisation", "as_of").unique() for name in ("assignment", "stock")]
    )
    counted = (
        rows.unique()
        .group_by("as_of")
        .agg(pl.col("organisation").n_unique().alias("organisations"))
        .sort("as_of")
        .collect()
    )
    if counted.is_empty():
        return []
    most = counted.get_column("organisations").max()
    dates: list[date] = counted.filter(pl.col("organisations") * 2 >= most).get_column("as_of").to_list()
    return dates if latest is None else dates[-latest:]


def staff_over_time(facts: Readable, latest: int = 9) -> Figures:
    """Staff in post by profession at each date of which they are known, of the same organisations throughout.

    From the latest date backwards, a date is added as long as the organisations whose professions are known
    at every date so far still hold `ENOUGH` of the FTE that is known by profession at the latest.

    Args:
        facts: what may be read of a place.
        latest: as many dates at most.

    Returns:
        One row a date and profession: ``date, profession, fte`` (whole organisations), ``fte_place`` (what
        serves this place), ``origin``; no row where fewer than two dates can be compared. People are not
        told: those of several organisations do not add.
    """
    several: dict[date, pl.DataFrame] = {}
    common: set[str] = set()
    first: dict[str, float] = {}
    for day in reversed(snapshot_dates(facts, latest)):
        figures = overview(facts, ["organisation", "profession"], day)
        told = figures.frame.filter(pl.col("profession").is_not_null(), pl.col("fte_place").is_not_null())
        known = told.group_by("organisation").agg(pl.col("fte_place").sum())
        if not several:
            first, common = dict(known.iter_rows()), set(known.get_column("organisation"))
        kept = common & set(known.get_column("organisation"))
        if not first or sum(first[code] for code in kept) < ENOUGH * sum(first.values()):
            break
        several[day], common = told, kept
    return _together(facts, several if len(several) > 1 else {}, common)


def _together(facts: Readable, several: Mapping[date, pl.DataFrame], common: set[str]) -> Figures:
    origins = pl.col("origin").unique()
    values = ("fte", "fte_place")
    schema = {
        "date": pl.Date,
        "profession": pl.String,
        **dict.fromkeys(values, pl.Float64),
        "origin": pl.String,
    }
    frame = pl.concat(
        [
            pl.DataFrame(schema=schema),
            *(
                told.filter(pl.col("organisation").is_in(sorted(common)))
                .group_by("profession")
                .agg(
                    *(pl.col(v).sum() for v in values),
                    pl.when(origins.len() == 1)
                    .then(origins.first())
                    .otherwise(pl.lit("mixed"))
                    .alias("origin"),
                )
                .select(pl.lit(day).alias("date"), "profession", *values, "origin")
                for day, told in several.items()
            ),
        ]
    ).sort("date", "profession")
    first, last = min(several, default=None), max(several, default=None)
    notes = []
    if first is not None:
        notes.append(
            f"The same {len(common)} organisations at every date, whose professions are known from "
            f"{spell_date(first)} on: others are left out, and the figures may be lower than elsewhere."
        )
    return Figures(
        frame=frame,
        measure="staff_over_time",
        dimensions=("date", "profession"),
        kinds={**dict.fromkeys(values, "staff_in_post"), "origin": "population"},
        notes=tuple(notes),
        sources=(),
        oldest_as_of=first,
        newest_as_of=last,
        synthetic=bool(frame.get_column("origin").is_in(["synthetic", "mixed"]).any()),
        place=facts.place.name,
        number=facts.number,
    )
