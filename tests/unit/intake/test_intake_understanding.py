"""Understanding: from a file to facts and findings."""

from __future__ import annotations

import datetime as dt
import zipfile
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from intake_files import ADMIN, PCN, job, line, write

from skillmix import intake
from skillmix.errors import InputError
from skillmix.intake.pseudonyms import KeyRing
from skillmix.intake.understanding import Boundary

pytestmark = pytest.mark.unit


def test_a_job_and_a_line_become_assignments(tmp_path: Path) -> None:
    understood = intake.understand(write(tmp_path, job(), line("0.986666667")))
    assert understood.source.name == "pcn_individual"
    facts = understood.tables["assignment"]
    staff, contracted = facts.iter_rows(named=True)
    assert staff["organisation"] == staff["workplace"] == staff["employer"] == "U10001"
    assert (staff["as_of"], staff["period"], staff["row"]) == (dt.date(2026, 6, 30), "2026-06", 2)
    assert (staff["role"], staff["profession"], staff["registered"]) == (
        "clinical_pharmacist",
        "pharmacist",
        True,
    )
    assert (staff["staff_group"], staff["contract"], staff["fte"]) == (
        "direct_patient_care",
        None,
        Decimal(1),
    )
    assert contracted["person_key"] is None
    assert contracted["employer"] is None
    assert contracted["contract"] == "contracted_service"
    assert contracted["fte"] == Decimal("0.986666667")
    assert understood.as_of == dt.date(2026, 6, 30)


def test_the_same_word_means_another_role_in_another_staff_group(tmp_path: Path) -> None:
    facts = intake.understand(
        write(tmp_path, job("Other"), job("Other", group=ADMIN), job("Other", group="Other Nurses"))
    ).tables["assignment"]
    assert facts.get_column("role").n_unique() == 3
    assert facts.get_column("role").null_count() == 0


def test_an_unmapped_role_is_kept_and_reported_with_the_nearest(tmp_path: Path) -> None:
    understood = intake.understand(write(tmp_path, job("Pharmacy Technicion"), job()))
    facts = understood.tables["assignment"]
    assert facts.select("role_as_sent", "role", "staff_group").row(0) == (
        "Pharmacy Technicion",
        None,
        "direct_patient_care",
    )
    (found,) = understood.findings.iter_rows(named=True)
    assert (found["row"], found["column"], found["value"]) == (
        2,
        "DETAILED_STAFF_ROLE",
        "Pharmacy Technicion",
    )
    assert found["rule"] == "unmapped"
    assert not found["aside"]
    assert "'Pharmacy Technician' (pharmacy_technician)" in found["cure"]
    assert understood.rows_set_aside == 0


def test_dashes_and_case_do_not_part_a_role_from_its_list(tmp_path: Path) -> None:
    facts = intake.understand(write(tmp_path, job("clinical director - medical", group="Directors"))).tables[
        "assignment"
    ]
    assert facts.get_column("role").item() == "clinical_director_medical"


def test_the_identifier_is_hashed_within_its_release_and_kept_nowhere(tmp_path: Path) -> None:
    ring = KeyRing("k1", bytes(32))
    june = intake.understand(write(tmp_path, job(person="987654")), keys=lambda: ring)
    march = intake.understand(
        write(tmp_path, job(person="987654").replace(",2026,6,", ",2026,3,")), keys=lambda: ring
    )
    one = june.tables["assignment"].get_column("person_key").item()
    other = march.tables["assignment"].get_column("person_key").item()
    assert one == ring.pseudonym("nwrs", "2026|6|", "987654")
    assert one != other
    assert june.sent.get_column("UNIQUE_IDENTIFIER").item() == one
    assert "987654" not in str(june.sent.rows()) + str(june.tables["assignment"].rows())


def test_rows_about_others_are_counted_and_not_checked(tmp_path: Path) -> None:
    mine = Boundary(organisations=frozenset({"U10001"}))
    understood = intake.understand(
        write(tmp_path, job(), job(fte="1,0".join('""'), network="U20002")), boundary=mine
    )
    assert (understood.rows_read, understood.rows_loaded, understood.rows_outside) == (2, 1, 1)
    assert understood.findings.is_empty()


def test_every_row_of_the_sub_icb_is_the_places(tmp_path: Path) -> None:
    here = Boundary(organisations=frozenset({"U10001"}), sub_icb="01A")
    understood = intake.understand(write(tmp_path, job(), job(network="U20002")), boundary=here)
    assert understood.rows_loaded == 2
    assert understood.organisations.rows() == [
        ("U10001", "A PCN", "network", "primary_care", "01A"),
        ("U20002", "A PCN", "network", "primary_care", "01A"),
    ]


