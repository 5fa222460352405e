"""The rules of leavers, joiners, establishment and ledger: each finds its fault, and no other rule does."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from skillmix import intake
from skillmix.intake import Sent
from skillmix.intake.understanding import Boundary, Understood

pytestmark = pytest.mark.unit

AS_OF = dt.date(2026, 6, 30)
PERSON = {
    "Employee Number": "20000001",
    "Assignment Number": "20000001-1",
    "Last Name": "Surname00001",
    "Date Of Birth": "17/05/1968",
    "Gender": "Female",
    "Staff Group": "Allied Health Professionals",
    "Job Role": "Physiotherapist",
    "Pay Grade": "XR06",
    "FTE": "0.80",
}
#: A row without a fault, by source.
SOUND = {
    "esr_leavers": {
        **PERSON,
        "Latest Start Date": "01/02/2015",
        "Termination Date": "31/05/2026",
        "Leaving Reason": "Voluntary Resignation - Promotion",
        "Destination On Leaving": "NHS Organisation",
    },
    "esr_joiners": {**PERSON, "Hire Date": "01/05/2026", "Start Date In Grade": "01/05/2026"},
    "esr_establishment": {
        "Cost Centre": "CC100",
        "Position": "P1",
        "Job Title": "Physiotherapist",
        "Band": "Band 6",
        "Funded WTE": "4.00",
        "In Post WTE": "3.50",
        "Variance": "0.50",
    },
    "finance_ledger": {
        "Period": "2026-05",
        "Cost Centre": "CC100",
        "Subjective": "5100",
        "Subjective Description": "Physiotherapist Band 6 substantive",
        "Job Role": "Physiotherapist",
        "Band": "Band 6",
        "Staff Type": "Substantive",
        "Budget WTE": "4.00",
        "Contracted WTE": "3.50",
        "Worked WTE": "3.40",
        "Actual GBP": "14,500.00",
        "Budget GBP": "17,000.00",
    },
}
#: What differs from row to row.
OWN = {
    "esr_leavers": {"Employee Number": "2000000{n}", "Assignment Number": "2000000{n}-1"},
    "esr_joiners": {"Employee Number": "2000000{n}", "Assignment Number": "2000000{n}-1"},
    "esr_establishment": {"Position": "P{n}", "Cost Centre": "CC10{n}"},
    "finance_ledger": {"Cost Centre": "CC10{n}"},
}
_JOB = {
    "no_person": {"Employee Number": ""},
    "job_role_missing": {"Job Role": ""},
    "pay_grade_missing": {"Pay Grade": ""},
    "band_unknown": {"Pay Grade": "XR99"},
    "job_role_unknown": {"Job Role": "Zz Do Not Use"},
    "fte_missing": {"FTE": ""},
    "fte_nought": {"FTE": "0"},
    "fte_above_one": {"FTE": "1.2"},
}
#: One fault a rule, by source: the cells that break it.
FAULTS = {
    "esr_leavers": {
        **_JOB,
        "reason_missing": {"Leaving Reason": ""},
        "destination_missing": {"Destination On Leaving": ""},
        "start_date_missing": {"Latest Start Date": ""},
        "reason_unknown": {"Leaving Reason": "Volantary Resignation - Promotion"},
        "destination_unknown": {"Destination On Leaving": "Elsewhere"},
        "reason_says_unknown": {"Leaving Reason": "Unknown"},
        "duplicate_record": {"Leaving Reason": "Merged Organisation - Duplicate Record"},
        "end_of_contract": {"Leaving Reason": "End of Fixed Term Contract - External Rotation"},
        "transferred": {"Leaving Reason": "Employee Transfer"},
        "flexi_retirement": {"Leaving Reason": "FLEXI RETIREMENT"},
        "left_before_start": {"Latest Start Date": "01/06/2026"},
        "left_in_the_future": {"Termination Date": "01/09/2026"},
        "left_long_ago": {"Termination Date": "01/09/2015"},
        "service_implausible": {"Latest Start Date": "01/01/1970", "Date Of Birth": "01/01/1950"},
        "left_as_a_child": {"Date Of Birth": "01/01/2014"},
        "retired_young": {"Date Of Birth": "01/01/1996", "Leaving Reason": "Retirement Age"},
        "reason_and_destination_contradict": {"Leaving Reason": "Death in Service"},
    },
    "esr_joiners": {
        **_JOB,
        "joined_in_the_future": {"Hire Date": "01/09/2026", "Start Date In Grade": "01/09/2026"},
        "joined_long_ago": {"Hire Date": "01/09/2010"},
        "joined_as_a_child": {"Date Of Birth": "01/01/2014"},
        "joined_at_great_age": {"Date Of Birth": "01/01/1940"},
        "in_grade_before_joining": {"Start Date In Grade": "01/05/2019"},
    },
    "esr_establishment": {
        "cost_centre_missing": {"Cost Centre": ""},
        "position_missing": {"Position": ""},
        "job_missing": {"Job Title": ""},
        "band_missing": {"Band": ""},
        "total_between": {"Position": "Therapies subtotal"},
        "band_unknown": {"Band": "XR99"},
        "job_unknown": {"Job Title": "Zz Do Not Use"},
        "establishment_below_nought": {"Funded WTE": "(1.00)", "Variance": "-4.50"},
        "establishment_implausible": {"Funded WTE": "203.50", "Variance": "200"},
        "in_post_below_nought": {"In Post WTE": "-1", "Variance": "5"},
        "vacant_does_not_fit": {"Variance": "1.50"},
        "people_without_establishment": {"Funded WTE": "0", "Variance": "(3.50)"},
        "band_outside_job": {"Band": "B2"},
    },
    "finance_ledger": {
        "cost_centre_missing": {"Cost Centre": ""},
        "subjective_missing": {"Subjective": ""},
        "total_between": {"Subjective": "Total pay"},
        "staff_kind_missing": {
            "Subjective Description": "Physiotherapist Band 6",
            "Staff Type": "",
        },
        "staff_kind_unknown": {"Staff Type": "Volunteer"},
        "band_unknown": {"Band": "XR99"},
        "job_not_in_list": {"Job Role": "Zz Do Not Use"},
        "job_unknown": {"Job Role": "", "Subjective Description": "Pay various Band 6 substantive"},
        "cost_below_nought": {"Actual GBP": "(£1,450.00)"},
        "budget_below_nought": {"Budget WTE": "-1.00"},
        "wte_implausible": {"Worked WTE": "600", "Actual GBP": "2,600,000"},
        "month_in_the_future": {"Period": "Sep-26"},
        "budget_without_wte": {"Budget WTE": "0"},
        "wte_without_pay": {"Actual GBP": "-"},
        "pay_without_wte": {"Worked WTE": "0", "Contracted WTE": "0"},
        "contract_of_agency": {
            "Subjective": "5300",
            "Subjective Description": "Physiotherapist Band 6 agency",
            "Staff Type": "Agency",
        },
        "pay_outside_band": {"Actual GBP": "174,000"},
        "band_outside_job": {
            "Subjective Description": "Physiotherapist Band 2 substantive",
            "Band": "Band 2",
            "Actual GBP": "9,000",
        },
    },
}
#: What several rows say together, by source: the changes of three rows.
ACROSS = {
    ("esr_leavers", "left_twice"): [
        {"Employee Number": "7"},
        {"Employee Number": "7", "Termination Date": "01/06/2026"},
    ],
    ("esr_leavers", "row_sent_twice"): [PERSON, PERSON],
    ("esr_leavers", "assignment_number_twice"): [
        {"Assignment Number": "9-1"},
        {"Assignment Number": "9-1", "FTE": "1"},
    ],
    ("esr_joiners", "joined_twice"): [
        {"Employee Number": "7"},
        {"Employee Number": "7", "Hire Date": "02/05/2026", "Start Date In Grade": "02/05/2026"},
    ],
    ("esr_joiners", "row_sent_twice"): [PERSON, PERSON],
    ("esr_joiners", "assignment_number_twice"): [
        {"Assignment Number": "9-1"},
        {"Assignment Number": "9-1", "FTE": "1"},
    ],
    ("esr_establishment", "position_sent_twice"): [
        {"Position": "P7", "Cost Centre": "C"},
        {"Position": "P7", "Cost Centre": "C"},
    ],
    ("esr_establishment", "position_in_two_cost_centres"): [
        {"Position": "P7", "Cost Centre": "A"},
        {"Position": "P7", "Cost Centre": "B"},
    ],
    ("esr_establishment", "position_in_two_bands"): [
        {"Position": "P7", "Cost Centre": "A"},
        {"Position": "P7", "Cost Centre": "A", "Band": "Band 7"},
    ],
    ("esr_establishment", "position_in_two_jobs"): [
        {"Position": "P7", "Cost Centre": "A"},
        {"Position": "P7", "Cost Centre": "A", "Job Title": "Dietitian"},
    ],
    ("esr_establishment", "position_with_two_establishments"): [
        {"Position": "P7", "Cost Centre": "A"},
        {"Position": "P7", "Cost Centre": "A", "Funded WTE": "5", "In Post WTE": "4.5"},
    ],
    ("finance_ledger", "line_sent_twice"): [{"Cost Centre": "C"}, {"Cost Centre": "C"}],
    ("finance_ledger", "line_with_two_figures"): [
        {"Cost Centre": "C"},
        {"Cost Centre": "C", "Actual GBP": "14,900"},
    ],
    ("finance_ledger", "subjective_of_two_kinds"): [
        {},
        {
            "Subjective Description": "Physiotherapist Band 6 bank",
            "Staff Type": "Bank",
            "Contracted WTE": "0",
        },
    ],
}


def _sent(source: str, *changes: dict[str, str]) -> Sent:
    rows = []
    for n, change in enumerate(changes, start=1):
        own = {column: form.format(n=n) for column, form in OWN[source].items()}
        rows.append({**SOUND[source], **own, **change})
    columns = list(SOUND[source])
    lines = [columns, *([row[column] for column in columns] for row in rows)]
    text = "".join(",".join(f'"{cell}"' for cell in line) + "\r\n" for line in lines)
    return Sent(f"{source}.csv", text.encode())


def _read(source: str, *changes: dict[str, str]) -> Understood:
    within = Boundary(frozenset({"RXX"}), only="RXX")
    return intake.understand(_sent(source, *changes), source, boundary=within, as_of=AS_OF)


@pytest.mark.parametrize("source", SOUND)
def test_a_sound_row_breaks_no_rule_and_its_source_is_known(source: str) -> None:
    read = _read(source, {}, {})
    assert read.findings.is_empty()
    assert (read.rows_read, read.rows_loaded) == (2, 2)
    unasked = intake.understand(
        _sent(source, {}), boundary=Boundary(frozenset({"RXX"}), only="RXX"), as_of=AS_OF
    )
    assert unasked.source.name == source


@pytest.mark.parametrize(("source", "rule"), [(s, r) for s, rules in FAULTS.items() for r in rules])
def test_each_rule_finds_its_fault_and_no_other_does(source: str, rule: str) -> None:
    read = _read(source, {}, {}, FAULTS[source][rule])
    assert set(read.findings.get_column("rule")) == {rule}
    declared = next(r for r in intake.rules_of(source) if r.name == rule)
    found = read.findings.row(0, named=True)
    assert (found["row"], found["reason"]) == (4, declared.reason)
    assert found["aside"] == (declared.severity == "set_aside")
    assert read.rows_loaded == (2 if found["aside"] else 3)


@pytest.mark.parametrize(("source", "rule"), ACROSS)
def test_what_rows_say_together_is_found_by_one_rule(source: str, rule: str) -> None:
    read = _read(source, {}, *ACROSS[source, rule])
    assert set(read.findings.get_column("rule")) == {rule}
    assert 2 not in read.findings.get_column("row").to_list() or rule == "subjective_of_two_kinds"


def test_every_rule_of_these_sources_is_tried() -> None:
    for source, faults in FAULTS.items():
        tried = {*faults, *(rule for of, rule in ACROSS if of == source)}
        assert {rule.name for rule in intake.rules_of(source)} == tried
        assert len(tried) >= 8


def test_a_word_that_is_misspelt_is_named_as_it_may_be_meant() -> None:
    read = _read("esr_leavers", {"Leaving Reason": "Volantary Resignation - Promotion"})
    assert read.findings.get_column("suggestion").to_list() == ["Voluntary Resignation - Promotion"]


def test_what_has_not_ended_the_work_is_loaded_and_told() -> None:
    told = ["End of Fixed Term Contract", "Employee Transfer", "Flexi Retirement"]
    read = _read("esr_leavers", *({"Leaving Reason": reason} for reason in told))
    facts = read.tables["movement"]
    assert facts.get_column("reason").to_list() == [
        "end_of_fixed_term_contract",
        "employee_transfer",
        "flexi_retirement",
    ]
    assert read.findings.get_column("aside").to_list() == [False] * 3


def test_a_leaver_becomes_a_reported_movement() -> None:
    read = _read("esr_leavers", {"Termination Date": "31-MAY-26", "Latest Start Date": "01-FEB-2015"})
    fact = read.tables["movement"].row(0, named=True)
    assert (fact["kind"], fact["basis"], fact["from_organisation"]) == ("left", "reported", "RXX")
    assert (fact["date"], fact["period"], fact["as_of"]) == (
        dt.date(2026, 5, 31),
        "2026-05",
        dt.date(2026, 5, 31),
    )
    assert (fact["tenure_months"], fact["age"], fact["level"]) == (135, 58, "band_6")
    assert (fact["profession"], fact["destination"]) == ("physiotherapist", "nhs_organisation")
    sent = str(read.sent.rows())
    assert not [word for word in ("20000001", "Surname00001", "1968-05-17") if word in sent]


def test_a_joiner_becomes_a_reported_movement() -> None:
    fact = _read("esr_joiners", {}).tables["movement"].row(0, named=True)
    assert (fact["kind"], fact["to_organisation"], fact["date"]) == ("joined", "RXX", dt.date(2026, 5, 1))


def test_two_quarters_in_one_report_are_facts_of_their_months() -> None:
    read = _read("esr_leavers", {"Termination Date": "31/01/2026"}, {"Termination Date": "30/06/2026"})
    assert read.tables["movement"].get_column("period").to_list() == ["2026-01", "2026-06"]


def test_the_line_of_a_ledger_is_read_by_its_column_and_its_words() -> None:
    read = _read(
        "finance_ledger",
        {"Actual GBP": "£14,500.10", "Budget GBP": "17,000"},
        {
            "Staff Type": "",
            "Band": "",
            "Job Role": "",
            "Subjective": "5200",
            "Subjective Description": "Bank - Staff Nurse Band 5",
            "Contracted WTE": "0",
            "Actual GBP": "(100.50)",
        },
    )
    facts = read.tables["ledger"].select("staff_kind", "level", "profession", pl.col("cost").cast(pl.Float64))
    assert facts.rows() == [
        ("substantive", "band_6", "physiotherapist", 14500.1),
        ("bank", "band_5", "nurse_adult", -100.5),
    ]
