"""Help: what the figures are, where they come from, who sees them, and how to take them elsewhere."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from skillmix.web.api.rates import A_MINUTE
from skillmix.web.help import presenters
from skillmix.web.help.pages import PAGES
from skillmix.web.site.pages import ANYBODY, MEMBER, open_to, page, reading_of


@page(MEMBER, name="help")
def index(request: HttpRequest, place: str) -> HttpResponse:
    """The list of help pages."""
    return render(request, "help/index.jinja", {"pages": PAGES})


@page(MEMBER)
def definitions(request: HttpRequest, place: str) -> HttpResponse:
    """Each measure: what it is, numerator, denominator, source, and when it is refused."""
    return render(request, "help/definitions.jinja", {"measures": presenters.measures_shown()})


@page(MEMBER)
def methods(request: HttpRequest, place: str) -> HttpResponse:
    """How staff are counted and projected, in short."""
    return render(request, "help/methods.jinja", {})


@page("figures", name="sources")
def sources(request: HttpRequest, place: str) -> HttpResponse:
    """The sources behind this place: publishers, dates, licences, and which are invented."""
    found = presenters.sources_of(reading_of(request))
    context = {"sources": found, "invented": any(source["invented"] for source in found)}
    return render(request, "help/sources.jinja", context)


@page("figures", name="sharing")
def sharing(request: HttpRequest, place: str) -> HttpResponse:
    """What is shared with whom, and from how many people a figure is shown."""
    reading = reading_of(request)
    context = {
        "rules": presenters.rules_shown(),
        "kept_back": presenters.kept_back(),
        "mine": presenters.shared_of(reading),
    }
    return render(request, "help/sharing.jinja", context)


@page(MEMBER)
def moving(request: HttpRequest, place: str) -> HttpResponse:
    """What sharing and rotating means for a member of staff, for those who are asked about it."""
    address = request.build_absolute_uri(reverse("help_staff"))
    return render(request, "help/moving.jinja", {"staff_address": address})


@open_to(ANYBODY)
def staff(request: HttpRequest) -> HttpResponse:
    """What sharing and rotating means for me: one page for a member of staff, without an account."""
    return render(request, "help/moving.jinja", {})


@page(MEMBER)
def excel(request: HttpRequest, place: str) -> HttpResponse:
    """Figures in Excel and Power BI, step by step."""
    root = request.build_absolute_uri(f"/api/v1/places/{place}/")
    return render(request, "help/excel.jinja", {"root": root, "addresses": presenters.addresses(root)})


@page(MEMBER)
def api(request: HttpRequest, place: str) -> HttpResponse:
    """The API, as its own description tells it."""
    root = request.build_absolute_uri("/").rstrip("/")
    context = {"groups": presenters.operations_shown(place), "root": root, "rate": A_MINUTE}
    return render(request, "help/api.jinja", context)


@page(MEMBER)
def roles(request: HttpRequest, place: str) -> HttpResponse:
    """What each role may see and do."""
    return render(request, "help/roles.jinja", {"roles": presenters.roles_shown()})
