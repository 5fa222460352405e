"""The board report: the answer first, then the reasons, then the data, and all that was assumed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from skillmix.disclosure import release
from skillmix.errors import InputError, Where
from skillmix.measures import overview
from skillmix.place import Facts, Place, Scope
from skillmix.projection import assumptions as assumed
from skillmix.projection import project
from skillmix.projection.keeping import PROJECTION
from skillmix.projection.runs import find_scenario
from skillmix.report import glance, outlook, plans, words
from skillmix.report.document import Column, Document, Section, Table

#: The projection that a report makes itself where the place has none yet.
YEARS, RUNS, SEED = 10, 100, 1
#: A run of fewer years or runs than these is told of only where it is named.
FEWEST_YEARS, FEWEST_RUNS = 5, 50


def latest_run(place: Place) -> Path | None:
    """The folder of the latest projection without change that the place as it is now would give again.

    A short look, of a few runs or years, says too little for a board and is passed over.
    """
    wanted = {
        "number": place.number,
        "scenario": outlook.NO_CHANGE,
        "scenario_hash": find_scenario(place.path, "no_change").hash,
        "assumptions_hash": assumed.of_place(place.path, write_defaults=False).hash,
    }
    found: list[tuple[float, Path]] = []
    for manifest in (place.path / "runs").glob("*/manifest.json"):
        content = json.loads(manifest.read_text(encoding="utf-8"))
        if content.get("kind", PROJECTION) != PROJECTION:
            continue
        enough = content.get("years", 0) >= FEWEST_YEARS and content.get("runs", 0) >= FEWEST_RUNS
        if enough and all(content.get(name) == value for name, value in wanted.items()):
            found.append((manifest.stat().st_mtime, manifest.parent))
    return max(found)[1] if found else None


def board(
    place: Place,
    *,
    run: Path | str | None = None,
    on: dt.date | None = None,
    progress: Callable[[str], None] | None = None,
) -> Document:
    """The board report of a place.

    Args:
        place: the place.
        run: folder of the projection to be told of; by default the latest without change at the present
            publication number, which is made where there is none.
        on: the day that stands on the report; today's by default.
        progress: told each step.

    Returns:
        The report, ready to be written as HTML, a workbook or JSON.
    """
    tell = progress or (lambda _: None)
    scope = Scope.controller("board report", on=on)
    folder = Path(run) if run is not None else latest_run(place)
    if folder is None:
        tell("Projecting")
        results = project(place, "no_change", years=YEARS, runs=RUNS, seed=SEED, progress=progress)
        folder = place.path / "runs" / str(results.manifest["id"])
    told = outlook.read_run(folder)
    if told.manifest["place"] != place.code or int(told.manifest["number"]) > place.number:
        about = f"{told.manifest['place']}, publication {told.manifest['number']}"
        raise InputError(
            f"This projection is of {about}; the place is {place.code}, at publication {place.number}.",
            cure="Name a run of this place, or leave --run out.",
            where=[Where(file=str(folder))],
        )
    facts = place.read(scope, at=int(told.manifest["number"]))
    tell("Reading the place")
    sections = [
        glance.staff_in_post(facts),
        glance.known_of_whom(facts),
        glance.the_grid(facts),
        glance.gaps(facts),
        outlook.by_partner(told),
    ]
    if (professions := outlook.professions(told)) is not None:
        sections.append(professions)
    tell("Comparing routes")
    plan = plans.compared(place, facts, plans.plan_of(place, told.manifest), progress)
    sections.append(plan.section)
    assumptions = assumed.of_place(place.path)
    sections += [invented(facts), assumed_here(facts, told, assumptions)]
    return Document(
        title=f"The health and care workforce of {place.name}",
        place=place.name,
        date=words.day(scope.on),
        answer=outlook.answer(told, place.name, glance.not_counted(facts)),
        headline=outlook.headline(told, place.name),
        decision=plan.decision,
        sections=sections,
        synthetic=_warning(facts),
        manifest=_manifest(told.manifest),
    )


def _synthetic(facts: Facts) -> pl.DataFrame:
    """Which organisations have synthetic facts, and from which source."""
    shown = facts.submissions.filter(pl.col("origin") == "synthetic").select(
        "submission", "source", "rows_loaded"
    )
    about = facts.visible.join(shown, on=["submission", "source"], how="inner")
    return (
        about.group_by("source")
        .agg(
            pl.col("organisation").n_unique().alias("organisations"),
            pl.col("submission").n_unique().alias("submissions"),
            pl.struct("submission", "rows_loaded").unique().struct.field("rows_loaded").sum().alias("rows"),
        )
        .sort("source")
    )


def _warning(facts: Facts) -> str:
    sources = _synthetic(facts)
    if sources.is_empty():
        return ""
    if facts.submissions.filter(pl.col("origin") != "synthetic").is_empty():
        return (
            f"Invented: {facts.place.name} does not exist. Every figure here is synthetic, made to show what "
            "the software does."
        )
    whole = glance.wholly_invented(facts)
    totals = f" Of {' and '.join(whole)}, the totals too are invented." if whole else ""
    return (
        "Invented in part: published totals stand as they are. What publication does not hold (professions, "
        "levels and ages within a staff group) is filled with synthetic rows, in the same proportions for "
        "every organisation of a kind: read nothing into a difference between named organisations there."
        f"{totals}"
    )


def invented(facts: Facts) -> Section:
    """What is synthetic, by source."""
    sources = _synthetic(facts)
    if sources.is_empty():
        return Section("What is invented", ["Nothing: every figure is published or was sent by a partner."])
    return Section(
        "What is invented",
        [_warning(facts)],
        tables=[
            Table(
                "Synthetic rows",
                [
                    Column("source", "Source"),
                    Column("organisations", "Organisations", "people"),
                    Column("rows", "Rows", "people"),
                ],
                sources.to_dicts(),
                synthetic=True,
            )
        ],
    )


def _start(facts: Facts, run: outlook.Run) -> str:
    """Why the projection does not start from the staff in post, to the last FTE."""
    known = release(overview(facts, ())).frame["fte_place"].sum()
    first = run.slices("place").sort("years").row(0, named=True)["p50"]
    return (
        f"The projection starts from {words.whole(first)} FTE for this place; the staff in post are "
        f"{words.whole(known)}. Lines without a person are left out of it, and staff groups that are known "
        "of an organisation whose total is not are counted in."
    )


def assumed_here(facts: Facts, run: outlook.Run, assumptions: Mapping[str, Any]) -> Section:
    """What was assumed: shares of organisations, and the projection's assumptions."""
    shares = facts.organisations.filter(~pl.col("share_confidence").is_in(["published", "seen"]))
    table = Table(
        "Shares of organisations that are assumed",
        [
            Column("organisation_name", "Organisation"),
            Column("share_place", "Share serving this place", "rate"),
            Column("share_basis", "Rests on"),
            Column("share_confidence", "Confidence"),
            Column("share_source", "Source"),
        ],
        [
            {**row, "share_source": facts.place.organisations[row["organisation"]].share_source or None}
            for row in shares.to_dicts()
        ],
        note=f"{words.CONFIDENCES} Change shares in place.toml, then run `skillmix place refresh`.",
    )
    return Section(
        "What was assumed",
        [_start(facts, run), *(str(n) for n in run.manifest.get("notes", []))],
        tables=[*([table] if table.rows else []), outlook.table_of(assumptions)],
    )


def _manifest(manifest: Mapping[str, Any]) -> dict[str, Any]:
    names = {
        "id": "Run",
        "place": "Place",
        "number": "Publication number",
        "scenario": "Scenario",
        "scenario_hash": "Hash of the scenario",
        "assumptions_hash": "Hash of the assumptions",
        "specification_hash": "Hash of what the engines were given",
        "seed": "Seed",
        "runs": "Runs",
        "years": "Years",
        "kernel": "Version of the kernel",
        "versions": "Versions",
        "expectation": "Expected course",
    }
    shown = {label: manifest[key] for key, label in names.items() if key in manifest}
    if isinstance(shown.get("Versions"), Mapping):
        shown["Versions"] = ", ".join(f"{k} {v}" for k, v in shown["Versions"].items())
    return shown
