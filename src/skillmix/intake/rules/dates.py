"""Dates: a day that can have been, in the order in which lives go."""

from __future__ import annotations

import datetime as dt

import polars as pl

from skillmix.intake.casts import read_dates
from skillmix.intake.rules.checks import About, check


@check
def after_the_day(about: About) -> pl.Expr:
    """The date is later than the day that the content is true for."""
    return pl.lit(False) if about.as_of is None else about.typed() > about.as_of


@check
def stands_for_unknown(about: About) -> pl.Expr:
    """The date is one of ``days``, or the cell one of ``words``, which systems fill in where they know none.

    Asked at the door.
    """
    days = [dt.date.fromisoformat(day) for day in about.setting("days")]
    read = read_dates(about.text(), about.columns[about.rule.columns[0]])
    words = pl.Series(about.setting("words"), dtype=pl.String)
    return read.is_in(pl.Series(days).implode()) | about.text().is_in(words.implode())


@check
def no_such_day(about: About) -> pl.Expr:
    """The cell is written like a date, day before month, and there is none such. Asked at the door."""
    written = about.text().str.contains(r"^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}$")
    return written & read_dates(about.text(), about.columns[about.rule.columns[0]]).is_null()


@check
def years_after(about: About) -> pl.Expr:
    """The date lies ``fewer_than`` years after the year of birth in the second column, and ``at_least``."""
    years = about.typed(0).dt.year().cast(pl.Int64) - about.typed(1)
    least = about.rule.settings.get("at_least")
    return (years < about.number("fewer_than")) & (True if least is None else years >= least)


@check
def age_outside(about: About) -> pl.Expr:
    """The year of birth makes the person younger than ``youngest`` or older than ``oldest`` on the day."""
    if about.as_of is None:
        return pl.lit(False)
    age = about.as_of.year - about.typed()
    return (age < about.number("youngest")) | (age > about.number("oldest"))


@check
def long_before_the_day(about: About) -> pl.Expr:
    """The date is more than ``years`` before the day that the content is true for."""
    if about.as_of is None:
        return pl.lit(False)
    return about.typed() < pl.lit(about.as_of).dt.offset_by(f"-{about.setting('years')}y")


@check
def long_after_the_day(about: About) -> pl.Expr:
    """The date is more than ``years`` after the day that the content is true for."""
    if about.as_of is None:
        return pl.lit(False)
    return about.typed() > pl.lit(about.as_of).dt.offset_by(f"{about.setting('years')}y")


@check
def before_the_month(about: About) -> pl.Expr:
    """The date is earlier than the month of the day that the content is true for."""
    return pl.lit(False) if about.as_of is None else about.typed() < about.as_of.replace(day=1)


@check
def past_although(about: About) -> pl.Expr:
    """The date is more than ``days`` before the day, although the second column holds one of ``words``."""
    if about.as_of is None:
        return pl.lit(False)
    words = [word.casefold() for word in about.setting("words")]
    said = about.typed(1).str.to_lowercase().is_in(pl.Series(words).implode())
    return said & (about.typed(0) < about.as_of - dt.timedelta(days=about.setting("days")))
