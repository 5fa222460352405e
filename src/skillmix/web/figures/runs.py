"""Projections that the place holds already, released for whoever looks; none is made while a page waits."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from skillmix.errors import InputError, Where
from skillmix.projection import Comparison, KeptRun, as_figures, kept_runs
from skillmix.projection.entitlement import Entitlement, PlannedRole
from skillmix.projection.keeping import ROUTES
from skillmix.report import plans
from skillmix.report.boards import latest_run
from skillmix.report.outlook import Run
from skillmix.web.panels.reading import KEPT, Reading

#: Names of runs, as `projection.runs` makes them.
_NAME = re.compile(r"^[0-9a-f]{16}$")


def _stamp(folder: Path) -> tuple[int, ...]:
    """Changes whenever a run, a scenario or an assumption of the place does."""
    watched = [folder / "runs", *sorted((folder / "runs").glob("*/manifest.json"))]
    for name in ("scenarios", "assumptions"):
        watched += sorted((folder / name).glob("*"))
    found = []
    for path in watched:
        try:
            found.append(path.stat().st_mtime_ns)
        except OSError:
            found.append(0)
    return tuple(found)


def latest(reading: Reading) -> str:
    """The name of the latest projection without change of the place as it is now; empty where none is."""
    place = reading.place
    key = ("latest run", reading.slug, reading.stamp, _stamp(place.path))

    def look() -> str:
        folder = latest_run(place)
        return folder.name if folder is not None else ""

    return KEPT.get(key, look)


def run_of(reading: Reading, name: str) -> Run:
    """A projection of the place, its figures released for this reader.

    Args:
        reading: who looks.
        name: the run's name, as an address gives it.

    Raises:
        InputError: when the place has no such projection of the facts as they are now.
    """
    return reading.keep(("run", name), lambda: _read(reading, name))


def _read(reading: Reading, name: str) -> Run:
    folder = reading.place.path / "runs" / name
    gone = InputError(
        "There is no such projection of the place as it is now.",
        cure="Open the scenarios and run one.",
        where=[Where(column="run", value=name)],
    )
    if not _NAME.match(name):
        raise gone
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        frames = {n: pl.read_parquet(folder / "results" / f"{n}.parquet") for n in ("summary", "monthly")}
    except (OSError, json.JSONDecodeError, pl.exceptions.PolarsError):
        raise gone from None
    # A run of facts that have changed since may hold what this reader may no longer be shown.
    if manifest["place"] != reading.place.code or int(manifest["number"]) != reading.number:
        raise gone
    shown = [
        reading.release(as_figures(frame, place=reading.place.name, number=reading.number))
        for frame in frames.values()
    ]
    return Run(manifest, *shown)


def decision(reading: Reading) -> Mapping[str, str]:
    """What a kept comparison of routes recommends, costs, asks agreement of and assumes; empty without one.

    Only figures of the place as a whole are in it.
    """
    key = ("decision", reading.slug, reading.stamp, _stamp(reading.place.path))
    return KEPT.get(key, lambda: _decision(reading))


def _decision(reading: Reading) -> Mapping[str, str]:
    for run in kept_runs(reading.place.path):
        about = run.manifest
        fresh = about.get("place") == reading.place.code and about.get("number") == reading.number
        if run.kind == ROUTES and fresh:
            return plans.decision(_comparison(run))
    return {}


def _comparison(run: KeptRun) -> Comparison:
    """A comparison as it was, from its folder."""
    frames = {name: run.scan(name).collect() for name in ("routes", "ripple", "answer", "roles")}
    about = dict(run.manifest["entitlement"])
    about["starts"] = dt.date.fromisoformat(about["starts"])
    roles = tuple(PlannedRole(**row) for row in frames["roles"].to_dicts())
    return Comparison(
        entitlement=Entitlement(**about, roles=roles, notes=()),
        frame=frames["routes"],
        answer=frames["answer"],
        ripple=frames["ripple"],
        notes=tuple(run.manifest.get("notes", ())),
        manifest=dict(run.manifest),
        invented=run.invented,
    )
