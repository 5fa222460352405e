"""Projected figures on their way out: like any other, they leave only through `disclosure.release`."""

from __future__ import annotations

import polars as pl

from skillmix.measures import Figures
from skillmix.projection.results import QUANTILES

#: Columns that hold figures; all others name the slice.
VALUES = ("expected", "mean", *QUANTILES)


def as_figures(frame: pl.DataFrame, *, place: str, number: int, notes: tuple[str, ...] = ()) -> Figures:
    """Projected rows as figures, ready for `disclosure.release`.

    Args:
        frame: rows of `Results.summary`, `Results.frame` or a `Comparison`, with their column ``invented``.
        place: code or name of the place.
        number: publication number that the projection was made from.
        notes: what must be said beside them.

    Returns:
        Figures of kind staff in post: what a place expects to have, by organisation and profession.
    """
    values = [column for column in frame.columns if column in VALUES]
    return Figures(
        frame=frame,
        measure="projection",
        dimensions=tuple(column for column in frame.columns if column not in values),
        kinds=dict.fromkeys(values, "staff_in_post"),
        notes=notes,
        sources=("projection",),
        synthetic=bool(frame.get_column("invented").any()),
        place=place,
        number=number,
    )
