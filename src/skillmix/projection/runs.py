"""A run: from a place and a scenario to results that can be repeated from one manifest."""

from __future__ import annotations

import hashlib
import json
import platform
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import skillmix
from skillmix.errors import InputError, Where
from skillmix.place import Facts, Place, Scope
from skillmix.place.documents import write_whole
from skillmix.projection import assumptions as assumed
from skillmix.projection import routes
from skillmix.projection import scenario as scenarios
from skillmix.projection.entitlement import recruitment
from skillmix.projection.places import specify
from skillmix.projection.results import Results
from skillmix.projection.running import run_plan
from skillmix.projection.scenario import Scenario
from skillmix.projection.specification import Plan, Specification

#: Version of the kernel: raised when the same manifest would give other figures.
KERNEL = "2"


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that a projection's figures follow from.

    Attributes:
        place: code of the place.
        number: publication number that the facts were read at.
        scenario: name of the scenario.
        scenario_hash: SHA-256 of what it changes.
        assumptions_hash: SHA-256 of the assumptions.
        specification_hash: SHA-256 of the arrays that the engines were given.
        seed: the seed.
        runs: how many runs.
        years: how many years.
        kernel: version of the kernel.
        versions: of skillmix, Python and NumPy.
    """

    place: str
    number: int
    scenario: str
    scenario_hash: str
    assumptions_hash: str
    specification_hash: str
    seed: int
    runs: int
    years: int
    kernel: str
    versions: Mapping[str, str]

    @property
    def id(self) -> str:
        """Names the run: the same figures have the same name."""
        return hashlib.sha256(json.dumps(self.plain(), sort_keys=True).encode()).hexdigest()[:16]

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            name: dict(value) if isinstance(value := getattr(self, name), Mapping) else value
            for name in self.__slots__
        }


def versions() -> dict[str, str]:
    """Versions that figures depend on."""
    return {
        "skillmix": skillmix.__version__,
        "python": platform.python_version(),
        "numpy": metadata.version("numpy"),
    }


def hash_of(specification: Specification) -> str:
    """SHA-256 of a specification, every array and cell of it."""
    digest = hashlib.sha256()
    for name in sorted(f.name for f in fields(specification) if f.name != "notes"):
        value = getattr(specification, name)
        digest.update(name.encode())
        if isinstance(value, np.ndarray):
            digest.update(str(value.dtype).encode() + np.ascontiguousarray(value).tobytes())
        else:
            digest.update(repr(value).encode())
    return digest.hexdigest()


def prepare(place: Place | Path | str) -> assumed.Assumptions:
    """Put what a projection needs into a place's folder, for people to edit: assumptions and scenarios.

    Args:
        place: the place, or its folder.

    Returns:
        The assumptions in force; files that are there already are left as they are.
    """
    folder = place.path if isinstance(place, Place) else Path(place)
    scenarios.copy_carried(folder / "scenarios")
    return assumed.of_place(folder)


def project(
    place: Place | Path | str,
    scenario: Scenario | Path | str = "no_change",
    *,
    years: int = 10,
    runs: int = 500,
    seed: int = 1,
    out: Path | str | None = None,
    scope: Scope | None = None,
    at: int | None = None,
    workers: int = 1,
    progress: Callable[[str], None] | None = None,
) -> Results:
    """Project the workforce of a place.

    Args:
        place: the place, or its folder.
        scenario: a scenario, a file of one, or the name of one that the package carries.
        years: how many years, from 1 to 40.
        runs: how many runs of the Monte Carlo, from 1.
        seed: the same seed gives the same figures, and scenarios of one seed share their luck.
        out: folder for the results; ``runs/<id>`` in the place where none is given.
        scope: who reads, and what for; the folder's controller where none is given.
        at: publication number; the latest where none is given.
        workers: processes that share the runs; the figures do not depend on it.
        progress: called with short messages.

    Returns:
        The results, with `manifest`. ``manifest.json`` and ``results/*.parquet`` (`summary`, `monthly`,
        `flows`) are written; the place's assumptions are written on first use.

    Raises:
        InputError: when the scenario, an assumption or a number cannot stand.
        RefusedError: when the place holds no staff, or a role of a plan has no maximum amount.
    """
    prepared = prepared_run(
        place, scenario, years=years, runs=runs, seed=seed, scope=scope, at=at, progress=progress
    )
    results = carry_out(prepared, workers=workers, progress=progress)
    folder = prepared.place.path / "runs" / str(results.manifest["id"])
    write(results, Path(out) if out is not None else folder)
    return results


def find_scenario(place: Path, name: Path | str) -> Scenario:
    """A scenario: a file, the name of one in the place's folder, or of one that the package carries."""
    for path in (Path(name), place / "scenarios" / f"{name}", place / "scenarios" / f"{name}.toml"):
        if path.is_file():
            return scenarios.load(path)
    return scenarios.load(name)


@dataclass(frozen=True)
class Prepared:
    """A projection about to be made: what it will be called is known, and what it will be made from.

    Attributes:
        place: the place.
        scenario: the scenario.
        plan: what the engines are given.
        manifest: all that the figures follow from.
        assumptions: those in force.
        about: further entries of ``manifest.json``: what the facts were read for, and within what.
        notes: what must be said of the recruitment plan.
    """

    place: Place
    scenario: Scenario
    plan: Plan
    manifest: Manifest
    assumptions: assumed.Assumptions
    about: Mapping[str, Any]
    notes: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where the place keeps the run."""
        return self.place.path / "runs" / self.manifest.id


def prepared_run(
    place: Place | Path | str,
    scenario: Scenario | Path | str = "no_change",
    *,
    years: int = 10,
    runs: int = 500,
    seed: int = 1,
    scope: Scope | None = None,
    at: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> Prepared:
    """Everything that `project` does before it draws: takes seconds, and names the run.

    Raises:
        InputError, RefusedError: as `project`.
    """
    if not 1 <= years <= 40 or runs < 1:
        raise InputError("Years are from 1 to 40 and runs from 1.", cure="Give years and runs within these.")
    place = place if isinstance(place, Place) else Place.open(Path(place))
    scenario = scenario if isinstance(scenario, Scenario) else find_scenario(place.path, scenario)
    facts = place.read(scope or Scope.controller("projection of the workforce"), at)
    assumptions = prepare(place)
    specification = specify(facts, assumptions, progress=progress)
    completion = assumptions["learner_completion"].value
    plan = scenarios.apply(scenario, specification, years * 12, completion=completion)
    said: tuple[str, ...] = ()
    if scenario.plan:
        entitlement = recruitment(scenario, facts, assumptions)
        said = entitlement.notes
        plan = routes.under(
            plan,
            entitlement,
            assumptions,
            route=routes.route_of(scenario),
            backfill=bool(scenario.plan.get("backfill", True)),
            supplier=scenario.plan.get("supplier"),
            place=facts.place.code,
        )
    manifest = Manifest(
        place=facts.place.code,
        number=facts.number,
        scenario=scenario.name,
        scenario_hash=scenario.hash,
        assumptions_hash=assumptions.hash,
        specification_hash=hash_of(specification),
        seed=seed,
        runs=runs,
        years=years,
        kernel=KERNEL,
        versions=versions(),
    )
    return Prepared(place, scenario, plan, manifest, assumptions, within(facts), said)


def within(facts: Facts) -> dict[str, Any]:
    """What facts were read for, and within which agreements: entries of a manifest.

    Returns:
        ``purpose``: of the scope; ``agreements``: those that cover what was read; ``unagreed``: whether any
        submission of a partner was read without one.
    """
    read = set(facts.visible.get_column("submission").to_list())
    sent = facts.submissions.filter(pl.col("submission").is_in(sorted(read)), pl.col("origin") == "sent")
    agreements = sent.get_column("agreement")
    return {
        "purpose": facts.scope.purpose,
        "agreements": sorted(agreements.drop_nulls().unique().to_list()),
        "unagreed": bool(agreements.null_count()),
    }


def carry_out(
    prepared: Prepared, *, workers: int = 1, progress: Callable[[str], None] | None = None
) -> Results:
    """Draw every run of a prepared projection; nothing is written."""
    manifest = prepared.manifest
    results = run_plan(
        prepared.plan,
        runs=manifest.runs,
        seed=manifest.seed,
        scenario=manifest.scenario,
        workers=workers,
        progress=progress,
    )
    results.notes = (*prepared.notes, *results.notes)
    results.manifest = {"id": manifest.id, **manifest.plain(), **prepared.about}
    return results


def write(results: Results, folder: Path) -> Path:
    """Write results into a folder, whole or not at all: ``manifest.json`` and ``results/*.parquet``.

    Raises:
        InputError: when the folder cannot be written.
    """
    try:
        (folder / "results").mkdir(parents=True, exist_ok=True)
        frames = {"summary": results.summary(), "monthly": results.frame(), "flows": results.flow_frame()}
        hashes = {}
        for name, frame in frames.items():
            partial = folder / "results" / f"{name}.{secrets.token_hex(4)}.part"
            frame.write_parquet(partial)
            hashes[name] = hashlib.sha256(partial.read_bytes()).hexdigest()
            partial.replace(folder / "results" / f"{name}.parquet")
        manifest = {
            **results.manifest,
            "starts": results.starts.isoformat(),
            "invented": results.invented,
            "expectation": "exact" if results.expectation.exact else "fluid approximation",
            "approximate_because": list(results.expectation.inexact),
            "notes": list(results.notes),
            "results": hashes,
        }
        # The last of the files: a folder without it is no run, whatever stopped the writer.
        write_whole(folder / "manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
    except OSError:
        raise InputError(
            "The results cannot be written.",
            cure="Choose another folder with --out.",
            where=[Where(str(folder))],
        ) from None
    return folder
