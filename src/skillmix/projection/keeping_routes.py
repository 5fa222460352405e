"""Comparisons of routes, kept beside the runs of a place so that they are shown again at once."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import polars as pl

from skillmix.errors import InputError, Where
from skillmix.place import Place, Scope
from skillmix.place.documents import write_whole
from skillmix.projection import assumptions as assumed
from skillmix.projection.comparing import Comparison, compare_routes
from skillmix.projection.keeping import ROUTES, kept_run
from skillmix.projection.runs import KERNEL, find_scenario, versions, within
from skillmix.projection.scenario import Scenario
from skillmix.projection.scenario_files import to_toml


def routes_once(
    place: Place | Path | str,
    scenario: Scenario | Path | str = "primary_care_plan",
    *,
    years: int = 5,
    runs: int = 100,
    seed: int = 1,
    scope: Scope | None = None,
    progress: Callable[[str], None] | None = None,
) -> tuple[str, bool]:
    """As `compare_routes`, kept as ``runs/<id>/results/{routes,ripple,answer,roles}.parquet``.

    Returns:
        The comparison's name, and whether it was there already.

    Raises:
        InputError: when the scenario has no recruitment plan.
        InputError, RefusedError: as `compare_routes`.
    """
    place = place if isinstance(place, Place) else Place.open(Path(place))
    scenario = scenario if isinstance(scenario, Scenario) else find_scenario(place.path, scenario)
    if not scenario.plan:
        raise InputError(
            "This scenario has no recruitment plan, so there is no route to choose.",
            cure="Choose a scenario with a plan, such as the primary care recruitment plan.",
            where=[Where(value=scenario.name)],
        )
    scope = scope or Scope.controller("comparison of routes of recruitment")
    at = place.number
    facts = place.read(scope, at)
    assumptions = assumed.of_place(place.path)
    pinned = {
        "kind": ROUTES,
        "place": place.code,
        "number": at,
        "scenario": scenario.name,
        "scenario_hash": scenario.hash,
        "assumptions_hash": assumptions.hash,
        "seed": seed,
        "runs": runs,
        "years": years,
        "kernel": KERNEL,
        "versions": versions(),
        **within(facts),
        "organisations": _organisations(place),
    }
    name = hashlib.sha256(json.dumps(pinned, sort_keys=True).encode()).hexdigest()[:16]
    if kept_run(place.path, name) is not None:
        return name, True
    found = compare_routes(
        place, scenario, years=years, runs=runs, seed=seed, scope=scope, at=at, progress=progress
    )
    folder = place.path / "runs" / name
    write_whole(_made(folder) / "scenario.toml", to_toml(scenario))
    assumed.write(assumptions, folder / "assumptions.toml")
    hashes = _frames(found, folder)
    entitlement = {k: v for k, v in asdict(found.entitlement).items() if k not in ("roles", "notes")}
    manifest = {
        "id": name,
        **pinned,
        "invented": found.invented,
        "notes": list(found.notes),
        "entitlement": {**entitlement, "starts": found.entitlement.starts.isoformat()},
        "results": hashes,
    }
    write_whole(folder / "manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
    return name, False


def _organisations(place: Place) -> str:
    """Names what `place.toml` says of the partners: their shares decide what serves the place."""
    return hashlib.sha256(repr(sorted(place.organisation_frame().rows())).encode()).hexdigest()


def _made(folder: Path) -> Path:
    (folder / "results").mkdir(parents=True, exist_ok=True)
    return folder


def _frames(found: Comparison, folder: Path) -> dict[str, str]:
    told = pl.lit(found.invented).alias("invented")
    frames = {
        "routes": found.frame,
        "ripple": found.ripple,
        "answer": found.answer.with_columns(told),
        "roles": found.entitlement.frame(),
    }
    hashes = {}
    for name, frame in frames.items():
        partial = folder / "results" / f"{name}.{secrets.token_hex(4)}.part"
        frame.write_parquet(partial)
        hashes[name] = hashlib.sha256(partial.read_bytes()).hexdigest()
        partial.replace(folder / "results" / f"{name}.parquet")
    return hashes
