"""A table of totals, projected: one row a group and period, and nothing else needed.

The rule is the stock-and-flow identity::

    stock[t] = stock[t-1] + joiners[t] - leavers[t] + conversions[t]

where ``leavers[t]`` may be given as ``leaver_rate[t]``, a share of ``stock[t-1]``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from rapidfuzz import fuzz, process

from skillmix.errors import InputError, Where

#: Every column that is read; those with a range may have ``_low`` and ``_high`` beside them.
WORDS = ("group", "period")
AMOUNTS = ("stock", "joiners", "leavers", "leaver_rate", "conversions", "demand")
RANGED = ("stock", "joiners", "leavers", "leaver_rate", "conversions")
RANGES = tuple(f"{name}_{end}" for name in RANGED for end in ("low", "high"))
KNOWN = (*WORDS, *AMOUNTS, *RANGES)
COLUMNS = ("group", "period", "stock", "low", "high", "gap")

#: Periods whose order in time can be told from their writing: 2026, 2026-03, 2026-03-31, 2026/27, 2026Q1.
_IN_TIME = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?|/(?:\d{4}|\d{2})|[ -]?Q([1-4]))?")


@dataclass(frozen=True, slots=True)
class _Row:
    """One row as read: its number in the file and its values by column, blanks left out."""

    number: int
    group: str
    period: str
    values: dict[str, float]

    def has(self, *names: str) -> bool:
        return any(name in self.values for name in names)

    def ranged(self, name: str) -> tuple[float, float, float]:
        """Lowest, given and highest value of a flow; nought where the group has no such flow."""
        value = self.values.get(name, 0.0)
        return self.values.get(f"{name}_low", value), value, self.values.get(f"{name}_high", value)


def heading(column: str) -> str:
    """A heading as it is compared: lower case, words joined by underscores."""
    return re.sub(r"[\s-]+", "_", column.strip().lower())


def _columns(names: Sequence[str], file: str | None) -> dict[str, str]:
    """The frame's own name of each column that is read."""
    found: dict[str, str] = {}
    for name in names:
        known = heading(name)
        if known in KNOWN:
            if known in found:
                raise InputError(
                    f"The column {known} is there twice.",
                    cure="Keep one of them.",
                    where=[Where(file, 1, name)],
                )
            found[known] = name
    for name in names:
        close = process.extractOne(heading(name), KNOWN, scorer=fuzz.ratio, score_cutoff=80)
        if close and heading(name) not in KNOWN and close[0] not in found:
            raise InputError(
                f"The column {name!r} is not known.",
                cure=f"If {close[0]} is meant, name it so; else give it a name further from the known ones.",
                where=[Where(file, 1, name)],
            )
    for name in ("period", "stock"):
        if name not in found:
            raise InputError(
                f"The column {name} is missing.",
                cure="Give the columns group, period and stock, and any of joiners, leavers or leaver_rate, "
                "conversions, demand.",
                where=[Where(file, 1, name)],
            )
    return found


def _number(value: Any, where: Where) -> float | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise InputError(
            "This is not a number.",
            cure="Write digits and at most one decimal point, such as 1002.5, without thousands commas, "
            "percent signs or words; leave the cell blank where the value is unknown.",
            where=[where],
        )
    column = where.column or ""
    if number < 0 and not column.startswith("conversions"):
        raise InputError(f"{column} cannot be below nought.", cure="Give nought or more.", where=[where])
    if column.startswith("leaver_rate") and number > 1:
        raise InputError(
            "A leaver rate is a share of 1, and this is above 1.",
            cure="Write 0.1077 for 10.77 per cent.",
            where=[where],
        )
    return number


