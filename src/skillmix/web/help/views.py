"""Help."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from skillmix.web.site.pages import MEMBER, page


@page(MEMBER, name="help")
def index(request: HttpRequest, place: str) -> HttpResponse:
    """The list of help pages."""
    return render(request, "help/index.jinja", {})
