"""Judging: the rules of a source asked of its rows; each row that breaks one is told with reason and cure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from skillmix.intake import findings
from skillmix.intake.declarations import Column
from skillmix.intake.rules.checks import About
from skillmix.intake.rules.declared import Rule


@dataclass
class Judged:
    """What rules found.

    Attributes:
        findings: one row a rule and row that breaks it.
        changes: by column: for each rule that derives a value, which rows break it and the value of each.
    """

    findings: pl.DataFrame
    changes: dict[str, list[tuple[pl.Series, pl.Series]]] = field(default_factory=dict)

    def changed(self, key: str, values: pl.Series) -> pl.Series:
        """A column with the values that rules derive; the rest as it is."""
        for failing, derived in self.changes.get(key, []):
            taken = derived.cast(values.dtype)
            values = values.zip_with(~failing, taken)
        return values


def judge(
    rows: pl.DataFrame,
    rules: Sequence[Rule],
    columns: Mapping[str, Column],
    headings: Mapping[str, str],
    as_of: dt.date | None = None,
) -> Judged:
    """Ask rules of rows.

    Args:
        rows: ``row``, the text of each column of the map under its name and, behind the door, what was read
            of it under the name after an ``@``.
        rules: the rules; one whose first column the file lacks is not asked, unless it says so.
        columns: the columns of the map that the file has.
        headings: the heading as sent of each.
        as_of: the date the content is true for.

    Returns:
        The findings, the value of a column that identifies a person withheld, and the values derived.
    """
    from skillmix.intake.rules.families import CHECKS, DERIVATIONS

    judged, found = Judged(findings.empty()), []
    for rule in rules:
        key = rule.columns[0]
        if key not in columns and not rule.absent:
            continue
        about = About(rule, columns, as_of)
        failing = rows.select(CHECKS[rule.check](about).fill_null(False).alias("broken")).to_series()
        if failing.len() == 1 != rows.height:
            failing = pl.Series("broken", [failing.item()] * rows.height)
        if not failing.any():
            continue
        broken = rows.filter(failing)
        found.append(_told(about, broken, columns.get(key), headings.get(key, key)))
        if rule.derive:
            values = rows.select(DERIVATIONS[rule.derive](about).alias("derived")).to_series()
            values = values if values.len() == rows.height else pl.Series([None] * rows.height)
            judged.changes.setdefault(key, []).append((failing, values))
    judged.findings = findings.together(found)
    return judged


def _told(about: About, broken: pl.DataFrame, column: Column | None, heading: str) -> pl.DataFrame:
    """The findings of one rule, with what may be meant."""
    from skillmix.intake.rules.families import SUGGESTIONS

    rule = about.rule
    hidden = column is not None and (column.identifier or column.private)
    value = pl.lit(findings.WITHHELD) if hidden else pl.col(rule.columns[0]).cast(pl.String)
    told = broken.select("row", value.alias("value"))
    if rule.suggest and not hidden:
        meant = SUGGESTIONS[rule.suggest](about, broken).cast(pl.String)
        told = told.with_columns(meant.alias("suggestion"))
    rows = findings.findings(
        told,
        rule=rule.name,
        column=heading,
        reason=rule.reason,
        cure=rule.cure,
        aside=rule.severity == "set_aside",
    )
    meant_words = pl.format("{} Is {} meant?", "cure", "suggestion")
    return rows.with_columns(pl.coalesce(meant_words, "cure").alias("cure"))
