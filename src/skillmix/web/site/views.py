"""The pages of no place: the start, the server's health, and what went wrong."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render

from skillmix.errors import SkillmixError
from skillmix.web.people.models import Membership
from skillmix.web.site.pages import ANYBODY, open_to
from skillmix.web.site.served import served


@open_to(ANYBODY)
def start(request: HttpRequest) -> HttpResponseBase:
    """To the only place that somebody is a member of, or to the list of theirs; else to sign in."""
    if not request.user.is_authenticated:
        return redirect("personas" if settings.PERSONAS else "account_login")
    mine = Membership.objects.in_force().filter(user=request.user).values_list("place", flat=True)
    slugs = [slug for slug in served() if slug in set(mine)]
    if len(slugs) == 1:
        return redirect("home", place=slugs[0])
    places = [{"slug": slug, "name": served()[slug].name} for slug in slugs]
    return render(request, "site/places.jinja", {"places": places})


@open_to(ANYBODY)
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@open_to(ANYBODY)
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether the database, every place and the worker can be used; no name and no figure is told."""
    from skillmix.web.jobs.health import worker_alive

    state = {"database": True, "places": True, "worker": True}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        state["database"] = False
    try:
        for place in served().values():
            place.opened()
    except (SkillmixError, OSError):
        state["places"] = False
    state["worker"] = state["database"] and worker_alive()
    return JsonResponse(state, status=200 if state["database"] and state["places"] else 503)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or came from elsewhere."""
    context = {
        "problem": "This form could not be trusted: it is too old, or came from another page.",
        "cure": "Go back, load the page again and send the form once more.",
        "where": [],
        "status": 403,
    }
    return render(request, "site/error.jinja", context, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such page, or none that this person may know of."""
    context = {
        "problem": "There is no such page.",
        "cure": "Check the address, or start from the first page.",
        "where": [],
        "status": 404,
    }
    return render(request, "site/error.jinja", context, status=404)


def fault(request: HttpRequest) -> HttpResponse:
    """A fault of the program itself; nothing of it is shown but the id to tell."""
    context = {
        "problem": "Something went wrong here, and it is not your doing.",
        "cure": "Try again. If it happens again, tell a place administrator the number below.",
        "where": [],
        "status": 500,
    }
    return render(request, "site/error.jinja", context, status=500)
