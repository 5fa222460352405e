"""Pages of accounts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from skillmix.web.site.pages import SIGNED_IN, open_to


@open_to(SIGNED_IN)
def account(request: HttpRequest) -> HttpResponse:
    """My account."""
    return render(request, "people/account.jinja", {})
