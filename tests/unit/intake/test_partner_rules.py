"""The rules of what partners' systems send: each finds its fault, and nothing else finds it."""

from __future__ import annotations

import polars as pl
import pytest
from partner_files import AS_OF, SOUND, sent, sound

from skillmix import intake
from skillmix.intake.understanding import Boundary, Understood

pytestmark = pytest.mark.unit

WITHIN = Boundary(frozenset({"RXX"}), only="RXX", sectors=(("RXX", "acute"),))


def _read(source: str, *rows: dict[str, str]) -> Understood:
    return intake.understand(sent(*_whose(rows)), source, boundary=WITHIN, as_of=AS_OF)


def _whose(rows: tuple[dict[str, str], ...]) -> list[dict[str, str]]:
    return [{"Organisation Code": "RXX", **row} for row in rows]


def _rules(read: Understood) -> set[str]:
    return set(read.findings.get_column("rule").to_list())


#: The fault of each rule of a source: the cells that break it.
FAULTS: dict[str, dict[str, dict[str, str]]] = {
    "recruitment": {
        "vacancy_number_missing": {"Vacancy_Ref": ""},
        "job_title_missing": {"Job_Title": ""},
        "approved_and_advertised_missing": {"Approved_Date": "", "Advert_Date": ""},
        "closing_date_missing": {"Closing_Date": ""},
        "job_title_unknown": {"Job_Title": "Physiotherapist - Exciting Opportunity!"},
        "band_unknown": {"Band": "Band 99"},
        "staff_group_unknown": {"Staff_Group": "Wizards"},
        "wte_implausible": {"WTE": "375"},
        "wte_nought": {"WTE": "0"},
        "days_to_hire_below_nought": {"Time_To_Hire_(days)": "-90"},
        "days_to_hire_above_two_years": {"Time_To_Hire_(days)": "900"},
        "closed_before_advertised": {"Closing_Date": "02/02/2026"},
        "approved_in_the_future": {
            "Approved_Date": "01/08/2026", "Advert_Date": "", "Closing_Date": "", "Offer_Date": "",
            "Start_Date": "",
        },
        "advertised_before_approved": {"Advert_Date": "20/01/2026"},
        "started_before_approved": {"Start_Date": "02/01/2026", "Offer_Date": "", "Time_To_Hire_(days)": ""},
        "started_before_offered": {"Offer_Date": "20/05/2026"},
        "offered_before_closed": {"Offer_Date": "20/02/2026"},
        "fewer_applicants_than_shortlisted": {"Applications": "3"},
        "fewer_shortlisted_than_interviewed": {"Shortlisted": "3"},
        "fewer_shortlisted_than_appointed": {"Interviewed": "", "Appointed": "6"},
        "started_and_nobody_appointed": {"Appointed": "0"},
        "days_do_not_fit_dates": {"Time_To_Hire_(days)": "30"},
    },
    "learners": {
        "course_missing": {"Course": ""},
        "start_missing": {"Start": ""},
        "expected_end_missing": {"Expected_End": ""},
        "status_missing": {"Status": ""},
        "programme_unknown": {"Course": "Evening class: Podiatrist"},
        "subject_unknown": {"Course": "Degree apprenticeship: Thaumaturgy"},
        "status_unknown": {"Status": "Intercalating"},
        "sex_unknown": {"Sex": "Blue"},
        "expected_end_before_start": {"Expected_End": "15/03/2024", "Status": "Completed"},
        "start_long_ago": {"Start": "15/09/2012", "Expected_End": "15/03/2016", "Status": "Left"},
        "active_after_the_end": {"Start": "15/09/2020", "Expected_End": "15/03/2024"},
        "programme_length_implausible": {"Expected_End": "15/09/2025", "Status": "Completed"},
        "employer_and_no_apprenticeship": {"Course": "BSc (Hons) Podiatry"},
        "apprenticeship_without_employer": {"Sponsoring_Employer": ""},
    },
    "placements": {
        "profession_missing": {"Profession": ""},
        "students_missing": {"Students": ""},
        "weeks_and_hours_missing": {"Weeks": "", "Hours": ""},
        "profession_unknown": {"Profession": "Thaumaturgy"},
        "programme_unknown": {"Programme": "Evening class"},
        "placement_status_unknown": {"Status": "Perhaps"},
        "students_implausible": {"Students": "300", "Capacity": ""},
        "end_before_start": {"Placement_End": "20/12/2025"},
        "longer_than_the_programme": {"Placement_End": "20/02/2030"},
        "weeks_longer_than_the_block": {"Weeks": "9"},
        "hours_do_not_fit_weeks": {"Hours": "800"},
        "more_students_than_places": {"Capacity": "3"},
        "cancelled_with_students": {"Status": "Cancelled"},
    },
    "planned_recruitment": {
        "job_missing": {"Planned_Role": ""},
        "funding_missing": {"Funding_Source": ""},
        "job_unknown": {"Planned_Role": "Wizard of the ward"},
        "band_unknown": {"Band": "Band 99"},
        "staff_group_unknown": {"Staff_Group": "Wizards"},
        "funding_unknown": {"Funding_Source": "Raffle"},
        "certainty_unknown": {"Certainty": "Perhaps"},
        "fte_nought": {"Planned_FTE": "0", "Annual_Cost": ""},
        "fte_implausible": {"Planned_FTE": "150", "Planned_Headcount": "", "Annual_Cost": ""},
        "start_in_the_past": {"Start_Month": "2026-04"},
        "start_far_away": {"Start_Month": "2062-09", "Planned_End": ""},
        "ends_before_start": {"Planned_End": "31/07/2026"},
        "more_fte_than_posts": {"Planned_Headcount": "1"},
        "role_not_reimbursed": {"Planned_Role": "Staff Nurse"},
        "cost_implausible": {"Annual_Cost": "90"},
    },
    "bank_bookings": {
        "unit_missing": {"Unit": ""},
        "job_and_staff_group_missing": {"Staff_Group": "", "Job_Role": ""},
        "filled_hours_missing": {
            "Overtime_Hours": "", "Bank_Hours": "", "Agency_Hours": "", "Unfilled_Hours": ""
        },
        "job_unknown": {"Job_Role": "Wizard of the ward"},
        "band_unknown": {"Band": "99"},
        "staff_group_unknown": {"Staff_Group": "Wizards"},
        "reason_unknown": {"Booking_Reason": "Football final"},
        "hours_nought": {"Hours_Requested": "0", "Bank_Hours": "0", "Unfilled_Hours": "0"},
        "filled_more_than_requested": {"Bank_Hours": "30", "Unfilled_Hours": "0"},
        "parts_do_not_make_requested": {"Unfilled_Hours": "5"},
        "shift_longer_than_a_day": {"Shifts": "1", "Hours_Requested": "46", "Bank_Hours": "34.5"},
    },
    "absence": {
        "staff_group_missing": {"Staff_Group": ""},
        "available_missing": {"FTE_Days_Available": "", "Absence_%": ""},
        "lost_missing": {"FTE_Days_Lost": "", "Absence_%": ""},
        "staff_group_unknown": {"Staff_Group": "Wizards"},
        "available_nought": {"FTE_Days_Available": "0", "FTE_Days_Lost": "0", "Absence_%": ""},
        "more_lost_than_available": {"FTE_Days_Lost": "700", "Absence_%": ""},
        "rate_does_not_fit": {"Absence_%": "9.0"},
        "rate_implausible": {"FTE_Days_Lost": "300", "Absence_%": "50"},
    },
    "provider_workforce_return": {
        "staff_group_missing": {"Staff_Group": ""},
        "establishment_missing": {"Establishment_WTE": ""},
        "substantive_missing": {"Substantive_WTE": ""},
        "staff_group_unknown": {"Staff_Group": "Wizards"},
        "vacancies_below_nought": {"Establishment_WTE": "85", "Vacancies_WTE": "-5"},
        "vacancies_do_not_fit": {"Vacancies_WTE": "4"},
        "more_fte_than_heads": {"Headcount": "80"},
        "agency_implausible": {"Agency_WTE": "80"},
        "bank_implausible": {"Bank_WTE": "80"},
        "more_lost_than_available": {"Sickness_FTE_Days_Lost": "3000", "Sickness_%": ""},
        "rate_does_not_fit": {"Sickness_%": "9"},
        "days_do_not_fit_staff": {"FTE_Days_Available": "27000", "Sickness_%": "0.5"},
    },
    "one_page_return": {
        "nothing_given": dict.fromkeys((h.replace(" ", "_") for h in SOUND["one_page_return"]), ""),
        "people_above_return": {"How_many_people_do_you_employ?": "30000"},
        "joiners_above_return": {"People_who_joined_in_the_last_12_months": "30000"},
        "leavers_above_return": {"People_who_left_in_the_last_12_months": "30000"},
        "apprentices_above_return": {
            "How_many_people_do_you_employ?": "", "Apprentices_in_care_or_health_care_support": "30000"
        },
        "apprentices_above_people": {"Apprentices_in_care_or_health_care_support": "90"},
        "fte_above_people": {
            "How_many_full-time_equivalents_is_that?": "130",
            "Of_these,_registered_professionals": "98.5",
        },
        "parts_do_not_make_whole": {"Of_these,_registered_professionals": "20"},
        "registered_above_whole": {
            "Of_these,_registered_professionals": "70",
            "Of_these,_care_and_support_workers_and_everybody_else": "",
        },
        "others_above_whole": {
            "Of_these,_registered_professionals": "",
            "Of_these,_care_and_support_workers_and_everybody_else": "70",
        },
    },
}  # fmt: skip
#: Rules about several rows, or about the day that the file is for, with tests of their own.
ELSEWHERE = {
    "recruitment": {
        "row_sent_twice", "vacancy_advertised_again", "advertised_again_with_other_figures",
        "vacancy_number_twice",
    },
    "learners": {"row_sent_twice", "student_number_twice"},
    "placements": {"row_sent_twice"},
    "planned_recruitment": {"row_sent_twice", "line_planned_twice"},
    "bank_bookings": {"row_sent_twice", "booking_number_twice", "shift_in_the_future"},
    "absence": {"row_sent_twice", "group_twice_in_a_month", "total_does_not_tie", "month_in_the_future"},
    "provider_workforce_return": {
        "row_sent_twice", "group_twice_in_a_month", "total_does_not_tie", "establishment_does_not_tie",
        "month_in_the_future",
    },
    "one_page_return": set(),
}  # fmt: skip
CASES = [(source, rule) for source, faults in FAULTS.items() for rule in faults]


