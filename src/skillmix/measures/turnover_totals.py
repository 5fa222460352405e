"""Turnover from totals of flow, as statistics publish them.

A year is either one published period of twelve months or twelve consecutive months of one source. Anything
shorter is shown as it is, without a rate.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import polars as pl

from skillmix.measures.dimensions import OF_ORGANISATION, Readable, describe_jobs
from skillmix.measures.figures import spell_date
from skillmix.measures.select import best_grain, months_before, staleness

#: A period of so many days is a year, with or without its first day and a leap day.
YEAR_DAYS = (364, 367)
_KEY = ["organisation", "source", "grain"]
_JOB = ("staff_group", "profession")

SCHEMA: dict[str, pl.DataType] = {
    "starts": pl.Date(),
    "ends": pl.Date(),
    "start": pl.Int64(),
    "joiners": pl.Int64(),
    "leavers": pl.Int64(),
    "end": pl.Int64(),
    "gone": pl.Int64(),
    "refused": pl.String(),
    "origin": pl.String(),
    "basis": pl.String(),
    "source": pl.List(pl.String()),
}


def empty(words: Collection[str]) -> pl.DataFrame:
    """No slices, with the columns that slices have."""
    keys: dict[str, pl.DataType] = {w: pl.Boolean() if w == "registered" else pl.String() for w in words}
    return pl.DataFrame(schema={**keys, **SCHEMA})


def year_of(periods: list[tuple[date, date]]) -> tuple[list[tuple[date, date]], str | None]:
    """The periods that make the newest year, or the newest run of periods and why it is none.

    Args:
        periods: first and last day of each period of one source.

    Returns:
        The chosen periods, oldest first, and the reason why no rate can be given (None for a year).

    >>> year_of([(date(2025, 11, 1), date(2025, 11, 30))])[1]
    '1 month (1 November 2025 to 30 November 2025) is not a year and is not annualised: leaving has seasons.'
    """
    newest = max(ends for _, ends in periods)
    years = [p for p in periods if p[1] == newest and YEAR_DAYS[0] <= (p[1] - p[0]).days <= YEAR_DAYS[1]]
    if years:
        return [max(years)], None
    run: list[tuple[date, date]] = []
    wanted: set[date] = {newest}
    while step := [p for p in periods if p[1] in wanted]:
        chosen = max(step)  # the shortest period that ends there
        run.insert(0, chosen)
        wanted = {chosen[0], chosen[0] - timedelta(days=1)} - {chosen[1]}
        if YEAR_DAYS[0] <= (newest - chosen[0]).days <= YEAR_DAYS[1]:
            return run, None
    months = round((newest - run[0][0]).days / 30.4375)
    noun, verb = ("month", "is") if months == 1 else ("months", "are")
    return run, (
        f"{months} {noun} ({spell_date(run[0][0])} to {spell_date(newest)}) {verb} not a year and {verb} not "
        "annualised: leaving has seasons."
    )


def read_totals(
    facts: Readable,
    words: tuple[str, ...],
    known: pl.DataFrame,
    covered: Collection[str],
    as_of: date | None,
) -> tuple[pl.DataFrame, list[str]]:
    """Slices from totals of flow, of the organisations that are not covered by rows.

    Returns:
        The words and the columns of `SCHEMA`; and what must be said.
    """
    flow = facts.table("flow").filter(
        ~pl.col("grain").str.starts_with("place"), ~pl.col("organisation").is_in(sorted(covered))
    )
    if as_of is not None:
        oldest = months_before(as_of, staleness(facts))
        flow = flow.filter(pl.col("ends") <= as_of, pl.col("ends").max().over("organisation") >= oldest)
    rows = flow.select(
        *_KEY, "starts", "ends", "kind", *_JOB, "age_band", "headcount", "origin", "basis"
    ).collect()
    if rows.is_empty():
        return empty(words), []
    job = [w for w in words if w not in OF_ORGANISATION]
    chosen = []
    for (organisation,), mine in rows.group_by("organisation", maintain_order=True):
        source = mine.sort("ends", "source").get_column("source")[-1]
        mine = mine.filter(pl.col("source") == source)
        grain, answers = best_grain(mine.get_column("grain").unique().sort().to_list(), job)
        mine = mine.filter(pl.col("grain") == grain)
        periods = list(mine.select("starts", "ends").unique().sort("starts").iter_rows())
        year, refused = year_of(periods)
        chosen += [(organisation, source, grain, s, e, answers, refused) for s, e in year]
    plan = pl.DataFrame(
        chosen,
        schema={
            **dict.fromkeys(_KEY, pl.String),
            "starts": pl.Date,
            "ends": pl.Date,
            "answers": pl.Boolean,
            "refused": pl.String,
        },
        orient="row",
    )
    return _slices(rows, plan, words, known)


def _slices(
    rows: pl.DataFrame, plan: pl.DataFrame, words: tuple[str, ...], known: pl.DataFrame
) -> tuple[pl.DataFrame, list[str]]:
    window = [
        pl.col("starts").min().over("organisation").alias("_from"),
        pl.col("ends").max().over("organisation").alias("_to"),
    ]
    mine = rows.join(plan, on=[*_KEY, "starts", "ends"], how="inner", maintain_order="left").with_columns(
        window
    )
    mine = describe_jobs(
        mine.with_columns(
            pl.lit(None, dtype=pl.String).alias("role"),
            pl.lit(None, dtype=pl.Boolean).alias("registered"),
            pl.lit(None, dtype=pl.String).alias("level"),
        )
    )
    mine = mine.join(known.select(*OF_ORGANISATION), on="organisation", how="left", maintain_order="left")

    def people(kind: str, edge: pl.Expr | None = None) -> pl.Expr:
        here = pl.col("kind") == kind
        if edge is not None:
            here = here & edge
        values = pl.col("headcount").filter(here)
        # A month that is not known makes the year unknown.
        return pl.when((values.len() > 0) & values.is_not_null().all()).then(values.sum())

    values = [
        pl.col("_from").min().alias("starts"),
        pl.col("_to").max().alias("ends"),
        people("start", pl.col("starts") == pl.col("_from")).alias("start"),
        people("joiners").alias("joiners"),
        people("leavers").alias("leavers"),
        people("end", pl.col("ends") == pl.col("_to")).alias("end"),
        pl.col("refused").drop_nulls().unique().sort().first(),
        pl.when(pl.col("origin").n_unique() == 1)
        .then(pl.col("origin").first())
        .otherwise(pl.lit("mixed"))
        .alias("origin"),
        pl.when(pl.col("basis").is_not_null().any())
        .then(pl.col("basis").drop_nulls().unique().sort().str.join("; "))
        .alias("basis"),
        pl.col("source").unique().sort(),
        pl.struct("starts", "ends").n_unique().alias("_periods"),
        # People of two totals do not add: somebody who moved between them left the one and joined the other.
        pl.struct("organisation", *_JOB, "age_band").n_unique().alias("_totals"),
    ]
    keyed = mine if words else mine.with_columns(pl.lit(1).alias("_all"))
    grouped = keyed.group_by(list(words) or ["_all"], maintain_order=True).agg(values)
    several = pl.col("_totals") > 1
    counts = ("start", "joiners", "leavers", "end")
    grouped = grouped.with_columns(
        pl.when(several)
        .then(
            pl.lit(
                "This slice is made of several published totals: somebody who moved between them is a leaver "
                "of one and a joiner of another, so they are not added."
            )
        )
        .otherwise("refused")
        .alias("refused"),
        *(pl.when(several).then(None).otherwise(c).alias(c) for c in counts),
    )
    # Leavers of one published year were all there at its start. Leavers of twelve months, month by month,
    # hold people who joined within the year: stability does not follow from them.
    grouped = grouped.with_columns(pl.when(pl.col("_periods") == 1).then("leavers").alias("gone"))
    unanswered = sorted(plan.filter(~pl.col("answers")).get_column("organisation").unique())
    notes = []
    if unanswered:
        notes.append(
            f"Joiners and leavers of {len(unanswered)} organisations are not published by what was asked: "
            "they stand without a code."
        )
    return grouped.select(*words, *SCHEMA), notes
