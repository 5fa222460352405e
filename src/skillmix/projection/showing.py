"""Projected figures on their way out: like any other, they leave only through `disclosure.release`."""

from __future__ import annotations

import polars as pl

from skillmix.measures import Figures
from skillmix.projection.results import FLOWS, QUANTILES

#: Columns that hold figures; all others name the slice.
VALUES = ("expected", "mean", *QUANTILES, *FLOWS)


def as_figures(
    frame: pl.DataFrame, *, place: str, number: int, notes: tuple[str, ...] = (), people: str = ""
) -> Figures:
    """Projected rows as figures, ready for `disclosure.release`.

    Args:
        frame: rows of `Results.summary`, `Results.frame`, `Results.change` or a `Comparison`, with their
            column ``invented``; flows with a column for each.
        place: code or name of the place.
        number: publication number that the projection was made from.
        notes: what must be said beside them.
        people: column with the people in post whom each row is about, where few of them may not be shown:
            what is expected of a handful of people is what is expected of each.

    Returns:
        Figures of kind staff in post: what a place expects to have, by organisation and profession; of kind
        leaving where the people are named.
    """
    values = [column for column in frame.columns if column in VALUES]
    return Figures(
        frame=frame,
        measure="projection",
        dimensions=tuple(column for column in frame.columns if column not in (*values, people)),
        kinds=dict.fromkeys(values, "leaving" if people else "staff_in_post"),
        rests_on=dict.fromkeys(values, (people,)) if people else {},
        notes=notes,
        sources=("projection",),
        synthetic=bool(frame.get_column("invented").any()),
        place=place,
        number=number,
    )
