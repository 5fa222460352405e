"""Projections by the API: released for the reader, and only while the facts behind them may be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import web_places
from api_clients import by_token, csv_rows, rows_of, token_of
from django.test import Client

from skillmix import projection
from skillmix.place import Draft, Place

pytestmark = pytest.mark.database

RUNS = "/api/v1/places/north/runs"


@pytest.fixture
def lead(projected: str, account: Callable[..., Any]) -> Client:
    return by_token(token_of(account("organisation_lead", "NT1")))


def test_runs_are_listed(lead: Client, projected: str) -> None:
    [run] = rows_of(lead.get(RUNS))
    assert (run["run"], run["years"], run["runs"], run["readable"]) == (projected, 2, 3, True)
    names = {row["scenario"] for row in rows_of(lead.get("/api/v1/places/north/scenarios"))}
    assert names == {"no_change", "primary_care_plan"}


def test_organisations_of_a_run_are_seen_at_their_level(lead: Client, projected: str) -> None:
    rows = rows_of(lead.get(f"{RUNS}/{projected}/summary?by=organisation&measure=fte&limit=5000"))
    seen = {row["organisation"] for row in rows}
    assert seen == {"NT1", "NC1", "U99001"}
    # The only partner of its sector would be known by it.
    assert {row["sector"] for row in rows} == {None}
    start = {row["organisation"]: row["p50"] for row in rows if row["years"] == 0}
    assert start["NT1"] == 63
    # What is expected of three people is what is expected of each.
    assert start["U99001"] is None


def test_the_place_as_a_whole_holds_every_partner(lead: Client, projected: str) -> None:
    rows = rows_of(lead.get(f"{RUNS}/{projected}/summary?by=place&measure=fte"))
    assert [row["expected"] for row in rows if row["years"] == 0] == [pytest.approx(130)]


def test_flows_and_months_hold_what_was_asked_for(lead: Client, projected: str) -> None:
    flows = rows_of(lead.get(f"{RUNS}/{projected}/flows?by=place&flow=left"))
    assert {(row["by"], row["flow"]) for row in flows} == {("place", "left")}
    assert [row["month"] for row in flows] == list(range(1, 25))
    months = csv_rows(lead.get(f"{RUNS}/{projected}/monthly?by=place&measure=jobs&format=csv"))
    assert [int(row["month"]) for row in months] == list(range(25))


def test_a_run_whose_facts_have_expired_is_refused(lead: Client, projected: str, north: Place) -> None:
    place = Place.open(north.path)
    place.agreements = [
        replace(a, ends=dt.date(2025, 1, 1)) if a.organisation == "NT2" else a for a in place.agreements
    ]
    place.save()
    [run] = rows_of(lead.get(RUNS))
    assert run["readable"] is False
    answer = lead.get(f"{RUNS}/{projected}/summary")
    assert answer.status_code == 422
    assert "may not be shown to you now" in answer.json()["problem"]


def test_a_run_over_facts_without_an_agreement_is_refused(lead: Client, projected: str, north: Place) -> None:
    staff = web_places.staff("NT3", dt.date(2026, 9, 30))
    draft = Draft(source="esr_staff_in_post", sha256="e" * 64, origin="sent", as_of=dt.date(2026, 9, 30))
    Place.open(north.path).submit(draft, {"assignment": staff})
    newer = projection.project(Place.open(north.path), years=1, runs=2).manifest["id"]
    found = {row["run"]: row["readable"] for row in rows_of(lead.get(RUNS))}
    assert found == {projected: True, newer: False}
    assert lead.get(f"{RUNS}/{newer}/summary").status_code == 422
    assert lead.get(f"{RUNS}/{projected}/summary").status_code == 200


@pytest.mark.parametrize(
    "name", ["..%2F..%2Fcontrol", "%2e%2e", "../../lake", "ffffffffffffffff", "a.b", "%00"]
)
def test_a_name_that_is_no_run_is_not_found(lead: Client, name: str) -> None:
    assert lead.get(f"{RUNS}/{name}/summary").status_code == 404
