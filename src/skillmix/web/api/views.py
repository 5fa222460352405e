"""Pages of personal tokens, and the description of the API."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from skillmix.errors import InputError, ScopeError
from skillmix.web.api import presenters
from skillmix.web.api import tokens as service
from skillmix.web.api.forms import TokenForm
from skillmix.web.api.models import Token
from skillmix.web.api.operations import api
from skillmix.web.site.pages import ANYBODY, SIGNED_IN, open_to


@open_to(ANYBODY)
def description(request: HttpRequest) -> JsonResponse:
    """The description of the API in OpenAPI 3.1."""
    return JsonResponse(api.get_openapi_schema())


@open_to(SIGNED_IN)
def tokens(request: HttpRequest) -> HttpResponse:
    """My tokens: those that there are, and a form for a new one.

    A new token is shown in the answer to the form itself, once; nothing keeps it. Sending the form again
    makes no second one, as the name is taken.
    """
    user: Any = request.user
    places = service.places_of(user)
    made: tuple[Token, str] | None = None
    form = TokenForm(request.POST if request.method == "POST" else None, places=places)
    if request.method == "POST":
        if not places:
            raise ScopeError(
                "Your memberships do not allow tokens.", cure="Ask a place administrator for another role."
            )
        if form.is_valid():
            given = form.cleaned_data
            try:
                made = service.make(
                    user,
                    given["place"],
                    given["name"],
                    given["abilities"],
                    days=given["days"],
                    organisation=given["organisation"],
                )
            except (InputError, ScopeError) as error:
                if not error.where:
                    raise
                form.add_error(error.where[0].column, f"{error.problem} {error.cure}")
    context = presenters.page(form, Token.objects.filter(user=user), places, made)
    response = render(request, "api/tokens.jinja", context, status=400 if context["errors"] else 200)
    response["Cache-Control"] = "no-store"
    return response


@open_to(SIGNED_IN)
@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Revoke one of my tokens."""
    user: Any = request.user
    if service.revoke(user, number):
        messages.success(request, "The token is revoked: it opens nothing any more.")
    else:
        messages.info(request, "There is no such token of yours, or it was revoked before.")
    return redirect("tokens")
