"""Whom will we have? Hazards, the kernel, scenarios, runs, results, back-tests."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skillmix.projection.backtests import backtest
    from skillmix.projection.table import compare_table, project_table
    from skillmix.projection.table_files import project_table_file, read_table

_HOMES = {
    "backtest": "backtests",
    "compare_table": "table",
    "project_table": "table",
    "project_table_file": "table_files",
    "read_table": "table_files",
}

__all__ = ["backtest", "compare_table", "project_table", "project_table_file", "read_table"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"skillmix.projection.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
