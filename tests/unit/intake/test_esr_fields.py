"""ESR staff in post: headings, spellings and rows that are no staff in post."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from esr_exports import AS_OF, HEADINGS, export, person

from skillmix import intake
from skillmix.errors import InputError
from skillmix.intake.pseudonyms import KeyRing
from skillmix.intake.understanding import Boundary, Understood

pytestmark = pytest.mark.unit

WITHIN = Boundary(frozenset({"RXX", "RYY"}), only="RXX")


def _read(*rows: dict[str, str], headings: list[str] | None = None, within: Boundary = WITHIN) -> Understood:
    sent = export(*rows, headings=headings)
    return intake.understand(sent, "esr_staff_in_post", boundary=within, as_of=AS_OF)


def _facts(*rows: dict[str, str]) -> pl.DataFrame:
    return _read(*rows).tables["assignment"]


def test_a_row_becomes_an_assignment() -> None:
    fact = _facts(person(1, Area_Of_Work="Hospital")).row(0, named=True)
    expected = {
        "organisation": "RXX",
        "employer": "RXX",
        "as_of": AS_OF,
        "period": "2026-06",
        "role": "physiotherapist",
        "role_as_sent": "Physiotherapist",
        "profession": "physiotherapist",
        "staff_group": "scientific_therapeutic_technical",
        "registered": True,
        "level": "band_6",
        "native_level": "XR06",
        "contract": "permanent",
        "status": "active",
        "start_date": dt.date(2015, 2, 1),
        "start_in_level": dt.date(2018, 2, 1),
        "birth_year": 1980,
        "sex": "female",
        "ethnicity": "indian",
    }
    assert {key: fact[key] for key in expected} == expected
    assert fact["person_key"].startswith("once:esr_employee:")


@pytest.mark.parametrize(
    ("sent", "level"),
    [
        ("XR07", "band_7"),
        ("Band 7", "band_7"),
        ("band 7", "band_7"),
        ("7", "band_7"),
        ("8A", "band_8a"),
        ("XN07", "band_7"),
        ("Band 8 - Range C", "band_8c"),
        ("NHS|XR07|Review Body Band 7", "band_7"),
        ("MD01", "medical"),
        ("Local", "local"),
    ],
)
def test_bands_are_understood_however_they_are_spelt(sent: str, level: str) -> None:
    assert _facts(person(1, Pay_Grade=sent)).get_column("level").to_list() == [level]


def test_doctors_have_grades_of_their_own() -> None:
    read = _read(person(1, Staff_Group="Medical and Dental", Job_Role="Consultant", Pay_Grade="MC72"))
    assert read.tables["assignment"].get_column("level").to_list() == ["medical"]
    assert read.findings.is_empty()


@pytest.mark.parametrize(
    ("sent", "sex"), [("F", "female"), ("m", "male"), ("FEMALE", "female"), ("Unknown", None)]
)
def test_genders_are_understood(sent: str, sex: str | None) -> None:
    read = _read(person(1, Gender=sent))
    assert read.tables["assignment"].get_column("sex").to_list() == [sex]
    assert read.findings.is_empty()


def test_a_job_role_is_found_whatever_its_case_and_spaces() -> None:
    facts = _facts(person(1, Job_Role="PHYSIOTHERAPIST"), person(2, Job_Role="\u00a0Physiotherapist  "))
    assert facts.get_column("role").to_list() == ["physiotherapist"] * 2


@pytest.mark.parametrize(
    ("sent", "year"),
    [
        ("17/05/1980", 1980),
        ("1980-05-17", 1980),
        ("17-May-1980", 1980),
        ("29358", 1980),
        ("12345", 1933),
        ("1980", 1980),
    ],
)
def test_of_a_birth_date_the_year_is_kept(sent: str, year: int) -> None:
    read = _read(person(1, Date_Of_Birth=sent))
    assert read.tables["assignment"].get_column("birth_year").to_list() == [year]
    assert read.sent.get_column("Date Of Birth").to_list() == [str(year)]


def test_rows_that_are_no_staff_in_post_are_counted_and_said() -> None:
    read = _read(
        person(1),
        person(2, Assignment_Category="Bank", FTE="0"),
        person(3, Assignment_Category="bank"),
        person(4, Assignment_Category="Honorary"),
        person(5, Assignment_Category="Non-Exec Director/Chair"),
        person(6, Assignment_Status="Terminate Assignment"),
        {"Employee Number": "Total", "FTE": "4.80"},
        {"Last Name": "Grand Total", "FTE": "4.80"},
        {},
    )
    assert (read.rows_read, read.rows_loaded, read.rows_not_used, read.rows_set_aside) == (8, 1, 7, 0)
    told = " ".join(read.notes)
    for words in (
        "2 rows are of bank staff: not used.",
        "1 row is of an honorary contract: not used.",
        "1 row is of a non-executive director or a widowed beneficiary: not used.",
        "1 row is of an assignment that has ended: not used.",
        "2 rows are totals and counted as not used.",
        "1 row is blank and not counted.",
    ):
        assert words in told


def test_staff_on_leave_are_loaded_with_their_status() -> None:
    facts = _facts(
        person(1, Assignment_Status="Maternity & Adoption"), person(2, Assignment_Status="Career Break")
    )
    assert facts.get_column("status").to_list() == ["maternity_adoption", "career_break"]


def test_a_sex_and_a_role_are_not_needed_to_be_counted() -> None:
    few = ["Emp_No", "JOB ROLE", "Contracted_FTE"]
    row = {"Emp_No": "1", "JOB ROLE": "Midwife", "Contracted_FTE": "0.5"}
    read = _read(row, headings=few)
    assert read.tables["assignment"].select("role", "fte", "sex", "level").rows()[0][0] == "midwife"
    assert read.rows_loaded == 1


def test_the_sender_says_whom_the_file_is_about() -> None:
    with pytest.raises(InputError, match="does not say which organisation") as refused:
        _read(person(1), within=Boundary(frozenset({"RXX"})))
    assert "--organisation" in refused.value.cure


def test_a_file_that_names_the_employer_is_read_for_it() -> None:
    headings = [*HEADINGS, "Employing Org Code"]
    rows = (person(1, Employing_Org_Code="RXX"), person(2, Employing_Org_Code="RYY"), person(3))
    read = _read(*rows, headings=headings)
    assert (read.rows_loaded, read.rows_outside) == (2, 1)
    assert read.tables["assignment"].get_column("organisation").to_list() == ["RXX", "RXX"]
    read = _read(*rows[:2], headings=headings, within=Boundary(frozenset({"RXX", "RYY"})))
    assert read.tables["assignment"].get_column("organisation").to_list() == ["RXX", "RYY"]


def test_without_a_day_the_file_is_refused() -> None:
    with pytest.raises(InputError, match="what date it is true for"):
        intake.understand(export(person(1)), "esr_staff_in_post", boundary=WITHIN)


def test_one_employee_number_at_two_employers_is_two_keys() -> None:
    headings = [*HEADINGS, "Employing Org Code"]
    rows = (person(1, Employing_Org_Code="RXX"), person(1, Employing_Org_Code="RYY", NI_Number="QQ000009C"))
    read = _read(*rows, headings=headings, within=Boundary(frozenset({"RXX", "RYY"})))
    assert read.tables["assignment"].get_column("person_key").n_unique() == 2


def test_one_employee_number_in_files_of_two_employers_is_two_keys() -> None:
    ring = KeyRing.ephemeral()
    keys = [
        intake.understand(
            export(person(1)),
            "esr_staff_in_post",
            boundary=Boundary(frozenset({code}), only=code),
            keys=lambda: ring,
            as_of=AS_OF,
        )
        .tables["assignment"]["person_key"]
        .item()
        for code in ("RXX", "RYY", "RXX")
    ]
    assert keys[0] == keys[2] != keys[1]


def test_names_and_unused_columns_are_not_kept() -> None:
    read = _read(person(1), headings=[*HEADINGS, "Home Address"])
    assert "Home Address" not in read.sent.columns
    for column in ("Last Name", "First Name", "NI Number", "Assignment Number"):
        assert read.sent.get_column(column).to_list() == [None]
