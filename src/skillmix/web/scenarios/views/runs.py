"""Runs: listed, and each with its result."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from skillmix.projection import KeptRun
from skillmix.projection.keeping import DIFFERENCE, PROJECTION, ROUTES
from skillmix.web.panels.panel import Placed, placed
from skillmix.web.panels.reading import Reading
from skillmix.web.scenarios import library, naming, results, services
from skillmix.web.scenarios.panels.tables import BY
from skillmix.web.site.pages import page, reading_of


@require_GET
@page("figures", name="runs")
def listed(request: HttpRequest, place: str) -> HttpResponse:
    """Every run, the latest first, and what is being made."""
    reading = reading_of(request)
    now = library.Now.of(reading.place, reading.number)
    rows = [library.run_row(reading, run, now) for run in library.runs_of(reading.place)]
    context = {"rows": rows, "jobs": services.work_in_hand(place), "may": reading.principal.may("scenarios")}
    return render(request, "scenarios/runs.jinja", context)


@require_GET
@page("figures", name="run")
def one(request: HttpRequest, place: str, run: str) -> HttpResponse:
    """A run's result: a projection, the difference of two, or routes compared."""
    reading = reading_of(request)
    found = library.run_at(reading, run)
    now = library.Now.of(reading.place, reading.number)
    shown, title = _panels(request, reading, found)
    scenario = library.scenario_of(reading.place, found)
    names = naming.names(reading.place)
    context = {
        "run": found,
        "already": bool(request.GET.get("already")),
        "row": library.run_row(reading, found, now),
        "title": title,
        "panels": shown,
        "words": library.said_of(scenario, names) if scenario is not None else [],
        "notes": results.notes_of(found, reading),
        "manifest": library.manifest_rows(found),
        "by": _chosen(request, "by"),
        "bys": BY,
        "years": _chosen(request, "years"),
        "horizons": list(results.horizons(found)) if found.kind == PROJECTION else [],
        "profession": _chosen(request, "profession"),
        "professions": _professions(reading, found) if found.kind == PROJECTION else [],
    }
    return render(request, f"scenarios/run_{found.kind}.jinja", context)


def _chosen(request: HttpRequest, name: str) -> str:
    return str(request.GET.get(name, ""))[:60]


def _panels(request: HttpRequest, reading: Reading, run: KeptRun) -> tuple[dict[str, Placed], str]:
    """The panels of a run's page, by where they stand, and the page's title."""
    by, told = _chosen(request, "by"), run.manifest
    if run.kind == ROUTES:
        return {
            "answer": placed(reading, "routes-answer", run=run.id),
            "replaced": placed(reading, "routes-ripple", run=run.id, by=by),
            "lost": placed(reading, "routes-ripple", run=run.id, by=by, backfill="no"),
            "roles": placed(reading, "routes-roles", run=run.id),
        }, "Who should employ the new roles, and what does it change for each partner?"
    if run.kind == DIFFERENCE:
        return {
            "course": placed(reading, "difference-course", run=run.id),
            "by": placed(reading, "difference-by", run=run.id, by=by),
            "profession": placed(reading, "difference-by", run=run.id, by="profession"),
        }, f"{told['a']['scenario']}, against {told['b']['scenario']}"
    shown = {"course": placed(reading, "projection-course", run=run.id)}
    if results.horizons(run):
        shown |= {
            "by": placed(reading, "projection-by", run=run.id, by=by),
            "moves": placed(
                reading,
                "projection-moves",
                run=run.id,
                by=by if by in ("organisation", "profession") else "",
                years=_chosen(request, "years"),
            ),
        }
    if profession := _chosen(request, "profession"):
        shown["profession"] = placed(reading, "projection-profession", run=run.id, profession=profession)
    return shown, str(told["scenario"])


def _professions(reading: Reading, run: KeptRun) -> list[tuple[str, str]]:
    """Professions of a run that a reader may choose from, by name."""
    names = naming.names(reading.place)["profession_name"]
    codes = results.released(reading, run, "summary", "profession").frame["profession"].unique().to_list()
    return sorted(((c, names[c]) for c in codes if c in names), key=lambda c: c[1])
