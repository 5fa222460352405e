"""Books: establishment and ledger lines whose figures, kinds and bands go together."""

from __future__ import annotations

import polars as pl

from skillmix import reference
from skillmix.intake.build import folded
from skillmix.intake.rules.checks import TYPED, About, check
from skillmix.intake.rules.code_lists import jobs, unknown

#: Months of a year: a ledger's line is a month.
_MONTHS = 12


@check
def none_read(about: About) -> pl.Expr:
    """None of the columns held what it looks for."""
    return pl.all_horizontal(about.typed(place).is_null() for place in range(len(about.rule.columns)))


@check
def a_total(about: About) -> pl.Expr:
    """The words are those of a total, in one of the columns: ``Total nursing``, ``Nursing sub-total``."""
    pattern = r"(?i)^\s*(?:grand\s|sub-?\s?)?totals?\b|\b(?:sub-?\s?)?totals?\s*$"
    held = [about.text(place).str.contains(pattern) for place in range(len(about.rule.columns))]
    return pl.any_horizontal(*held)


@check
def with_none(about: About) -> pl.Expr:
    """The first number is above ``above``, and each of the others is 0; one that is not known is not 0.

    ``unless`` names words of other columns whose rows are not asked.
    """
    others = [about.typed(place) == 0 for place in range(1, len(about.rule.columns))]
    asked = pl.lit(True)
    for column, words in about.rule.settings.get("unless", {}).items():
        asked = asked & ~pl.col(TYPED + column).str.to_lowercase().is_in(words).fill_null(False)
    return asked & (about.typed(0) > about.number("above")) & pl.all_horizontal(*others)


@check
def above_for(about: About) -> pl.Expr:
    """The number is above ``above`` although another column says one of ``words``."""
    said = [
        pl.col(TYPED + column).str.to_lowercase().is_in(words).fill_null(False)
        for column, words in about.setting("words").items()
    ]
    return pl.any_horizontal(*said) & (about.typed() > about.number("above"))


@check
def of_several(about: About) -> pl.Expr:
    """What stands in the first column goes with several values that were read of the second."""
    several = about.typed(1).drop_nulls().n_unique().over(folded(about.text(0))) > 1
    return about.text(0).is_not_null() & several


@check
def of_several_in_one(about: About) -> pl.Expr:
    """Rows that hold the same in every one of ``columns`` differ in some other column.

    With ``above``, only rows whose number in the column that it names is above nought are compared.
    """
    keys = [about.text(place) for place in range(len(about.rule.columns))]
    counted = pl.lit(True)
    if column := about.rule.settings.get("above"):
        counted = (pl.col(TYPED + column) > 0).fill_null(False)
    every = pl.struct(sorted(about.columns))
    rows = pl.when(counted).then(every).drop_nulls().n_unique().over(keys)
    return counted & about.text(0).is_not_null() & (rows > 1)


def _own(about: About, place: int) -> pl.Expr:
    """What a column holds, or the column of its own that ``own`` names for it, where that holds something."""
    column = about.rule.columns[place]
    own = about.rule.settings.get("own", {}).get(column)
    return about.typed(place) if own is None else pl.coalesce(TYPED + own, about.typed(place))


def _levels(about: About, place: int) -> pl.Expr:
    """The level that a grade as sent stands for."""
    mapped = reference.table("level_mapping", about.as_of).filter(pl.col("scheme") == "esr")
    levels = {word.casefold(): level for word, level in mapped.select("source_value", "level").iter_rows()}
    return folded(_own(about, place)).replace_strict(levels, default=None, return_dtype=pl.String)


@check
def band_outside_job(about: About) -> pl.Expr:
    """The band lies outside those that the job has: ``columns`` are the band and the job.

    ``own`` names for each the column that goes first. A band or job that no list has, and a job without bands
    of its own, are not judged.
    """
    ranks = dict(reference.table("levels", about.as_of).select("code", "rank").iter_rows())
    roles = reference.table("roles", about.as_of)
    own = {
        role: (ranks[low], ranks[high])
        for role, low, high in roles.select("code", "level_low", "level_high").iter_rows()
        if low in ranks and high in ranks
    }
    bands = {word: own[role] for word, role in jobs("esr", about.as_of).items() if role in own}
    job = folded(_own(about, 1))
    low, high = (
        job.replace_strict({w: span[n] for w, span in bands.items()}, default=None, return_dtype=pl.Int64)
        for n in (0, 1)
    )
    rank = _levels(about, 0).replace_strict(ranks, default=None, return_dtype=pl.Int64)
    return (rank < low) | (rank > high)


@check
def pay_outside(about: About) -> pl.Expr:
    """The cost of a month for 1.0 FTE lies outside what the band is paid: ``columns`` are cost, FTE and band.

    Outside is below ``lowest`` times the band's first step, or above ``highest`` times its top step: room
    for on-costs, enhancements and agency rates. An FTE under ``least`` is not judged: it is mostly rounding.
    """
    pay = reference.table("pay").sort("valid_from").unique("level", keep="last")
    least, most = (dict(pay.select("level", step).iter_rows()) for step in ("entry", "top"))
    level = _levels(about, 2)
    entry, top = (level.replace_strict(s, default=None, return_dtype=pl.Float64) for s in (least, most))
    fte = about.typed(1).cast(pl.Float64)
    year = about.typed(0).cast(pl.Float64) * _MONTHS / fte
    outside = (year < entry * about.number("lowest")) | (year > top * about.number("highest"))
    return outside & (fte >= about.number("least")) & (about.typed(0) > 0)


@check
def unknown_words(about: About) -> pl.Expr:
    """The words in the first column stand in none of ``lists``, and the second column holds nothing."""
    return unknown(about) & about.typed(1).is_null()