@pytest.mark.parametrize("source", FAULTS)
def test_a_sound_row_breaks_no_rule(source: str) -> None:
    read = _read(source, sound(source))
    assert _rules(read) == set()
    assert (read.rows_read, read.rows_loaded, read.rows_set_aside) == (1, 1, 0)


@pytest.mark.parametrize(("source", "rule"), CASES)
def test_each_rule_finds_its_fault_and_no_other_does(source: str, rule: str) -> None:
    read = _read(source, sound(source, **FAULTS[source][rule]))
    assert _rules(read) == {rule}
    declared = next(r for r in intake.rules_of(source) if r.name == rule)
    found = read.findings.filter(pl.col("rule") == rule).row(0, named=True)
    assert found["row"] == 2
    assert found["reason"] == declared.reason
    assert found["cure"].startswith(declared.cure)
    assert found["aside"] == (declared.severity == "set_aside")
    assert (read.rows_set_aside, read.rows_loaded) == ((1, 0) if found["aside"] else (0, 1))


@pytest.mark.parametrize("source", FAULTS)
def test_every_rule_has_a_fault_here(source: str) -> None:
    declared = {rule.name for rule in intake.rules_of(source)}
    assert declared == {*FAULTS[source], *ELSEWHERE[source]}
    assert len(declared) >= 6
    assert all(rule.why for rule in intake.rules_of(source))


