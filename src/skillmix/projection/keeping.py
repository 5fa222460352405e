"""What a place keeps in its folder `runs`: projections, differences of two, and comparisons of routes."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from skillmix.errors import InputError, SkillmixError, Where
from skillmix.place import Place, Scope
from skillmix.place.documents import write_whole
from skillmix.projection import assumptions as assumed
from skillmix.projection.assumptions import Assumptions
from skillmix.projection.runs import Prepared, carry_out, prepared_run, write
from skillmix.projection.scenario import Scenario, parse
from skillmix.projection.scenario_files import to_toml

#: What a folder of `runs` may hold, as its manifest says; a manifest that says nothing is a projection's.
PROJECTION, DIFFERENCE, ROUTES = "projection", "difference", "routes"
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run as its folder keeps it.

    Attributes:
        id: its name.
        folder: its folder.
        manifest: what it can be repeated from, and what was said of it.
        made: when it was written.
    """

    id: str
    folder: Path
    manifest: Mapping[str, Any]
    made: dt.datetime

    @property
    def kind(self) -> str:
        """Whether it is a projection, the difference of two, or a comparison of routes."""
        return str(self.manifest.get("kind", PROJECTION))

    @property
    def invented(self) -> bool:
        """Whether any fact behind it is synthetic."""
        return bool(self.manifest.get("invented"))

    def scan(self, name: str) -> pl.LazyFrame:
        """Its results of one name, to be filtered before they are read.

        Raises:
            InputError: when it has none of that name.
        """
        path = self.folder / "results" / f"{name}.parquet"
        if not path.is_file():
            raise InputError(
                "This run has no such results.", cure="Run it again.", where=[Where(file=f"{name}.parquet")]
            )
        return pl.scan_parquet(path)

    def scenario(self) -> Scenario | None:
        """The scenario as it was when it was run; None where the run keeps none."""
        try:
            return parse((self.folder / "scenario.toml").read_text(encoding="utf-8"), "scenario.toml")
        except (OSError, SkillmixError):
            return None

    def assumptions(self) -> Assumptions | None:
        """The assumptions as they were when it was run; None where the run keeps none."""
        path = self.folder / "assumptions.toml"
        try:
            return assumed.read(path) if path.is_file() else None
        except SkillmixError:
            return None


def kept_run(place: Path, id: str) -> KeptRun | None:
    """One run of a place by its name; None where there is none, or it was not written to its end."""
    if not _ID.fullmatch(id):
        return None
    path = place / "runs" / id / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        made = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    except (OSError, json.JSONDecodeError):
        return None
    return KeptRun(id, path.parent, manifest, made) if isinstance(manifest, dict) else None


def kept_runs(place: Path) -> list[KeptRun]:
    """Every run of a place, the latest first."""
    found = [kept_run(place, path.name) for path in (place / "runs").glob("*")]
    return sorted((run for run in found if run is not None), key=lambda r: (r.made, r.id), reverse=True)


def project_once(
    place: Place | Path | str,
    scenario: Scenario | Path | str = "no_change",
    *,
    years: int = 10,
    runs: int = 500,
    seed: int = 1,
    scope: Scope | None = None,
    at: int | None = None,
    workers: int = 1,
    progress: Callable[[str], None] | None = None,
) -> tuple[str, bool]:
    """As `runs.project` into the place's folder, unless the very same run is there already.

    Returns:
        The run's name, and whether it was there already.

    Raises:
        InputError, RefusedError: as `runs.project`.
    """
    prepared = prepared_run(
        place, scenario, years=years, runs=runs, seed=seed, scope=scope, at=at, progress=progress
    )
    if kept_run(prepared.place.path, prepared.manifest.id) is not None:
        return prepared.manifest.id, True
    keep_beside(prepared)
    write(carry_out(prepared, workers=workers, progress=progress), prepared.folder)
    return prepared.manifest.id, False


def keep_beside(prepared: Prepared) -> None:
    """Keep scenario and assumptions beside a run, as they are now: both may be edited later."""
    prepared.folder.mkdir(parents=True, exist_ok=True)
    write_whole(prepared.folder / "scenario.toml", to_toml(prepared.scenario))
    if not (prepared.folder / "assumptions.toml").exists():
        assumed.write(prepared.assumptions, prepared.folder / "assumptions.toml")
