"""What the API keeps from one partner of another: who works where, for whom, and in which notes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from api_clients import by_token, rows_of, token_of
from django.test import Client
from web_places import AS_OF, PARTNERS

from skillmix.place import Draft, Place

pytestmark = pytest.mark.database

NORTH = "/api/v1/places/north"


def send(place: Place, organisation: str, table: str, rows: list[dict[str, Any]]) -> None:
    common = {
        "organisation": organisation,
        "period": f"{AS_OF:%Y-%m}",
        "as_of": AS_OF,
        "share_place": 1,
        "share_basis": "site",
    }
    number = len(place.received(list(PARTNERS)))
    draft = Draft(
        source=f"further_{number}",
        sha256=f"{number:0>64}",
        origin="sent",
        as_of=AS_OF,
        agreement=f"agreement-{organisation.lower()}",
    )
    frame = pl.DataFrame([{**common, **row} for row in rows], infer_schema_length=None)
    place.submit(draft, {table: frame}, by="controller")


def job(organisation: str, person: str, **changes: Any) -> dict[str, Any]:
    return {
        "person_key": f"k1:esr:{person}",
        "employer": organisation,
        "workplace": organisation,
        "sector": PARTNERS[organisation][1],
        "profession": "orthoptist",
        "registered": True,
        "level": "band_6",
        "fte": 0.5,
        **changes,
    }


@pytest.fixture
def ask(north: Place, account: Callable[..., Any]) -> Callable[..., list[dict[str, Any]]]:
    def asked(role: str, by: str, **of: str) -> list[dict[str, Any]]:
        client: Client = by_token(token_of(account(role, **of)))
        return rows_of(client.get(f"{NORTH}/overview?by={by}&limit=5000"))

    return asked


def test_an_employer_is_not_told_who_of_theirs_works_for_a_network(
    north: Place, ask: Callable[..., list[dict[str, Any]]]
) -> None:
    send(north, "U99001", "assignment", [job("U99001", "ONE", employer="NT1")])
    told = ask("organisation_lead", "organisation,role,employer", organisation="NT1")
    assert {row["organisation"] for row in told} == {"NT1"}
    own = ask("organisation_lead", "organisation,employer", organisation="U99001")
    assert {row["employer"] for row in own} == {"NT1", "U99001"}


@pytest.mark.parametrize("by", ["employer", "workplace", "payer", "profession,workplace"])
def test_where_people_work_is_refused_without_the_organisation(
    north: Place, account: Callable[..., Any], by: str
) -> None:
    client = by_token(token_of(account("organisation_lead", organisation="NC1")))
    answer = client.get(f"{NORTH}/overview?by={by}")
    assert answer.status_code == 422
    assert "Add organisation to by." in answer.content.decode()


def test_a_headcount_over_partners_does_not_tell_that_one_works_for_two(
    north: Place, ask: Callable[..., list[dict[str, Any]]]
) -> None:
    for organisation in ("NT1", "NC1"):
        send(north, organisation, "assignment", [job(organisation, "ONE")])
    for by in ("profession", "profession,level"):
        rows = [
            r for r in ask("organisation_lead", by, organisation="NT1") if r["profession"] == "orthoptist"
        ]
        assert [(row["headcount"], row["fte"]) for row in rows] == [(None, 1.0)]
        assert "headcount" in rows[0]["suppressed"]
    whole = ask("organisation_lead", "", organisation="NT1")
    assert [row["headcount"] for row in whole] == [None]


def test_no_note_names_a_partner_in_totals(north: Place, account: Callable[..., Any]) -> None:
    group = {
        "grain": "organisation,staff_group",
        "staff_group": "nurses_health_visitors",
        "fte": 123.0,
        "headcount": 150,
    }
    send(north, "NT3", "stock", [group, {"grain": "organisation", "fte": None, "headcount": 160}])
    for role, of in (("organisation_lead", {"organisation": "NT1"}), ("researcher", {})):
        client = by_token(token_of(account(role, **of)))
        for by in ("organisation", "", "profession", "staff_group"):
            notes = " ".join(client.get(f"{NORTH}/overview?by={by}").json()["notes"])
            assert "North Minds" not in notes
            assert "123.00" not in notes


def test_a_researcher_reads_no_sector_of_one_or_two_partners(
    ask: Callable[..., list[dict[str, Any]]],
) -> None:
    for by in ("sector", "kind", "partner"):
        assert ask("researcher", by) == []


def test_a_profession_lead_reads_no_levels_of_every_profession(
    account: Callable[..., Any], north: Place
) -> None:
    client = by_token(token_of(account("profession_lead", family="allied_health")))
    assert client.get(f"{NORTH}/overview?by=organisation,level").status_code == 422
    rows = rows_of(client.get(f"{NORTH}/overview?by=organisation,profession,level&limit=5000"))
    assert {row["profession"] for row in rows} - {None} == {"physiotherapist", "occupational_therapist"}


@pytest.mark.parametrize("page", ["", "grid/", "organisations/NT1/", "professions/"])
def test_a_profession_leads_pages_stand(client_as: Callable[..., Client], north: Place, page: str) -> None:
    assert client_as("profession_lead", family="allied_health").get(f"/north/{page}").status_code == 200
