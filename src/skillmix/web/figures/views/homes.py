"""The home page and the page of coverage."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from skillmix.web.figures.homes.choosing import home_of
from skillmix.web.figures.views.shown import with_figures
from skillmix.web.panels.panel import placed
from skillmix.web.site.pages import page, reading_of


@page("figures")
def home(request: HttpRequest, place: str) -> HttpResponse:
    """What this person must see first."""
    reading = reading_of(request)
    made = home_of(reading, request.GET.get("organisation", ""))
    return render(request, made.template, with_figures(reading, made.panels, home=made))


@page("figures")
def coverage(request: HttpRequest, place: str) -> HttpResponse:
    """What is known of whom, how old it is, and what would fill each hole."""
    reading = reading_of(request)
    shown = [placed(reading, "coverage")]
    return render(request, "figures/coverage.jinja", with_figures(reading, shown))
