"""Writing the extracts: CSV in several encodings, workbooks with titles above and totals below."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import xlsxwriter

from skillmix.demonstration.extracts.dirt import Table

#: What every workbook and folder says of itself.
INVENTED = "INVENTED: every person, organisation and figure here is made up for demonstration (Aldmoor)."
#: Workbooks keep when they were made; the same day each time keeps the files the same.
_MADE = dt.datetime(2026, 7, 1)


def write_csv(
    path: Path, table: Table, *, encoding: str = "utf-8", delimiter: str = ",", blank_columns: int = 0
) -> None:
    """Writes a table as a CSV.

    Args:
        path: the file.
        table: the table.
        encoding: such as ``utf-8-sig`` or ``cp1252``; what it lacks is sent as a question mark.
        delimiter: what parts the columns.
        blank_columns: empty columns at the right, as spreadsheets leave behind.
    """
    empty = [""] * blank_columns
    with path.open("w", encoding=encoding, errors="replace", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow([*table.heading_row(), *empty])
        writer.writerows([*values, *empty] for values in table.values())


def write_workbook(
    path: Path,
    table: Table,
    *,
    titles: Sequence[str],
    numbers: Sequence[str] = (),
    groups: Sequence[tuple[str, int]] = (),
    others: Sequence[tuple[str, Sequence[Sequence[str]]]] = (),
) -> None:
    """Writes a table as a workbook.

    Args:
        path: the file.
        table: the table; its header row leaves room for the titles (and the groups) above it.
        titles: lines above the table, the first of them in row 1.
        numbers: columns whose values are numbers where they can be read as such.
        groups: merged headings above the header: text, and how many columns it spans.
        others: further sheets by name, with their rows.
    """
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    book.set_properties({"comments": INVENTED, "created": _MADE, "title": "INVENTED"})
    bold = book.add_format({"bold": True})
    merged = book.add_format({"bold": True, "align": "center", "border": 1})
    sheet = book.add_worksheet(table.sheet)
    for n, title in enumerate([*titles, INVENTED]):
        sheet.write_string(n, 0, title, bold)
    column = 0
    for text, span in groups:
        if span > 1:
            sheet.merge_range(table.header - 2, column, table.header - 2, column + span - 1, text, merged)
        elif text:
            sheet.write_string(table.header - 2, column, text, merged)
        column += span
    for n, heading in enumerate(table.heading_row()):
        sheet.write_string(table.header - 1, n, heading, bold)
    numeric = {n for n, name in enumerate(table.columns) if name in numbers}
    for r, values in enumerate(table.values()):
        for c, value in enumerate(values):
            if value == "":
                continue
            if c in numeric and _is_number(value):
                sheet.write_number(table.header + r, c, float(value))
            else:
                sheet.write_string(table.header + r, c, value)
    for name, lines in others:
        further = book.add_worksheet(name)
        for r, line in enumerate(lines):
            for c, value in enumerate(line):
                further.write_string(r, c, value)
    book.close()


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return value == value.strip()


def uk(column: str) -> pl.Expr:
    """A date as it is written here: dd/mm/yyyy."""
    return pl.col(column).dt.strftime("%d/%m/%Y")
