"""Invented names and numbers of invented people, in forms that no real person can have."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl


def identities(assignments: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Names, numbers and birth dates for every person of Aldmoor.

    National Insurance numbers start with QQ, which is never issued; names are ``Surname00001``; employee
    numbers have nine digits.

    Args:
        assignments: the rows of every snapshot.
        seed: the seed of the city.

    Returns:
        ``person_key, surname, forename, ni_number, employee_number, birth_date``.
    """
    people = (
        assignments.filter(pl.col("person_key").is_not_null())
        .group_by("person_key")
        .agg(pl.col("birth_year").first())
        .sort("person_key")
    )
    n = len(people)
    rng = np.random.default_rng([seed, 21])
    order = rng.permutation(n) + 1
    numbers = rng.choice(1_000_000, n, replace=False)
    letters = np.array(list("ABCD"))[rng.integers(0, 4, n)]
    days = rng.integers(0, 365, n)
    return people.select(
        "person_key",
        surname=pl.Series([f"Surname{k:05d}" for k in order.tolist()]),
        forename=pl.Series([f"Forename{k:05d}" for k in order.tolist()]),
        ni_number=pl.Series(
            [f"QQ{k:06d}{letter}" for k, letter in zip(numbers.tolist(), letters.tolist(), strict=True)]
        ),
        employee_number=pl.Series([f"{900_000_000 + k}" for k in order.tolist()]),
        birth_date=pl.Series(
            [
                dt.date(year, 1, 1) + dt.timedelta(days=int(d))
                for year, d in zip(people.get_column("birth_year").to_list(), days, strict=True)
            ],
            dtype=pl.Date,
        ),
    )
