"""Help pages: each opens for every role, says what the declarations say, and loads nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from skillmix.disclosure import Policy
from skillmix.measures import MEASURES
from skillmix.place import Place
from skillmix.web.api.operations import NEEDS
from skillmix.web.help.pages import PAGES
from skillmix.web.people.roles import ABILITIES, ROLES

pytestmark = pytest.mark.database

HELP = ("", "definitions/", "methods/", "sources/", "sharing/", "moving/", "excel/", "api/", "roles/")


def read(client: Any, page: str) -> str:
    answer = client.get(f"/north/help/{page}")
    assert answer.status_code == 200, page
    return str(answer.content.decode())


@pytest.mark.parametrize("role", ["viewer", "place_administrator", "education_lead"])
def test_every_help_page_opens(client_as: Callable[..., Any], role: str) -> None:
    client = client_as(role)
    index = read(client, "")
    assert {reverse(p.name, kwargs={"place": "north"}) for p in PAGES} == {
        f"/north/help/{p}" for p in HELP[1:]
    }
    for page in HELP[1:]:
        words = read(client, page)
        assert f'href="/north/help/{page}"' in index
        # Links may lead away; nothing is loaded from elsewhere.
        assert not re.search(r'<(script|link|img|iframe)[^>]+(src|href)="(https?:)?//', words), page
        assert " style=" not in words, page


def test_staff_read_their_page_without_an_account(north: Place, db: None) -> None:
    page = Client(headers={"host": "localhost"}).get("/help/staff/")
    assert page.status_code == 200
    words = page.content.decode()
    for question in ("Pay and pension", "Indemnity", "Leave and hours", "Line manager", "general guidance"):
        assert question in words
    assert "North" not in words


def test_help_of_a_place_needs_a_membership(north: Place, db: None) -> None:
    assert Client(headers={"host": "localhost"}).get("/north/help/roles/").status_code == 302


def test_definitions_say_what_the_catalogue_says(client_as: Callable[..., Any]) -> None:
    words = read(client_as("viewer"), "definitions/")
    for measure in MEASURES.values():
        assert measure.label in words
        assert measure.definition in words


def test_sharing_says_what_the_policy_says(client_as: Callable[..., Any]) -> None:
    words = read(client_as("organisation_lead", "NT1"), "sharing/")
    for rule in Policy.default().rules.values():
        if rule.minimum > 1:
            assert f"From {rule.minimum} people" in words
    assert "You see the figures of North General Hospitals by name" in words


def test_roles_say_what_is_declared(client_as: Callable[..., Any]) -> None:
    words = read(client_as("viewer"), "roles/").replace("&#39;", "'")
    for role in ROLES.values():
        assert role.label in words
        assert role.describe in words
        assert all(ABILITIES[ability] in words for ability in role.abilities)


def test_sources_name_publisher_licence_and_dates(client_as: Callable[..., Any]) -> None:
    words = read(client_as("viewer"), "sources/")
    assert "ESR staff in post" in words
    assert "Sharing agreement" in words
    assert "June 2026" in words


def test_the_page_of_the_api_lists_every_operation(client_as: Callable[..., Any]) -> None:
    words = read(client_as("viewer"), "api/")
    assert words.count("<code>GET /api/v1/") == len(NEEDS)
    assert "/api/v1/places/north/overview" in words
    assert "fte_place" in words


def test_the_page_for_excel_gives_addresses_that_work(client_as: Callable[..., Any]) -> None:
    from api_clients import by_token, token_of

    client = client_as("place_planner")
    words = read(client, "excel/").replace("&amp;", "&")
    addresses = re.findall(r"<dd><code>http://localhost(/api/v1/[^<]+)</code>", words)
    assert len(addresses) == 5
    asking = by_token(token_of(client.user))
    for address in addresses:
        answer = asking.get(address)
        assert answer.status_code == 200, address
        assert answer["Content-Type"].startswith("text/csv")


def test_who_may_have_no_token_is_told_so(client_as: Callable[..., Any]) -> None:
    assert "does not allow tokens" in read(client_as("viewer"), "excel/")
    assert "does not allow tokens" not in read(client_as("place_planner"), "excel/")
