"""What is known of which partner, how old it is, and what is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest

from skillmix import measures

pytestmark = pytest.mark.unit

TODAY = date(2026, 6, 30)


def stock(organisation: str, as_of: date, **more: Any) -> dict[str, Any]:
    row = {"organisation": organisation, "as_of": as_of, "period": f"{as_of:%Y-%m}", "grain": "organisation"}
    return {**row, "fte": 10, **more}


def at(strip: pl.DataFrame, partner: str | None, kind: str | None, topic: str) -> dict[str, Any]:
    rows = strip.filter(
        pl.col("partner").eq_missing(partner), pl.col("kind").eq_missing(kind), pl.col("topic") == topic
    )
    assert rows.height == 1
    return rows.row(0, named=True)


def test_what_is_known_of_some_partners_counts_them_and_their_oldest_date(facts: Callable[..., Any]) -> None:
    place = facts(
        [("R01", "acute_trust"), ("R02", "acute_trust"), ("R03", "acute_trust")],
        stock=[
            stock("R01", date(2024, 6, 30)),
            stock("R01", date(2026, 3, 31)),
            stock("R02", date(2025, 12, 31)),
        ],
    )
    row = at(measures.coverage(place, TODAY), "acute", "acute_trust", "staff_in_post")
    assert (row["organisations"], row["known"]) == (3, 2)
    # The newest figure of each counts: December for one, March for the other.
    assert (row["oldest_as_of"], row["newest_as_of"]) == (date(2025, 12, 31), date(2026, 3, 31))
    assert row["months_old"] == 6
    assert row["missing"].startswith("Not known of 1 of 3")


def test_a_kind_of_partner_that_the_place_lacks_is_said(facts: Callable[..., Any]) -> None:
    strip = measures.coverage(facts([("R01", "acute_trust")]), TODAY)
    row = at(strip, "community", None, "staff_in_post")
    assert (row["organisations"], row["known"]) == (0, 0)
    assert "No community trust" in row["missing"]
    assert strip.filter(pl.col("partner") == "ambulance").is_empty()


def test_staff_groups_alone_are_no_professions(facts: Callable[..., Any]) -> None:
    day = date(2026, 3, 31)
    group = {"grain": "organisation,staff_group", "staff_group": "midwives"}
    place = facts([("R01", "acute_trust")], stock=[stock("R01", day), stock("R01", day, **group)])
    row = at(measures.coverage(place, TODAY), "acute", "acute_trust", "profession")
    assert row["known"] == 0
    assert "stop at staff groups" in row["missing"]


def test_professions_of_some_staff_are_not_those_of_all(facts: Callable[..., Any]) -> None:
    day = date(2026, 3, 31)
    grain = {"grain": "organisation,profession"}
    place = facts(
        [("P1", "practice")],
        stock=[
            stock("P1", day, **grain, profession="general_practitioner"),
            stock("P1", day, **grain, profession=None),
        ],
    )
    row = at(measures.coverage(place, TODAY), "primary_care", "practice", "profession")
    assert row["known"] == 1
    assert "by group" in row["missing"]


def test_invented_rows_are_counted_as_invented(facts: Callable[..., Any]) -> None:
    day = date(2026, 3, 31)
    place = facts(
        [("R01", "acute_trust"), ("R02", "acute_trust")],
        stock=[
            stock("R01", day, origin="synthetic"),
            stock("R02", day),
            stock("R02", day, origin="synthetic"),
        ],
    )
    row = at(measures.coverage(place, TODAY), "acute", "acute_trust", "staff_in_post")
    assert (row["known"], row["invented"]) == (2, 1)


def test_an_unknown_figure_is_not_known(facts: Callable[..., Any]) -> None:
    place = facts([("R01", "acute_trust")], stock=[stock("R01", date(2026, 3, 31), fte=None)])
    assert at(measures.coverage(place, TODAY), "acute", "acute_trust", "staff_in_post")["known"] == 0


def test_residents_of_every_council_are_needed(facts: Callable[..., Any]) -> None:
    people = {"as_of": date(2023, 6, 30), "period": "2023-06", "kind": "resident", "people": 5}
    rows = [
        {**people, "organisation": "E1", "variant": "estimate"},
        # A projection is no estimate.
        {**people, "organisation": "E2", "variant": "principal"},
    ]
    strip = measures.coverage(facts([("R01", "acute_trust")], areas=("E1", "E2"), population=rows), TODAY)
    row = at(strip, None, None, "residents")
    assert (row["organisations"], row["known"], row["months_old"]) == (2, 1, 36)
    assert "1 of its 2 councils" in row["missing"]
