"""Scenarios: listed, shown, made, copied, edited, run."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillmix.errors import InputError, SkillmixError
from skillmix.projection import Scenario
from skillmix.projection.keeping import ROUTES
from skillmix.projection.lever_words import KIND_WORDS, Names
from skillmix.projection.scenario import parse
from skillmix.projection.scenario_files import BASE, FileChangedError, scenario_files, version_of
from skillmix.web.panels.reading import Reading
from skillmix.web.scenarios import library, naming, services
from skillmix.web.scenarios.editing import Editing
from skillmix.web.site.pages import page, reading_of


def _run_form(**chosen: Any) -> dict[str, Any]:
    return {"years": "10", "runs": "100", "seed": "1", "offered": services.RUNS, "errors": {}, **chosen}


@require_GET
@page("figures", name="scenarios")
def listed(request: HttpRequest, place: str) -> HttpResponse:
    """Every scenario: what it changes, its latest run, who changed it last."""
    reading = reading_of(request)
    rows = library.scenario_rows(reading, services.changed_last(place))
    context = {
        "rows": rows,
        "may": reading.principal.may("scenarios"),
        "form": _run_form(),
        "choices": [(row["stem"], row["name"]) for row in rows if not row["problem"]],
        "jobs": services.work_in_hand(place),
    }
    return render(request, "scenarios/list.jinja", context)


@require_GET
@page("figures", name="scenario")
def one(request: HttpRequest, place: str, stem: str) -> HttpResponse:
    """One scenario: what it changes, its runs, and the form that runs it."""
    return _one(request, reading_of(request), stem, _run_form())


def _one(request: HttpRequest, reading: Reading, stem: str, form: dict[str, Any]) -> HttpResponse:
    file = library.file_at(reading.place, stem)
    names = naming.names(reading.place)
    now = library.Now.of(reading.place, reading.number)
    every = library.runs_of(reading.place)
    routes = [
        r
        for r in every
        if r.kind == ROUTES
        and file.scenario is not None
        and r.manifest.get("scenario") in (file.scenario.name, None)
    ]
    mine = [*library.of_scenario(every, file), *routes]
    context = {
        "file": file,
        "name": file.scenario.name if file.scenario else file.stem,
        "words": library.said_of(file.scenario, names) if file.scenario else [],
        "sources": [lever.source for lever in file.scenario.levers if lever.source] if file.scenario else [],
        "runs": [library.run_row(reading, run, now) for run in mine],
        "may": reading.principal.may("scenarios"),
        "base": stem == BASE,
        "form": form,
        "changed": services.changed_last(reading.slug).get(stem),
    }
    status = 400 if form["errors"] else 200
    return render(request, "scenarios/one.jinja", context, status=status)


@require_http_methods(["GET", "POST"])
@page("scenarios", name="scenario new")
def new(request: HttpRequest, place: str) -> HttpResponse:
    """Make a scenario: empty, or as a copy of another."""
    reading = reading_of(request)
    files = [f for f in scenario_files(reading.place.path) if f.scenario is not None]
    name = str(request.POST.get("name", "")).strip()
    start = str(request.POST.get("start") or request.GET.get("start", ""))
    error = ""
    if request.method == "POST":
        error = "Give the scenario a name of at most 120 letters." if not name or len(name) > 120 else ""
        if not error:
            made = services.copied(library.file_at(reading.place, start), name) if start else Scenario(name)
            saved = services.new_scenario(request, place, reading.place, made)
            messages.success(request, f"The scenario '{name}' is made. Say what it changes.")
            return redirect("scenario_edit", place=place, stem=saved.stem)
    context = {"files": files, "name": name, "start": start, "error": error}
    return render(request, "scenarios/new.jinja", context, status=400 if error else 200)


@require_POST
@page("scenarios", name="scenario copy")
def copy(request: HttpRequest, place: str, stem: str) -> HttpResponse:
    """Copy a scenario under another name, to change the copy."""
    reading = reading_of(request)
    file = library.file_at(reading.place, stem)
    name = f"Copy of {file.scenario.name if file.scenario else stem}"[:120]
    saved = services.new_scenario(request, place, reading.place, services.copied(file, name))
    messages.success(request, f"'{name}' is made. Give it a name, and say what it changes.")
    return redirect("scenario_edit", place=place, stem=saved.stem)


@require_http_methods(["GET", "POST"])
@page("scenarios", name="scenario edit")
def edit(request: HttpRequest, place: str, stem: str) -> HttpResponse:
    """Edit what a scenario changes: a form of levers; saved whole, over nothing unseen."""
    reading = reading_of(request)
    file = library.file_at(reading.place, stem)
    if stem == BASE:
        raise InputError(
            "This scenario changes nothing, and every other one is compared with it.",
            cure="Copy it under another name, and change the copy.",
        )
    if file.scenario is None:
        raise file.problem or InputError("The scenario cannot be read.", cure="Mend its file.")
    choices, names = naming.choices(reading.place, reading.reader), naming.names(reading.place)
    editing = Editing.of(file) if request.method == "GET" else Editing.posted(request.POST.dict())
    action = str(request.POST.get("action", ""))
    preview: list[str] | None = None
    theirs: list[str] | None = None
    if action == "add" or action.startswith("remove-"):
        editing.change(action)
    elif request.method == "POST":
        found = editing.scenario(file.scenario, choices)
        preview = editing.preview(choices, names)
        if found is not None and action == "save":
            try:
                services.save_scenario(request, place, reading.place, stem, found, editing.read)
            except FileChangedError as changed:
                # Shown beside what was written here; saving once more is then a choice.
                theirs = _theirs(changed.found, names)
                editing.read = version_of(changed.found)
            else:
                messages.success(request, f"'{found.name}' is saved.")
                return redirect("scenario", place=place, stem=stem)
    roles = [
        names["role_name"].get(str(role.get("role")), str(role.get("role")))
        for role in file.scenario.plan.get("role", [])
    ]
    context = {
        "file": file,
        "editing": editing,
        "choices": choices,
        "kinds": KIND_WORDS,
        "preview": preview,
        "theirs": theirs,
        "plan": library.plan_words(file.scenario, names),
        "role_names": roles,
    }
    status = 409 if theirs is not None else 400 if action == "save" and editing.problems else 200
    return render(request, "scenarios/edit.jinja", context, status=status)


def _theirs(text: str, names: Names) -> list[str]:
    try:
        scenario = parse(text)
    except SkillmixError as wrong:
        return [f"The file cannot be read by now: {wrong.problem}"]
    return [f"Name: {scenario.name}", *library.said_of(scenario, names)]


@require_POST
@page("scenarios", name="scenario run")
def run(request: HttpRequest, place: str, stem: str) -> HttpResponse:
    """Run a scenario."""
    reading = reading_of(request)
    file = library.file_at(reading.place, stem)
    try:
        given = services.numbers(request.POST)
    except InputError as refused:
        return _one(request, reading, stem, refused_form(request, refused))
    job = services.start("project", reading, request.user, [file], given)  # type: ignore[arg-type]
    return redirect("job", place=place, job=job.pk)


def refused_form(request: HttpRequest, refused: InputError) -> dict[str, Any]:
    """The form that runs something, as it was sent, with what cannot stand."""
    column = str(refused.where[0].column) if refused.where else "years"
    sent = {name: str(request.POST.get(name, ""))[:20] for name in ("years", "runs", "seed")}
    return _run_form(**sent, errors={column: refused.cure})


@require_POST
@page("scenarios", name="scenario routes")
def routes(request: HttpRequest, place: str, stem: str) -> HttpResponse:
    """Compare the routes by which a scenario's recruitment plan can be carried out."""
    reading = reading_of(request)
    given = {"years": 5, "runs": 40, "seed": 1}
    job = services.start(
        "routes",
        reading,
        request.user,  # type: ignore[arg-type]
        [library.file_at(reading.place, stem)],
        given,
    )
    return redirect("job", place=place, job=job.pk)
