"""Sign in as a persona: on this machine alone, over a demonstration alone."""

from __future__ import annotations

import ipaddress
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from skillmix.errors import ScopeError
from skillmix.web.people import personas as people
from skillmix.web.people.models import User
from skillmix.web.site.database import service
from skillmix.web.site.pages import ANYBODY, open_to, served_place


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _only_here(request: HttpRequest) -> None:
    """Refuse whoever does not ask from this machine, or asks through anything in between."""
    host = request.get_host()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    between = any(
        h in request.META for h in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_FORWARDED_HOST")
    )
    if not settings.PERSONAS:
        raise Http404
    if between or not (_loopback(name) and _loopback(str(request.META.get("REMOTE_ADDR", "")))):
        raise ScopeError(
            "Personas can be chosen on the machine that serves the demonstration alone.",
            cure="Open the page on that machine, under 127.0.0.1.",
        )


def uploads_of_personas(slug: str) -> list[str]:
    """What somebody sent while they tried a persona: it closes the page to nobody until the server stops."""
    from skillmix.web.submissions.models import Upload

    with service():
        mine = Upload.objects.filter(place=slug).exclude(by__persona="").exclude(by=None)
        return [str(key) for key in mine.values_list("id", flat=True)]


@open_to(ANYBODY)
def personas(request: HttpRequest) -> HttpResponseBase:
    """The personas of each place that is served."""
    _only_here(request)
    return render(request, "people/personas.jinja", {"places": people.shown()})


@open_to(ANYBODY)
@require_POST
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Sign in as one of them."""
    _only_here(request)
    slug = request.POST.get("place", "")
    served_place(slug)
    number = request.POST.get("account", "")
    chosen: Any = User.objects.exclude(persona="").filter(
        pk=int(number) if number.isdigit() else 0, is_active=True
    )
    user = chosen.first()
    places = people.served_with(user) if user is not None else {}
    if slug not in places:
        raise Http404
    for other, place in places.items():
        if why := people.allowed(place, uploads_of_personas(other)):
            raise ScopeError(why, cure="Sign in with an account of your own.")
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("start") if user.persona == "system_lead" else redirect("home", place=slug)
