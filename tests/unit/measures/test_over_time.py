"""Ages, learners, and staff over time: counted from rows written here."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from measures_facts import FakeFacts, Row

from skillmix import measures
from skillmix.disclosure import release
from skillmix.errors import InputError
from skillmix.measures.trends import snapshot_dates

pytestmark = pytest.mark.unit

PARTNERS = [
    {"organisation": "T1", "organisation_name": "First", "sector": "acute", "kind": "acute_trust"},
    {"organisation": "T2", "organisation_name": "Second", "sector": "community", "kind": "community_trust"},
]


def _job(person: str, organisation: str = "T1", **values: Any) -> Row:
    plain: Row = {
        "organisation": organisation,
        "person": person,
        "person_key": person,
        "employer": organisation,
        "profession": "physiotherapist",
        "fte": 1.0,
        "birth_year": 1980,
    }
    return {**plain, **values}


def _facts(*rows: Row, **tables: list[Row]) -> FakeFacts:
    return FakeFacts({"assignment": list(rows), **tables}, PARTNERS)


def _ages(facts: FakeFacts) -> dict[str, int]:
    frame = measures.age_shape(facts).frame
    return dict(frame.select("age_band", "headcount").iter_rows())


def test_age_is_the_year_less_the_year_of_birth_in_published_bands() -> None:
    born = {"a": 2002, "b": 2001, "c": 1992, "d": 1991, "e": 1961, "f": 1940, "g": None}
    facts = _facts(*(_job(person, birth_year=year) for person, year in born.items()))
    # On 30 June 2026: 24, 25, 34, 35, 65, 86 and not known.
    assert _ages(facts) == {
        "under_25": 1,
        "25-34": 2,
        "35-44": 1,
        "65_and_over": 2,
        "unknown": 1,
    }


def test_two_jobs_of_one_person_count_once_and_a_line_without_a_person_not_at_all() -> None:
    facts = _facts(_job("a", fte=0.5), _job("a", fte=0.5), _job(None, fte=0.2))  # type: ignore[arg-type]
    assert _ages(facts) == {"45-54": 1}


def test_organisations_known_by_totals_are_left_out_and_said() -> None:
    total = {"organisation": "T2", "grain": "organisation,profession", "profession": "physiotherapist"}
    facts = _facts(_job("a"), stock=[{**total, "headcount": 4, "lines": 0, "fte": 4.0}])
    figures = measures.age_shape(facts)
    assert figures.frame["headcount"].sum() == 1
    assert any("1 organisations are known by totals" in note for note in figures.notes)


def test_ages_are_of_the_place_alone_and_from_five_people() -> None:
    with pytest.raises(InputError, match="too small"):
        measures.age_shape(_facts(_job("a")), ["organisation"])
    few = _facts(*(_job(str(n)) for n in range(4)), *(_job(f"y{n}", birth_year=2004) for n in range(5)))
    shown = release(measures.age_shape(few))
    assert dict(shown.frame.select("age_band", "headcount").iter_rows()) == {"under_25": 5, "45-54": None}
    assert shown.kinds["headcount"] == "age"


def _learner(person: str | None, ends: date | None, **values: Any) -> Row:
    plain: Row = {
        "organisation": "T1",
        "person": person,
        "programme": "degree",
        "profession": "dietitian",
        "expected_end": ends,
        "status": "active",
    }
    return {**plain, **values}


def test_learners_count_in_the_financial_year_of_their_expected_end() -> None:
    rows = [
        _learner("a", date(2027, 3, 31)),
        _learner("b", date(2027, 4, 1)),
        _learner("b", date(2027, 9, 20)),
        _learner("c", None),
        _learner("d", date(2027, 6, 1), status="completed"),
        _learner("e", date(2027, 6, 1), status="left"),
        _learner("f", date(2027, 6, 1), status="interrupted"),
        _learner(None, date(2027, 6, 1)),
        _learner(None, date(2027, 6, 1)),
        _learner("old", date(2026, 6, 1), as_of=date(2025, 6, 30)),
    ]
    frame = measures.learners(_facts(learner=rows)).frame
    assert [tuple(r) for r in frame.select("profession", "year", "learners").iter_rows()] == [
        ("dietitian", 2027, 1),
        ("dietitian", 2028, 4),
        ("dietitian", None, 1),
    ]


JUNE, MARCH, LAST = date(2026, 6, 30), date(2026, 3, 31), date(2025, 12, 31)


def test_a_date_at_which_few_sent_something_is_no_point_of_a_trend() -> None:
    rows = [_job("a", o, as_of=d) for o in ("T1", "T2") for d in (JUNE, MARCH)]
    facts = FakeFacts(
        {"assignment": [*rows, *(_job("a", o, as_of=LAST) for o in ("T1",))]},
        [*PARTNERS, *({**PARTNERS[0], "organisation": f"T{n}"} for n in (3, 4, 5))],
    )
    assert snapshot_dates(facts) == [LAST, MARCH, JUNE]
    assert snapshot_dates(facts, 2) == [MARCH, JUNE]
    assert snapshot_dates(FakeFacts({}, PARTNERS)) == []


def test_the_same_organisations_are_compared_at_every_date() -> None:
    rows = [_job(f"{d}{n}", as_of=d) for d in (LAST, MARCH, JUNE) for n in range(9 if d == JUNE else 8)]
    # The second organisation, small, began to send in June: it would look like growth.
    rows += [_job("z", "T2", as_of=JUNE)]
    figures = measures.staff_over_time(_facts(*rows))
    assert figures.frame.select("date", "fte").rows() == [(LAST, 8.0), (MARCH, 8.0), (JUNE, 9.0)]
    assert "The same 1 organisations" in figures.notes[0]


def test_what_would_leave_out_too_much_is_no_trend() -> None:
    rows = [_job("a", as_of=MARCH), _job("a", as_of=JUNE)]
    rows += [_job(f"z{n}", "T2", as_of=JUNE) for n in range(5)]
    figures = measures.staff_over_time(_facts(*rows))
    assert figures.frame.is_empty()
    assert release(figures).frame.is_empty()
