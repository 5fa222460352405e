"""What do we tell the board? Documents of released figures: HTML, a workbook, JSON."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skillmix.report.boards import board
    from skillmix.report.document import Chart, Document, Section, Table
    from skillmix.report.files import FORMATS, report, write

_HOME = {
    "Chart": "document",
    "Document": "document",
    "FORMATS": "files",
    "Section": "document",
    "Table": "document",
    "board": "boards",
    "report": "files",
    "write": "files",
}

__all__ = ["FORMATS", "Chart", "Document", "Section", "Table", "board", "report", "write"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f"skillmix.report.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
