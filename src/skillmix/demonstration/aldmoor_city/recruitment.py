"""Two years of Aldmoor's recruitment, and its sickness absence by month."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from skillmix.demonstration.aldmoor_city.facts import as_facts, quantity
from skillmix.demonstration.aldmoor_city.figures import Assumptions
from skillmix.demonstration.aldmoor_city.ledger import last_day

#: The first and last day on which a vacancy of the recruitment records was approved.
APPROVED = (dt.date(2024, 4, 1), dt.date(2026, 6, 30))
#: The organisation whose absence rises, and the first month in which it is higher.
ABSENCE_STEP = ("ALD-03", dt.date(2026, 1, 1))


def recruitment(given: Assumptions, seed: int, movements: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """One row a vacancy that a trust, the council or a network advertised.

    Args:
        given: the assumptions.
        seed: the seed of the city.
        movements: the events; those who joined or moved were appointed through an advert.
        listed: the organisations, ``organisation, kind``.
    """
    rng = np.random.default_rng([seed, 8])
    advertise = listed.filter(~pl.col("kind").is_in(["practice", "care_provider", "charity"]))
    hired = movements.filter(pl.col("kind").is_in(["joined", "moved"])).with_columns(
        level=pl.coalesce("to_level", "level")
    )
    group = ["to_organisation", "profession", "role", "staff_group", "level"]
    hired = hired.filter(
        pl.col("to_organisation").is_in(advertise.get_column("organisation").to_list())
    ).sort("date", "to_organisation", "person_key")
    # At most three are appointed from one advert, within a month.
    adverts = (
        hired.with_columns(nth=pl.int_range(pl.len()).over(*group, "period") // 3)
        .group_by(*group, "period", "nth", maintain_order=True)
        .agg(
            pl.len().alias("appointed"),
            (pl.col("fte") * 100).cast(pl.Int64).sum().alias("hundredths"),
            pl.col("date").min().alias("started"),
        )
        .rename({"to_organisation": "organisation"})
    )
    unfilled = adverts.sample(fraction=given["recruitment.unfilled"], seed=seed).with_columns(
        appointed=pl.lit(0, dtype=adverts.schema["appointed"])
    )
    adverts = pl.concat([adverts, unfilled])
    n = len(adverts)
    slower = adverts.get_column("organisation").replace_strict(
        given.starting("slower"), default=0, return_dtype=pl.Float64
    )
    days = rng.gamma(9, given["recruitment.days_to_hire"] / 9, n) + slower.to_numpy()
    scarce = adverts.get_column("profession").replace_strict(
        given.starting("scarce"), default=1.0, return_dtype=pl.Float64
    )
    posts = adverts.get_column("appointed").to_numpy().clip(1)
    filled = adverts.get_column("appointed").to_numpy() > 0
    applicants = rng.poisson(
        given["recruitment.applicants"]
        * scarce.to_numpy()
        * np.where(filled, 1.0, given["recruitment.applicants_in_vain"])
        * posts**0.7
    )
    applicants = np.where(
        filled, np.maximum(applicants, adverts.get_column("appointed").to_numpy()), applicants
    )
    shortlisted = np.where(
        filled,
        np.maximum(
            rng.binomial(applicants, given["recruitment.shortlisted"]),
            adverts.get_column("appointed").to_numpy(),
        ),
        rng.binomial(applicants, given["recruitment.shortlisted_in_vain"]),
    )
    frame = adverts.with_columns(
        days_to_hire=pl.Series(np.maximum(days, 21).astype(np.int64)),
        applicants=pl.Series(applicants.astype(np.int64)),
        shortlisted=pl.Series(shortlisted.astype(np.int64)),
        advertised_after=pl.Series(rng.integers(4, 18, n)),
    ).with_columns(approved=pl.col("started") - pl.duration(days=pl.col("days_to_hire")))
    frame = frame.filter(pl.col("approved").is_between(*APPROVED))
    filled_ = pl.col("appointed") > 0
    frame = frame.select(
        "organisation",
        as_of=pl.col("approved"),
        profession="profession",
        role="role",
        staff_group="staff_group",
        level="level",
        fte=quantity(pl.col("hundredths")),
        approved="approved",
        advertised=pl.col("approved") + pl.duration(days=pl.col("advertised_after")),
        started=pl.when(filled_).then(pl.col("started")),
        applicants="applicants",
        shortlisted="shortlisted",
        appointed=pl.col("appointed").cast(pl.Int64),
        days_to_hire=pl.when(filled_).then(pl.col("days_to_hire")),
    )
    return as_facts(frame.sort("approved", "organisation", "role", "level", "fte"))


def absence(given: Assumptions, seed: int, assignments: pl.DataFrame) -> pl.DataFrame:
    """FTE days lost to sickness and available, by month, of trusts and council: whole organisations.

    The rate is higher in winter; at one trust it rises for good in one month, which a control chart finds.
    """
    rng = np.random.default_rng([seed, 9])
    fte = (
        assignments.filter(
            pl.col("person_key").is_not_null()
            & pl.col("sector").is_in(
                ["acute", "community", "mental_health", "ambulance", "social_care_council"]
            )
        )
        .group_by("organisation", "as_of")
        .agg((pl.col("fte") * 100).cast(pl.Int64).sum().alias("hundredths"))
        .sort("organisation", "as_of")
    )
    rows = []
    for organisation in fte.get_column("organisation").unique().sort().to_list():
        own = fte.filter(pl.col("organisation") == organisation)
        dates, sizes = own.get_column("as_of").to_list(), own.get_column("hundredths").to_list()
        level = given["absence.rate"] * rng.uniform(0.9, 1.1)
        for n in range(24):
            month = dt.date(2024 + (6 + n) // 12, (6 + n) % 12 + 1, 1)
            end = last_day(month)
            size = sizes[max(k for k, d in enumerate(dates) if d <= end)]
            rate = level + given["absence.winter"] * np.cos((month.month - 1) * np.pi / 6)
            if organisation == ABSENCE_STEP[0] and month >= ABSENCE_STEP[1]:
                rate += given["absence.step"]
            rate += rng.normal(0, given["absence.noise"])
            available = size * end.day
            rows.append((organisation, end, round(available * rate), available))
    frame = pl.DataFrame(rows, schema=["organisation", "as_of", "lost", "available"], orient="row")
    return as_facts(
        frame.sort("as_of", "organisation").select(
            "organisation",
            "as_of",
            days_lost=quantity(pl.col("lost")),
            days_available=quantity(pl.col("available")),
        )
    )
