"""Turnover: a year or nothing, and a mover within the slice is no leaver."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from skillmix import measures, reference
from skillmix.disclosure import release
from skillmix.errors import InputError, RefusedError
from skillmix.measures.turnovers import require, stability_index, with_rates

pytestmark = pytest.mark.unit

OLD, NEW = date(2025, 6, 30), date(2026, 6, 30)


def flow(kind: str, people: int, starts: date, ends: date, **more: Any) -> dict[str, Any]:
    row = {"organisation": "RA", "grain": "organisation", "kind": kind, "headcount": people}
    return {**row, "starts": starts, "ends": ends, "as_of": ends, "origin": "published", **more}


def period(start: int, joiners: int, leavers: int, end: int, starts: date, ends: date, **more: Any):
    kinds = {"start": start, "joiners": joiners, "leavers": leavers, "end": end}
    return [flow(kind, people, starts, ends, **more) for kind, people in kinds.items()]


def only(figures: measures.Figures) -> dict[str, Any]:
    assert figures.frame.height == 1
    return figures.frame.row(0, named=True)


def test_nurses_of_england_2020_21() -> None:
    """33,354 leavers, rate 9.9 per cent, stability 89.9 per cent: the rate is on the mean of both ends."""
    leavers = 33_354
    start = round(leavers / (1 - 0.899))
    assert round(stability_index(start, leavers), 3) == 0.899
    end = 2 * round(leavers / 0.099) - start
    assert round(measures.leaver_rate(leavers, start, end), 3) == 0.099
    assert round(leavers / start, 3) != 0.099


def test_england_by_staff_group_as_published_for_2021_22(facts) -> None:
    """Nurses and health visitors, Sep 2021 to Sep 2022: 349,242 and 359,495 people, 40,883 leavers."""
    table = reference.published("hchs_turnover_england_annual").filter(
        staff_group="nurses_health_visitors", ends=date(2022, 9, 30)
    )
    people = dict(table.select("kind", "headcount").iter_rows())
    before = reference.published("hchs_turnover_england_annual").filter(
        staff_group="nurses_health_visitors", ends=date(2021, 9, 30), kind="end"
    )
    start = before["headcount"].item()
    rows = period(
        start, people["joiners"], people["leavers"], people["end"], date(2021, 10, 1), date(2022, 9, 30)
    )
    row = only(measures.turnover(facts([("RA", "acute_trust")], flow=rows)))
    assert row["leaver_rate"] == pytest.approx(40_883 / ((349_242 + 359_495) / 2))
    assert row["stability"] == pytest.approx(1 - 40_883 / 349_242)
    # Start + joiners - leavers is not the end: the rest changed staff group.
    assert row["other_changes"] == 359_495 - 349_242 - 43_778 + 40_883
    assert row["refused"] is None


def test_two_autumn_months_are_not_annualised(facts) -> None:
    rows = period(100, 5, 4, 101, date(2025, 10, 1), date(2025, 10, 31))
    rows += period(101, 2, 3, 100, date(2025, 11, 1), date(2025, 11, 30))
    figures = measures.turnover(facts([("RA", "acute_trust")], flow=rows))
    row = only(figures)
    assert (row["start"], row["joiners"], row["leavers"], row["end"]) == (100, 7, 7, 100)
    assert (row["leaver_rate"], row["stability"]) == (None, None)
    assert row["refused"].startswith("2 months (1 October 2025 to 30 November 2025) are not a year")
    with pytest.raises(RefusedError, match="not annualised"):
        require(figures)


def test_twelve_months_in_a_row_are_a_year_without_stability(facts) -> None:
    starts = [date(2025, m, 1) for m in range(1, 13)]
    ends = [s - timedelta(days=1) for s in [*starts[1:], date(2026, 1, 1)]]
    rows = [r for s, e in zip(starts, ends, strict=True) for r in period(100, 1, 1, 100, s, e)]
    row = only(measures.turnover(facts([("RA", "acute_trust")], flow=rows)))
    assert (row["starts"], row["ends"], row["refused"]) == (date(2025, 1, 1), date(2025, 12, 31), None)
    assert row["leaver_rate"] == pytest.approx(0.12)
    assert row["stability"] is None
    # A month is missing in the middle: the year falls to what is left.
    holed = [r for r in rows if r["starts"] != date(2025, 7, 1)]
    short = only(measures.turnover(facts([("RA", "acute_trust")], flow=holed)))
    assert short["starts"] == date(2025, 8, 1)
    assert short["leaver_rate"] is None


def test_a_year_long_past_is_not_the_one_that_was_asked_for(facts, city) -> None:
    rows = period(100, 5, 4, 101, date(2022, 10, 1), date(2023, 9, 30))
    trust = facts([("RA", "acute_trust")], flow=rows)
    assert only(measures.turnover(trust, as_of=date(2024, 9, 30)))["ends"] == date(2023, 9, 30)
    assert measures.turnover(trust, as_of=date(2025, 9, 30)).frame.is_empty()
    assert measures.turnover(city, as_of=date(2027, 9, 30)).frame.height == 2
    assert measures.turnover(city, as_of=date(2027, 10, 1)).frame.is_empty()


def test_leavers_of_two_trusts_are_not_added(facts) -> None:
    year = (date(2024, 10, 1), date(2025, 9, 30))
    rows = period(100, 5, 5, 100, *year) + period(50, 5, 5, 50, *year, organisation="RB")
    row = only(measures.turnover(facts([("RA", "acute_trust"), ("RB", "acute_trust")], flow=rows), []))
    assert row["leavers"] is None
    assert "not added" in row["refused"]


@pytest.fixture
def city(facts):
    """Ten at the hospital: one goes to a network, one retires, one is transferred, one comes from outside."""

    def staff(day: date, **where: list[str]) -> list[dict[str, Any]]:
        return [
            {"organisation": o, "person": p, "profession": "paramedic", "fte": 1, "as_of": day}
            for o, people in where.items()
            for p in people
        ]

    hospital = [f"h{i}" for i in range(10)]
    moves = [
        {"person": "h0", "kind": "moved", "from_organisation": "RA", "to_organisation": "U1"},
        # The network reports the same move.
        {"organisation": "U1", "person": "h0", "kind": "joined", "from_organisation": "RA"},
        {"person": "h1", "kind": "left", "reason": "retirement_age"},
        {"person": "h2", "kind": "left", "reason": "employee_transfer"},
        {"person": "new", "kind": "joined"},
        # Before the year began.
        {"person": "old", "kind": "left", "date": date(2025, 6, 1)},
    ]
    return facts(
        [("RA", "acute_trust"), ("U1", "network")],
        assignment=staff(OLD, RA=hospital, U1=["n0"])
        + staff(NEW, RA=[*hospital[3:], "new"], U1=["n0", "h0"]),
        movement=[
            {
                "organisation": "RA",
                "date": date(2026, 1, 15),
                "basis": "reported",
                "profession": "paramedic",
                **m,
            }
            for m in moves
        ],
    )


def test_a_move_within_the_place_leaves_the_hospital_and_not_the_place(city) -> None:
    rows = {r["organisation"]: r for r in measures.turnover(city).frame.to_dicts()}
    assert (rows["RA"]["start"], rows["RA"]["end"]) == (10, 8)
    assert (rows["RA"]["joiners"], rows["RA"]["leavers"]) == (1, 2)
    assert rows["RA"]["leaver_rate"] == pytest.approx(2 / 9)
    assert rows["RA"]["gone"] == 3
    assert rows["RA"]["stability"] == pytest.approx(0.7)
    # The transfer is no leaving; it shows in what else changed.
    assert rows["RA"]["other_changes"] == -1
    assert (rows["U1"]["joiners"], rows["U1"]["leavers"]) == (1, 0)
    whole = only(measures.turnover(city, []))
    assert (whole["start"], whole["end"], whole["joiners"], whole["leavers"]) == (11, 10, 1, 1)
    assert only(measures.turnover(city, ["profession"]))["leavers"] == 1


def test_without_a_snapshot_a_year_before_nothing_is_said(city) -> None:
    city.tables["assignment"] = [r for r in city.tables["assignment"] if r["as_of"] == NEW]
    frame = measures.turnover(city).frame
    assert frame["leavers"].null_count() == frame.height
    assert all("no snapshot of staff twelve months earlier" in r for r in frame["refused"])


def test_people_gone_without_any_reported_movement_is_not_no_leaving(city) -> None:
    city.tables["movement"] = [m for m in city.tables["movement"] if m["person"] == "old"]
    rows = {r["organisation"]: r for r in measures.turnover(city).frame.to_dicts()}
    assert rows["RA"]["leaver_rate"] is None
    assert "no movement was reported" in rows["RA"]["refused"]


def test_one_organisation_that_reports_no_movement_is_not_one_that_nobody_left(city) -> None:
    """The network loses somebody and reports nothing, while the hospital reports all its leavers."""
    network = {"organisation": "U1", "profession": "paramedic", "fte": 1}
    city.tables["assignment"] += [{**network, "person": f"n{i}", "as_of": OLD} for i in range(1, 4)]
    city.tables["movement"] = [m for m in city.tables["movement"] if m["person"] != "h0"]
    city.tables["movement"] += [
        {**city.tables["movement"][0], "organisation": "U1", "date": date(2025, 3, 1)}
    ]
    rows = {r["organisation"]: r for r in measures.turnover(city).frame.to_dicts()}
    assert (rows["U1"]["gone"], rows["U1"]["leaver_rate"]) == (3, None)
    assert "no movement was reported" in rows["U1"]["refused"]
    assert rows["RA"]["leaver_rate"] == pytest.approx(1 / 9)
    assert only(measures.turnover(city, []))["leaver_rate"] is None


def test_published_staff_do_not_make_sent_leavers_public(city) -> None:
    city.tables["assignment"] = [{**r, "origin": "published"} for r in city.tables["assignment"]]
    figures = measures.turnover(city)
    assert figures.frame["origin"].to_list() == ["mixed", "mixed"]
    rows = release(figures).frame
    assert rows["leavers"].null_count() == 2, "two leavers are fewer than five"
    assert rows["joiners"].null_count() == 2


@pytest.mark.parametrize(("joiners", "leavers"), [(3, 40), (0, 2), (40, 3)])
def test_what_is_hidden_is_not_given_back_by_its_own_row(facts, joiners: int, leavers: int) -> None:
    """100 at the start, and nobody changed group: joiners follow from start, end and leavers."""
    year = (date(2024, 10, 1), date(2025, 9, 30))
    rows = period(100, joiners, leavers, 100 + joiners - leavers, *year, origin="sent")
    released = release(measures.turnover(facts([("RA", "acute_trust")], flow=rows)))
    row = released.rows()[0]
    assert (row["start"], row["end"]) == (100, 100 + joiners - leavers)
    for hidden in ("joiners", "leavers", "gone", "joiner_rate", "leaver_rate", "stability", "other_changes"):
        assert row[hidden] is None, hidden
    own = "joiners" if 0 < joiners < 5 else "leavers"
    assert f"{own}: fewer than 5 people" in row["suppressed"]
    assert "it would give away a count of fewer than 5 people" in row["suppressed"]


def test_a_month_that_is_not_known_makes_the_year_unknown(facts) -> None:
    rows = period(100, 5, 4, 101, date(2025, 10, 1), date(2025, 10, 31))
    rows += period(101, 2, 3, 100, date(2025, 11, 1), date(2025, 11, 30))
    rows[2]["headcount"] = None
    row = only(measures.turnover(facts([("RA", "acute_trust")], flow=rows)))
    assert (row["joiners"], row["leavers"]) == (7, None)


def test_a_rate_over_nobody_is_unknown() -> None:
    frame = pl.DataFrame({"start": [0], "joiners": [0], "leavers": [0], "end": [0], "gone": [0]})
    row = with_rates(frame.with_columns(pl.lit(None).alias("refused"))).row(0, named=True)
    assert (row["leaver_rate"], row["stability"]) == (None, None)
    assert measures.leaver_rate(0, 0, 0) is None


def test_a_word_that_turnover_does_not_have_is_refused(city) -> None:
    with pytest.raises(InputError, match="employer"):
        measures.turnover(city, ["employer"])


def test_nothing_known_is_said_to_be_nothing_known(facts) -> None:
    with pytest.raises(RefusedError, match="Nothing is known"):
        require(measures.turnover(facts([("RA", "acute_trust")])))
