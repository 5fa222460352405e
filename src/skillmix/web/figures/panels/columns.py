"""Columns that say something: what is unknown, or nought, in every row is left out of a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from skillmix.report.document import Column

Rows = Sequence[Mapping[str, Any]]


def telling(columns: Iterable[Column], rows: Rows, noughts: Collection[str] = ("lines",)) -> list[Column]:
    """The columns of a table that tell something of at least one row.

    Args:
        columns: every column; the first stays, whatever is in it.
        rows: the rows.
        noughts: columns that say nothing either where every row has nought.
    """
    every = list(columns)
    kept = every[:1]
    for column in every[1:]:
        values = [row.get(column.key) for row in rows]
        if any(_tells(row, column.key) for row in rows) and not (
            column.key in noughts and all(not v for v in values)
        ):
            kept.append(column)
    return kept


def _tells(row: Mapping[str, Any], key: str) -> bool:
    # What may not be shown is not unknown: the column stays, and says so.
    return row.get(key) is not None or f"{key}:" in str(row.get("suppressed") or "")


def days(rows: Rows, first: str = "oldest_as_of", last: str = "newest_as_of") -> list[dt.date]:
    """The dates that rows are of."""
    found = [row.get(key) for row in rows for key in (first, last)]
    return [day for day in found if isinstance(day, dt.date)]


def hidden(row: Mapping[str, Any], **follows: str) -> str:
    """What is hidden of a row, with what follows from it.

    Args:
        row: a released row.
        follows: for a further column, the column that it is worked out from.

    >>> hidden({"suppressed": "joiners: fewer than 5 people"}, net="joiners")
    'joiners: fewer than 5 people; net: joiners'
    """
    said = str(row.get("suppressed") or "")
    more = [f"{name}: {of}" for name, of in follows.items() if f"{of}:" in said]
    return "; ".join([said, *more]) if said else ""
