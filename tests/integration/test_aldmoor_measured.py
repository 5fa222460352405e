"""Aldmoor's answer key, found again by the measures that a planner uses."""

import datetime as dt
import json

import polars as pl
import pytest

from skillmix import demonstration, measures
from skillmix.place import Scope

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def aldmoor(tmp_path_factory):
    place = demonstration.aldmoor(tmp_path_factory.mktemp("aldmoor") / "place")
    key = json.loads((place.path / "answers.json").read_text(encoding="utf-8"))
    return place.read(Scope.controller(purpose="test")), key


def test_staff_in_post_of_the_city(aldmoor):
    facts, key = aldmoor
    whole = measures.overview(facts, by=[]).frame.row(0, named=True)
    assert whole["headcount"] == key["totals"]["people"]
    assert whole["lines"] == key["totals"]["lines_without_a_person"] == 27
    assert whole["fte"] == pytest.approx(key["totals"]["fte"], abs=1e-9)
    assert whole["fte_place"] == pytest.approx(key["totals"]["fte_place"], abs=1e-4)
    assert whole["origin"] == "synthetic"
    sectors = measures.overview(facts, by=["sector"]).frame
    assert dict(sectors.select("sector", "headcount").rows()) == key["totals"]["people_by_sector"]
    # Somebody with two employers is in two sectors, and once in the city.
    apart = measures.overview(facts, by=["organisation"]).frame.get_column("headcount").sum()
    assert apart - whole["headcount"] == key["two_jobs"]["people_with_two_employers"]


def test_occupational_therapy_is_found_in_every_partner(aldmoor):
    facts, key = aldmoor
    five = ["acute", "community", "mental_health", "primary_care", "social_care"]
    frame = measures.overview(facts, by=["profession", "partner"]).frame
    people = frame.filter((pl.col("profession") == "occupational_therapist") & pl.col("partner").is_in(five))
    assert (
        dict(people.select("partner", "headcount").rows())
        == key["profession_everywhere"]["occupational_therapist_people_by_partner"]
    )


def test_leavers_of_the_city_are_those_of_the_key(aldmoor):
    facts, key = aldmoor
    year = facts.table("movement").filter(
        pl.col("date").is_between(dt.date(2025, 7, 1), dt.date(2026, 6, 30))
    )
    kinds = dict(year.collect().group_by("kind").len().rows())
    assert kinds["left"] == key["leaving"]["left_the_place"]
    assert kinds["moved"] == key["leaving"]["moved_between_partners"]
    turnover = measures.turnover(facts, by=[]).frame.row(0, named=True)
    assert turnover["refused"] is None
    # Ends of fixed terms are no leavers in the published method: fewer than left, and most of them.
    assert 0.8 * kinds["left"] < turnover["leavers"] < kinds["left"]


def test_establishment_and_ledger_of_the_trust_that_is_out_of_date(aldmoor):
    facts, key = aldmoor
    rows = measures.vacancy(facts, by=["organisation"]).frame.filter(pl.col("organisation") == "ALD-02")
    by_basis = dict(rows.select("basis", "establishment").rows())
    assert by_basis["esr_establishment"] == pytest.approx(key["books"]["establishment_fte"])
    assert by_basis["ledger"] == pytest.approx(key["books"]["ledger_budget_fte"])
    assert by_basis["ledger"] > by_basis["esr_establishment"] + 30
