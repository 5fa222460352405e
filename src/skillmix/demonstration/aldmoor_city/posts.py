"""Establishment of Aldmoor: what was funded, what the employers' records say of it, what is vacant."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from skillmix.demonstration.aldmoor_city.events import Years
from skillmix.demonstration.aldmoor_city.facts import as_facts, quantity
from skillmix.demonstration.aldmoor_city.figures import Assumptions

#: Days on which establishment was sent.
POST_DATES = (dt.date(2024, 3, 31), dt.date(2025, 3, 31), dt.date(2026, 3, 31), dt.date(2026, 6, 30))
#: The organisation that sends the same establishment every year, whatever was funded since.
OUT_OF_DATE = "ALD-02"
#: What the establishment of each sector rests on; practices and care providers send none.
_BASES = {
    "acute": "esr_establishment",
    "community": "esr_establishment",
    "mental_health": "esr_establishment",
    "ambulance": "esr_establishment",
    "social_care_council": "asc_posts",
    "primary_care": "arrs_entitlement",
}
LINE = ("organisation", "profession", "role", "staff_group", "registered", "level")


def in_post(assignments: pl.DataFrame, on: dt.date) -> pl.DataFrame:
    """FTE in post by line of establishment, in hundredths: ``LINE, sector, setting, funding, in_post``."""
    return (
        assignments.filter(pl.col("as_of") == on)
        .group_by(*LINE, "sector", "share_place")
        .agg(
            (pl.col("fte") * 100).cast(pl.Int64).sum().alias("in_post"),
            pl.col("funding").mode().sort().first(),
            pl.col("setting").mode().sort().first(),
        )
        .sort(*LINE)
    )


def _vacancy_class(sector: str, registered: bool, profession: str) -> str:
    if sector.startswith("social_care"):
        return "vacancy.social_care"
    if registered:
        return "vacancy.registered"
    return "vacancy.support" if profession.startswith("support_") else "vacancy.other"


def funded(years: Years, given: Assumptions, seed: int, assignments: pl.DataFrame) -> pl.DataFrame:
    """What was truly funded at each of `POST_DATES`, in tenths of an FTE.

    Heads grow as planned, each at the profession's mean FTE; a vacancy rate stands on top. The levels follow
    half those in post at first, half those in post on the day.

    Args:
        years: the simulation.
        given: the assumptions.
        seed: the seed of the city.
        assignments: the rows of every snapshot.

    Returns:
        ``as_of``, `LINE`, ``sector, setting, funding, share_place, tenths, in_post`` (hundredths).
    """
    listed = years.organisations
    growth = dict(given.workforce.select("profession", "growth").rows())
    professions = given.workforce.get_column("profession").to_list()
    heads = pl.DataFrame(
        {
            "organisation": [listed[o].code for o in years.grid.organisation],
            "profession": [professions[row] for row in years.grid.profession],
            "heads": years.grid.heads.astype(np.float64),
        }
    )
    first = assignments.get_column("as_of").min()
    assert isinstance(first, dt.date)
    before = in_post(assignments, first)
    rng = np.random.default_rng([seed, 4])
    noise = heads.with_columns(luck=pl.Series(np.exp(rng.normal(0, 0.25, len(heads)))))
    frames = []
    for on in POST_DATES:
        now = in_post(assignments, on).filter(pl.col("sector").is_in(list(_BASES)))
        now = now.filter(~pl.col("organisation").str.starts_with("ALD-P"))
        lines = now.join(
            before.select(*LINE, pl.col("in_post").alias("before")),
            on=LINE,
            how="left",
            nulls_equal=True,
            maintain_order="left",
        ).with_columns(pl.col("before").fill_null(0))
        years_on = (on - first).days / 365.25
        totals = (
            lines.group_by("organisation", "profession", maintain_order=True)
            .agg(
                pl.col("in_post").sum().alias("all_now"),
                pl.col("before").sum().alias("all_before"),
                pl.col("sector").first(),
                pl.col("registered").first(),
            )
            .join(noise, on=["organisation", "profession"], how="left", maintain_order="left")
        )
        mean = (
            assignments.filter(pl.col("as_of") == on)
            .group_by("profession")
            # An exact sum, so that the mean is the same in any order of rows.
            .agg((pl.col("fte").sum().cast(pl.Float64) / pl.len()).alias("mean"))
        )
        totals = totals.join(mean, on="profession", how="left", maintain_order="left")
        wanted = []
        for row in totals.rows(named=True):
            rate = given[_vacancy_class(row["sector"], row["registered"], row["profession"])] * row["luck"]
            if row["profession"] == "prosthetist_orthotist":
                wanted.append(row["heads"])
                continue
            planned = row["heads"] * (1 + growth[row["profession"]]) ** years_on * row["mean"]
            if row["heads"] < 10 or row["sector"] == "primary_care":
                planned = row["all_now"] / 100
            wanted.append(planned / (1 - min(rate, 0.3)))
        totals = totals.with_columns(wanted=pl.Series(wanted, dtype=pl.Float64))
        lines = lines.join(
            totals.select("organisation", "profession", "wanted", "all_now", "all_before"),
            on=["organisation", "profession"],
            how="left",
            maintain_order="left",
        )
        share = (pl.col("in_post") / pl.col("all_now")) / 2 + pl.when(pl.col("all_before") > 0).then(
            pl.col("before") / pl.col("all_before")
        ).otherwise(pl.col("in_post") / pl.col("all_now")) / 2
        lines = lines.with_columns(share=share).with_columns(
            share=pl.col("share") / pl.col("share").sum().over("organisation", "profession")
        )
        frames.append(
            lines.with_columns(
                as_of=pl.lit(on),
                tenths=(pl.col("wanted") * pl.col("share") * 10).round().cast(pl.Int64).clip(lower_bound=1),
            )
        )
    columns = ["as_of", *LINE, "sector", "setting", "funding", "share_place", "tenths", "in_post"]
    return pl.concat(frames).select(columns).sort(*columns[:4], "level")


def posts(truth: pl.DataFrame) -> pl.DataFrame:
    """The establishment as each organisation sent it; one of them sends that of the first year for ever.

    Args:
        truth: what `funded` returns.
    """
    late = pl.col("organisation") == OUT_OF_DATE
    stale = truth.filter(late & (pl.col("as_of") == POST_DATES[0]))
    again = pl.concat([stale.with_columns(as_of=pl.lit(on)) for on in POST_DATES])
    sent = pl.concat([truth.filter(~late), again]).sort("as_of", "organisation", *LINE[1:])
    frame = sent.select(
        "organisation",
        "as_of",
        post_key=pl.format("{}-{}-{}", "organisation", "role", pl.col("level").fill_null("none")),
        sector="sector",
        setting="setting",
        cost_centre=cost_centre(),
        profession="profession",
        role="role",
        staff_group="staff_group",
        registered="registered",
        level="level",
        funding="funding",
        fte=quantity(pl.col("tenths"), 10),
        share_place="share_place",
        share_basis=pl.when(pl.col("sector") == "ambulance")
        .then(pl.lit("catchment"))
        .otherwise(pl.lit("site")),
        basis=pl.col("sector").replace_strict(_BASES, return_dtype=pl.String),
    )
    return as_facts(frame)


def cost_centre() -> pl.Expr:
    """An invented cost centre for each profession of an organisation: the same in posts and ledger."""
    return pl.lit("CC-") + pl.col("profession").str.replace_all("_", "").str.slice(0, 14).str.to_uppercase()


def vacancies(given: Assumptions, seed: int, assignments: pl.DataFrame) -> pl.DataFrame:
    """Vacant posts of independent care providers, as they tell: posts, not FTE, at every snapshot."""
    filled = (
        assignments.filter(pl.col("sector") == "social_care_independent")
        .group_by("organisation", "as_of", "profession", "role", "staff_group", "level")
        .agg(pl.len().alias("filled"))
        .sort("as_of", "organisation", "role", "level")
    )
    rng = np.random.default_rng([seed, 5])
    rate = given["vacancy.social_care"] * np.where(
        filled.get_column("profession").is_in(["care_worker", "senior_care_worker"]).to_numpy(), 1.1, 0.6
    )
    vacant = rng.binomial(filled.get_column("filled").to_numpy(), np.minimum(rate / (1 - rate), 1.0))
    frame = filled.with_columns(posts=pl.Series(vacant, dtype=pl.Int64), basis=pl.lit("asc_posts"))
    return as_facts(frame.filter(pl.col("posts") > 0).drop("filled"))
