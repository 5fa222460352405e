"""Two scenarios side by side: the same luck, and what differs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from skillmix.errors import InputError, Where
from skillmix.projection import kept_run
from skillmix.projection.differences import difference_id, unlike
from skillmix.projection.keeping import PROJECTION
from skillmix.projection.scenario_files import scenario_files
from skillmix.web.scenarios import library, services
from skillmix.web.scenarios.views.scenarios import refused_form
from skillmix.web.site.pages import page, reading_of

_LUCK = {
    "place": "place",
    "number": "facts",
    "seed": "seed",
    "runs": "number of runs",
    "years": "years",
    "kernel": "version of the method",
    "starts": "start",
}


@require_GET
@page("figures", name="compare")
def compared(request: HttpRequest, place: str) -> HttpResponse:
    """The difference of two runs, where it is kept; else why it is not, and how to have it."""
    reading = reading_of(request)
    a, b = (str(request.GET.get(k, "")) for k in ("a", "b"))
    if not a or not b:
        return _form(request, place, "", {})
    first, second = (library.run_at(reading, id, PROJECTION) for id in (a, b))
    for id in (difference_id(a, b), difference_id(b, a)):
        if kept_run(reading.place.path, id) is not None:
            return redirect("run", place=place, run=id)
    differing = [_LUCK[name] for name in unlike(first.manifest, second.manifest)]
    if a == b:
        why = "This is the same run twice: nothing differs."
    elif differing:
        why = f"These two runs did not meet the same luck: they differ in {', '.join(differing)}."
    else:
        why = "A run keeps its range and not every course: what differs is worked out by running both."
    stems = {f.scenario.hash: f.stem for f in scenario_files(reading.place.path) if f.scenario}
    chosen = {
        "a": stems.get(first.manifest["scenario_hash"], ""),
        "b": stems.get(second.manifest["scenario_hash"], ""),
        "years": str(first.manifest["years"]),
        "seed": str(first.manifest["seed"]),
        "runs": str(first.manifest["runs"]),
    }
    return _form(request, place, why, chosen)


def _form(
    request: HttpRequest, place: str, why: str, chosen: dict[str, str], form: dict[str, object] | None = None
) -> HttpResponse:
    reading = reading_of(request)
    files = [f for f in scenario_files(reading.place.path) if f.scenario is not None]
    shown = form or {"years": "10", "runs": "100", "seed": "1", "offered": services.RUNS, "errors": {}}
    context = {
        "why": why,
        "chosen": chosen,
        "choices": [(f.stem, f.scenario.name) for f in files if f.scenario],
        "form": {**shown, **{k: v for k, v in chosen.items() if k in ("years", "runs", "seed")}},
        "may": reading.principal.may("scenarios"),
    }
    return render(request, "scenarios/compare.jinja", context, status=400 if shown["errors"] else 200)


@require_POST
@page("scenarios", name="compare run")
def run(request: HttpRequest, place: str) -> HttpResponse:
    """Project two scenarios with the same luck, and keep what differs."""
    reading = reading_of(request)
    stems = {k: str(request.POST.get(k, "")) for k in ("a", "b")}
    try:
        given = services.numbers(request.POST)
        if stems["a"] == stems["b"]:
            raise InputError(
                "This is the same scenario twice.",
                cure="Choose two different scenarios: nothing differs between one and itself.",
                where=[Where(column="b")],
            )
    except InputError as refused:
        return _form(request, place, "", stems, refused_form(request, refused))
    files = [library.file_at(reading.place, stem) for stem in stems.values()]
    job = services.start("compare", reading, request.user, files, given)  # type: ignore[arg-type]
    return redirect("job", place=place, job=job.pk)