def test_one_organisation_may_be_asked_for(tmp_path: Path) -> None:
    one = Boundary(organisations=frozenset({"U10001", "U20002"}), sub_icb="01A", only="U20002")
    understood = intake.understand(write(tmp_path, job(), job(network="U20002")), boundary=one)
    assert understood.tables["assignment"].get_column("organisation").to_list() == ["U20002"]


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    here = Boundary(organisations=frozenset({"U10001"}))
    rows = [job(), job(fte="x"), job(person=""), job(network="U20002"), "", PCN, job() + ",,x"]
    understood = intake.understand(write(tmp_path, *rows), boundary=here)
    assert understood.rows_read == 6  # the blank line is none
    accounted = (
        understood.rows_loaded
        + understood.rows_set_aside
        + understood.rows_outside
        + understood.rows_not_used
    )
    assert accounted == understood.rows_read
    assert understood.set_aside.select("row", "rule").rows() == [
        (3, "not_a_number"),
        (4, "no_person"),
        (7, "repeated_headings"),
        (8, "too_many_cells"),
    ]
    assert understood.sent.get_column("row").to_list() == [2, 3, 4, 5]


def test_titles_above_and_other_spellings_of_headings_are_found(tmp_path: Path) -> None:
    spelt = PCN.replace("DETAILED_STAFF_ROLE", "Detailed staff role").replace("FTE", " fte ")
    titles = "Primary Care Network Workforce\nJune 2026\n\n"
    understood = intake.understand(write(tmp_path, job(), headings=titles + spelt))
    assert understood.tables["assignment"].get_column("row").to_list() == [5]
    assert "The headings stand in row 4; rows 1 to 3 were read as titles and not loaded." in understood.notes


def test_a_date_that_the_file_contradicts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="true for 2026-06-30, not for 2026-03-31"):
        intake.understand(write(tmp_path, job()), as_of=dt.date(2026, 3, 31))


def test_facts_are_the_same_from_csv_parquet_and_zip(tmp_path: Path) -> None:
    csv = write(tmp_path, job(), job("Paramedic", person="3"), name="pcn.csv")
    pl.read_csv(csv, infer_schema=False).write_parquet(tmp_path / "pcn.parquet")
    with zipfile.ZipFile(tmp_path / "pcn.zip", "w") as archive:
        archive.write(csv, "1. Individual Level.csv")
    ring = KeyRing("k1", bytes(32))
    read = [
        intake.understand(tmp_path / f"pcn.{ending}", keys=lambda: ring).tables["assignment"]
        for ending in ("csv", "parquet", "zip")
    ]
    assert read[0].equals(read[1])
    assert read[0].equals(read[2])


def test_a_persons_job_has_a_plausible_fte_and_a_line_a_larger_one(tmp_path: Path) -> None:
    rows = [job(fte="2.0"), job(fte="2.01"), job(fte="99999999"), line("14.13"), line("50.5")]
    understood = intake.understand(write(tmp_path, *rows), "pcn_individual")
    assert understood.set_aside.select("row", "rule", "column", "value", "reason").rows() == [
        (3, "implausible", "FTE", "2.01", "It is above 2, the most that is plausible there."),
        (4, "implausible", "FTE", "99999999", "It is above 2, the most that is plausible there."),
        (6, "implausible", "FTE", "50.5", "It is above 50, the most that is plausible there."),
    ]
    assert "37.5" in understood.set_aside.get_column("cure").item(0)
    assert understood.tables["assignment"].get_column("row").to_list() == [2, 5]


def test_a_control_character_in_a_role_is_taken_out_and_said_so(tmp_path: Path) -> None:
    understood = intake.understand(write(tmp_path, job("Pharma\0cist"), job(person="18")))
    facts = understood.tables["assignment"]
    assert facts.get_column("role_as_sent").to_list() == ["Pharmacist", "Pharmacist"]
    assert facts.get_column("role").to_list() == ["clinical_pharmacist", "clinical_pharmacist"]
    said = "1 cell of DETAILED_STAFF_ROLE held control characters, which cannot be seen; they were taken out."
    assert said in understood.notes


def test_a_word_of_several_meanings_is_suggested_without_one(tmp_path: Path) -> None:
    understood = intake.understand(write(tmp_path, job("Othr")))
    cure = understood.findings.row(0, named=True)["cure"]
    assert cure == "Add it to the reference list role_mapping; the nearest word there is 'Other'."
    unlike = intake.understand(write(tmp_path, job("Zookeeper")))
    assert unlike.findings.row(0, named=True)["cure"] == "Add it to the reference list role_mapping."
