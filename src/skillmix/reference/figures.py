"""One figure with its source: what a calculation takes in, and what a page says about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from skillmix.errors import ReferenceListError
from skillmix.reference.lists import library


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, where it comes from, and how sure it is.

    Attributes:
        value: the figure.
        unit: what it counts.
        source: where it comes from.
        confidence: published, seen, calculated, recalled or assumed.
        low: lower end of its range; None where no range is known.
        high: upper end of its range.
        valid_from: first day on which it holds.
        valid_to: last day on which it holds.
    """

    value: float
    unit: str
    source: str
    confidence: str
    low: float | None
    high: float | None
    valid_from: dt.date
    valid_to: dt.date | None

    @property
    def exact(self) -> Decimal:
        """The figure as a decimal, for quantities that are added."""
        return Decimal(repr(self.value))

    def __float__(self) -> float:
        """The figure as a float."""
        return self.value


def value(name: str, as_of: dt.date | None = None, **key: str) -> Figure:
    """One figure of a list that has a column ``value``.

    Args:
        name: a list of figures, such as ``arrs_rates``.
        as_of: the day for which it is asked; None: the latest that the key has.
        key: columns and their values that name the figure, such as ``sector="acute"``.

    Returns:
        The figure with its source, confidence and range.

    Raises:
        ReferenceListError: when the list has no figures, the key finds none or several, or the figure is not
            known (an empty value: the user must give it).

    >>> value("arrs_rates", dt.date(2025, 6, 1)).value
    26.631
    """
    shelf = library()
    declared = shelf.declaration(name)
    if not any(c.name == "value" for c in declared.columns):
        raise ReferenceListError(
            f"The list {name!r} has no column 'value'.", cure="Ask for its table instead."
        )
    frame = shelf.table(name, as_of)
    for column, wanted in key.items():
        declared.column(column)
        frame = frame.filter(pl.col(column) == wanted)
    asked = ", ".join(f"{c} {v}" for c, v in key.items()) or "no key"
    on = f" on {as_of.isoformat()}" if as_of else ""
    if frame.is_empty():
        raise ReferenceListError(
            f"The list {name!r} has no figure for {asked}{on}.", cure=_others(name, declared.key, key)
        )
    if as_of is None:
        frame = frame.filter(pl.col("valid_from") == pl.col("valid_from").max())
    if frame.height > 1:
        left = [c for c in declared.key if c not in key]
        raise ReferenceListError(
            f"The list {name!r} has {frame.height} figures for {asked}{on}.",
            cure=f"Name also {' and '.join(left) or 'a day'}.",
        )
    row = frame.row(0, named=True)
    if row["value"] is None:
        raise ReferenceListError(
            f"The figure of {name!r} for {asked}{on} is not known.",
            cure="Give your own figure with its source.",
        )
    return Figure(
        value=float(row["value"]),
        unit=row.get("unit") or "",
        source=row["source"],
        confidence=row["confidence"],
        low=row.get("low"),
        high=row.get("high"),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
    )


def _others(name: str, keys: tuple[str, ...], asked: dict[str, str]) -> str:
    """A cure that says what there is: the nearest value of the first key that was asked for."""
    from skillmix.reference.lists import nearest

    for column in keys:
        if column in asked:
            there = (
                library().table(name).get_column(column).drop_nulls().unique(maintain_order=True).to_list()
            )
            near = nearest(asked[column], {str(t): str(t) for t in there})
            if near and near[0] != asked[column]:
                return f"Did you mean {column} {near[0]!r}?"
    return f"`skillmix reference show {name}` shows what there is."
