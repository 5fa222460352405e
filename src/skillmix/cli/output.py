"""Data on stdout, and nothing else there: as a table, JSON, CSV or Parquet.

JSON is a list of rows with unrounded numbers, dates as ISO 8601 and null where unknown. A table is for
reading: it rounds, groups thousands and shows a dash where unknown.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from skillmix.cli import terminal
from skillmix.errors import SkillmixError

if TYPE_CHECKING:
    import polars as pl

    Rows = pl.DataFrame | Sequence[Mapping[str, object]]

#: What stands in a table where a value is unknown.
UNKNOWN = "–"

#: Columns that hold sentences rather than values.
_SENTENCES = ("refused", "basis", "suppressed")

#: Text up to this many characters, such as a date, is kept whole on a narrow screen.
_SHORT = 10

#: Columns of shares of 1, shown as per cent.
_SHARES = {"rate", "leaver_rate", "joiner_rate", "stability", "stability_index", "vacancy_rate"}
#: Columns of identifiers, whose digits are not grouped.
_PLAIN = {"year", "number", "row", "publication", "seed", "port"}


class Format(StrEnum):
    """How data is written to stdout."""

    table = "table"
    json = "json"
    csv = "csv"
    parquet = "parquet"


FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to write the rows to stdout.")]


def emit(rows: Rows, form: Format = Format.table, *, title: str | None = None) -> None:
    """Write rows to stdout.

    Args:
        rows: a frame, or a list of rows with the same keys.
        form: the format.
        title: heading of the table; the other formats hold data alone.

    Raises:
        SkillmixError: when Parquet would be written to a terminal.
    """
    if form is Format.parquet:
        _parquet(rows)
        return
    columns, records = _taken_apart(rows)
    if form is Format.json:
        write_json(records, sys.stdout)
    elif form is Format.csv:
        write_csv(columns, records, sys.stdout)
    else:
        _table(columns, records, title)


def emit_released(released: Any, form: Format = Format.table) -> None:
    """Write released figures to stdout, and what must be said beside them to stderr.

    Args:
        released: a `disclosure.Released`.
        form: the format.
    """
    emit(released.frame, form, title=face(released))
    notes(released)


def face(released: Any) -> str | None:
    """What must stand on the face of a table: that it is invented, all of it or some."""
    if not released.synthetic:
        return None
    origins = set(released.frame["origin"].drop_nulls()) if "origin" in released.frame.columns else set()
    return "Invented" if origins == {"synthetic"} else "Invented in part"


def notes(released: Any) -> None:
    """Say on stderr what must be said beside released figures."""
    for words in released.notes:
        terminal.note(words)


def records(made: Iterable[Any]) -> list[dict[str, object]]:
    """Dataclasses as rows, a field a column."""
    return [{field.name: getattr(one, field.name) for field in dataclasses.fields(one)} for one in made]


def _taken_apart(rows: Rows) -> tuple[list[str], list[Mapping[str, object]]]:
    if isinstance(rows, Sequence):
        return (list(rows[0]) if rows else []), list(rows)
    return rows.columns, list(rows.iter_rows(named=True))


def json_value(value: object) -> str:
    """A value as JSON: a decimal as the exact number, what is not a number as null.

    >>> json_value(Decimal("17743.450000000")), json_value(float("nan")), json_value(dt.date(2026, 6, 30))
    ('17743.45', 'null', '"2026-06-30"')
    """
    if isinstance(value, Decimal):
        return _digits(value) if value.is_finite() else "null"
    if isinstance(value, float) and not math.isfinite(value):
        return "null"
    if isinstance(value, (dt.date, dt.datetime, dt.time)):
        return json.dumps(value.isoformat())
    if isinstance(value, Enum):
        return json_value(value.value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(str(k))}: {json_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(json_value(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _digits(value: Decimal) -> str:
    words = format(value, "f")
    return words.rstrip("0").rstrip(".") if "." in words else words


def write_json(records: Iterable[Mapping[str, object]], to: TextIO) -> None:
    """Write a JSON list, one row a line."""
    to.write("[")
    for number, record in enumerate(records):
        to.write(",\n " if number else "\n ")
        to.write(json_value(record))
    to.write("\n]\n")


def write_csv(columns: Sequence[str], records: Iterable[Mapping[str, object]], to: TextIO) -> None:
    """Write CSV with a header; empty where unknown."""
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow(columns)
    for record in records:
        writer.writerow([_plain(record[column]) for column in columns])


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return _digits(value)
    if isinstance(value, (dt.date, dt.datetime, dt.time)):
        return value.isoformat()
    if isinstance(value, (bool, Mapping, list, tuple)):
        return json_value(value)
    return value


def _parquet(rows: Rows) -> None:
    if sys.stdout.isatty():
        raise SkillmixError(
            "Parquet is not for reading on a terminal.",
            cure="Send it to a file, such as '--format parquet > overview.parquet'.",
        )
    import polars as pl

    frame = pl.DataFrame(rows, infer_schema_length=None) if isinstance(rows, Sequence) else rows
    frame.write_parquet(sys.stdout.buffer)


def shown(value: object, column: str = "") -> str:
    """A value as a table shows it.

    >>> shown(Decimal("17743.450000000")), shown(933415), shown(None), shown(True), shown(2025, "year")
    ('17,743.45', '933,415', '–', 'yes', '2025')
    """
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value) if column in _PLAIN else f"{value:,}"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, float) and column in _SHARES:
        return f"{value:.1%}" if math.isfinite(value) else UNKNOWN
    if isinstance(value, float):
        return f"{value:,.2f}" if math.isfinite(value) else UNKNOWN
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (list, tuple)):
        return ", ".join(shown(v) for v in value)
    return str(value)


def heading(column: str, quantity: str = "FTE") -> str:
    """A column's name as a heading.

    >>> heading("fte_place"), heading("oldest_as_of"), heading("fte", "WTE")
    ('FTE place', 'Oldest as of', 'WTE')
    """
    words = column.replace("_", " ").split()
    words = [quantity if word == "fte" else word for word in words]
    return (words[0] if words[0] == quantity else words[0].capitalize()) + "".join(f" {w}" for w in words[1:])


def _table(columns: Sequence[str], records: Sequence[Mapping[str, object]], title: str | None) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from skillmix import settings

    quantity = settings.load().quantity
    # A narrow pipe must not cut a table that a person wants to keep.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 10_000)
    if not records:
        console.print("No rows.")
        return
    narrow = sys.stdout.isatty()
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    # A screen is narrow: columns that hold nothing are left to the other formats.
    # What is said in sentences stands once below the table.
    told = [
        c
        for c in columns
        if not narrow or (c not in _SENTENCES and any(record[c] not in (None, "") for record in records))
    ]
    for column in told:
        numeric = any(_is_number(record[column]) for record in records)
        whole = numeric or max(len(shown(record[column], column)) for record in records) <= _SHORT
        table.add_column(
            Text(heading(column, quantity)),
            justify="right" if numeric else "left",
            overflow="ellipsis" if whole else "fold",
            # A number or a date is never broken in its middle; words give way first.
            no_wrap=whole,
            min_width=_least(column, records, heading(column, quantity)) if narrow and whole else _SHORT,
        )
    for record in records:
        table.add_row(*(Text(shown(record[column], column)) for column in told))
    if narrow:
        console.print(table)
        for column in (c for c in _SENTENCES if c in columns):
            for words in dict.fromkeys(str(r[column]) for r in records if r[column]):
                terminal.note(f"{heading(column, quantity)}: {words}")
        return
    with console.capture() as captured:
        console.print(table)
    sys.stdout.write("\n".join(line.rstrip() for line in captured.get().strip("\n").split("\n")) + "\n")


def _least(column: str, records: Sequence[Mapping[str, object]], title: str) -> int:
    """The least width of a column of numbers or dates: its widest value, or word of its heading."""
    return max(
        *(len(shown(record[column], column)) for record in records), *(len(word) for word in title.split())
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