def _rows(frame: pl.DataFrame, file: str | None, numbers: Sequence[int] | None) -> list[_Row]:
    columns = _columns(frame.columns, file)
    rows = []
    for index, record in enumerate(frame.iter_rows(named=True)):
        number = numbers[index] if numbers is not None else index + 2
        words = {}
        for word in WORDS:
            raw = record[columns[word]] if word in columns else ""
            words[word] = "" if raw is None else str(raw).strip()
            if word in columns and not words[word]:
                raise InputError(
                    f"The {word} is blank.",
                    cure=f"Give every row its {word}.",
                    where=[Where(file, number, word)],
                )
        values = {}
        for name in (*AMOUNTS, *RANGES):
            if name in columns:
                raw = record[columns[name]]
                value = _number(raw, Where(file, number, name, None if raw is None else str(raw)))
                if value is not None:
                    values[name] = value
        for name in RANGED:
            low, high = values.get(f"{name}_low"), values.get(f"{name}_high")
            given = values.get(name)
            if (low is not None or high is not None) and given is None:
                raise InputError(
                    f"{name} has a range and no value.",
                    cure=f"Give {name} itself as well.",
                    where=[Where(file, number, name)],
                )
            if given is not None and not (
                (low if low is not None else given) <= given <= (high if high is not None else given)
            ):
                raise InputError(
                    f"{name} lies outside its own range.",
                    cure=f"Give {name}_low at most, and {name}_high at least, {given:g}.",
                    where=[Where(file, number, name, f"{given:g}")],
                )
        rows.append(_Row(number, words["group"], words["period"], values))
    return rows


def _in_time(row: _Row) -> tuple[int, int, int] | None:
    match = _IN_TIME.fullmatch(row.period)
    if match is None:
        return None
    year, month, day, quarter = match.groups()
    return int(year), int(month or 3 * int(quarter or 0)), int(day or 0)


def _ordered(rows: list[_Row], file: str | None) -> list[_Row]:
    """A group's rows in time where the periods tell it, else as they stand in the file."""
    seen: dict[str, int] = {}
    for row in rows:
        if row.period in seen:
            raise InputError(
                f"The group has this period twice (first in row {seen[row.period]}).",
                cure="Keep one row for each group and period.",
                where=[Where(file, row.number, "period", row.period)],
            )
        seen[row.period] = row.number
    keys = [_in_time(row) for row in rows]
    if any(key is None for key in keys):
        return rows
    return [row for _, row in sorted(zip(keys, rows, strict=True), key=lambda pair: pair[0] or (0, 0, 0))]


def _complete(rows: list[_Row], file: str | None) -> None:
    """Missing is not zero: a flow that the group has must be there in every period but the first."""
    for names in (("joiners",), ("leavers", "leaver_rate"), ("conversions",)):
        if not any(row.has(*names) for row in rows):
            continue
        for row in rows[1:]:
            if not row.has(*names):
                raise InputError(
                    f"{' or '.join(names)} is blank here and given in other periods of the group.",
                    cure="Write 0 if there were none; leave the column blank in every row of the group "
                    "if it has no such flow.",
                    where=[Where(file, row.number, names[0])],
                )
    for row in rows[1:]:
        if row.has("leavers") and row.has("leaver_rate"):
            raise InputError(
                "Both leavers and leaver_rate are given.",
                cure="Give one of them in each row.",
                where=[Where(file, row.number, "leaver_rate", f"{row.values['leaver_rate']:g}")],
            )


def _chain(rows: list[_Row], file: str | None) -> list[tuple[float, float, float]]:
    """Stock, low and high of each row of a group, in its order in time."""
    first = rows[0]
    if not first.has("stock"):
        raise InputError(
            "The first period of the group has no stock.",
            cure="Give the stock that the projection starts from.",
            where=[Where(file, first.number, "stock")],
        )
    low, stock, high = first.ranged("stock")
    out = [(stock, low, high)]
    for row in rows[1:]:
        joined, converted = row.ranged("joiners"), row.ranged("conversions")
        if row.has("leaver_rate"):
            rate = row.ranged("leaver_rate")
            left = (rate[2] * low, rate[1] * stock, rate[0] * high)
        else:
            given = row.ranged("leavers")
            left = (given[2], given[1], given[0])
        low = max(0.0, low + joined[0] - left[0] + converted[0])
        stock = stock + joined[1] - left[1] + converted[1]
        high = high + joined[2] - left[2] + converted[2]
        if stock < 0:
            raise InputError(
                f"More people leave than there are: the stock would be {stock:g}.",
                cure="Check this row's leavers and conversions, and the stock that the group starts from.",
                where=[Where(file, row.number, "leavers")],
            )
        out.append((stock, low, high))
    return out


