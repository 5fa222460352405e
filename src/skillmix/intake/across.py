"""Months across: a table with a column for each measure and month, read as one with a row for each month.

Ledgers are printed with ``Budget WTE Jul-25, Budget WTE Aug-25, ...`` side by side, or with the measure in a
merged cell above the months. A field map that declares `across` is spread over the columns that a file has:
each month becomes an item of its table, so that rows, cures and counts stay those of the file as sent.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import polars as pl

from skillmix.intake import forms, headings
from skillmix.intake.declarations import FieldMap, plain
from skillmix.intake.readers import Candidate
from skillmix.intake.rules import declared
from skillmix.intake.rules.declared import Rule

#: A month in a heading: Jul-25, July 2025, 2025-07, 2025-07-01, M04 2025/26.
_MONTH = r"(?:[A-Za-z]{3,9}[\s'’/-]{0,2}(?:\d{4}|\d{2})|\d{4}-\d{2}(?:-\d{2})?|[MP]\d{1,2}\s\d{4}/\d{2,4})"
_BEHIND = re.compile(rf"^(.*?)[\s:,–-]*({_MONTH})$")
_BEFORE = re.compile(rf"^({_MONTH})[\s:,–-]*(.*)$")
_FORMS = ("%b-%y", "%b %y", "%B %y", "%B-%y", "%Y-%m", "%Y-%m-%d", "financial", "%b-%Y", "%b %Y", "%B %Y")


@lru_cache(maxsize=4096)
def _month(word: str) -> dt.date | None:
    """The first day of the month that a word of a heading is."""
    tidy = re.sub(r"[\s'’/]+", " ", word) if word[:1].isalpha() and "/" not in word else word
    read = pl.DataFrame({"m": [tidy]}).select(forms.months(pl.col("m"), _FORMS)).item()
    return read if isinstance(read, dt.date) else None


def parted(heading: str) -> tuple[str, dt.date] | None:
    """The measure and the month of a heading that names both.

    >>> parted("Budget WTE Jul-25")
    ('Budget WTE', datetime.date(2025, 7, 1))
    >>> parted("Budget WTE") is None
    True
    """
    for pattern, measure, month in ((_BEHIND, 1, 2), (_BEFORE, 2, 1)):
        match = pattern.match(heading.strip())
        read = _month(match[month]) if match and match[measure].strip() else None
        if match and read is not None:
            return match[measure].strip(), read
    return None


def name(measure: str, month: dt.date) -> str:
    """The name of a measure's column of a month."""
    return f"{measure} {month:%Y-%m}"


def _found(chosen: FieldMap, candidates: Sequence[Candidate]) -> dict[str, tuple[str, dt.date, str]]:
    """The columns of measure and month that a file has: by name the measure, the month, the heading."""
    assert chosen.across is not None
    measures = {plain(h): m for m in chosen.across.measures for h in chosen.columns[m].headings}
    best: dict[str, tuple[str, dt.date, str]] = {}
    for candidate in candidates:
        for sent in headings.rows(candidate):
            found: dict[str, tuple[str, dt.date, str]] = {}
            for heading in sent:
                read = parted(heading)
                if read is not None and (measure := measures.get(plain(read[0]))) is not None:
                    found.setdefault(name(measure, read[1]), (measure, read[1], heading))
            # Of equals the earlier stands: a single row before two rows joined.
            best = found if len(found) > len(best) else best
    return best


def spread(chosen: FieldMap, candidates: Sequence[Candidate]) -> FieldMap:
    """The field map for a file: spread over its months where they stand across, else as it is.

    Args:
        chosen: the field map.
        candidates: the tables that the file may be meant for.
    """
    if chosen.across is None or not (found := _found(chosen, candidates)):
        return chosen
    wide = chosen.model_dump(mode="json")
    base = {key: wide["columns"].pop(key) for key in (chosen.across.month, *chosen.across.measures)}
    for key, (measure, _, heading) in found.items():
        wide["columns"][key] = {**base[measure], "headings": [heading], "optional": False}
    months = sorted({month for _, month, _ in found.values()})
    for table in wide["tables"]:
        table["values"], table["each"] = _items(table["values"], set(base), found, months)
    return FieldMap.model_validate(wide)


def _items(
    values: dict[str, Any],
    base: set[str],
    found: dict[str, tuple[str, dt.date, str]],
    months: Sequence[dt.date],
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The values that hold for every month, and those of each."""
    monthly = {v: value["column"] for v, value in values.items() if value.get("column") in base}
    kept = {v: value for v, value in values.items() if v not in monthly}
    items: list[dict[str, Any]] = []
    for month in months:
        own = {v: name(column, month) for v, column in monthly.items() if v != "as_of"}
        measured = {v: {"column": column} for v, column in own.items() if column in found}
        items.append({"as_of": {"date": {"year": month.year, "month": month.month}}, **measured})
    return kept, items


def rules_of(chosen: FieldMap) -> list[Rule]:
    """The rules of a source, those about a measure asked of each of its months where months stand across.

    A rule that compares rows by their month is not asked of months that stand across: they are one row.
    """
    rules = declared.rules_of(chosen.name)
    if chosen.across is None or chosen.across.month in chosen.columns:
        return rules
    measures = set(chosen.across.measures)
    months = sorted({key.split(" ")[-1] for key in chosen.columns if key.split(" ")[0] in measures})
    asked: list[Rule] = []
    for rule in rules:
        if chosen.across.month in rule.columns:
            continue
        if measures.isdisjoint(rule.columns):
            asked.append(rule)
            continue
        for month in months:
            columns = tuple(f"{c} {month}" if c in measures else c for c in rule.columns)
            if all(c in chosen.columns for c in columns):
                asked.append(rule.model_copy(update={"columns": columns}))
    return asked
