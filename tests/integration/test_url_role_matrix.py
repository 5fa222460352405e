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
OF_A_PLACE: dict[str, str] = {
    # figures
    **dict.fromkeys(
        [
            *(
                "home",
                "coverage",
                "grid",
                "organisations",
                "organisation",
                "professions",
                "profession",
                "panel",
            ),
            *("scenarios", "scenario", "compare", "runs", "run", "assumptions", "assumption"),
            *("agreements", "agreement", "help_sources", "help_sharing"),
        ],
        "figures",
    ),
    **dict.fromkeys(["comment_new", "comment_withdraw"], "comment"),
    # what partners send
    **dict.fromkeys(
        [
            *("submit", "submit_template", "submission_correct", "submission_again", "return", "return_of"),
        ],
        "submit",
    ),
    **dict.fromkeys(
        [
            *(
                "submissions",
                "submission",
                "submission_progress",
                "submission_set_aside",
                "submission_elsewhere",
            ),
            # An analyst sees who may publish; publishing itself is judged once more behind the page.
            *("submission_publish", "submission_withdraw"),
        ],
        "rows",
    ),
    # plans
    **dict.fromkeys(
        [
            *("scenario_new", "scenario_edit", "scenario_copy", "scenario_run", "scenario_routes"),
            *("compare_run", "assumption_edit"),
        ],
        "scenarios",
    ),
    # who works here, and on what terms
    **dict.fromkeys(
        [
            *("people", "invite", "withdraw_invitation", "membership", "end_membership", "close_account"),
            "password_link",
        ],
        "people",
    ),
    **dict.fromkeys(["new_agreement", "edit_agreement", "end_agreement", "attach_agreement"], "agreements"),
    **dict.fromkeys(["audit", "audit_file"], "audit"),
    # anybody who is a member
    **dict.fromkeys(
        [
            *("job", "job_progress", "job_cancel", "help", "help_definitions", "help_methods", "help_moving"),
            *("help_excel", "help_api", "help_roles"),
        ],
        MEMBER,
    ),
}
#: Addresses of no place.
OF_NO_PLACE: dict[str, str] = {
    **dict.fromkeys(
        [
            *("start", "healthz", "readyz", "help_staff", "invitation", "invitation_by_provider"),
            *("account_login", "account_logout", "account_inactive", "account_reset_password"),
            *("account_reset_password_done", "account_reset_password_from_key"),
            *("account_reset_password_from_key_done", "mfa_authenticate"),
            *("socialaccount_login_cancelled", "socialaccount_login_error"),
            *("openid_connect_login", "openid_connect_callback"),
        ],
        ANYBODY,
    ),
    **dict.fromkeys(
        [
            *("account", "my_downloads", "tokens", "revoke_token", "account_reauthenticate"),
            "account_change_password",
            *("account_set_password", "mfa_index", "mfa_reauthenticate", "mfa_activate_totp"),
            *(
                "mfa_deactivate_totp",
                "totp_picture",
                "mfa_view_recovery_codes",
                "mfa_generate_recovery_codes",
            ),
            *("mfa_download_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn"),
            *("mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn"),
            *("usersessions_list", "sign_out_everywhere", "socialaccount_connections"),
        ],
        SIGNED_IN,
    ),
}
#: Operations of the API, by their path below a place's.
OF_THE_API: dict[str, str] = {
    "/places": MEMBER,
    "/places/{place}": MEMBER,
    **dict.fromkeys(
        [
            *(
                f"/places/{{place}}/{word}"
                for word in ("overview", "grid", "turnover", "vacancy", "coverage")
            ),
            *(f"/places/{{place}}/{word}" for word in ("organisations", "assumptions", "scenarios", "runs")),
            *(f"/places/{{place}}/runs/{{run}}/{word}" for word in ("summary", "monthly", "flows")),
        ],
        "figures",
    ),
    "/places/{place}/submissions": "rows",
}

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


def _operations() -> Iterator[tuple[str, str]]:
    from skillmix.web.api.operations import api
    from skillmix.web.api.urls import ROUTES

    assert ROUTES
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            yield path.removeprefix("/api/v1"), method


def test_every_operation_of_the_api_is_declared() -> None:
    assert {path for path, _ in _operations()} == set(OF_THE_API)
    assert {method for _, method in _operations()} == {"get"}


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_token_opens_what_its_owners_role_opens(role: str, north: Any, account: Callable[..., Any]) -> None:
    from api_clients import token_of

    if "tokens" not in ROLES[role].abilities:
        pytest.skip("this role makes no tokens")
    organisation, family = MEMBERSHIPS[role]
    secret = token_of(account(role, organisation, family))
    client = Client(headers={"host": "localhost", "authorization": f"Bearer {secret}"})
    client.raise_request_exception = False
    wrong = []
    for path, _ in _operations():
        for place in ("north", "south"):
            address = "/api/v1" + path.replace("{place}", place).replace("{run}", "nobodys")
            status = client.get(address).status_code
            held = OF_THE_API[path] == MEMBER or OF_THE_API[path] in ROLES[role].abilities
            if status >= 500:
                wrong.append(f"{address}: {status}")
            elif place == "south" and "{place}" in path:
                if status not in (403, 404):
                    wrong.append(f"{address}: {status}, of a place that is not theirs")
            elif held and status == 403:
                wrong.append(f"{address}: refused, and may")
            elif not held and status not in (403, 404):
                wrong.append(f"{address}: {status}, and may not")
    assert wrong == []


def test_the_api_takes_no_session(client_as: Callable[..., Any]) -> None:
    client = client_as("place_planner")
    for path, _ in _operations():
        address = "/api/v1" + path.replace("{place}", "north").replace("{run}", "nobodys")
        assert client.get(address).status_code == 401, path
