"""Projections that the place holds already, released for whoever looks; none is made while a page waits."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path

from skillmix.errors import InputError, Where
from skillmix.projection import Comparison, KeptRun, kept_run, kept_runs
from skillmix.projection.entitlement import Entitlement, PlannedRole
from skillmix.projection.keeping import ROUTES
from skillmix.report import plans
from skillmix.report.boards import latest_run
from skillmix.report.outlook import Run
from skillmix.web.panels.reading import Reading
from skillmix.web.scenarios import library, results

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
    """The name of the latest projection without change of the place as it is now; empty where none is.

    One that this reader may not be shown any more (an agreement behind it has ended) is none.
    """
    place = reading.place

    def look() -> str:
        folder = latest_run(place)
        kept = kept_run(place.path, folder.name) if folder is not None else None
        return kept.id if kept is not None and library.readable(reading, kept) else ""

    return reading.keep(("latest run", _stamp(place.path)), look)


def run_of(reading: Reading, name: str) -> Run:
    """A projection of the place, its figures released for this reader.

    Args:
        reading: who looks.
        name: the run's name, as an address gives it.

    Raises:
        InputError: when the place has no such projection of the facts as they are now.
        RefusedError: when what it rests on may not be read any more.
    """
    return reading.keep(("run", name), lambda: _read(reading, name))


def _read(reading: Reading, name: str) -> Run:
    gone = InputError(
        "There is no such projection of the place as it is now.",
        cure="Open the scenarios and run one.",
        where=[Where(column="run", value=name)],
    )
    if not _NAME.match(name) or kept_run(reading.place.path, name) is None:
        raise gone
    kept = library.run_at(reading, name)
    # A run of facts that have changed since may hold what this reader may no longer be shown.
    if kept.manifest["place"] != reading.place.code or int(kept.manifest["number"]) != reading.number:
        raise gone
    shown = [results.whole(reading, kept, part) for part in ("summary", "monthly")]
    return Run({**kept.manifest, "notes": list(results.notes_of(kept, reading))}, *shown)


def decision(reading: Reading) -> Mapping[str, str]:
    """What a kept comparison of routes recommends, costs, asks agreement of and assumes; empty without one.

    Only figures of the place as a whole are in it.
    """
    return reading.keep(("decision", _stamp(reading.place.path)), lambda: _decision(reading))


def _decision(reading: Reading) -> Mapping[str, str]:
    for run in kept_runs(reading.place.path):
        about = run.manifest
        fresh = about.get("place") == reading.place.code and about.get("number") == reading.number
        if run.kind == ROUTES and fresh and library.readable(reading, run):
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
