"""The way around a place: a link for each question, shown to those who may ask it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from skillmix.web.people.access import Principal

#: Words, name of the address, ability that it needs.
LINKS = (
    ("Home", "home", "figures"),
    ("The grid", "grid", "figures"),
    ("Organisations", "organisations", "figures"),
    ("Professions", "professions", "figures"),
    ("Scenarios", "scenarios", "figures"),
    ("Assumptions", "assumptions", "figures"),
    ("Submit data", "submit", "submit"),
    ("Submissions", "submissions", "rows"),
    ("People", "people", "people"),
    ("Agreements", "agreements", "figures"),
    ("Audit", "audit", "audit"),
    ("Help", "help", "figures"),
)


def navigation(request: HttpRequest, principal: Principal) -> list[dict[str, Any]]:
    """The links that somebody may follow, with the one that they are on."""
    found = []
    for words, name, ability in LINKS:
        if ability not in principal.abilities:
            continue
        try:
            address = reverse(name, kwargs={"place": principal.place})
        except NoReverseMatch:
            continue
        here = request.path == address if name == "home" else request.path.startswith(address)
        found.append({"text": words, "href": address, "current": here})
    return found
