"""People whom several organisations report: what a headcount of them all would give away by subtraction.

A headcount of a slice counts each person once. Taken from the sum of its organisations' own headcounts, it
says how many people work for more than one of them: in a small slice, whose.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

#: Columns that `disclosure` judges a headcount by; never released.
SHARED = ("_organisations", "_least", "_overlap")


def with_overlap(slices: pl.DataFrame, rows: pl.DataFrame, words: Sequence[str]) -> pl.DataFrame:
    """Slices with what their headcounts would tell of people who work for several organisations.

    Args:
        slices: one row a slice, with ``headcount``.
        rows: pieces behind them: the words, ``organisation`` and ``person``.
        words: the words of the slices.

    Returns:
        The slices in the same order with ``_organisations`` (how many report people), ``_least`` (people of
        the smallest of them) and ``_overlap`` (how many fewer people than the sum over organisations; null
        where people are not counted). Unchanged where slices are of one organisation each.
    """
    if "organisation" in words:
        return slices
    keys = list(words)
    people = (
        rows.filter(pl.col("person").is_not_null())
        .group_by(list(dict.fromkeys([*keys, "organisation"])))
        .agg(pl.col("person").n_unique().cast(pl.Int64).alias("_people"))
    )
    told = [
        pl.len().cast(pl.Int64).alias("_organisations"),
        pl.col("_people").min().alias("_least"),
        pl.col("_people").sum().alias("_added"),
    ]
    if keys:
        added = people.group_by(keys).agg(told)
        found = slices.join(added, on=keys, how="left", nulls_equal=True, maintain_order="left")
    else:
        found = slices.join(people.select(told), how="cross") if slices.height else slices
        if not slices.height:
            return slices
    return found.with_columns((pl.col("_added") - pl.col("headcount")).alias("_overlap")).drop("_added")
