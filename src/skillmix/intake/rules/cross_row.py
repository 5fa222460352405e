"""Cross-row: what several rows say together."""

from __future__ import annotations

import polars as pl

from skillmix.intake.rules.checks import About, check


@check
def sent_twice(about: About) -> pl.Expr:
    """Every cell is as in a row above: ``columns`` names one, every column of the map is compared."""
    return pl.struct(sorted(about.columns)).is_first_distinct().not_()


@check
def different_rows(about: About) -> pl.Expr:
    """The same value stands in rows that differ in some other column."""
    rows = pl.struct(sorted(about.columns)).n_unique().over(about.rule.columns[0])
    return about.text().is_not_null() & (rows > 1)


@check
def shared_by_several(about: About) -> pl.Expr:
    """The same value of the first column, spaces and case aside, stands in rows of several of the second."""
    bare = about.text(0).str.replace_all(r"\s", "").str.to_uppercase()
    several = about.text(1).drop_nulls().n_unique().over(bare) > 1
    return about.text(0).is_not_null() & several


@check
def more_than_together(about: About) -> pl.Expr:
    """The first column's numbers of one value of the second are above ``most`` together."""
    together = about.typed(0).sum().over(about.rule.columns[1])
    count = pl.len().over(about.rule.columns[1])
    return about.text(1).is_not_null() & (together > about.number("most")) & (count > 1)
