"""Pages of figures as each role sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.database

Sign = Callable[..., Any]

#: Role, organisation, family, and what its home must say.
HOMES = [
    ("place_planner", "", "", ["What is known of whom", "Every profession against", "partners against"]),
    ("organisation_lead", "NT1", "", ["North General Hospitals", "Where our data stand", "side by side"]),
    ("organisation_analyst", "NC1", "", ["North City Council", "Who works here, by profession"]),
    ("primary_care_lead", "U99001", "", ["Harbour Network", "Who works for our patients"]),
    ("primary_care_lead", "", "", ["Primary care in North", "Networks and their patients"]),
    (
        "profession_lead",
        "",
        "allied_health",
        ["Allied health professions in North", "Where posts stand empty"],
    ),
    ("education_lead", "", "", ["Learners and posts in North", "What is known of learners"]),
    ("viewer", "", "", ["The health and care workforce of North", "There is no projection"]),
    ("system_lead", "", "", ["Places side by side"]),
    ("researcher", "", "", ["What is known of whom"]),
]


def _page(client: Any, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    text: str = answer.content.decode()
    return text


@pytest.mark.parametrize(("role", "organisation", "family", "said"), HOMES)
def test_each_role_has_its_home(
    client_as: Sign, role: str, organisation: str, family: str, said: list[str]
) -> None:
    page = _page(client_as(role, organisation, family), "/north/")
    told = [words for words in said if words in page]
    assert told or role == "place_planner"
    if role != "place_planner":
        assert told == said
    assert "Everything known of staff here is invented" not in page
    assert 'class="app-strip"' in page


ADDRESSES = [
    "/north/coverage/",
    "/north/grid/",
    "/north/grid/?family=nursing&cell=headcount&by=organisation",
    "/north/organisations/",
    "/north/organisations/NT1/",
    "/north/organisations/U99001/",
    "/north/professions/",
    "/north/professions/?family=all",
    "/north/professions/occupational_therapist/",
    "/north/professions/support_physiotherapy/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_of_figures_carries_the_strip(client_as: Sign, address: str) -> None:
    page = _page(client_as("place_planner"), address)
    assert 'class="app-strip"' in page
    assert "<h1" in page


def test_the_grid_says_what_is_everywhere_and_what_is_not_known(client_as: Sign) -> None:
    page = _page(client_as("place_planner"), "/north/grid/")
    assert "app-grid__none" in page
    assert "Occupational therapist" in page
    assert 'href="/north/professions/physiotherapist/"' in page


def test_htmx_gets_the_grid_alone(client_as: Sign) -> None:
    client = client_as("place_planner")
    answer = client.get("/north/grid/?family=nursing", headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    assert b"Adult nurse" in answer.content


@pytest.mark.parametrize("code", ["NT2", "NT3"])
def test_who_shares_nothing_under_its_name_has_no_figures_there(client_as: Sign, code: str) -> None:
    name = {"NT2": "North Community Health", "NT3": "North Minds"}[code]
    planner = client_as("place_planner")
    page = _page(planner, f"/north/organisations/{code}/")
    assert "shares no figures under its name" in page
    assert "app-table" not in page
    for panel in ("organisation", "staff", "posts", "flows", "vacancies", "peers"):
        rows = planner.get(f"/north/panels/{panel}.json?organisation={code}").json()["rows"]
        assert rows == [], panel
    own = _page(client_as("organisation_lead", code), f"/north/organisations/{code}/")
    assert name in own
    assert "app-table" in own


def test_a_home_of_another_organisation_is_refused(client_as: Sign) -> None:
    assert client_as("organisation_lead", "NT1").get("/north/?organisation=NT2").status_code == 403


def test_who_employs_a_networks_staff_is_for_the_network(client_as: Sign) -> None:
    address = "/north/panels/network-staff.csv?organisation=U99001"
    assert client_as("primary_care_lead", "U99001").get(address).status_code == 200
    assert client_as("organisation_lead", "NT1").get(address).status_code == 403
    assert client_as("place_planner").get(address).status_code == 403


def test_a_profession_lead_reaches_their_own_family_alone(client_as: Sign) -> None:
    client = client_as("profession_lead", family="allied_health")
    assert client.get("/north/professions/physiotherapist/").status_code == 200
    assert client.get("/north/professions/nurse_adult/").status_code == 404


@pytest.mark.parametrize(
    "address", ["/north/organisations/NOBODY/", "/north/professions/nobody/", "/north/organisations/Y1/"]
)
def test_what_is_not_there_is_not_found(client_as: Sign, address: str) -> None:
    assert client_as("place_planner").get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/north/grid/?family=nothing",
        "/north/grid/?cell=nothing",
        "/north/panels/staff.csv?organisation=NT1&by=sex",
        "/north/panels/outlook.csv?run=../../place.toml",
        "/north/panels/outlook.csv?run=0123456789abcdef",
    ],
)
def test_what_cannot_be_shown_says_what_can(client_as: Sign, address: str) -> None:
    answer = client_as("place_planner").get(address)
    assert answer.status_code == 400
    assert b"Choose" in answer.content or b"run one" in answer.content


def test_posts_and_people_of_the_own_organisation(client_as: Sign) -> None:
    rows = (
        client_as("organisation_lead", "NT1").get("/north/panels/posts.json?organisation=NT1").json()["rows"]
    )
    nurses = next(r for r in rows if r["name"] == "Adult nurse")
    assert (nurses["in_post"], nurses["establishment_ledger"], nurses["vacancy_ledger"]) == (40, 45, 5)


def test_places_side_by_side_are_those_that_the_memberships_name(client_as: Sign) -> None:
    rows = client_as("system_lead").get("/north/panels/places.json").json()["rows"]
    assert [r["name"] for r in rows] == ["North"]
    assert client_as("place_planner").get("/north/panels/places.json").status_code == 403
