"""Days: the one that a fact is true for, and how long it is from one to another."""

from __future__ import annotations

import datetime as dt

import polars as pl

from skillmix.errors import InputError
from skillmix.intake.declared_reading import Since


def since(parts: Since, prefix: str) -> pl.Expr:
    """Whole months or years from one column to another; nothing where the second is the earlier.

    Args:
        parts: the two columns, and the unit.
        prefix: what stands before the name of a column.
    """
    start, end = pl.col(prefix + parts.start), pl.col(prefix + parts.end)
    if parts.unit == "years":
        passed = end.dt.year().cast(pl.Int64) - start
    else:
        passed = (
            (end.dt.year() - start.dt.year()).cast(pl.Int64) * 12
            + end.dt.month().cast(pl.Int64)
            - start.dt.month().cast(pl.Int64)
            - (end.dt.day() < start.dt.day()).cast(pl.Int64)
        )
    return pl.when(passed >= 0).then(passed)


def dated(facts: pl.DataFrame, title: str, as_of: dt.date | None) -> pl.DataFrame:
    """Facts with the day that they are true for: their row's own, or the one that the sender gave.

    Raises:
        InputError: when neither says.
    """
    given = pl.lit(as_of, pl.Date)
    said = "as_of" in facts.columns
    facts = facts.with_columns((pl.coalesce("as_of", given) if said else given).alias("as_of"))
    if facts.get_column("as_of").null_count() or (as_of is None and not said):
        raise InputError(
            f"{title} does not say what date it is true for.", cure="Give the date with --as-of."
        )
    return facts
