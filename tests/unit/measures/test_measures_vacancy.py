"""Vacancy: the published guarded formula, and each basis by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmix import measures
from skillmix.measures.vacancies import rate_expression

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("vacancy", "in_post", "rate"),
    [
        (0.0, 0.0, None),
        (-5.0, 5.0, 0.0),
        (-9.0, 5.0, 0.0),
        (3.0, 0.0, 1.0),
        (-3.0, 0.0, None),
        (1.0, 9.0, 0.1),
        (-1.0, 6.0, -0.2),
        (None, 5.0, None),
    ],
)
def test_the_guarded_formula_case_by_case(vacancy, in_post, rate) -> None:
    assert measures.vacancy_rate(vacancy, in_post) == (None if rate is None else pytest.approx(rate))


def test_england_registered_nurses_september_2022() -> None:
    """47,496 vacancies at 11.9 per cent: an establishment of about 399,000."""
    assert measures.vacancy_rate(47_496, 399_126 - 47_496) == pytest.approx(0.119, abs=0.0005)


QUANTITY = st.one_of(st.none(), st.just(0.0), st.integers(-50, 50).map(float))


@given(st.lists(st.tuples(QUANTITY, QUANTITY.map(lambda v: None if v is None else abs(v))), min_size=1))
def test_columns_and_numbers_agree_and_never_explode(pairs) -> None:
    frame = pl.DataFrame(
        {"v": [v for v, _ in pairs], "s": [s for _, s in pairs]}, schema={"v": pl.Float64, "s": pl.Float64}
    )
    rates = frame.select(rate_expression(pl.col("v"), pl.col("s"))).to_series().to_list()
    assert rates == [measures.vacancy_rate(v, s) for v, s in pairs]
    assert all(rate is None or rate <= 1 for rate in rates)


def post(fte: float, profession: str = "paramedic", **more: Any) -> dict[str, Any]:
    return {"organisation": "RA", "fte": fte, "profession": profession, "basis": "esr_establishment", **more}


def job(who: str, fte: float, profession: str = "paramedic") -> dict[str, Any]:
    return {"organisation": "RA", "person": who, "fte": fte, "profession": profession}


def rows(figures: measures.Figures, *keys: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {tuple(r[k] for k in keys): r for r in figures.frame.to_dicts()}


def test_establishment_against_staff_in_post(facts) -> None:
    place = facts([("RA", "acute_trust")], post=[post(4), post(6)], assignment=[job("a", 8), job("b", 1)])
    row = rows(measures.vacancy(place), "organisation")[("RA",)]
    assert (row["establishment"], row["staff_in_post"], row["vacancy"]) == (10.0, 9.0, 1.0)
    assert row["rate"] == pytest.approx(0.1)


def test_a_profession_without_posts_is_over_establishment_and_one_without_staff_is_empty(facts) -> None:
    place = facts(
        [("RA", "acute_trust")],
        post=[post(2, "podiatrist")],
        assignment=[job("a", 1, "paramedic")],
    )
    found = rows(measures.vacancy(place, ["profession"]), "profession")
    assert found[("podiatrist",)]["rate"] == 1.0
    assert (found[("paramedic",)]["vacancy"], found[("paramedic",)]["rate"]) == (-1.0, 0.0)


def test_bases_stand_side_by_side(facts) -> None:
    place = facts(
        [("RA", "acute_trust")],
        post=[post(10)],
        ledger=[
            {"organisation": "RA", "staff_kind": kind, "fte_budgeted": fte, "profession": "paramedic"}
            for kind, fte in (("substantive", 12.0), ("agency", 5.0))
        ],
        vacancy=[{"organisation": "RA", "basis": "advertised", "fte": 3.0, "profession": "paramedic"}],
        assignment=[job("a", 9)],
    )
    figures = measures.vacancy(place)
    found = rows(figures, "basis")
    assert found[("esr_establishment",)]["vacancy"] == 1.0
    assert found[("ledger",)]["vacancy"] == 3.0
    assert found[("advertised",)]["vacancy"] == 3.0
    assert found[("advertised",)]["rate"] is None
    assert "advert" in found[("advertised",)]["refused"]
    assert any("never added" in note for note in figures.notes)


def test_staff_of_organisations_without_posts_are_left_out(facts) -> None:
    place = facts(
        [("RA", "acute_trust"), ("RB", "acute_trust")],
        post=[post(10)],
        assignment=[job("a", 9), {**job("b", 50), "organisation": "RB"}],
    )
    row = rows(measures.vacancy(place, ["sector"]), "sector")[("acute",)]
    assert (row["staff_in_post"], row["vacancy"]) == (9.0, 1.0)


def test_where_staff_are_known_by_group_alone_a_profession_has_no_rate(facts) -> None:
    total = {"organisation": "RA", "grain": "organisation", "fte": 9.0, "headcount": 9}
    place = facts([("RA", "acute_trust")], post=[post(10)], stock=[total])
    row = rows(measures.vacancy(place, ["profession"]), "profession")[("paramedic",)]
    assert (row["rate"], row["refused"]) == (None, "Staff in post of the same slice are not known.")
    assert rows(measures.vacancy(place), "organisation")[("RA",)]["rate"] == pytest.approx(0.1)


def test_vacant_care_posts_are_counted_against_filled_ones(facts) -> None:
    place = facts(
        [("C1", "care_provider")],
        vacancy=[{"organisation": "C1", "basis": "asc_posts", "posts": 1, "role": "care_worker"}],
        assignment=[
            {"organisation": "C1", "person": f"p{i}", "fte": 0.5, "role": "care_worker"} for i in range(9)
        ],
    )
    row = rows(measures.vacancy(place), "organisation")[("C1",)]
    assert (row["unit"], row["vacancy"], row["staff_in_post"]) == ("posts", 1.0, 9.0)
    assert row["rate"] == pytest.approx(0.1)


def test_counted_posts_and_measured_ones_stand_apart(facts) -> None:
    place = facts(
        [("C1", "care_provider"), ("C2", "council")],
        post=[post(10, "social_worker", organisation="C2", basis="asc_posts")],
        vacancy=[{"organisation": o, "basis": "asc_posts", "posts": 1} for o in ("C1", "C2")],
        assignment=[
            {"organisation": o, "person": f"{o}{i}", "fte": 0.5, "profession": "social_worker"}
            for o in ("C1", "C2")
            for i in range(9)
        ],
    )
    found = rows(measures.vacancy(place, ["partner"]), "unit")
    # The council's own posts stand; what it reports besides is the same vacancies again.
    assert (found[("FTE",)]["establishment"], found[("FTE",)]["vacancy"]) == (10.0, 5.5)
    assert (found[("posts",)]["establishment"], found[("posts",)]["vacancy"]) == (10.0, 1.0)


def test_reported_vacancies_stand_where_filled_posts_are_not_known(facts) -> None:
    place = facts(
        [("C1", "care_provider")],
        vacancy=[{"organisation": "C1", "basis": "asc_posts", "posts": 1}],
        stock=[{"organisation": "C1", "grain": "organisation", "fte": 9.0}],
    )
    row = rows(measures.vacancy(place), "organisation")[("C1",)]
    assert (row["vacancy"], row["staff_in_post"], row["rate"]) == (1.0, None, None)
    assert "how many posts are filled" in row["refused"]


def test_posts_that_are_the_people_in_post_hold_no_vacancy(facts) -> None:
    place = facts([("RA", "acute_trust")], post=[post(9, basis="staff_in_post")], assignment=[job("a", 9)])
    figures = measures.vacancy(place)
    assert figures.frame.is_empty()
    assert "No posts are known" in figures.notes[-1]


def test_an_old_establishment_is_not_held_against_the_staff_of_today(facts) -> None:
    """15 months is the limit, as for staff in post."""
    place = facts(
        [("RA", "acute_trust"), ("RB", "acute_trust")],
        post=[
            {**post(10), "as_of": date(2025, 2, 28)},
            {**post(10), "organisation": "RB", "as_of": date(2025, 3, 31)},
        ],
        assignment=[job("a", 9), {**job("b", 9), "organisation": "RB"}],
    )
    found = rows(measures.vacancy(place), "organisation")
    assert (found["RA",]["establishment"], found["RA",]["vacancy"], found["RA",]["rate"]) == (
        10.0,
        None,
        None,
    )
    assert "too far apart" in found["RA",]["refused"]
    assert found["RB",]["rate"] == pytest.approx(0.1)
    asked = measures.vacancy(place, as_of=date(2026, 6, 30))
    assert list(rows(asked, "organisation")) == [("RB",)]
    assert any("too old" in note for note in asked.notes)
