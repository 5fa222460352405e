"""Structure: what a row must hold to be a row at all."""

from __future__ import annotations

import polars as pl

from skillmix.intake.rules.checks import About, check


@check
def missing(about: About) -> pl.Expr:
    """Nothing stands in the first column; with further columns, something in one of them."""
    others = [about.text(place).is_not_null() for place in range(1, len(about.rule.columns))]
    empty = about.text().is_null()
    return empty & pl.any_horizontal(others) if others else empty


@check
def all_missing(about: About) -> pl.Expr:
    """Nothing stands in any of the columns."""
    return pl.all_horizontal(about.text(place).is_null() for place in range(len(about.rule.columns)))


@check
def form(about: About) -> pl.Expr:
    """What stands there, without spaces, has not the form ``pattern``."""
    bare = about.text().str.replace_all(r"\s", "").str.to_uppercase()
    return ~bare.str.contains(about.setting("pattern"))


@check
def too_short(about: About) -> pl.Expr:
    """What stands there has fewer letters and digits than ``letters``."""
    return about.text().str.replace_all(r"\s", "").str.len_chars() < about.number("letters")
