"""Arguments and options that several commands share, so that they read the same everywhere."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer


def a_date(words: str) -> dt.date:
    """A date as YYYY-MM-DD.

    Raises:
        typer.BadParameter: when it is not one.
    """
    try:
        return dt.date.fromisoformat(words)
    except ValueError:
        raise typer.BadParameter(f"{words!r} is not a date; write it as 2026-06-30.") from None


def words(listed: str | None) -> list[str]:
    """The words of a comma list.

    >>> words("organisation, profession")
    ['organisation', 'profession']
    """
    return [word.strip() for word in (listed or "").split(",") if word.strip()]


PlaceFolder = Annotated[Path, typer.Argument(metavar="DIR", help="The place folder.", show_default=False)]
AsOf = Annotated[
    dt.date | None,
    typer.Option(
        "--as-of", parser=a_date, metavar="DATE", help="A date such as 2026-06-30.", show_default=False
    ),
]
AtNumber = Annotated[
    int | None,
    typer.Option(
        "--at", min=0, metavar="NUMBER", help="Read as of this publication number; the latest by default."
    ),
]
