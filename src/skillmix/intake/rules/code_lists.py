"""Code lists: a word stands in one of the reference lists, whatever its case and spaces."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import polars as pl

from skillmix import reference
from skillmix.intake.build import folded
from skillmix.intake.nearest import nearest
from skillmix.intake.rules.checks import About, check, suggestion

#: A code: every other one is as near as the next.
_CODE = r"[A-Za-z]{0,3}\d+[A-Za-z]?"


def listed(lists: list[dict[str, Any]], on: dt.date | None) -> list[str]:
    """The words of several lists: each names its ``list``, the ``key`` column and, if need be, ``where``."""
    words: list[str] = []
    for one in lists:
        table = reference.table(one["list"], on)
        for column, word in one.get("where", {}).items():
            table = table.filter(pl.col(column) == word)
        words += table.get_column(one["key"]).drop_nulls().to_list()
    return list(dict.fromkeys(words))


def among(cells: pl.Expr, words: list[str]) -> pl.Expr:
    """Whether cells hold one of some words, whatever their case and spaces; null where they hold nothing."""
    known = pl.DataFrame({"w": pl.Series(words, dtype=pl.String)}).select(folded(pl.col("w"))).to_series()
    return folded(cells).is_in(known.implode())


def jobs(scheme: str, on: dt.date | None) -> dict[str, str]:
    """The role of each word for a job: labels of roles, and what a scheme calls them; in small letters.

    >>> jobs("esr", None)["physiotherapist"]
    'physiotherapist'
    """
    mapped = reference.table("role_mapping", on).filter(pl.col("scheme") == scheme)
    labels = reference.table("roles", on).select("label", "code")
    words = [*labels.iter_rows(), *mapped.select("source_value", "role").iter_rows()]
    return {word.casefold(): role for word, role in words if word and role}


@check
def unknown(about: About) -> pl.Expr:
    """The word stands in none of ``lists``, nor among ``besides``.

    ``unless`` names words of other columns whose rows are not asked.
    """
    words = listed(about.setting("lists"), about.as_of) + list(about.rule.settings.get("besides", []))
    broken = ~among(about.typed(), words)
    for column, exempt in about.rule.settings.get("unless", {}).items():
        broken = broken & ~among(pl.col(column), exempt).fill_null(False)
    return broken


@suggestion
def nearest_word(about: About, failing: pl.DataFrame) -> pl.Series:
    """The nearest word of the lists, where one is near enough; of a code such as XR99 none is."""
    words = listed(about.setting("lists"), about.as_of)
    cells = failing.select(about.typed()).to_series()
    sent = [word for word in cells.unique().drop_nulls().to_list() if not re.fullmatch(_CODE, word)]
    near = {word: nearest(word, words) for word in sent}
    return pl.Series([near.get(word) for word in cells.to_list()], dtype=pl.String)
