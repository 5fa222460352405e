"""Codes of facts stand in the list that their column is declared to hold: any other counts nowhere."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from skillmix import reference
from skillmix.errors import PlaceError, Where
from skillmix.schema import table


def allowed(column: dy.Column) -> frozenset[str] | None:
    """The codes that a column may hold; None where that is no matter of a list."""
    declared = (column.metadata or {}).get("allowed")
    if not declared or column.dtype != pl.String or declared == "organisation":
        return None
    return frozenset(declared.split("|")) if "|" in declared else reference.codes(declared)


def unknown(name: str, rows: pl.LazyFrame) -> dict[str, list[str]]:
    """Codes that stand in no list, by column.

    Args:
        name: a table of facts.
        rows: its rows.

    Returns:
        The codes of each column that holds some, sorted.
    """
    lists = {c: codes for c, d in table(name).columns().items() if (codes := allowed(d)) is not None}
    held = rows.select(pl.col(c).drop_nulls().unique().implode() for c in lists).collect()
    found = {c: sorted(set(held[c].item()) - codes) for c, codes in lists.items()}
    return {c: codes for c, codes in found.items() if codes}


def refuse_unknown(name: str, rows: pl.DataFrame, file: str | None = None) -> None:
    """Refuse rows with a code that stands in no list.

    Args:
        name: a table of facts.
        rows: its rows.
        file: what the rows came from.

    Raises:
        PlaceError: naming the column, the code and the nearest in the list.
    """
    for column, codes in unknown(name, rows.lazy()).items():
        declared = (table(name).columns()[column].metadata or {})["allowed"]
        cure = f"Use one of {declared.replace('|', ', ')}."
        if "|" not in declared:
            near, _ = reference.suggest(declared, codes[0])
            cure = f"Is {near} meant? `skillmix reference show {declared}` lists the codes."
        raise PlaceError(
            f"The column {column} of {name} holds what is no code of it.",
            cure=cure,
            where=[Where(file=file, column=column, value=codes[0])],
        )
