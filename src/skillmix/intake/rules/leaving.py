"""Leaving and joining: reasons, destinations, and the order of the days of a job."""

from __future__ import annotations

import polars as pl

from skillmix.intake.rules.checks import About, check
from skillmix.intake.rules.code_lists import among, listed


def _words(about: About) -> list[str]:
    return listed(about.rule.settings.get("lists", []), about.as_of) + list(
        about.rule.settings.get("words", [])
    )


@check
def says(about: About) -> pl.Expr:
    """The word is one of ``words``, or of those that ``lists`` choose."""
    return among(about.typed(), _words(about))


@check
def does_not_go_with(about: About) -> pl.Expr:
    """The two columns contradict each other.

    Each of ``pairs`` has the words of the ``first`` column, and of the second either those that it
    ``excludes`` or those that it ``needs``. A cell that holds nothing contradicts nothing.
    """
    broken = pl.lit(False)
    for pair in about.setting("pairs"):
        first = among(about.typed(0), pair["first"])
        if "needs" in pair:
            broken = broken | (first & about.typed(1).is_not_null() & ~among(about.typed(1), pair["needs"]))
        else:
            broken = broken | (first & among(about.typed(1), pair["excludes"]))
    return broken


@check
def years_apart(about: About) -> pl.Expr:
    """From the second date to the first are more than ``more_than`` years."""
    return about.typed(0).dt.year() - about.typed(1).dt.year() > about.number("more_than")


@check
def too_young_for(about: About) -> pl.Expr:
    """The word in the first column is chosen by ``lists``, and the person younger than ``youngest``.

    ``columns`` are the word, the year of birth and the day.
    """
    age = about.typed(2).dt.year().cast(pl.Int64) - about.typed(1)
    return among(about.typed(0), _words(about)) & (age < about.number("youngest"))
