"""Headcounts over several organisations: whether one gives away who works for more than one of them."""

from __future__ import annotations

import polars as pl

from skillmix.measures.figures import Figures
from skillmix.measures.overlaps import SHARED

#: The value that counts each person once, whoever reports them.
COUNT = "headcount"
WHY = "with the headcounts of the partners it could tell who works for more than one of them"


def reason(figures: Figures, fewest: int) -> pl.Expr | None:
    """Why the headcount of a slice is hidden from a partner, or null; None where the figures cannot tell.

    A headcount is hidden where under `fewest` people work for several of the organisations. So that the gap
    itself says nothing where it could point at somebody, it is also hidden, whether anybody does or not, in a
    slice of under `fewest` people and in a slice of two organisations of which one has under `fewest`.

    Args:
        figures: figures with the columns `measures.overlaps.SHARED`.
        fewest: fewest people of whom it may be told that they work for several.
    """
    if COUNT not in figures.kinds or not set(SHARED) <= set(figures.frame.columns):
        return None
    overlap = pl.col("_overlap")
    few = (
        overlap.is_between(1, fewest - 1)
        | (pl.col(COUNT) < fewest)
        | ((pl.col("_organisations") == 2) & (pl.col("_least") < fewest) & (overlap < fewest))
    )
    told = (pl.col("_organisations") > 1) & overlap.is_not_null() & few
    if "origin" in figures.frame.columns:
        told = told & (pl.col("origin") != "published").fill_null(True)
    return pl.when(pl.col(COUNT).is_not_null() & told.fill_null(False)).then(pl.lit(WHY))
