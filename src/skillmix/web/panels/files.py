"""A panel as a file: CSV, a workbook, JSON, Parquet, SVG, PNG. The figures are unrounded.

Nothing that a cell holds is ever run as a formula: text that a spreadsheet would run is marked as text.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from decimal import Decimal
from typing import Any

import polars as pl

from skillmix.disclosure.releases import INVENTED
from skillmix.web.panels.panel import Panel

#: Content type by ending.
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "svg": "image/svg+xml",
    "png": "image/png",
    "chart": "application/json",
}
#: Files of figures, as against pictures of them on a page.
DOWNLOADS = ("csv", "xlsx", "json", "parquet")

#: What makes a spreadsheet take a text for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(value: Any) -> Any:
    """A value that no spreadsheet runs.

    >>> harmless("=1+1"), harmless(-3), harmless("physiotherapist")
    ("'=1+1", -3, 'physiotherapist')
    """
    if isinstance(value, str) and (value.startswith(_FORMULA) or value.lstrip().startswith(_FORMULA)):
        return f"'{value}"
    return value


def frame(panel: Panel) -> pl.DataFrame:
    """The rows as a frame, each value under its column's key; what is invented is said in every row."""
    keys = [c.key for c in panel.columns]
    rows = [{k: _plain(row.get(k)) for k in keys} for row in panel.table.rows]
    data = {k: [row[k] for row in rows] for k in keys}
    made = pl.DataFrame(data, strict=False) if keys else pl.DataFrame()
    if panel.synthetic:
        # A row whose every fact is published is not called invented for its neighbours' sake.
        public = [row.get("origin") == "published" for row in panel.table.rows]
        said = [None if published else INVENTED for published in public]
        made = made.with_columns(pl.Series("invented", said, dtype=pl.String))
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value


def csv(panel: Panel) -> bytes:
    """UTF-8 with a mark, so that a spreadsheet reads accents; headings as on the page."""
    table = frame(panel)
    headings = {c.key: harmless(c.heading) for c in panel.columns}
    text = [name for name, kind in table.schema.items() if kind == pl.String]
    safe = table.with_columns(pl.col(name).map_elements(harmless, return_dtype=pl.String) for name in text)
    return b"\xef\xbb\xbf" + safe.rename(headings, strict=False).write_csv().encode()


def xlsx(panel: Panel, place: str, on: dt.date) -> bytes:
    """A workbook: the figures on one sheet, what must be said beside them on another."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "d mmm yyyy"})
        sheet = book.add_worksheet("Figures")
        table = frame(panel)
        headings = {c.key: c.heading for c in panel.columns}
        for at, name in enumerate(table.columns):
            sheet.write_string(0, at, harmless(headings.get(name, INVENTED)), bold)
            sheet.set_column(at, at, max(12, min(40, len(headings.get(name, name)) + 2)))
        for number, row in enumerate(table.iter_rows(), start=1):
            for at, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(number, at, dt.datetime(value.year, value.month, value.day), day)
                elif isinstance(value, bool):
                    sheet.write_boolean(number, at, value)
                elif isinstance(value, int | float):
                    sheet.write_number(number, at, value)
                elif value is not None:
                    sheet.write_string(number, at, harmless(str(value)))
        sheet.freeze_panes(1, 1)
        about = book.add_worksheet("About")
        about.set_column(0, 0, 110)
        for number, line in enumerate(said(panel, place, on)):
            about.write_string(number, 0, harmless(line), bold if number == 0 else wrapped)
    return buffer.getvalue()


def said(panel: Panel, place: str, on: dt.date) -> list[str]:
    """What stands beside the figures wherever they go."""
    invented = [f"{INVENTED}: what is synthetic says nothing about a real organisation."]
    numbers = sorted({r.number for r in panel.released if r.number is not None})
    return [
        panel.title,
        f"{place}, {on:%d %B %Y}",
        *(invented if panel.synthetic else []),
        *([f"Facts as of {panel.oldest}."] if panel.oldest else []),
        *([f"Publication number {', '.join(map(str, numbers))}."] if numbers else []),
        *([panel.table.note] if panel.table.note else []),
        *panel.notes,
    ]


def json_of(panel: Panel, place: str, on: dt.date) -> bytes:
    """The figures and what must be said beside them."""

    def plain(value: Any) -> Any:
        return value.isoformat() if isinstance(value, dt.date) else value

    rows = [{k: plain(v) for k, v in row.items()} for row in frame(panel).to_dicts()]
    content = {
        "title": panel.title,
        "place": place,
        "columns": [{"key": c.key, "heading": c.heading} for c in panel.columns],
        "rows": rows,
        "notes": said(panel, place, on)[1:],
        "synthetic": panel.synthetic,
    }
    return json.dumps(content, ensure_ascii=False).encode()


def parquet(panel: Panel) -> bytes:
    """The figures as Parquet."""
    buffer = io.BytesIO()
    frame(panel).write_parquet(buffer)
    return buffer.getvalue()


def picture(panel: Panel, ending: str) -> bytes:
    """The chart as SVG or PNG, drawn here; it carries its words and makes no request."""
    import vl_convert

    assert panel.chart is not None

    if ending == "svg":
        drawn: str = vl_convert.vegalite_to_svg(panel.chart)
        return drawn.encode()
    png: bytes = vl_convert.vegalite_to_png(panel.chart, scale=2)
    return png


def content(panel: Panel, ending: str, place: str, on: dt.date) -> bytes:
    """A panel as a file of an ending in `TYPES`."""
    if ending == "csv":
        return csv(panel)
    if ending == "xlsx":
        return xlsx(panel, place, on)
    if ending == "json":
        return json_of(panel, place, on)
    if ending == "parquet":
        return parquet(panel)
    if ending == "chart":
        return json.dumps(panel.chart, default=str).encode()
    return picture(panel, ending)
