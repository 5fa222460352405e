"""Cross-field: two cells of a row that say the same thing say it alike."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from skillmix import reference
from skillmix.intake.build import folded
from skillmix.intake.rules.checks import About, check, derivation, suggestion
from skillmix.intake.rules.code_lists import jobs


def _full_time(about: About) -> float:
    """Hours a week that a full-time job has in the rule's ``sector``."""
    hours = reference.table("full_time_hours", about.as_of).filter(
        pl.col("sector") == about.setting("sector"), pl.col("group") == "all"
    )
    return float(hours.get_column("value").item())


@check
def hours_do_not_fit(about: About) -> pl.Expr:
    """Hours are not the FTE's part of a full week: ``columns`` are hours and FTE, ``within`` hours apart.

    An FTE above ``most`` is wrong in itself and told as such.
    """
    fte = about.typed(1).cast(pl.Float64)
    apart = (about.typed(0).cast(pl.Float64) - fte * _full_time(about)).abs()
    return (apart > about.number("within")) & (fte <= about.number("most"))


@suggestion
def hours_of_fte(about: About, failing: pl.DataFrame) -> pl.Series:
    """The hours that fit the FTE."""
    full = Decimal(str(_full_time(about)))
    cells = failing.select(about.typed(1)).to_series().to_list()
    return pl.Series([None if n is None else f"{Decimal(n) * full:.2f}" for n in cells], dtype=pl.String)


@suggestion
def fte_fitting_hours(about: About, failing: pl.DataFrame) -> pl.Series:
    """The FTE that fits the hours in the second column."""
    full = Decimal(str(_full_time(about)))
    cells = failing.select(about.typed(1)).to_series().to_list()
    return pl.Series([None if n is None else f"{Decimal(n) / full:.2f}" for n in cells], dtype=pl.String)


@derivation
def fte_of_hours(about: About) -> pl.Expr:
    """The FTE that fits the hours: ``columns`` are FTE and hours; as exports print it, to two places."""
    return (about.typed(1).cast(pl.Float64) / _full_time(about)).round(2)


@check
def group_does_not_fit(about: About) -> pl.Expr:
    """The staff group has no such job: ``columns`` are the group and the job.

    ``groups`` gives for each group as sent the national groups of its jobs. A job without a national group,
    or that no list has, is not judged.
    """
    roles = reference.table("roles", about.as_of)
    national = {code: group for code, group in roles.select("code", "staff_group").iter_rows() if group}
    every = jobs(about.setting("scheme"), about.as_of)
    groups = {word: national[role] for word, role in every.items() if role in national}
    allowed = [
        f"{group.casefold()}|{one}" for group, theirs in about.setting("groups").items() for one in theirs
    ]
    known = [group.casefold() for group in about.setting("groups")]
    group = folded(about.typed(0))
    job = folded(about.typed(1)).replace_strict(groups, default=None, return_dtype=pl.String)
    fits = pl.concat_str([group, job], separator="|").is_in(pl.Series(allowed).implode())
    return group.is_in(pl.Series(known).implode()) & job.is_not_null() & ~fits
