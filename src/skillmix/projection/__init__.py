"""Whom will we have? Hazards, the kernel, scenarios, runs, results, back-tests."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skillmix.projection.backtests import backtest
    from skillmix.projection.comparing import Comparison, compare_routes
    from skillmix.projection.differences import compare
    from skillmix.projection.expectation import expect
    from skillmix.projection.keeping import KeptRun, kept_run, kept_runs, project_once
    from skillmix.projection.keeping_routes import routes_once
    from skillmix.projection.montecarlo import simulate
    from skillmix.projection.places import specify
    from skillmix.projection.results import Results
    from skillmix.projection.running import run_plan
    from skillmix.projection.runs import Manifest, prepare, project
    from skillmix.projection.scenario import Lever, Scenario
    from skillmix.projection.showing import as_figures
    from skillmix.projection.specification import Plan, Specification
    from skillmix.projection.table import compare_table, project_table
    from skillmix.projection.table_files import project_table_file, read_table

_HOMES = {
    "Comparison": "comparing",
    "KeptRun": "keeping",
    "Lever": "scenario",
    "Manifest": "runs",
    "Plan": "specification",
    "Results": "results",
    "Scenario": "scenario",
    "Specification": "specification",
    "as_figures": "showing",
    "backtest": "backtests",
    "compare": "differences",
    "compare_routes": "comparing",
    "compare_table": "table",
    "expect": "expectation",
    "kept_run": "keeping",
    "kept_runs": "keeping",
    "prepare": "runs",
    "project": "runs",
    "project_once": "keeping",
    "project_table": "table",
    "project_table_file": "table_files",
    "read_table": "table_files",
    "routes_once": "keeping_routes",
    "run_plan": "running",
    "simulate": "montecarlo",
    "specify": "places",
}

__all__ = [
    "Comparison",
    "KeptRun",
    "Lever",
    "Manifest",
    "Plan",
    "Results",
    "Scenario",
    "Specification",
    "as_figures",
    "backtest",
    "compare",
    "compare_routes",
    "compare_table",
    "expect",
    "kept_run",
    "kept_runs",
    "prepare",
    "project",
    "project_once",
    "project_table",
    "project_table_file",
    "read_table",
    "routes_once",
    "run_plan",
    "simulate",
    "specify",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"skillmix.projection.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
