"""The report as a workbook: a sheet a table, unrounded, with what is invented said on each sheet."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from skillmix.report.document import Document, Style, Table

_FORMATS: dict[Style, str] = {
    "people": "#,##0",
    "patients": "#,##0",
    "month": "mmm yyyy",
    "quantity": "#,##0.00",
    "number": "#,##0.0",
    "blank": "#,##0.0",
    "precise": "0.####",
    "rate": "0.0%",
    "money": "£#,##0",
    "date": "d mmmm yyyy",
}


def _sheet_name(title: str, taken: set[str]) -> str:
    clean = "".join(c for c in title if c not in "[]:*?/\\'")[:31].strip()
    name, n = clean, 2
    while name.lower() in taken:
        name = f"{clean[: 30 - len(str(n))]} {n}"
        n += 1
    taken.add(name.lower())
    return name


def _put(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, column, float(value), style)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), style)
    else:
        # Always as text: what begins with '=' is a word here, never a formula.
        sheet.write_string(row, column, str(value), style)


def _write_table(book: Any, table: Table, name: str, styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, table.title, styles["title"])
    said = [table.note] if table.note else []
    if table.synthetic:
        said.insert(0, "Invented: contains synthetic rows.")
    for n, words in enumerate(said, start=1):
        sheet.write_string(n, 0, words, styles["note"])
    top = len(said) + 2
    for c, column in enumerate(table.columns):
        sheet.write_string(top, c, column.heading, styles["heading"])
        for r, row in enumerate(table.rows, start=top + 1):
            _put(sheet, r, c, row.get(column.key), styles.get(column.style))
        widest = max([len(column.heading), *(len(str(r.get(column.key) or "")) for r in table.rows)])
        sheet.set_column(c, c, min(widest + 2, 48))
    sheet.freeze_panes(top + 1, 1)


def write_workbook(document: Document, path: Path) -> None:
    """Write the report as an xlsx workbook.

    Args:
        document: the report.
        path: the file to write.
    """
    made = dt.datetime(2000, 1, 1)
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        # A fixed day of making: the same figures give the same bytes.
        book.set_properties({"title": document.title, "created": made})
        styles: dict[str, Any] = {s: book.add_format({"num_format": f}) for s, f in _FORMATS.items()}
        styles["title"] = book.add_format({"bold": True, "font_size": 14})
        styles["note"] = book.add_format({"italic": True, "font_color": "#8A1500"})
        styles["heading"] = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        styles["text"] = book.add_format()
        taken: set[str] = set()
        first = book.add_worksheet(_sheet_name("Answer", taken))
        lines = [
            (document.title, styles["title"]),
            (document.answer.sentence, styles["text"]),
            (f"{document.answer.number} {document.answer.unit} ({document.answer.interval})", styles["text"]),
            (document.answer.without, styles["text"]),
            (document.synthetic, styles["note"]),
            *((f"{label}: {words}", styles["text"]) for label, words in document.decision.items()),
            *((p, styles["text"]) for s in document.sections for p in (s.heading, *s.paragraphs, *s.points)),
        ]
        for n, (words, style) in enumerate(line for line in lines if line[0]):
            first.write_string(n, 0, words, style)
        first.set_column(0, 0, 110)
        for table in document.tables():
            _write_table(book, table, _sheet_name(table.title, taken), styles)
        last = book.add_worksheet(_sheet_name("Manifest", taken))
        for n, (key, value) in enumerate(document.manifest.items()):
            last.write_string(n, 0, key, styles["heading"])
            last.write_string(n, 1, value if isinstance(value, str) else json.dumps(value), styles["text"])
        last.set_column(0, 0, 28)
        last.set_column(1, 1, 90)
