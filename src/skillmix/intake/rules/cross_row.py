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


@check
def repeated(about: About) -> pl.Expr:
    """The rule's columns hold what they hold in a row above, and the row differs from those above it."""
    cells = [about.text(place).str.to_lowercase() for place in range(len(about.rule.columns))]
    again = pl.struct(*cells).is_first_distinct().not_()
    return about.text().is_not_null() & again & pl.struct(sorted(about.columns)).is_first_distinct()


@check
def numbered_again(about: About) -> pl.Expr:
    """The first column's number is that of another row with ``suffix`` (a pattern) after it.

    With ``alike`` true only where every other cell is the same as there, else only where one differs.
    """
    number = about.text()
    base = number.str.replace(about.setting("suffix"), "")
    others = sorted(set(about.columns) - {about.rule.columns[0]})
    again = (base != number) & base.is_in(number.drop_nulls().unique().implode())
    alike = pl.struct(base.alias("base"), *others).is_first_distinct().not_()
    return again & (alike if about.setting("alike") else ~alike)


@check
def total_does_not_tie(about: About) -> pl.Expr:
    """The first column of a row of totals is not what the rows below it make, ``within`` so much.

    ``columns`` are the number, the words by which a total is known (``totals`` says them) and what the rows
    share, such as the organisation and the month.
    """
    totals = [word.casefold() for word in about.setting("totals")]
    is_total = about.text(1).str.to_lowercase().is_in(pl.Series(totals).implode()).fill_null(False)
    number = about.typed(0).cast(pl.Float64)
    shared = [about.text(place).fill_null("") for place in range(2, len(about.rule.columns))]
    parts = pl.when(~is_total).then(number).sum().over(*shared)
    several = pl.when(~is_total).then(number).count().over(*shared) > 0
    return is_total & several & ((number - parts).abs() > float(about.setting("within")) + 1e-9)
