"""What changes scenarios and assumptions, and what starts runs; each change is noted before and after."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace
from typing import Any

from django.http import HttpRequest

from skillmix.errors import InputError, RefusedError, Where
from skillmix.place import Place
from skillmix.projection import Scenario
from skillmix.projection.assumptions import Assumption
from skillmix.projection.revising import revise
from skillmix.projection.scenario_files import ScenarioFile, save, scenario_file, stem_for
from skillmix.web.audit import changes
from skillmix.web.audit.models import Entry
from skillmix.web.jobs import work as jobs
from skillmix.web.jobs.models import Job
from skillmix.web.panels.reading import Reading
from skillmix.web.people.models import User
from skillmix.web.scenarios import naming
from skillmix.web.site.database import service

#: As many runs as a form offers.
RUNS = (50, 100, 500)
KINDS = ("project", "compare", "routes")


def _plain(scenario: Scenario | None) -> dict[str, Any] | None:
    """A scenario as plain JSON, for the audit."""
    if scenario is None:
        return None
    levers = {f"lever {n}": _text(asdict(lever)) for n, lever in enumerate(scenario.levers, start=1)}
    plan = {"plan": _text(scenario.plan)} if scenario.plan else {}
    return {"name": scenario.name, "description": scenario.description, **levers, **plan}


def _text(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _text(v) for k, v in value.items() if v not in (None, "", {})}
    if isinstance(value, list | tuple):
        return [_text(v) for v in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def save_scenario(
    request: HttpRequest, slug: str, place: Place, stem: str, scenario: Scenario, read: str
) -> ScenarioFile:
    """Save a scenario over the text that was read, and note what changed.

    Raises:
        FileChangedError: when somebody else has changed it; nothing is saved then.
    """
    before = scenario_file(place.path, stem)
    saved = save(place.path, stem, scenario, read=read)
    old, new = _plain(before.scenario if before else None), _plain(saved.scenario)
    if old != new:
        changes.note(request, slug, f"scenario {stem}", old, new)
    return saved


def new_scenario(request: HttpRequest, slug: str, place: Place, scenario: Scenario) -> ScenarioFile:
    """Save a new scenario under a file's name of its own."""
    stem = stem_for(place.path, scenario.name)
    # The address of this word is the form that makes scenarios.
    stem = "new_scenario" if stem == "new" else stem
    return save_scenario(request, slug, place, stem, scenario, "")


def copied(file: ScenarioFile, name: str) -> Scenario:
    """A scenario under another name.

    Raises:
        InputError: when the file that is copied cannot stand.
    """
    if file.scenario is None:
        raise file.problem or InputError("The scenario cannot be read.", cure="Mend its file.")
    return replace(file.scenario, name=name)


def changed_last(slug: str) -> dict[str, tuple[str, dt.datetime]]:
    """Who changed each scenario last here, and when, by the name of its file."""
    found: dict[str, tuple[str, dt.datetime]] = {}
    with service():
        entries = Entry.objects.filter(place=slug, action="change", subject__startswith="scenario ")
        for entry in entries.order_by("seq").values_list("subject", "actor", "at"):
            found[entry[0].removeprefix("scenario ")] = (entry[1] or "the program", entry[2])
    return found


def save_assumption(
    request: HttpRequest, slug: str, place: Place, changed: Assumption, read: str
) -> Assumption:
    """Save one assumption over what was read, and note what changed.

    Raises:
        FileChangedError: when somebody else has changed it; nothing is saved then.
    """
    before = revise(place.path, changed, read=read)
    old, new = (
        {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in asdict(one).items()}
        for one in (before, changed)
    )
    if old != new:
        changes.note(request, slug, f"assumption {changed.name}", old, new)
    return before


def numbers(given: Any) -> dict[str, int]:
    """Years, runs and seed as a form sent them.

    Raises:
        InputError: naming the field that cannot stand.
    """
    found = {}
    for name, low, high, cure in (
        ("years", 1, 40, "Give whole years from 1 to 40."),
        ("runs", 1, 500, f"Choose {', '.join(map(str, RUNS))}."),
        ("seed", 0, 2**31, "Give a whole number from 0, such as 1."),
    ):
        text = str(given.get(name, "")).strip()
        if not text.isascii() or not text.isdigit() or not low <= int(text[:12]) <= high:
            raise InputError(
                f"The {name} cannot stand.", cure=cure, where=[Where(column=name, value=text[:20])]
            )
        found[name] = int(text)
    return found


def start(kind: str, reading: Reading, by: User, files: list[ScenarioFile], given: dict[str, int]) -> Job:
    """Start a run, a comparison of two, or a comparison of routes.

    Raises:
        InputError: when a scenario cannot stand.
        RefusedError: when one singles out a partner that does not share figures under its name.
    """
    for file in files:
        if file.scenario is None:
            raise file.problem or InputError("The scenario cannot be read.", cure="Mend its file.")
        if naming.unseen(file.scenario, reading.reader) is not None:
            raise RefusedError(
                "This scenario changes one partner alone that does not share figures under its name.",
                cure="Edit it: choose a sector, a profession or the whole place.",
                where=[Where(f"{file.stem}.toml")],
            )
    payload: dict[str, Any] = {"scenarios": [file.stem for file in files], **given}
    waiting = _waiting(kind, reading.slug, payload)
    return waiting or jobs.start(kind, place=reading.slug, by=by, payload=payload)


def _waiting(kind: str, slug: str, payload: dict[str, Any]) -> Job | None:
    """The same work, where it waits already: two clicks start one job."""
    with service():
        states = [Job.State.QUEUED]
        for job in Job.objects.filter(kind=kind, place=slug, state__in=states):
            if job.payload == payload:
                return job
    return None


def work_in_hand(slug: str) -> list[Job]:
    """Runs of a place that wait or are being made, and those that failed in the last day."""
    from django.utils import timezone

    since = timezone.now() - dt.timedelta(days=1)
    with service():
        mine = Job.objects.filter(kind__in=KINDS, place=slug).select_related("by")
        now = list(mine.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING]))
        return [*now, *mine.filter(state=Job.State.FAILED, finished__gte=since)[:5]]
