"""Whom Aldmoor serves: registered patients by practice, residents by year, and the residents to come."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from skillmix.demonstration.aldmoor_city.facts import as_facts
from skillmix.demonstration.aldmoor_city.figures import Assumptions
from skillmix.demonstration.aldmoor_city.organisations import AREA, Organisation, spread

#: Years of resident estimates, and of the projection; the estimates end where the projection starts.
ESTIMATES, PROJECTED = range(2016, 2026), range(2025, 2042)
_OLD = 14  # the band from 70
_VARIANTS = {"principal": 0.0, "high_migration": 0.003, "low_migration": -0.003}


def _shares(given: Assumptions) -> np.ndarray:
    return np.array(
        [value for _, value in sorted(given.starting("population").items()) if _.startswith("age_")]
    )


def _bands() -> list[tuple[int, int | None]]:
    return [(5 * n, 5 * n + 4 if n < 18 else None) for n in range(19)]


def population(given: Assumptions, seed: int, listed: list[Organisation]) -> pl.DataFrame:
    """Registered patients of each practice at July 2026, residents at each mid-year, and their projection.

    Every row is of one sex and one five-year band (90 and over open); nothing is a total. The size of the
    city does not change its population.

    Args:
        given: the assumptions.
        seed: the seed of the city.
        listed: the organisations.
    """
    rng = np.random.default_rng([seed, 11])
    shares, rows = _shares(given), []
    practices = [o for o in listed if o.kind == "practice"]
    sizes = spread(round(given["population.registered"]), np.array([o.weight for o in practices]))
    for practice, size in zip(practices, sizes, strict=True):
        # Some practices are by the university, some have many older people.
        tilt = np.exp(rng.normal(0, 0.25) * np.linspace(-1, 1, len(shares)))
        both = np.concatenate([shares * tilt * 0.5, shares * tilt * 0.5])
        people = spread(int(size), both)
        rows += _rows(practice.code, dt.date(2026, 6, 30), "registered", None, people)
    for variant, years, drift in (
        ("estimate", ESTIMATES, 0.0),
        *((variant, PROJECTED, drift) for variant, drift in _VARIANTS.items()),
    ):
        for year in years:
            rate = np.full(len(shares), given["population.growth"])
            rate[_OLD:] = given["population.growth_over_70"]
            grown = shares * (1 + rate + drift) ** (year - 2025)
            total = round(given["population.residents"] * float(grown.sum()))
            people = spread(total, np.concatenate([grown * 0.495, grown * 0.505]))
            rows += _rows(AREA, dt.date(year, 6, 30), "resident", variant, people)
    frame = pl.DataFrame(
        rows,
        schema={
            "organisation": pl.String,
            "as_of": pl.Date,
            "kind": pl.String,
            "variant": pl.String,
            "sex": pl.String,
            "age_from": pl.Int64,
            "age_to": pl.Int64,
            "people": pl.Int64,
        },
        orient="row",
    )
    return as_facts(frame)


def _rows(
    code: str, on: dt.date, kind: str, variant: str | None, people: np.ndarray
) -> list[tuple[object, ...]]:
    bands = [(sex, *band) for sex in ("male", "female") for band in _bands()]
    return [(code, on, kind, variant, *band, int(count)) for band, count in zip(bands, people, strict=True)]
