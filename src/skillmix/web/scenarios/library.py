"""What the place's folder holds of scenarios and runs, and whether each run is still of what holds now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from skillmix.errors import RefusedError, ScopeError
from skillmix.place import Place
from skillmix.projection import KeptRun, kept_run, kept_runs
from skillmix.projection import assumptions as assumed
from skillmix.projection.keeping import DIFFERENCE, PROJECTION, ROUTES
from skillmix.projection.lever_words import Names, plan_sentences, sentence
from skillmix.projection.scenario import Scenario
from skillmix.projection.scenario_files import BASE, ScenarioFile, scenario_file, scenario_files
from skillmix.web.panels.reading import Reading
from skillmix.web.scenarios import naming

_TRIPLE = ("submission", "organisation", "period")
#: What each kind of run is called on a page.
KIND_WORDS = {PROJECTION: "Projection", DIFFERENCE: "Two compared", ROUTES: "Routes compared"}


@dataclass(frozen=True)
class Now:
    """What holds in a place now, for telling whether a run is still of it.

    Attributes:
        number: publication number of the facts.
        assumptions_hash: of the assumptions.
        scenario_hashes: by file of scenario.
    """

    number: int
    assumptions_hash: str
    scenario_hashes: Mapping[str, str]

    @classmethod
    def of(cls, place: Place, number: int) -> Now:
        """As the place's folder has it at this moment."""
        hashes = {f.stem: f.scenario.hash for f in scenario_files(place.path) if f.scenario is not None}
        return cls(number, assumed.of_place(place.path, write_defaults=False).hash, hashes)


def age_of(run: KeptRun, now: Now) -> list[str]:
    """Why a run is not of what holds now, in words; nothing where it is.

    Args:
        run: the run.
        now: what holds now.
    """
    said = []
    told = run.manifest
    if int(told["number"]) != now.number:
        said.append(f"of older facts (publication {told['number']}; now {now.number})")
    if told.get("assumptions_hash") != now.assumptions_hash:
        said.append("of other assumptions")
    hashes = set(now.scenario_hashes.values())
    used = (
        [told[k]["scenario_hash"] for k in ("a", "b")] if run.kind == DIFFERENCE else [told["scenario_hash"]]
    )
    if any(one not in hashes for one in used):
        said.append("of a scenario that has been changed since")
    return said


def readable(reading: Reading, run: KeptRun) -> bool:
    """Whether everything that a run rests on may still be read by this person.

    Every fact that stood at its number must be there still, within an agreement in force, and the scenario
    must not single out a partner that does not share figures under its name.
    """

    def ask() -> bool:
        if str(run.manifest.get("place")) != reading.place.code:
            return False
        number = int(run.manifest["number"])
        try:
            visible = reading.facts_at(number).visible.select(_TRIPLE)
        except ScopeError:  # purged since, or from another history
            return False
        standing = reading.place.standing(number).select(_TRIPLE)
        if not standing.join(visible, on=_TRIPLE, how="anti").is_empty():
            return False
        behind = [run, *(r for k in ("a", "b") if (r := _part(reading.place, run, k)) is not None)]
        return all(naming.unseen(one.scenario(), reading.reader) is None for one in behind)

    return reading.keep(("scenarios: readable", run.id), ask)


def _part(place: Place, run: KeptRun, which: str) -> KeptRun | None:
    told = run.manifest.get(which)
    return kept_run(place.path, str(told["id"])) if isinstance(told, dict) else None


def run_at(reading: Reading, id: str, kind: str = "") -> KeptRun:
    """A run that an address names.

    Raises:
        Http404: when the place has none of that name, or of another kind.
        RefusedError: when what it rests on may not be read any more.
    """
    found = kept_run(reading.place.path, id)
    if found is None or (kind and found.kind != kind):
        raise Http404("There is no such run.")
    if not readable(reading, found):
        raise RefusedError(
            "This run rests on facts that may not be shown to you now: an agreement has ended, they were "
            "taken out of the place, or it singles out a partner that does not share under its name.",
            cure="Run the scenario again from the facts of today.",
        )
    return found


def scenario_of(place: Place, run: KeptRun) -> Scenario | None:
    """The scenario that a run is of; of the difference of two, the first."""
    first = _part(place, run, "a") if run.kind == DIFFERENCE else run
    return first.scenario() if first is not None else None


