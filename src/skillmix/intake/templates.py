"""Templates: an empty workbook for a source, to fill where a system has no export of its own."""

from __future__ import annotations

import io
from pathlib import Path

import xlsxwriter

from skillmix.intake.declarations import Column, FieldMap
from skillmix.intake.fieldmap import field_map
from skillmix.intake.rules.declared import rules_of

#: Headings of the sheet of notes.
_NOTES = ("Column", "Needed", "What it holds", "Also understood as", "What is kept of it")


def asked(chosen: FieldMap) -> dict[str, Column]:
    """The columns of a source that are asked for: not those that would only be dropped, such as names."""
    judged = {column for rule in rules_of(chosen.name) for column in rule.columns}
    person = {chosen.person.column} if chosen.person else set()
    return {
        key: column
        for key, column in chosen.columns.items()
        if not column.identifier or key in judged or key in person
    }


def _kept(key: str, chosen: FieldMap) -> str:
    column = chosen.columns[key]
    if chosen.person is not None and key == chosen.person.column:
        return "a hash of it"
    if column.identifier:
        return "nothing: it is compared and dropped"
    return "the year" if column.private and column.cast == "year" else "the value"


def template(source: str | Path | FieldMap) -> bytes:
    """A workbook to fill: a sheet with the headings and no data, and a sheet of notes, a row a column.

    Args:
        source: name of the source, or the path of a field map.

    Returns:
        The content of an .xlsx file; filled in below its headings it can be submitted as it is.

    Raises:
        InputError: when there is no such source.
    """
    chosen = field_map(source)
    columns = asked(chosen)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": f"{chosen.title}: template"})
    bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
    plain = book.add_format({"num_format": "@"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(chosen.title[:31])
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns.values()):
        # As text: a spreadsheet would turn a code or a date into something else.
        number = column.cast in ("integer", "quantity")
        sheet.set_column(place, place, 18, None if number else plain)
        sheet.write_string(0, place, column.headings[0], bold)
    notes = book.add_worksheet("Notes")
    notes.set_column(0, 1, 20)
    notes.set_column(2, 4, 50)
    for place, heading in enumerate(_NOTES):
        notes.write_string(0, place, heading, bold)
    for row, (key, column) in enumerate(columns.items(), start=1):
        needed = "yes" if column.required or not column.optional else "where known"
        cells = (
            column.headings[0],
            needed,
            column.describe,
            ", ".join(column.headings[1:]),
            _kept(key, chosen),
        )
        for place, cell in enumerate(cells):
            notes.write_string(row, place, cell, wrapped)
    book.close()
    return out.getvalue()
