"""An organisation's own sign-in: from its discovery document to an account, or to whom to ask."""

from __future__ import annotations

import html
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client

from skillmix.place import Place
from skillmix.web.people import invitations, services
from skillmix.web.people.models import User

# The provider of the tests uses a library that warns of itself (looked at in November 2026).
pytestmark = [pytest.mark.database, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

#: Where the organisation's people are known by their numbers, as Entra ID does it.
SUBJECT = "5a1c"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import oidc_provider_mock

    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def organisation(provider: str, north: Place, db: None, settings: Any) -> str:
    """The settings of somebody who deploys, with the local provider as their organisation's."""
    apps = [
        {
            "provider_id": "organisation",
            "name": "The trust",
            "client_id": "skillmix",
            "secret": "a secret",
            "settings": {"server_url": provider},
        }
    ]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": apps}}
    return provider


def known_as(provider: str, email: str | None, verified: bool | None = True, name: str = "Planner") -> None:
    """What the provider says of the person."""
    said: dict[str, Any] = {"name": name}
    if email is not None:
        said["email"] = email
    if verified is not None:
        said["email_verified"] = verified
    requests.put(f"{provider}/users/{SUBJECT}", json=said, timeout=10).raise_for_status()


def sign_in(who: Client, start: str = "/account/oidc/organisation/login/", **given: str) -> Any:
    """Through the provider and back, as a browser goes."""
    answer = who.post(start, given)
    assert answer.status_code == 200, "a form leads nowhere but here: a page leads on"
    page = answer.content.decode()
    onward = re.search(r'href="(http://localhost:\d+/[^"]+)"', page)
    assert onward is not None, page
    sent = requests.post(
        html.unescape(onward.group(1)), data={"sub": SUBJECT}, allow_redirects=False, timeout=10
    )
    back = urlsplit(sent.headers["Location"])
    return who.get(f"{back.path}?{back.query}", follow=True)


@pytest.fixture
def who(organisation: str) -> Client:
    return Client(headers={"host": "localhost"})


def invite(email: str, role: str = "place_planner") -> str:
    return invitations.make("north", role, by=None, email=email)[1]


def test_who_was_invited_gets_their_account_by_signing_in(who: Client, organisation: str) -> None:
    known_as(organisation, "Planner@trust.example.org")
    invite("planner@trust.example.org")
    sign_in(who)
    user = User.objects.get(email="planner@trust.example.org")
    assert [(m.place, m.role) for m in user.memberships.all()] == [("north", "place_planner")]
    assert user.name == "Planner"
    assert not user.has_usable_password()
    assert who.get("/north/grid/").status_code == 200
    again = Client(headers={"host": "localhost"})
    sign_in(again)
    assert again.get("/account/").status_code == 200
    assert User.objects.count() == 1


def test_who_was_not_invited_is_told_whom_to_ask(who: Client, organisation: str) -> None:
    known_as(organisation, "stranger@trust.example.org")
    page = sign_in(who)
    assert page.status_code == 403
    assert "You have not been invited yet" in page.content.decode()
    assert "stranger@trust.example.org" in page.content.decode()
    assert not User.objects.exists()
    assert who.get("/account/").status_code == 302


def test_an_account_that_is_there_is_found_by_its_address(who: Client, organisation: str) -> None:
    services.make_administrator(["north"], "boss@trust.example.org", "nine-quiet-harbours")
    known_as(organisation, "boss@trust.example.org")
    sign_in(who)
    assert who.get("/north/people/").status_code == 200
    assert User.objects.count() == 1


def test_an_address_that_the_provider_does_not_vouch_for_opens_no_account(
    who: Client, organisation: str
) -> None:
    services.make_administrator(["north"], "boss@trust.example.org", "nine-quiet-harbours")
    for verified in (False, None):
        known_as(organisation, "boss@trust.example.org", verified)
        assert sign_in(who).status_code == 403
        assert who.get("/account/").status_code == 302
    invite("planner@trust.example.org")
    known_as(organisation, "planner@trust.example.org", None)
    assert sign_in(who).status_code == 403
    assert not User.objects.filter(email="planner@trust.example.org").exists()


def test_a_domain_that_the_settings_name_is_vouched_for(
    who: Client, organisation: str, settings: Any
) -> None:
    settings.SKILLMIX = replace(settings.SKILLMIX, oidc_domains="trust.example.org, nhs.example.org")
    invite("planner@trust.example.org")
    known_as(organisation, "planner@trust.example.org", None)
    sign_in(who)
    assert who.get("/north/grid/").status_code == 200


def test_the_link_of_an_invitation_is_accepted_by_signing_in_there(who: Client, organisation: str) -> None:
    link = invite("planner@trust.example.org")
    known_as(organisation, "p.lanner@nhs.example.org")
    page = who.get(link).content.decode()
    assert "Go on with The trust" in page
    sign_in(who, f"{link}organisation/", provider="organisation")
    user = User.objects.get()
    assert user.email == "planner@trust.example.org"
    assert user.memberships.get().role == "place_planner"
    assert Client(headers={"host": "localhost"}).get(link).status_code == 410


def test_a_person_without_address_is_told_so(who: Client, organisation: str) -> None:
    known_as(organisation, None)
    page = sign_in(who)
    assert page.status_code == 403
    assert "gave no e-mail address" in page.content.decode()


def test_a_closed_account_stays_closed(who: Client, organisation: str, account: Callable[..., Any]) -> None:
    user = account("viewer")
    services.confirm_address(user)
    user.is_active = False
    user.save()
    known_as(organisation, user.email)
    sign_in(who)
    assert who.get("/account/").status_code == 302


def test_a_provider_that_is_not_named_has_no_address(who: Client) -> None:
    assert who.post("/account/oidc/another/login/").status_code == 404
