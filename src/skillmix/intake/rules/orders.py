"""Orders and sums: what must not be less than what, what follows what, and parts that make a whole."""

from __future__ import annotations

import polars as pl

from skillmix import reference
from skillmix.intake.build import folded
from skillmix.intake.rules.checks import TYPED, About, check, suggestion
from skillmix.intake.rules.code_lists import among, jobs

#: Days of a month on average, by which spans are told in months.
_DAYS_A_MONTH = 365.25 / 12


@check
def less_than(about: About) -> pl.Expr:
    """The first column's number or date is less than the second's."""
    return about.typed(0) < about.typed(1)


@check
def more_than(about: About) -> pl.Expr:
    """The first column's number is more than the second's, by more than ``within``.

    ``times`` multiplies the second: FTE of people of whom each has at most so much. With ``up_to`` a number
    of more than so many times the second is left to another rule; with ``alone`` rows that fill the third
    column are.
    """
    settings = about.rule.settings
    first, second = about.typed(0).cast(pl.Float64), about.typed(1).cast(pl.Float64)
    broken = first - second * float(settings.get("times", 1)) > float(settings.get("within", 0)) + 1e-9
    if "up_to" in settings:
        broken = broken & (first <= second * float(settings["up_to"]))
    return broken & about.text(2).is_null() if settings.get("alone") else broken


@check
def length_does_not_fit(about: About) -> pl.Expr:
    """From the second date to the first is not the time that the programme in the third column takes.

    ``list``, ``key`` and ``value`` say where the programme is looked up; its usual months times ``least`` and
    ``most`` are the limits. A programme that is not there, and dates in the wrong order, are not judged.
    """
    settings = about.rule.settings
    named = reference.table(settings["list"], about.as_of)
    months = dict(reference.table("programmes", about.as_of).select("code", "months").iter_rows())
    known = {
        word.casefold(): float(months[code])
        for word, code in named.select(settings["key"], settings["value"]).iter_rows()
        if word and months.get(code)
    }
    usual = folded(about.typed(2)).replace_strict(known, default=None, return_dtype=pl.Float64)
    length = (about.typed(0) - about.typed(1)).dt.total_days() / _DAYS_A_MONTH
    outside: pl.Expr = length > usual * settings["most"]
    if "least" in settings:
        outside = outside | (length < usual * settings["least"])
    return (length >= 0) & outside


@check
def days_do_not_fit(about: About) -> pl.Expr:
    """The first column's days are not those from the third date to the second, ``within`` days.

    Days outside ``least`` to ``most`` are wrong in themselves and told as such.
    """
    days = about.typed(0).cast(pl.Int64)
    apart: pl.Expr = (days - (about.typed(1) - about.typed(2)).dt.total_days()).abs()
    plausible: pl.Expr = days.is_between(about.setting("least"), about.setting("most"))
    return plausible & (apart > about.number("within"))


@suggestion
def days_between(about: About, failing: pl.DataFrame) -> pl.Series:
    """The days from the third date to the second, where they are in order."""
    days = failing.select((about.typed(1) - about.typed(2)).dt.total_days().alias("days")).to_series()
    return pl.Series([None if day is None or day < 0 else str(day) for day in days], dtype=pl.String)


@check
def weeks_longer_than_dates(about: About) -> pl.Expr:
    """The first column's weeks are more than lie between the third date and the second, both included."""
    weeks = ((about.typed(1) - about.typed(2)).dt.total_days() + 1) / 7
    return (weeks > 0) & (about.typed(0).cast(pl.Float64) > weeks + float(about.setting("within")))


def _together(about: About) -> tuple[pl.Expr, pl.Expr]:
    """What the parts make, and whether all that are ``needed`` are known.

    ``plus`` and ``minus`` name columns; one that is empty counts as nothing, unless it is ``needed``.
    """
    settings = about.rule.settings
    number = {c: pl.col(TYPED + c).cast(pl.Float64) for c in about.rule.columns}
    plus = [number[c].fill_null(0) for c in settings.get("plus", [])]
    minus = [number[c].fill_null(0) for c in settings.get("minus", [])]
    known = [number[c].is_not_null() for c in settings.get("needed", about.rule.columns)]
    return (
        pl.sum_horizontal(pl.lit(0.0), *plus) - pl.sum_horizontal(pl.lit(0.0), *minus),
        pl.all_horizontal(*known),
    )


@check
def parts_do_not_make(about: About) -> pl.Expr:
    """The first column is not the sum of ``plus`` less ``minus``, ``within`` so much.

    With ``unless_negative`` a sum below nought is left to the rule that says so.
    """
    whole = about.typed(0).cast(pl.Float64)
    made, known = _together(about)
    judged = known & (made >= -1e-9) if about.rule.settings.get("unless_negative") else known
    return judged & ((whole - made).abs() > float(about.setting("within")) + 1e-9)


@check
def parts_make_more(about: About) -> pl.Expr:
    """The sum of ``plus`` is more than the first column, by more than ``within``."""
    made, known = _together(about)
    return known & (made - about.typed(0).cast(pl.Float64) > float(about.setting("within")) + 1e-9)


@suggestion
def parts_together(about: About, failing: pl.DataFrame) -> pl.Series:
    """What the parts make, to two places."""
    made, _ = _together(about)
    values = failing.select(made.alias("made")).to_series().to_list()
    return pl.Series([None if v is None or v < 0 else f"{v:.2f}" for v in values], dtype=pl.String)


@check
def rate_does_not_fit(about: About) -> pl.Expr:
    """The first column is not the second as a share of the third in per cent, ``within`` so many points."""
    base = about.typed(2).cast(pl.Float64)
    share = about.typed(1).cast(pl.Float64) / pl.when(base > 0).then(base) * 100
    return (about.typed(0).cast(pl.Float64) - share).abs() > float(about.setting("within"))


@check
def each_outside(about: About) -> pl.Expr:
    """The first column for each of the second is below ``least`` or above ``most``."""
    heads = about.typed(1).cast(pl.Float64)
    each = about.typed(0).cast(pl.Float64) / pl.when(heads > 0).then(heads)
    least, most = about.rule.settings.get("least"), about.rule.settings.get("most")
    below = pl.lit(False) if least is None else each < float(least)
    return below | (pl.lit(False) if most is None else each > float(most))


@check
def given_with_nought(about: About) -> pl.Expr:
    """Something stands in the first column although the second holds 0."""
    return about.text(0).is_not_null() & (about.typed(1) == 0)


@check
def not_reimbursed(about: About) -> pl.Expr:
    """The first column says one of ``words``, and the job in the second is none that the scheme may pay for.

    A job that no list has is not judged.
    """
    roles = reference.table("roles", about.as_of)
    lacking = set(roles.filter(~pl.col("arrs")).get_column("code"))
    words = [word for word, role in jobs(about.setting("scheme"), about.as_of).items() if role in lacking]
    return among(about.typed(0), about.setting("words")) & among(about.typed(1), words)


@check
def counted_with_word(about: About) -> pl.Expr:
    """The first column's number is above 0, and the second holds one of ``words``."""
    return (about.typed(0) > 0) & among(about.typed(1), about.setting("words"))


@check
def given_with_word(about: About) -> pl.Expr:
    """The first column holds one of ``words``, and something stands in the second."""
    return among(about.typed(0), about.setting("words")) & about.text(1).is_not_null()


@check
def lacking_with_word(about: About) -> pl.Expr:
    """Nothing stands in the first column, and the second holds one of ``words``."""
    return about.text(0).is_null() & among(about.typed(1), about.setting("words"))
