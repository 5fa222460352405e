"""Typed rows: text read as numbers, dates and codes, asked the rules of its source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from skillmix.intake import build, casts, door, findings
from skillmix.intake import text as texts
from skillmix.intake.declarations import Column, FieldMap
from skillmix.intake.rules.declared import Rule
from skillmix.intake.rules.judging import judge

#: A row without a person: a source may say it in its own words, as a rule of this name.
NO_PERSON = "no_person"


@dataclass(frozen=True)
class Typed:
    """Rows as they were read.

    Attributes:
        frame: ``row`` and the map's columns, each under the prefix `build.SOURCE`; ``person_key`` beside them
            where the map has people.
        findings: what is wrong with which row.
        notes: what was done to cells that did not fail.
    """

    frame: pl.DataFrame
    findings: pl.DataFrame
    notes: list[str]

    @property
    def good(self) -> pl.DataFrame:
        """The rows that nothing sets aside."""
        return self.frame.join(self.findings.filter("aside").select("row").unique(), on="row", how="anti")


def left_out(rows: pl.DataFrame, chosen: FieldMap) -> tuple[pl.DataFrame, list[str]]:
    """The rows to use, and what those are that are left out."""
    used = rows.filter(build.held(chosen.where, "")) if chosen.where else rows
    notes = []
    for kind in chosen.left_out:
        mask = pl.lit(True)
        for column, words in kind.when.items():
            known = pl.Series([word.casefold() for word in words])
            mask = mask & build.folded(pl.col(column)).is_in(known.implode())
        mask = mask.fill_null(False)
        if number := int(used.select(mask.sum()).item()):
            used = used.filter(~mask)
            notes.append(f"{findings.counted(number, *kind.says)}: not used.")
    return used, notes


def _people(text: texts.Text, rows: pl.DataFrame, chosen: FieldMap) -> pl.DataFrame:
    """Rows that need a person and have none."""
    if chosen.person is None:
        return findings.empty()
    person = chosen.person
    lacking = rows.filter(build.held(person.needed, ""), pl.col(person.column).is_null())
    return findings.findings(
        lacking.select("row", pl.lit(None, pl.String).alias("value")),
        rule=NO_PERSON,
        column=text.headings.get(person.column, person.column),
        reason="The row is about a person and does not say which.",
        cure="Give the identifier, or send the row as a line of contracted services.",
    )


def _limits(rows: pl.DataFrame, key: str, values: pl.Series, heading: str, column: Column) -> pl.DataFrame:
    """Rows whose number is larger than is plausible for rows of their kind."""
    shown = pl.lit(findings.WITHHELD) if door.hidden(column) else pl.col(key)
    found = []
    for limit in column.limits:
        above = rows.filter(build.held(limit.when, ""), values > limit.maximum)
        found.append(
            findings.findings(
                above.select("row", shown.alias("value")),
                rule="implausible",
                column=heading,
                reason=f"It is above {limit.maximum:g}, the most that is plausible there.",
                cure=limit.cure,
            )
        )
    return findings.together(found)


def _changed(typed: pl.DataFrame, changes: list[tuple[str, pl.Series]]) -> pl.DataFrame:
    return typed.with_columns(values.alias(build.SOURCE + key) for key, values in changes)


def read(
    text: texts.Text, rows: pl.DataFrame, chosen: FieldMap, rules: Sequence[Rule], as_of: dt.date | None
) -> Typed:
    """Read rows by their casts, and ask them the rules.

    Args:
        text: the text of the table.
        rows: the rows of it to read.
        chosen: the field map.
        rules: the rules of the source; those of the door have been asked already.
        as_of: the date the content is true for.
    """
    inside = text.door.join(rows.select("row"), on="row", how="semi", maintain_order="left")
    found: list[pl.DataFrame] = [inside]
    notes: list[str] = []
    if not any(rule.name == NO_PERSON for rule in rules):
        found.append(_people(text, rows, chosen))
    columns = [rows.get_column("row")]
    for key, column in chosen.columns.items():
        heading = text.headings.get(key)
        declared = (
            door.behind(column)
            if heading
            else Column(headings=column.headings, cast=door.behind(column).cast)
        )
        read = casts.cast(rows.get_column("row"), rows.get_column(key), heading or key, declared)
        columns.append(read.values.alias(build.SOURCE + key))
        found += [read.findings, _limits(rows, key, read.values, heading or key, declared)]
        notes += read.notes
    typed = pl.DataFrame(columns)
    about = {k: c for k, c in chosen.columns.items() if k in text.headings}
    asked = [rule for rule in rules if not rule.door]
    for across in (False, True):
        bad = findings.together(found).filter("aside").select("row").unique()
        both = pl.concat([rows, typed.drop("row")], how="horizontal")
        # What rows say together is asked of those that stand alone.
        both = both.join(bad, on="row", how="anti", maintain_order="left") if across else both
        mine = [rule for rule in asked if (rule.family == "cross_row") == across]
        judged = judge(both, mine, about, text.headings, as_of)
        found.append(judged.findings)
        if not across:
            changes = [(key, judged.changed(key, typed[build.SOURCE + key])) for key in judged.changes]
            typed = _changed(typed, changes)
    if chosen.person is not None:
        typed = typed.with_columns(pl.col(build.SOURCE + chosen.person.column).alias("person_key"))
    return Typed(typed, findings.together(found), notes)
