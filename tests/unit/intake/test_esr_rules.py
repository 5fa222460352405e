"""The rules of ESR staff in post: each finds its fault, says the cure, and nothing else finds it."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from esr_exports import AS_OF, HEADINGS, export, person

from skillmix import intake
from skillmix.intake import findings
from skillmix.intake.understanding import Boundary, Understood

pytestmark = pytest.mark.unit

WITHIN = Boundary(frozenset({"RXX"}), only="RXX")


def _read(*rows: dict[str, str], headings: list[str] | None = None) -> Understood:
    sent = export(*rows, headings=headings)
    return intake.understand(sent, "esr_staff_in_post", boundary=WITHIN, as_of=AS_OF)


def _rules(understood: Understood) -> list[str]:
    return understood.findings.get_column("rule").to_list()


#: One fault a rule: the rule, the cells that break it.
FAULTS = {
    "no_person": {"Employee_Number": ""},
    "ni_number_missing": {"NI_Number": ""},
    "ni_number_too_short": {"NI_Number": "QQ1234"},
    "ni_number_form": {"NI_Number": "12345678QQ"},
    "job_role_missing": {"Job_Role": ""},
    "pay_grade_missing": {"Pay_Grade": ""},
    "ethnic_origin_missing": {"Ethnic_Origin": ""},
    "start_date_missing": {"Latest_Start_Date": ""},
    "birth_date_missing": {"Date_Of_Birth": ""},
    "band_unknown": {"Pay_Grade": "XR99"},
    "job_role_unknown": {"Job_Role": "Zz Do Not Use"},
    "staff_group_unknown": {"Staff_Group": "Wizards"},
    "assignment_status_unknown": {"Assignment_Status": "Perhaps"},
    "assignment_category_unknown": {"Assignment_Category": "Perhaps"},
    "gender_unknown": {"Gender": "Blue"},
    "ethnic_origin_unknown": {"Ethnic_Origin": "Y Nowhere"},
    "fte_as_percentage": {"FTE": "80"},
    "fte_holds_hours": {"FTE": "30"},
    "fte_implausible": {"FTE": "3000"},
    "fte_above_one": {"FTE": "1.20", "Contracted_Hours": "45.00"},
    "fte_nought": {"FTE": "0", "Contracted_Hours": "0"},
    "hours_implausible": {"FTE": "", "Contracted_Hours": "75"},
    "birth_date_does_not_exist": {"Date_Of_Birth": "31/02/1980"},
    "birth_date_stands_for_unknown": {"Date_Of_Birth": "01/01/1900"},
    "age_implausible": {"Date_Of_Birth": "01/06/1930"},
    "start_in_the_future": {"Latest_Start_Date": "01/09/2027"},
    "start_before_birth": {"Latest_Start_Date": "01/02/1979"},
    "started_as_a_child": {"Latest_Start_Date": "01/02/1990"},
    "start_in_grade_in_the_future": {"Start_Date_In_Grade": "01/09/2027"},
    "fte_missing_hours_given": {"FTE": ""},
    "fte_and_hours_missing": {"FTE": "", "Contracted_Hours": ""},
    "hours_do_not_fit_fte": {"Contracted_Hours": "32.00"},
    "job_role_and_staff_group_disagree": {"Staff_Group": "Administrative and Clerical"},
}
#: Rules that find what several rows say together.
ACROSS = {
    "row_sent_twice",
    "assignment_number_twice",
    "ni_number_of_two_people",
    "two_years_of_birth",
    "person_above_one_fte",
}
#: Faults that one cannot plant without another.
BOTH = {"hours_implausible": {"fte_missing_hours_given", "hours_implausible"}}


def test_a_sound_row_breaks_no_rule() -> None:
    read = _read(person(1), person(2, FTE="1.00", Contracted_Hours="37.50"))
    assert _rules(read) == []
    assert (read.rows_read, read.rows_loaded) == (2, 2)


@pytest.mark.parametrize("rule", FAULTS)
def test_each_rule_finds_its_fault_and_no_other_does(rule: str) -> None:
    read = _read(person(1), person(2, **FAULTS[rule]))
    assert set(_rules(read)) == BOTH.get(rule, {rule})
    declared = next(r for r in intake.rules_of("esr_staff_in_post") if r.name == rule)
    found = read.findings.filter(pl.col("rule") == rule).row(0, named=True)
    assert found["row"] == 3
    assert found["reason"] == declared.reason
    assert found["cure"].startswith(declared.cure)
    assert found["aside"] == (declared.severity == "set_aside")
    assert read.rows_loaded == (1 if found["aside"] else 2)


def test_every_rule_has_a_fault_here() -> None:
    assert {rule.name for rule in intake.rules_of("esr_staff_in_post")} == {*FAULTS, *ACROSS}


def test_families_are_all_there() -> None:
    families = {rule.family for rule in intake.rules_of("esr_staff_in_post")}
    assert families == {"structure", "code_lists", "ranges", "dates", "cross_field", "cross_row"}


def test_a_row_sent_twice_is_counted_once() -> None:
    read = _read(person(1), person(2), person(1))
    assert read.findings.select("row", "rule", "aside").rows() == [(4, "row_sent_twice", True)]
    assert read.rows_loaded == 2


def test_two_jobs_of_one_person_are_no_row_sent_twice() -> None:
    half = {"FTE": "0.50", "Contracted_Hours": "18.75"}
    second = {**person(1, **half), "Assignment Number": "20000001-2"}
    assert _rules(_read(person(1, **half), second)) == []


def test_an_assignment_number_in_rows_that_differ() -> None:
    read = _read(
        person(1, FTE="0.40", Contracted_Hours="15.00"), person(1, FTE="0.20", Contracted_Hours="7.50")
    )
    assert set(_rules(read)) == {"assignment_number_twice"}
    assert read.rows_loaded == 2


def test_one_ni_number_of_two_people_is_told_and_not_shown() -> None:
    read = _read(person(1), person(2, NI_Number="qq 00 00 01 b"), person(3))
    told = read.findings.filter(pl.col("rule") == "ni_number_of_two_people")
    assert told.get_column("row").to_list() == [2, 3]
    assert told.get_column("value").unique().to_list() == [findings.WITHHELD]


def test_one_person_above_one_fte() -> None:
    full = {"FTE": "1.00", "Contracted_Hours": "37.50"}
    second = {**person(1), "Assignment Number": "20000001-2"}
    read = _read(person(1, **full), second, person(2, **full))
    assert read.findings.select("row", "rule").rows() == [
        (2, "person_above_one_fte"),
        (3, "person_above_one_fte"),
    ]


def test_a_row_set_aside_counts_for_nobody_above_one_fte() -> None:
    full = {"FTE": "1.00", "Contracted_Hours": "37.50"}
    second = {**person(1, Assignment_Status="Perhaps"), "Assignment Number": "20000001-2"}
    assert _rules(_read(person(1, **full), second)) == ["assignment_status_unknown"]


def test_one_person_with_two_years_of_birth() -> None:
    second = {**person(1, FTE="0.20", Contracted_Hours="7.50"), "Assignment Number": "20000001-2"}
    read = _read(person(1), {**second, "Date Of Birth": "17/05/1981"})
    assert set(_rules(read)) == {"two_years_of_birth"}


def test_fte_is_reckoned_from_hours_and_said() -> None:
    read = _read(person(1, FTE="", Contracted_Hours="22.50"))
    assert read.tables["assignment"].get_column("fte").to_list() == [Decimal("0.6")]
    assert "reckoned" in read.findings.get_column("reason").item()
    without = [h for h in HEADINGS if h != "FTE"]
    read = _read(person(1), headings=without)
    assert read.tables["assignment"].get_column("fte").to_list() == [Decimal("0.8")]


def test_what_may_be_meant_is_suggested_and_never_applied() -> None:
    read = _read(
        person(1, FTE="80"),
        person(2, FTE="0,8"),
        person(3, Latest_Start_Date="01/02/15"),
        person(4, Job_Role="Physiotherapst"),
        person(5, Contracted_Hours="32.00"),
        person(6, FTE="30"),
        person(7, Pay_Grade="XR99"),
    )
    assert read.findings.sort("row").get_column("suggestion").to_list() == [
        "0.80",
        "0.8",
        "01/02/2015",
        "Physiotherapist",
        "30.00",
        "0.80",
        None,
    ]
    assert (
        read.findings.filter(pl.col("row") == 5)
        .get_column("cure")
        .item()
        .endswith("Is Physiotherapist meant?")
    )
    assert read.tables["assignment"].filter(pl.col("row") == 5).get_column("role").to_list() == [None]
    assert read.rows_set_aside == 4


def test_a_birth_date_that_cannot_stand_leaves_the_year_unknown() -> None:
    read = _read(
        person(1, Date_Of_Birth="31/02/1980"), person(2, Date_Of_Birth="01/01/1900"), person(3), person(4)
    )
    assert read.tables["assignment"].get_column("birth_year").to_list() == [None, None, 1980, 1980]
