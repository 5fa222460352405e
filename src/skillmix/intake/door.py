"""The door: cells that identify a person are judged once, then hashed, reduced or dropped for good.

What stands behind the door is all that is ever kept, staged or stored: the person's identifier as a hash, of
a birth date the year, of every other identifier nothing. Rules that need the cells themselves (does the birth
date exist, do two people share a number) are asked here; what they find is kept with the row, never the cell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from skillmix.intake import casts, findings
from skillmix.intake.declarations import Column, FieldMap
from skillmix.intake.pseudonyms import KeyRing
from skillmix.intake.rules.declared import Rule
from skillmix.intake.rules.judging import judge
from skillmix.intake.strayed import identifying, strayed
from skillmix.intake.text import Text

#: Behind the door a date that was read stands as YYYY-MM-DD.
_DATES = ("date", "month_start", "month_end", "month_after")


def hidden(column: Column) -> bool:
    """Whether the cells of a column are seen at the door alone."""
    return column.identifier or column.private


def behind(column: Column) -> Column:
    """What a column may hold behind the door: its cells have been read, judged and reduced already."""
    if not hidden(column):
        return column
    cast = "date" if column.cast in _DATES else "integer" if column.cast == "year" else column.cast
    return Column(
        headings=column.headings,
        cast="text" if column.identifier else cast,
        identifier=column.identifier,
        private=column.private,
        limits=() if column.identifier else column.limits,
    )


def pass_in(text: Text, chosen: FieldMap, rules: Sequence[Rule], keys: Callable[[], KeyRing]) -> None:
    """Judge and replace whatever identifies a person, in the rows and in the cells as sent.

    Args:
        text: the text of a table; changed in place.
        chosen: its field map.
        rules: the rules of the source; those of the door are asked here.
        keys: gives the hashing key, asked only for a source with people.
    """
    closed = [key for key, column in chosen.columns.items() if hidden(column)]
    if not closed:
        return
    elsewhere = _emptied(text, chosen, closed)
    about = {k: c for k, c in chosen.columns.items() if k in text.headings}
    judged = judge(text.rows, [r for r in rules if r.door], about, text.headings)
    found = [judged.findings, elsewhere]
    replaced = []
    for key in closed:
        column, heading = chosen.columns[key], text.headings.get(key)
        if heading is None:
            replaced.append(pl.Series(key, [None] * text.rows.height, dtype=pl.String))
            continue
        cells = judged.changed(key, text.rows.get_column(key))
        read = casts.cast(text.rows.get_column("row"), cells, heading, column)
        found.append(read.findings)
        text.notes += read.notes
        replaced.append(_reduced(key, read.values, text, chosen, keys))
    text.rows = text.rows.with_columns(replaced)
    text.door = findings.together(found)
    _replace_raw(text, closed)


def _emptied(text: Text, chosen: FieldMap, closed: list[str]) -> pl.DataFrame:
    """Empties cells of open columns that hold what identifies a person; gives what was found."""
    if chosen.origin != "sent":
        return findings.empty()
    own = [k for k in closed if k in text.headings and chosen.columns[k].identifier]
    open_ = [k for k in chosen.columns if k in text.headings and k not in closed]
    known = identifying(text.rows, own)
    found = []
    for key in open_:
        if chosen.columns[key].cast not in ("text", "name", "code"):
            continue
        mask = strayed(text.rows, key, own, known)
        if not mask.any():
            continue
        heading = text.headings[key]
        found.append(
            findings.findings(
                text.rows.filter(mask).select("row", pl.lit(findings.WITHHELD).alias("value")),
                rule="identifier_elsewhere",
                column=heading,
                reason="The cell holds what identifies a person; it was emptied.",
                cure="Take names, numbers and addresses of people out of this column at its source.",
                aside=False,
            )
        )
        text.rows = text.rows.with_columns(pl.when(~mask).then(pl.col(key)).alias(key))
        rows = text.rows.filter(mask).get_column("row").implode()
        raw = pl.col("@" + heading)
        text.raw = text.raw.with_columns(pl.when(~pl.col("row").is_in(rows)).then(raw).alias("@" + heading))
    return findings.together(found)


def _reduced(
    key: str, values: pl.Series, text: Text, chosen: FieldMap, keys: Callable[[], KeyRing]
) -> pl.Series:
    """What is kept of a column: a hash, what was read of it, or nothing."""
    if chosen.person is not None and key == chosen.person.column:
        scopes = [pl.col(c).fill_null("") for c in chosen.person.scope]
        # Among the rows, so that a scope of no column is as long as they are.
        scoped = text.rows.with_columns(pl.concat_str([*scopes, pl.lit("")], separator="|").alias("scope"))
        hashed = keys().pseudonyms(chosen.person.kind, scoped.get_column("scope"), values.cast(pl.String))
        return hashed.alias(key)
    if chosen.columns[key].identifier:
        return pl.Series(key, [None] * values.len(), dtype=pl.String)
    return values.cast(pl.String).alias(key)


def _replace_raw(text: Text, closed: list[str]) -> None:
    """The cells as sent, with the closed columns as they stand behind the door."""
    shown = [key for key in closed if key in text.headings]
    kept = text.rows.select("row", *(pl.col(k).alias("@" + text.headings[k]) for k in shown))
    order = text.raw.columns
    raw = text.raw.drop([c for c in kept.columns if c != "row"])
    # Rows that were parted (too long, totals) may hold an identifier under any heading: they are not kept.
    text.raw = raw.join(kept, on="row", how="inner", maintain_order="left").select(order)


def sent(rows: pl.DataFrame, text: Text, chosen: FieldMap) -> pl.DataFrame:
    """What was sent, row for row; identifiers as they were replaced.

    A row with too many cells is kept only where no column identifies a person: in it an identifier may stand
    under another heading.
    """
    wanted = rows.select("row")
    closed = any(hidden(chosen.columns[k]) for k in text.headings)
    if text.long_rows and not closed and chosen.origin == "published":
        wanted = pl.concat([wanted, pl.DataFrame({"row": text.long_rows})]).unique().sort("row")
    shown = text.raw.join(wanted, on="row", how="inner", maintain_order="left")
    return shown.rename({c: c.removeprefix("@") for c in shown.columns if c.removeprefix("@") != "row"})
