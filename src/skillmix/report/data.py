"""The report as JSON: the same figures, unrounded, null where unknown."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from skillmix.report.document import Document, Table


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "note": table.note,
        "synthetic": table.synthetic,
        "columns": [{"key": c.key, "heading": c.heading, "style": c.style} for c in table.columns],
        "rows": [{c.key: _plain(row.get(c.key)) for c in table.columns} for row in table.rows],
    }


def as_data(document: Document) -> dict[str, Any]:
    """The report as plain data, ready to be written as JSON."""
    answer = document.answer
    return {
        "title": document.title,
        "place": document.place,
        "date": document.date,
        "answer": {
            "sentence": answer.sentence,
            "number": answer.number,
            "unit": answer.unit,
            "interval": answer.interval,
            "without": answer.without,
        },
        "decision": dict(document.decision),
        "synthetic": document.synthetic,
        "sections": [
            {"heading": s.heading, "paragraphs": [*s.paragraphs], "points": [*s.points]}
            for s in document.sections
        ],
        "tables": {t.slug: _table(t) for t in document.tables()},
        "manifest": dict(document.manifest),
    }


def write_data(document: Document, path: Path) -> None:
    """Write the report as JSON."""
    path.write_text(json.dumps(as_data(document), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