def file_at(place: Place, stem: str) -> ScenarioFile:
    """A scenario that an address names.

    Raises:
        Http404: when there is none.
    """
    found = scenario_file(place.path, stem)
    if found is None:
        raise Http404("There is no such scenario.")
    return found


def said_of(scenario: Scenario, names: Names) -> list[str]:
    """What a scenario changes, in words: a line each lever, and its recruitment plan."""
    return [*(sentence(lever, names) for lever in scenario.levers), *plan_sentences(scenario.plan, names)]


def plan_words(scenario: Scenario, names: Names) -> list[str]:
    """A scenario's recruitment plan in words."""
    return plan_sentences(scenario.plan, names)


def manifest_rows(run: KeptRun) -> list[tuple[str, str]]:
    """What a run can be repeated from, as a page lists it."""
    told = run.manifest
    versions = told.get("versions", {})
    listed = [
        ("Run", run.id),
        ("Publication number of the facts", told.get("number")),
        ("Assumptions", str(told.get("assumptions_hash", ""))[:16]),
        ("Seed", told.get("seed")),
        ("Runs", told.get("runs")),
        ("Years", told.get("years")),
        ("Method", told.get("kernel")),
        ("Made with", ", ".join(f"{k} {v}" for k, v in versions.items())),
        ("Facts read for", told.get("purpose")),
    ]
    if run.kind == DIFFERENCE:
        listed[1:1] = [("First run", told["a"]["id"]), ("Second run", told["b"]["id"])]
    else:
        listed.insert(1, ("Scenario", str(told.get("scenario_hash", ""))[:16]))
    return [(label, str(value)) for label, value in listed if value not in (None, "")]


def run_row(reading: Reading, run: KeptRun, now: Now) -> dict[str, Any]:
    """A run as a list shows it."""
    told = run.manifest
    if run.kind == DIFFERENCE:
        title = f"{told['a']['scenario']}, against {told['b']['scenario']}"
    else:
        title = str(told["scenario"])
    return {
        "id": run.id,
        "kind": run.kind,
        "kind_words": KIND_WORDS.get(run.kind, run.kind),
        "title": title,
        "years": told["years"],
        "runs": told["runs"],
        "seed": told["seed"],
        "made": run.made,
        "age": age_of(run, now),
        "invented": run.invented,
        "readable": readable(reading, run),
    }


def runs_of(place: Place, kind: str = "") -> list[KeptRun]:
    """The runs of a place whose manifests are whole, the latest first."""
    needed = {"place", "number", "seed", "runs", "years"}
    every = [r for r in kept_runs(place.path) if needed <= set(r.manifest) and r.kind in KIND_WORDS]
    return [r for r in every if not kind or r.kind == kind]


def of_scenario(runs: list[KeptRun], file: ScenarioFile) -> list[KeptRun]:
    """The projections of one scenario among runs: by what it changes, or by its name."""
    if file.scenario is None:
        return []
    mine = (file.scenario.hash, file.scenario.name)
    return [
        r
        for r in runs
        if r.kind == PROJECTION
        and (r.manifest.get("scenario_hash") == mine[0] or r.manifest.get("scenario") == mine[1])
    ]


def scenario_rows(reading: Reading, changed: Mapping[str, tuple[str, dt.datetime]]) -> list[dict[str, Any]]:
    """Every scenario as the list shows it.

    Args:
        reading: who looks.
        changed: who changed each file last, and when, by the file's name without its ending.
    """
    place = reading.place
    names, runs, now = naming.names(place), runs_of(place), Now.of(place, reading.number)
    rows = []
    for file in scenario_files(place.path):
        mine = of_scenario(runs, file)
        rows.append(
            {
                "stem": file.stem,
                "name": file.scenario.name if file.scenario else file.stem,
                "description": file.scenario.description if file.scenario else "",
                "words": said_of(file.scenario, names) if file.scenario else [],
                "problem": str(file.problem) if file.problem else "",
                "plan": bool(file.scenario and file.scenario.plan),
                "base": file.stem == BASE,
                "latest": run_row(reading, mine[0], now) if mine else None,
                "changed": changed.get(file.stem),
            }
        )
    return sorted(rows, key=lambda row: (not row["base"], str(row["name"]).lower()))
