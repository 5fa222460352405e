"""Ranges: a number is one that its column can hold."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from skillmix.intake.rules.checks import TYPED, About, check, suggestion


@check
def between(about: About) -> pl.Expr:
    """The number is above ``above`` and at most ``most``, and not that of the column ``but_not_as``.

    Each may be left out.
    """
    settings = about.rule.settings
    broken = about.typed().is_not_null()
    if (low := settings.get("above")) is not None:
        broken = broken & (about.typed() > low)
    if (high := settings.get("most")) is not None:
        broken = broken & (about.typed() <= high)
    if (other := settings.get("but_not_as")) is not None:
        broken = broken & ~about.typed().eq_missing(pl.col(TYPED + other))
    return broken


@check
def below(about: About) -> pl.Expr:
    """The number is below ``number``."""
    return about.typed() < about.number("number")


@check
def exactly(about: About) -> pl.Expr:
    """The number is ``number``."""
    return about.typed() == about.number("number")


@check
def same_number(about: About) -> pl.Expr:
    """Two columns hold the same number, above ``above``."""
    return (about.typed(0) == about.typed(1)) & (about.typed(0) > about.number("above"))


@suggestion
def a_hundredth(about: About, failing: pl.DataFrame) -> pl.Series:
    """The number divided by a hundred."""
    cells = failing.select(about.typed()).to_series().to_list()
    return pl.Series(
        [None if n is None else f"{Decimal(n) / 100:.2f}" for n in cells],
        dtype=pl.String,
    )
