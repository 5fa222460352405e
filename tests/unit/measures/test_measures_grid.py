"""The grid: somebody, nobody, or not known; and who is found everywhere."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from skillmix import measures
from skillmix.errors import InputError

pytestmark = pytest.mark.unit

FIVE = [
    ("RA", "acute_trust"),
    ("RC", "community_trust"),
    ("RM", "mental_health_trust"),
    ("C1", "council"),
    ("U1", "network"),
]


def job(organisation: str, who: str, profession: str, fte: float = 1.0) -> dict[str, Any]:
    return {"organisation": organisation, "person": who, "profession": profession, "fte": fte}


@pytest.fixture
def city(facts):
    jobs = [job(code, f"ot-{code}", "occupational_therapist") for code, _ in FIVE]
    jobs += [job("RA", "a", "radiographer_diagnostic"), job("RA", "b", "support_radiography", 0.5)]
    jobs += [job(c, f"pt-{c}", "physiotherapist") for c in ("RA", "RC", "U1")]
    return facts(FIVE, assignment=jobs)


def cell(frame: pl.DataFrame, profession: str, partner: str) -> dict[str, Any]:
    return frame.filter(profession=profession, partner=partner).row(0, named=True)


def test_all_fourteen_and_their_support_against_every_partner(city) -> None:
    frame = measures.grid(city).frame
    registered = frame.filter("registered")
    assert registered["ahp"].n_unique() == 14
    assert registered["profession"].n_unique() == 15
    assert frame["partner"].unique(maintain_order=True).to_list() == [
        "acute",
        "community",
        "mental_health",
        "social_care",
        "primary_care",
    ]
    assert frame.height == frame["profession"].n_unique() * 5


def test_occupational_therapy_is_the_only_one_everywhere(city) -> None:
    figures = measures.grid(city)
    assert figures.context["everywhere"] == "occupational_therapist"
    assert any("is the only one found in all five kinds of partner" in note for note in figures.notes)


def test_nobody_is_zero_where_every_row_has_a_profession(city) -> None:
    found = cell(measures.grid(city).frame, "physiotherapist", "mental_health")
    assert (found["present"], found["fte"], found["headcount"]) == (False, 0.0, 0)


def test_unknown_is_not_zero_where_totals_stop_at_staff_groups(facts) -> None:
    place = facts(
        [("RA", "acute_trust"), ("RC", "community_trust")],
        stock=[
            {
                "organisation": "RA",
                "grain": "organisation,staff_group",
                "staff_group": "scientific_therapeutic_technical",
                "fte": 900.0,
                "headcount": 1000,
                "origin": "published",
            }
        ],
        assignment=[job("RC", "a", "podiatrist")],
    )
    figures = measures.grid(place)
    unknown = cell(figures.frame, "podiatrist", "acute")
    assert (unknown["present"], unknown["fte"], unknown["headcount"]) == (None, None, None)
    assert cell(figures.frame, "podiatrist", "community")["present"] is True
    assert cell(figures.frame, "dietitian", "community")["present"] is False
    assert any("Acute trust" in note and "unknown, not none" in note for note in figures.notes)


def test_a_partner_that_sent_nothing_is_unknown(facts) -> None:
    place = facts([("RA", "acute_trust"), ("C1", "council")], assignment=[job("RA", "a", "podiatrist")])
    assert cell(measures.grid(place).frame, "podiatrist", "social_care")["present"] is None


def test_the_wide_grid_has_a_column_a_partner_and_counts_where_present(city) -> None:
    wide = measures.grid_wide(measures.grid(city).frame)
    row = wide.filter(profession="physiotherapist").row(0, named=True)
    assert (row["acute"], row["mental_health"], row["partners"], row["unknown"]) == (1.0, 0.0, 3, 0)
    assert wide.filter(profession="support_radiography").row(0, named=True)["acute"] == 0.5
    by_organisation = measures.grid_wide(measures.grid(city, by_organisation=True).frame)
    assert by_organisation.filter(profession="occupational_therapist").row(0, named=True)["C1"] == 1.0


def test_other_families_and_all_of_them(city) -> None:
    assert set(measures.grid(city, "midwifery").frame["profession"]) == {"midwife", "support_maternity"}
    every = measures.grid(city, "all").frame
    assert {"nurse_adult", "podiatrist", "human_resources", "call_handling"} <= set(every["profession"])
    with pytest.raises(InputError, match="ahp, all"):
        measures.grid(city, "wizards")
