"""From a CSV of a reference list to typed columns, with the row, the value and the cure where it fails."""

from __future__ import annotations

import csv
import datetime as dt
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from skillmix.errors import InputError, Where
from skillmix.reference.declarations import Column, Declared

_TYPES: dict[str, Any] = {
    "code": pl.String,
    "text": pl.String,
    "integer": pl.Int64,
    "number": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Date,
}


def polars_type(column: Column) -> Any:
    """The polars type of a declared column; several codes are a list of strings."""
    return pl.List(pl.String) if column.many else _TYPES[column.kind]


def _boolean(raw: str) -> bool:
    return {"true": True, "false": False}[raw]


def _number(raw: str) -> float:
    number = float(raw)
    if not math.isfinite(number):
        raise ValueError(raw)
    return number


def _code(raw: str) -> str:
    if raw != raw.strip() or not re.fullmatch(r"[^\s;|][^;|]*", raw):
        raise ValueError(raw)
    return raw


_CASTS: dict[str, tuple[Callable[[str], object], str]] = {
    "code": (_code, "Give a code without spaces around it, ';' or '|'."),
    "text": (str, ""),
    "integer": (int, "Give a whole number without separators."),
    "number": (_number, "Give a number with a point, such as 0.25; leave it empty where it is not known."),
    "boolean": (_boolean, "Give true or false."),
    "date": (dt.date.fromisoformat, "Give a date as YYYY-MM-DD."),
}


def _cast(column: Column, raw: str, where: Where) -> object:
    if raw == "":
        if column.required:
            raise InputError(f"{column.name} is empty.", cure="Every row needs it.", where=[where])
        return [] if column.many else None
    cast, cure = _CASTS[column.kind]
    try:
        if column.many:
            return [cast(part) for part in raw.split(";")]
        result = cast(raw)
    except (ValueError, KeyError):
        raise InputError(f"{column.name} cannot be read.", cure=cure, where=[where]) from None
    if column.allowed and raw not in column.allowed:
        raise InputError(
            f"{column.name} is none of the values allowed.",
            cure=f"Give one of {', '.join(column.allowed)}.",
            where=[where],
        )
    if isinstance(result, int | float) and not isinstance(result, bool):
        if column.low is not None and result < column.low:
            raise InputError(
                f"{column.name} is too small.", cure=f"Give at least {column.low:g}.", where=[where]
            )
        if column.high is not None and result > column.high:
            raise InputError(
                f"{column.name} is too large.", cure=f"Give at most {column.high:g}.", where=[where]
            )
    return result


def read_list(file: Path, declared: Declared) -> pl.DataFrame:
    """One reference list as a typed frame.

    Args:
        file: the CSV, in UTF-8, its headings in any order.
        declared: the list's declaration.

    Returns:
        The declared columns in order, one row a line of the file.

    Raises:
        InputError: when the file is missing, a heading is missing or unknown, or a value cannot stand; it
            names file, row, column, value and cure.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(
            f"The reference list {declared.name!r} has no file.",
            cure="Install the package again, or restore the file.",
            where=[Where(file=file.name)],
        ) from None
    except UnicodeDecodeError:
        raise InputError(
            "The file is not in UTF-8.", cure="Save it as UTF-8.", where=[Where(file=file.name)]
        ) from None
    lines = csv.reader(text.splitlines())
    heading = next(lines, [])
    wanted = [c.name for c in declared.columns]
    for name in wanted:
        if name not in heading:
            raise InputError(
                f"The column {name!r} is missing.", cure="Add it.", where=[Where(file=file.name, row=1)]
            )
    for name in heading:
        if name not in wanted or heading.count(name) > 1:
            raise InputError(
                f"The column {name!r} is not declared once.",
                cure=f"Keep {', '.join(wanted)}.",
                where=[Where(file=file.name, row=1, column=name)],
            )
    columns: dict[str, list[object]] = {name: [] for name in wanted}
    at = {name: heading.index(name) for name in wanted}
    for values in lines:
        row = lines.line_num
        if len(values) != len(heading):
            raise InputError(
                f"The row has {len(values)} values, the heading {len(heading)}.",
                cure="Put values that hold a comma in quotation marks.",
                where=[Where(file=file.name, row=row)],
            )
        for column in declared.columns:
            raw = values[at[column.name]]
            where = Where(file=file.name, row=row, column=column.name, value=raw)
            columns[column.name].append(_cast(column, raw, where))
    return pl.DataFrame(columns, schema={c.name: polars_type(c) for c in declared.columns})
