"""Release: what each kind of fact needs, and that there is no other way out."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmix import disclosure, reference
from skillmix.disclosure import Policy, Released, release
from skillmix.errors import InputError, RefusedError, SkillmixError
from skillmix.measures import Figures

pytestmark = pytest.mark.unit


def turnover(leavers: list[int | None], *, start: int = 100, origin: str = "sent") -> Figures:
    frame = pl.DataFrame(
        {
            "organisation": [f"R{i}" for i in range(len(leavers))],
            "start": [start] * len(leavers),
            "leavers": leavers,
            "leaver_rate": [None if n is None else n / start for n in leavers],
            "origin": [origin] * len(leavers),
        },
        schema_overrides={"leavers": pl.Int64, "leaver_rate": pl.Float64},
    )
    return Figures(
        frame,
        "turnover",
        ("organisation",),
        {
            "start": "staff_in_post",
            "leavers": "leaving",
            "leaver_rate": "leaving",
            "origin": "population",
        },
        rests_on={"leaver_rate": ("leavers",)},
        denominators={"leaver_rate": "start"},
    )


def figures(kind: str, people: list[int], dimension: str = "profession", **more: Any) -> Figures:
    frame = pl.DataFrame({dimension: [f"x{i}" for i in range(len(people))], "headcount": people})
    return Figures(frame, "staff_in_post", (dimension,), {"headcount": kind}, **more)


def test_leaving_is_shown_from_five_and_its_rate_with_it() -> None:
    shown = release(turnover([0, 1, 4, 5, 40]))
    assert shown.frame["leavers"].to_list() == [0, None, None, 5, 40]
    assert shown.frame["leaver_rate"].to_list() == [0.0, None, None, 0.05, 0.4]
    assert shown.frame["start"].to_list() == [100] * 5
    assert shown.suppressed.rows() == [
        (1, "leaver_rate", "fewer than 5 people"),
        (1, "leavers", "fewer than 5 people"),
        (2, "leaver_rate", "fewer than 5 people"),
        (2, "leavers", "fewer than 5 people"),
    ]
    assert shown.rows()[1]["suppressed"] == "leaver_rate: fewer than 5 people; leavers: fewer than 5 people"
    assert shown.rows()[3]["suppressed"] is None


def test_what_is_published_is_never_suppressed() -> None:
    shown = release(turnover([1, 4], origin="published"))
    assert shown.frame["leavers"].to_list() == [1, 4]
    assert shown.suppressed.is_empty()


def test_invented_rows_follow_the_rules_of_sent_ones() -> None:
    assert release(turnover([1], origin="synthetic")).frame["leavers"].to_list() == [None]


def test_a_rate_over_a_tiny_base_is_not_shown_even_where_published() -> None:
    shown = release(turnover([6], start=19, origin="published"))
    assert shown.frame["leavers"].to_list() == [6]
    assert shown.frame["leaver_rate"].to_list() == [None]
    assert shown.suppressed["reason"].to_list() == ["a rate on a base under 20 is not shown"]
    assert release(turnover([6], start=20)).frame["leaver_rate"].to_list() == [0.3]


def test_a_hidden_rate_says_so_where_its_counts_are_shown() -> None:
    frame = pl.DataFrame({"sector": ["acute"], "establishment": [6.8], "rate": [0.06]})
    made = Figures(
        frame,
        "vacancy",
        ("sector",),
        {"establishment": "vacancy", "rate": "vacancy"},
        denominators={"rate": "establishment"},
    )
    row = release(made).rows()[0]
    assert row == {
        "sector": "acute",
        "establishment": 6.8,
        "rate": None,
        "suppressed": "rate: a rate on a base under 20 is not shown",
    }


def test_a_rate_whose_people_are_not_known_is_not_shown() -> None:
    made = turnover([None])
    made = dataclasses.replace(made, frame=made.frame.with_columns(pl.lit(0.5).alias("leaver_rate")))
    shown = release(made)
    assert shown.frame["leaver_rate"].to_list() == [None]
    assert shown.suppressed["reason"].to_list() == ["the number of people is not known"]


def test_staff_in_post_are_shown_down_to_one() -> None:
    shown = release(figures("staff_in_post", [1, 2]))
    assert shown.frame["headcount"].to_list() == [1, 2]
    # No cell of it can ever be hidden: the columns are the measure's own.
    assert shown.frame.columns == ["profession", "headcount"]


@pytest.mark.parametrize(
    ("kind", "minimum"), [("leaving", 5), ("absence", 5), ("age", 5), ("pay", 5), ("protected", 10)]
)
def test_minimums_by_kind(kind, minimum) -> None:
    shown = release(figures(kind, [minimum - 1, minimum, 0], years_pooled=3))
    assert shown.frame["headcount"].to_list() == [None, minimum, 0]


def test_protected_characteristics_are_for_the_place_with_years_pooled() -> None:
    with pytest.raises(RefusedError, match="by organisation"):
        release(figures("protected", [50], "organisation", years_pooled=3))
    with pytest.raises(RefusedError, match="3 years together"):
        release(figures("protected", [50]))
    assert release(figures("protected", [50], years_pooled=3)).frame["headcount"].to_list() == [50]


def test_by_sex_or_age_a_count_of_staff_takes_the_stricter_rule() -> None:
    shown = release(figures("staff_in_post", [9, 10], "sex", years_pooled=3))
    assert shown.frame["headcount"].to_list() == [None, 10]
    assert shown.kinds["headcount"] == "protected"
    assert release(figures("staff_in_post", [4, 5], "age_band")).frame["headcount"].to_list() == [None, 5]


def test_a_place_may_show_less_but_not_more() -> None:
    stricter = Policy.default().stricter(leaving=10)
    assert release(turnover([9, 10]), stricter).frame["leavers"].to_list() == [None, 10]
    with pytest.raises(InputError, match="fall from 5 to 2"):
        Policy.default().stricter(leaving=2)


def test_minimums_come_from_the_reference_list() -> None:
    rows = reference.table("disclosure_minimums")
    policy = Policy.default(date(2026, 6, 30))
    assert {row["code"]: row["minimum"] for row in rows.iter_rows(named=True)} == {
        kind: rule.minimum for kind, rule in policy.rules.items()
    }
    assert policy.rule("protected").place_only


def test_only_release_makes_released() -> None:
    shown = release(figures("staff_in_post", [1]))
    values = {f.name: getattr(shown, f.name) for f in dataclasses.fields(Released)}
    with pytest.raises(SkillmixError, match="without a disclosure policy"):
        Released(**{**values, "_key": object()})
    with pytest.raises(dataclasses.FrozenInstanceError):
        shown.notes = ()  # type: ignore[misc]


def test_what_is_done_to_the_frame_changes_nothing() -> None:
    shown = release(turnover([1, 9]))
    taken = shown.frame
    taken.replace_column(taken.get_column_index("leavers"), pl.Series("leavers", [1, 9]))
    assert shown.frame["leavers"].to_list() == [None, 9]


def test_columns_without_a_kind_do_not_leave() -> None:
    made = figures("staff_in_post", [3])
    secret = dataclasses.replace(made, frame=made.frame.with_columns(pl.lit("x").alias("person")))
    assert "person" not in release(secret).frame.columns


def test_private_context_does_not_leave() -> None:
    made = figures("staff_in_post", [3], context={"registered": 10, "_lists": "a;b"})
    assert dict(release(made).context) == {"registered": 10}


def test_invented_figures_say_so_first() -> None:
    shown = release(figures("staff_in_post", [3], synthetic=True, notes=("Something else.",)))
    assert shown.synthetic
    assert shown.notes[0].startswith("Invented")
    assert not release(figures("staff_in_post", [3])).synthetic


def test_hidden_cells_are_counted_in_the_notes() -> None:
    assert release(turnover([1, 9])).notes[-1].startswith("2 cells in 1 rows are not shown")


@given(st.lists(st.one_of(st.none(), st.integers(0, 60)), max_size=30))
def test_no_count_below_the_minimum_ever_leaves(counts) -> None:
    shown = disclosure.release(turnover(counts)).frame
    for before, after, rate in zip(counts, shown["leavers"], shown["leaver_rate"], strict=True):
        hidden = before is None or 0 < before < 5
        assert after == (None if hidden else before)
        assert (rate is None) == hidden


@pytest.mark.parametrize(
    "more", [{"rests_on": {"headcount": ("people",)}}, {"denominators": {"headcount": "start"}}]
)
def test_figures_that_rest_on_a_count_that_is_not_there_cannot_be_made(more: dict[str, Any]) -> None:
    """Else nothing would be known to be small, and nothing hidden."""
    with pytest.raises(SkillmixError, match="not a column of the figures"):
        figures("leaving", [3], **more)


@pytest.mark.parametrize("dimension", ["organisation", "workplace", "partner", "kind", "sector"])
def test_a_kind_of_partner_may_be_one_organisation_and_is_not_the_place(dimension: str) -> None:
    """Leeds has one community trust: its ethnicity is not shown by kind of partner either."""
    with pytest.raises(RefusedError, match="not shown by organisation"):
        release(figures("protected", [300], dimension, years_pooled=3))
    assert release(figures("protected", [300], years_pooled=3)).frame["headcount"].to_list() == [300]
