"""Every address x every role x own and other organisation: who reaches what, declared here by hand.

The addresses come from the resolver and from the description of the API; one that is not declared here fails.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from skillmix.web.people.roles import ROLES

pytestmark = pytest.mark.database

ANYBODY, SIGNED_IN, MEMBER = "anybody", "signed in", "member"

#: Who may open each address of a place: an ability, or any member.
OF_A_PLACE: dict[str, str] = {}
#: Addresses of no place.
OF_NO_PLACE: dict[str, str] = {}

#: A value for each parameter of an address; what stands for an object is nobody's.
VALUES: dict[str, str] = {
    "place": "north",
    "organisation": "NT1",
    "code": "physiotherapist",
    "name": "grid",
    "ending": "csv",
}
#: Roles with the organisation or family that a membership in them is about.
MEMBERSHIPS: dict[str, tuple[str, str]] = {
    code: (
        {"organisation": "NT1", "network": "U99001"}.get(role.of, ""),
        "allied_health" if role.of == "family" else "",
    )
    for code, role in ROLES.items()
}


def _patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in (resolver or get_resolver()).url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _patterns(one, route)
        else:
            yield route, one


def _routes(of_place: bool) -> dict[str, tuple[str, URLPattern]]:
    found = {}
    for route, pattern in _patterns():
        if route.startswith("api/"):
            continue
        if route.startswith("<slug:place>/") == of_place:
            found[str(pattern.name or route)] = (route, pattern)
    return found


def _address(route: str) -> str:
    """The route with a value for each parameter."""

    def value(match: re.Match[str]) -> str:
        kind, _, name = match[1].rpartition(":")
        if kind == "uuid":
            return str(uuid.UUID(int=0))
        if kind == "int":
            return "0"
        return VALUES.get(name, "nobodys")

    plain = re.sub(r"<([^<>]+)>", value, re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", route))
    return "/" + plain.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\.", ".")


def test_every_address_is_declared() -> None:
    undeclared = sorted(set(_routes(True)) - set(OF_A_PLACE)) + sorted(set(_routes(False)) - set(OF_NO_PLACE))
    gone = sorted(set(OF_A_PLACE) - set(_routes(True))) + sorted(set(OF_NO_PLACE) - set(_routes(False)))
    assert (undeclared, gone) == ([], [])


@pytest.mark.parametrize("name", sorted(OF_A_PLACE))
def test_a_view_needs_what_is_declared(name: str) -> None:
    _, pattern = _routes(True)[name]
    assert getattr(pattern.callback, "needs", None) == OF_A_PLACE[name]


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_opens_its_addresses_and_no_others(role: str, client_as: Callable[..., Any]) -> None:
    client = client_as(role, *MEMBERSHIPS[role])
    client.raise_request_exception = False
    own = MEMBERSHIPS[role][0]
    wrong = []
    for name, (route, pattern) in _routes(True).items():
        needs = OF_A_PLACE[name]
        held = needs == MEMBER or needs in ROLES[role].abilities
        for organisation in ("NT1", "NT2"):
            if "organisation" not in route and organisation != "NT1":
                continue
            address = _address(route).replace("/NT1/", f"/{organisation}/")
            mine = not getattr(pattern.callback, "of_organisation", False) or organisation == own
            for method in ("get", "post"):
                status = getattr(client, method)(address).status_code
                if status >= 500:
                    wrong.append(f"{method} {address}: {status}")
                elif held and mine:
                    if status == 403:
                        wrong.append(f"{method} {address}: refused, and may")
                elif status not in (403, 404, 405):
                    wrong.append(f"{method} {address}: {status}, and may not")
    assert wrong == []


def test_who_is_not_signed_in_reaches_nothing_of_a_place(north: Any, db: None) -> None:
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    wrong = []
    for _, (route, _pattern) in _routes(True).items():
        for method in ("get", "post"):
            answer = getattr(client, method)(_address(route))
            sent = answer.status_code == 302 and answer["Location"].startswith("/account/login/")
            if not sent and answer.status_code not in (403, 404, 405):
                wrong.append(f"{method} {route}: {answer.status_code}")
    assert wrong == []


def test_a_member_of_another_place_reaches_nothing_here(north: Any, account: Callable[..., Any]) -> None:
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    client.force_login(
        account("place_administrator", place="south"), backend="django.contrib.auth.backends.ModelBackend"
    )
    wrong = [
        f"{method} {route}"
        for _, (route, _pattern) in _routes(True).items()
        for method in ("get", "post")
        if getattr(client, method)(_address(route)).status_code not in (404, 405)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", sorted(OF_NO_PLACE))
def test_addresses_of_no_place_ask_to_sign_in_where_they_must(name: str, north: Any, db: None) -> None:
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    route, _ = _routes(False)[name]
    status = client.get(_address(route)).status_code
    assert status < 500
    if OF_NO_PLACE[name] == SIGNED_IN:
        assert status in (302, 404, 405)
