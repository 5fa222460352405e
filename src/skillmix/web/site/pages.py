"""Pages: each declares what it needs; who does not hold it does not reach the view.

The declaration is kept on the view, so that a test can walk every address and every role.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase

from skillmix.errors import ScopeError
from skillmix.web.panels.reading import Reading
from skillmix.web.people.access import Principal
from skillmix.web.people.principals import principal_of
from skillmix.web.site.database import act_for
from skillmix.web.site.served import ServedPlace, served

View = Callable[..., HttpResponseBase]

#: What a view needs when it is not an ability: anybody, or anybody signed in, or a member of the place.
ANYBODY, SIGNED_IN, MEMBER = "anybody", "signed in", "member"

#: Abilities that are about every organisation of the place.
WHOLE_PLACE = frozenset({"people", "agreements", "audit"})


def served_place(slug: str) -> ServedPlace:
    """The place under a word of the address.

    Raises:
        Http404: when none is served under it.
    """
    found = served().get(slug)
    if found is None:
        raise Http404("There is no such place here.")
    return found


def principal_in(request: HttpRequest, slug: str) -> Principal:
    """Who asks in a place, worked out once a request."""
    kept: dict[str, Principal] = request.__dict__.setdefault("_principals", {})
    if slug not in kept:
        user: Any = request.user
        kept[slug] = principal_of(user, slug, served_place(slug).opened()[0])
    return kept[slug]


def reading_of(request: HttpRequest) -> Reading:
    """What the person who asks may read of the place in the address."""
    slug = str(request.__dict__["place_slug"])
    kept: dict[str, Reading] = request.__dict__.setdefault("_readings", {})
    if slug not in kept:
        kept[slug] = Reading(served_place(slug), principal_in(request, slug))
    return kept[slug]


def page(needs: str, *, name: str = "", organisation: bool = False) -> Callable[[View], View]:
    """Declare what a page of a place needs.

    Args:
        needs: an ability from `people.roles.ABILITIES`, or ``member`` for anybody with a membership.
        name: how log and audit call the page; the view's name when empty.
        organisation: whether the address names an organisation for which the ability must be held.

    The view is called as ``view(request, place=slug, ...)``.

    Raises:
        Http404: when no such place is served, or the person is no member of it.
        ScopeError: when the ability is not held; shown as a page with status 403.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, place: str, **further: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            served_place(place)
            request.__dict__["place_slug"] = place
            request.__dict__["page_name"] = name or view.__name__
            principal = principal_in(request, place)
            if not principal.held:
                raise Http404("There is no such place here.")
            # The second lock opens as far as the memberships do, and no further.
            act_for("*" if principal.abilities & WHOLE_PLACE else principal.own, principal.user)
            allowed = needs == MEMBER or principal.may(
                needs, str(further.get("organisation", "")) if organisation else None
            )
            if not allowed:
                raise ScopeError(
                    "Your role does not open this page.",
                    cure="Ask a place administrator, or go back to your home page.",
                )
            return view(request, place=place, **further)

        guarded.__dict__["needs"] = needs
        guarded.__dict__["of_organisation"] = organisation
        return guarded

    return declare


def open_to(who: str) -> Callable[[View], View]:
    """Declare that a page belongs to no place: for anybody, or for anybody signed in."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if who == SIGNED_IN and not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            return view(request, *args, **kwargs)

        guarded.__dict__["needs"] = who
        return guarded

    return declare
