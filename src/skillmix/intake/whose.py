"""Whose a file is: columns beside the map's may show another organisation's file, or another report."""

from __future__ import annotations

import re
from collections.abc import Collection

import polars as pl

from skillmix.errors import InputError, Where
from skillmix.intake.declarations import FieldMap
from skillmix.intake.findings import counted
from skillmix.intake.text import Text

#: A trust's code, from which no words of two or three letters can be told: it must hold a digit.
_TRUST = r"[RT](?:[0-9][A-Z0-9]|[A-Z][0-9])"
#: A code that may stand in a message: what is longer may be anything.
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,11}")
#: Codes that are named.
_NAMED = 3


def _shape(code: str) -> str:
    """A pattern of codes of the same kind: its letters, other digits.

    >>> bool(re.fullmatch(_shape("ALD-01"), "ALD-02")), bool(re.fullmatch(_shape("RR8"), "MED"))
    (True, False)
    """
    if re.fullmatch(r"[RT][A-Z0-9]{2}", code):
        return _TRUST
    return re.sub(r"\d", r"\\d", re.escape(code)) if re.search(r"\d", code) else r"(?!)"


def refuse_other_report(text: Text, chosen: FieldMap, file: str) -> None:
    """Refuse another report that has the columns of this source as well.

    Args:
        text: the text of a table, with the cells `beside` the map's columns.
        chosen: its field map; its `not_with` says by which headings another report is known.
        file: name of the file.

    Raises:
        InputError: when most rows fill a column that only another report has.
    """
    for other in chosen.not_with:
        for heading in text.beside_of(other.headings):
            filled = text.rows.select("row").join(text.beside, on="row", how="left").get_column(heading)
            if 2 * (filled.len() - filled.null_count()) > filled.len():
                raise InputError(
                    f"This is {other.says}: most of its rows fill the column {heading}.",
                    cure=other.cure,
                    where=[Where(file=file, column=heading)],
                )


def say_whose(text: Text, chosen: FieldMap, given: str, known: Collection[str]) -> None:
    """Fill in whose each row is, where the sender named the organisation.

    A row that names another organisation is about that one, whatever the sender said; a cell that is no
    organisation's code (a name, a directorate, a code of the employer's own) says nothing.

    Args:
        text: the text of a table; its column of the organisation is filled, and a note added.
        chosen: its field map; its `within.besides` are headings of columns that may name organisations.
        given: code of the organisation that the sender named.
        known: codes of the organisations of the place.
    """
    column = chosen.within.organisation
    others = {code.upper(): code for code in known if code != given}
    rows = text.rows.select("row", pl.col(column).alias("said")).join(
        text.beside, on="row", how="left", maintain_order="left"
    )
    headings = text.beside_of(chosen.within.besides)
    first = {h: pl.col(h).str.to_uppercase().str.extract(r"^([A-Z0-9][A-Z0-9-]*)") for h in headings}
    mine = pl.any_horizontal(pl.lit(False), *((first[h] == given.upper()).fill_null(False) for h in headings))
    named = [first[h].replace_strict(others, default=None, return_dtype=pl.String) for h in headings]
    read = rows.select(
        "row",
        pl.when(pl.col("said").str.to_uppercase() == given.upper())
        .then(pl.lit(given))
        .otherwise(pl.col("said"))
        .alias("said"),
        mine.alias("mine"),
        pl.coalesce(*named, pl.lit(None, pl.String)).alias("other"),
    )
    if not read.get_column("mine").any() and not (read.get_column("said") == given).any():
        read = read.with_columns(
            pl.coalesce("other", *(_shaped(rows, h, given) for h in headings)).alias("other")
        )
    whose = read.select(
        pl.coalesce("said", pl.when(~pl.col("mine")).then("other"), pl.lit(given)).alias(column)
    ).to_series()
    text.rows = text.rows.with_columns(whose)


def _shaped(rows: pl.DataFrame, heading: str, given: str) -> pl.Series:
    """The cells of a column, where every one is shaped like a code of the given one's kind."""
    cells = rows.get_column(heading).str.to_uppercase()
    every = cells.drop_nulls()
    if every.len() and every.str.contains(f"^(?:{_shape(given)})$").all():
        return cells
    return pl.Series(heading, [None] * cells.len(), dtype=pl.String)


def _named(codes: list[str]) -> str:
    shown = [code for code in codes if _CODE.fullmatch(code)][:_NAMED]
    return ", ".join(shown) + (" and others" if shown and len(codes) > len(shown) else "")


def refuse_others(text: Text, chosen: FieldMap, given: str, file: str) -> None:
    """Refuse a file that is about others alone; say it where some of its rows are.

    Args:
        text: the text of a table, after `say_whose`; a note is added to it.
        chosen: its field map.
        given: code of the organisation that the sender named.
        file: name of the file.

    Raises:
        InputError: when every row is about another organisation than the one given.
    """
    whose = text.rows.get_column(chosen.within.organisation)
    others = whose.filter(whose != given)
    if others.is_empty():
        return
    codes = others.value_counts(sort=True).get_column(whose.name).to_list()
    about = _named(codes) or "other organisations"
    if others.len() == whose.len():
        raise InputError(
            f"No row of the file is about {given}: it is about {about}.",
            cure=f"This file is about {about}. Send it for that organisation, or choose the file of {given}.",
            where=[Where(file=file)],
        )
    rows = counted(others.len(), "row is", "rows are")
    kept = "it was not kept" if others.len() == 1 else "they were not kept"
    text.notes.insert(
        0,
        f"LOOK TWICE: {rows} about {about} and not about {given}, for which the file was sent: {kept}. "
        "Check that it is the right file.",
    )
