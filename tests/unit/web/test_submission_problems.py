"""What failed, and the fields that cure it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from web_uploads import export

from skillmix import intake
from skillmix.intake import Sent, Staged
from skillmix.place import Place, PlaceOrganisation
from skillmix.web.submissions import counts, folders, problems
from skillmix.web.submissions.counts import Count

pytestmark = pytest.mark.unit


@pytest.fixture
def place(tmp_path: Path) -> Place:
    trust = PlaceOrganisation("NT1", "A trust", "acute", "acute_trust")
    return Place.create(tmp_path / "place", name="Test place", code="TST", organisations=[trust])


def staged(place: Place, people: int = 12, **faults: dict[str, str]) -> Staged:
    return intake.stage(
        place,
        Sent("staff.csv", export(people, **faults)),
        source="esr_staff_in_post",
        organisation="NT1",
        as_of=dt.date(2026, 6, 30),
    )


def test_the_worst_come_first_and_each_can_be_cured(place: Place) -> None:
    wrong = {"Assignment Status": "Aktive Assignment"}
    file = staged(place, p1={"FTE": "80"}, p2=wrong, p3=wrong, p4={"Pay Grade": "Unheard"})
    found = problems.problems(file)
    assert [p.rows for p in found if p.aside] == [2, 1]
    first = found[0]
    assert (first.column, first.value, first.first) == ("Assignment Status", "Aktive Assignment", (4, 5))
    [field] = first.fields
    assert field.nearest[0] == "Active Assignment"
    assert not set(field.nearest) & set(field.others)

    made = problems.corrections(file, {field.name: " Active Assignment ", "c-unknown": "x", "version": "1"})
    after = intake.correct(file, made)
    assert after.rows_set_aside == 1


def test_suggestions_fill_the_fields_only_when_asked_for(place: Place) -> None:
    file = staged(place, p1={"FTE": "80"})
    assert [f.filled for p in problems.problems(file) for f in p.fields if p.aside] == [""]
    assert [f.filled for p in problems.problems(file, True) for f in p.fields if p.aside] == ["0.80"]
    assert problems.corrections(file, {}) == []


def test_what_names_a_person_is_withheld_and_cannot_be_cured_here(place: Place) -> None:
    file = staged(place, p1={"NI Number": "QQ12"}, p2={"Date Of Birth": "31/02/1980"})
    told = [p for p in problems.problems(file) if p.column in ("NI Number", "Date Of Birth")]
    assert told
    assert all(p.elsewhere and not p.fields for p in told)
    assert "QQ12" not in str(told)
    assert "31/02/1980" not in str(told)


def test_a_page_holds_only_so_many_fields(place: Place) -> None:
    many = {f"p{n}": {"Assignment Status": f"Unheard {n}"} for n in range(problems.MOST_VALUES + 5)}
    found = problems.problems(staged(place, problems.MOST_VALUES + 6, **many))
    assert sum(len(p.fields) for p in found) == problems.MOST_VALUES


def test_a_version_is_kept_and_removed_by_its_number(place: Place) -> None:
    import uuid

    file, number = staged(place), uuid.uuid4()
    folders.write(file, place.path, number, 1)
    folders.write(file, place.path, number, 2)
    folders.remove_others(place.path, number, 2)
    assert not folders.kept(place.path, number, 1)
    assert folders.read(place.path, number, 2).rows_loaded == 12
    folders.remove(place.path, number)
    assert folders.uploads_in(place.path) == []


def test_people_and_fte_are_counted_by_day(place: Place) -> None:
    found = counts.counts(staged(place, p1={"FTE": "0.50"}).tables, "NT1")
    assert found == [Count(dt.date(2026, 6, 30), 12, pytest.approx(11.5), 12)]
    assert Count.of(found[0].plain()) == found[0]
    assert counts.counts(staged(place).tables, "NT2") == []


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ((100, 100), (80, 80), "Far fewer people"),
        ((None, 100), (None, 50), "Far fewer rows"),
        ((100, 100), (130, 130), "Many more people"),
        ((100, 100), (95, 95), ""),
    ],
)
def test_somebody_is_told_to_look_twice(
    before: tuple[int | None, int], after: tuple[int | None, int], words: str
) -> None:
    day = dt.date(2026, 6, 30)
    said = counts.warnings(Count(day, before[0], None, before[1]), Count(day, after[0], None, after[1]))
    assert len(said) == bool(words)
    assert words in "".join(said)
    assert counts.warnings(None, Count(day, 1, None, 1)) == []


def test_dates_of_two_digits_are_one_question_for_the_column(place: Place) -> None:
    days = {f"p{n}": {"Latest Start Date": f"{n + 1:02d}/03/17"} for n in range(1, 6)}
    file = staged(place, **days, p7={"FTE": "80"})
    dates = [p for p in problems.problems(file) if p.column == "Latest Start Date"]
    assert [(p.rows, len(p.fields)) for p in dates] == [(5, 1)]
    [field] = dates[0].fields
    assert field.nearest == ("Read 02/03/17 as 02/03/2017, and all others of this kind alike",)

    made = problems.corrections(file, {field.name: field.nearest[0]})
    after = intake.correct(file, made)
    assert [p.column for p in problems.problems(after) if p.aside] == ["FTE"]
    starts = after.tables["assignment"].get_column("start_date").to_list()
    assert dt.date(2017, 3, 6) in starts
