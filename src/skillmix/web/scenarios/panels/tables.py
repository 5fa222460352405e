"""What tables of projections share: their columns, one row a slice, and who stands in each row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl

from skillmix.disclosure import Released
from skillmix.errors import InputError, Where
from skillmix.projection import KeptRun
from skillmix.report import words
from skillmix.report.document import Column
from skillmix.report.outlook import INTERVAL
from skillmix.web.panels.panel import Parameters
from skillmix.web.panels.reading import Reading
from skillmix.web.scenarios import naming, results
from skillmix.web.scenarios.library import run_at

#: Kinds of slice that a table can be by, and what its rows are called.
BY = {
    "serves": "Sector worked for",
    "sector": "Sector that employs",
    "organisation": "Organisation",
    "profession": "Profession",
}


def run_of(reading: Reading, given: Parameters, kind: str) -> KeptRun:
    """The run that a panel is about.

    Raises:
        InputError: when none is named.
    """
    if not given.get("run"):
        raise InputError(
            "No run is named.", cure="Open it from the list of runs.", where=[Where(column="run")]
        )
    return run_at(reading, given["run"], kind)


def by_of(given: Parameters, default: str) -> str:
    """What the rows are by.

    Raises:
        InputError: when a table cannot be by that.
    """
    by = given.get("by", default)
    if by not in BY:
        raise InputError(
            "The table cannot be by that.",
            cure=f"Choose one of {', '.join(BY)}.",
            where=[Where(column="by", value=by)],
        )
    return by


def row_name(reading: Reading, by: str, row: Mapping[str, Any]) -> str:
    """What a row is called: an unnamed partner by the name that it has been given instead."""
    names = naming.names(reading.place)
    if by == "organisation":
        code = str(row["organisation"])
        if code.startswith("unnamed-"):
            return f"Unnamed partner {code.removeprefix('unnamed-')}"
        if code == reading.place.code:
            return f"Networks of {reading.place.name} (posts of the plan)"
        return names["organisation"].get(code, code)
    if by == "profession":
        code = str(row["profession"])
        return names["profession_name"].get(code, names["staff_group"].get(code, code))
    code = str(row["sector"])
    return names["sector"].get(code, code)


def wide(reading: Reading, shown: Released, by: str) -> list[dict[str, Any]]:
    """One row a slice, with start and horizons: ``name, p50_0, p50_1, p5_1, p95_1, ...``."""
    keys = ["organisation", "profession", "sector"]
    rows: list[dict[str, Any]] = []
    known = [k for k in keys if k in shown.frame.columns]
    for _, group in shown.frame.sort([*known, "years"], nulls_last=True).group_by(known, maintain_order=True):
        first = group.row(0, named=True)
        row = {"name": row_name(reading, by, first), **{k: first[k] for k in known}}
        for one in group.iter_rows(named=True):
            row |= {f"{v}_{one['years']}": one[v] for v in ("p50", "p5", "p95")}
        rows.append(row)
    return sorted(rows, key=lambda r: (r["p50_0"] is None, -(r["p50_0"] or 0), r["name"]))


def columns(first: str, dates: Mapping[int, dt.date]) -> list[Column]:
    """Columns of such a table."""
    found = [Column("name", first), Column("p50_0", words.month(dates[0]), "number")]
    for years, date in dates.items():
        if years:
            found += [
                Column(f"p50_{years}", words.month(date), "number"),
                Column(f"p5_{years}", f"Low, {date:%b %Y}", "number"),
                Column(f"p95_{years}", f"High, {date:%b %Y}", "number"),
            ]
    return found


def dates(run: KeptRun) -> dict[int, dt.date]:
    """The start and the 31 March of each horizon, by financial years."""
    from skillmix.projection.results import month_end

    starts = results.starts_of(run)
    return {0: starts, **{n: month_end(starts, month) for n, month in results.horizons(run).items()}}


def said(run: KeptRun) -> list[str]:
    """What must be said beside every figure of a run."""
    told = run.manifest
    approximate = told.get("approximate_because") or []
    course = (
        f"The expected course is an approximation: {'; '.join(map(str, approximate))}."
        if approximate
        else "The expected course is exact."
    )
    return [f"{INTERVAL}: {told['runs']} runs, seed {told['seed']}.", course]


def fan_rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows for a fan chart."""
    return (
        frame.select(
            "date", pl.col("p50").alias("middle"), pl.col("p5").alias("low"), pl.col("p95").alias("high")
        )
        .drop_nulls()
        .sort("date")
        .to_dicts()
    )