def _project(rows: list[_Row], file: str | None) -> dict[int, tuple[float, float, float]]:
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    projected = {}
    for members in groups.values():
        ordered = _ordered(members, file)
        _complete(ordered, file)
        for row, values in zip(ordered, _chain(ordered, file), strict=True):
            projected[row.number] = values
    return projected


def project_table(
    frame: pl.DataFrame, *, file: str | None = None, numbers: Sequence[int] | None = None
) -> pl.DataFrame:
    """Project a table of totals.

    Args:
        frame: one row a group and period, with ``group``, ``period``, ``stock`` (needed in a group's first
            period; later ones are compared by `compare_table`, not used), ``joiners``, ``leavers`` or
            ``leaver_rate`` (share of the stock before), ``conversions`` (signed), ``demand``; all in the
            stock's own unit, a period at a time. The first period's flows are not applied and may be blank.
            Absent columns are flows that do not exist; other columns are passed over. Each of ``stock,
            joiners, leavers, leaver_rate, conversions`` may have ``_low`` and ``_high`` beside it. Rows of a
            group are taken in time where the periods tell it (2026, 2026-03, 2026/27, 2026Q1), else as they
            stand.
        file: name of the file, for messages.
        numbers: row numbers in the file, for messages; from 2 by default.

    Returns:
        ``group, period, stock, low, high, gap``, unrounded, one row for each of `frame` in its order.
        ``low`` takes every range at the end that lowers the stock, ``high`` at the other, so they are limits,
        not quantiles; without ranges both equal ``stock``. ``gap`` is demand less stock (above nought: short
        of people) and null without demand.

    Raises:
        InputError: with file, row, column, value and cure.

    >>> import polars as pl
    >>> nurses = pl.DataFrame({"group": "nurses", "period": [2025, 2026], "stock": [1000, None],
    ...                        "joiners": [None, 110], "leaver_rate": [None, 0.1], "demand": [None, 1025]})
    >>> project_table(nurses).row(1)
    ('nurses', '2026', 1010.0, 1010.0, 1010.0, 15.0)
    """
    rows = _rows(frame, file, numbers)
    if not rows:
        raise InputError(
            "The table has no rows.", cure="Give one row a group and period.", where=[Where(file)]
        )
    projected = _project(rows, file)
    records = []
    for row in rows:
        stock, low, high = projected[row.number]
        demand = row.values.get("demand")
        records.append((row.group, row.period, stock, low, high, None if demand is None else demand - stock))
    kinds = {name: pl.String if name in WORDS else pl.Float64 for name in COLUMNS}
    return pl.DataFrame(records, schema=kinds, orient="row")


def compare_table(frame: pl.DataFrame, *, file: str | None = None) -> pl.DataFrame:
    """Later stocks that were given, beside those projected.

    Args:
        frame: as for `project_table`.
        file: name of the file, for messages.

    Returns:
        ``group, period, stock, given, difference, percent`` (of the given stock; null where that is nought),
        one row for each stock given after a group's first period; none where none was given.

    Raises:
        InputError: as `project_table`.
    """
    rows = _rows(frame, file, None)
    projected = _project(rows, file)
    firsts: dict[str, list[_Row]] = {}
    for row in rows:
        firsts.setdefault(row.group, []).append(row)
    starts = {_ordered(members, file)[0].number for members in firsts.values()}
    records = []
    for row in rows:
        if row.has("stock") and row.number not in starts:
            stock, given = projected[row.number][0], row.values["stock"]
            percent = 100 * (stock - given) / given if given else None
            records.append((row.group, row.period, stock, given, stock - given, percent))
    names = ("group", "period", "stock", "given", "difference", "percent")
    kinds = {name: pl.String if name in WORDS else pl.Float64 for name in names}
    return pl.DataFrame(records, schema=kinds, orient="row")