@pytest.mark.parametrize("source", [s for s in FAULTS if "row_sent_twice" in ELSEWHERE[s]])
def test_a_row_sent_twice_is_counted_once(source: str) -> None:
    read = _read(source, sound(source), sound(source))
    assert read.findings.select("row", "rule", "aside").rows() == [(3, "row_sent_twice", True)]
    assert read.rows_loaded == 1


ACROSS = [
    ("recruitment", "vacancy_advertised_again", {"Vacancy_Ref": "V000001-R"}),
    (
        "recruitment",
        "advertised_again_with_other_figures",
        {"Vacancy_Ref": "V000001-R", "Applications": "30"},
    ),
    ("recruitment", "vacancy_number_twice", {"Applications": "30"}),
    ("learners", "student_number_twice", {"Status": "Completed"}),
    ("planned_recruitment", "line_planned_twice", {"Planned_FTE": "2.00"}),
    ("bank_bookings", "booking_number_twice", {"Unit": "Ward 2"}),
    ("absence", "group_twice_in_a_month", {"FTE_Days_Lost": "31", "Absence_%": ""}),
    ("absence", "total_does_not_tie", {"Staff_Group": "All staff", "FTE_Days_Lost": "31", "Absence_%": ""}),
    ("provider_workforce_return", "group_twice_in_a_month", {"Bank_WTE": "3"}),
    (
        "provider_workforce_return",
        "total_does_not_tie",
        {"Staff_Group": "All staff", "Substantive_WTE": "92", "Vacancies_WTE": "8"},
    ),
    (
        "provider_workforce_return",
        "establishment_does_not_tie",
        {"Staff_Group": "All staff", "Establishment_WTE": "105", "Vacancies_WTE": "15"},
    ),
]


@pytest.mark.parametrize(("source", "rule", "changes"), ACROSS)
def test_what_two_rows_say_together(source: str, rule: str, changes: dict[str, str]) -> None:
    read = _read(source, sound(source), sound(source, **changes))
    assert _rules(read) == {rule}
    assert 3 in read.findings.get_column("row").to_list()


@pytest.mark.parametrize(
    ("source", "rule", "changes"),
    [
        ("absence", "month_in_the_future", {"Month": "Jul-26"}),
        ("provider_workforce_return", "month_in_the_future", {"Month": "31/07/2026"}),
        ("bank_bookings", "shift_in_the_future", {"Shift_Date": "05/07/2026", "Booking_Reference": "B2"}),
    ],
)
def test_what_has_not_been_yet_is_told(source: str, rule: str, changes: dict[str, str]) -> None:
    read = _read(source, sound(source), sound(source, **changes))
    assert _rules(read) == {rule}
    assert read.findings.get_column("row").to_list() == [3]
