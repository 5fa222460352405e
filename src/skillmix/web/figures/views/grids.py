"""The grid."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from skillmix.web.figures import naming
from skillmix.web.figures.panels.grid import BY, CELLS, cell_name
from skillmix.web.figures.views.shown import with_figures
from skillmix.web.panels.panel import placed
from skillmix.web.site.pages import page, reading_of

DEFAULTS = {"family": "ahp", "cell": "fte_place", "by": "kind"}


@page("figures")
def grid(request: HttpRequest, place: str) -> HttpResponse:
    """Every profession against every partner; htmx asks for the grid alone."""
    reading = reading_of(request)
    chosen = {k: request.GET.get(k, "") or v for k, v in DEFAULTS.items()}
    # What is as always is left out, so that one grid has one address and is worked out once.
    asked = {k: v for k, v in chosen.items() if v != DEFAULTS[k]}
    shown = placed(reading, "grid", **asked)
    context = with_figures(
        reading,
        [shown],
        grid=shown,
        chosen=chosen,
        families=naming.families(),
        cells={cell: cell_name(cell) for cell in CELLS},
        by=BY,
    )
    alone = request.headers.get("HX-Request") == "true"
    return render(request, "figures/grid_alone.jinja" if alone else "figures/grid.jinja", context)
