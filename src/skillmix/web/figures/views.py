"""Pages of figures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from skillmix.web.figures import panels as _declared
from skillmix.web.panels.panel import placed
from skillmix.web.site.pages import page, reading_of

_ = _declared


@page("figures")
def home(request: HttpRequest, place: str) -> HttpResponse:
    """What this person must see first."""
    reading = reading_of(request)
    return render(request, "figures/home.jinja", {"panels": [placed(reading, "grid")]})


@page("figures")
def grid(request: HttpRequest, place: str) -> HttpResponse:
    """Every profession against every partner."""
    reading = reading_of(request)
    chosen = {k: request.GET.get(k, "") for k in ("family", "cell", "by")}
    return render(
        request, "figures/grid.jinja", {"grid": placed(reading, "grid", **chosen), "chosen": chosen}
    )
