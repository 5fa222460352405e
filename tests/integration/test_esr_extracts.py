"""Aldmoor's messy ESR exports against their answer key: every fault found, no clean row held back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from skillmix import intake
from skillmix.demonstration.extracts.folder import write_extracts
from skillmix.intake.pseudonyms import KeyRing
from skillmix.intake.understanding import Boundary, Understood
from skillmix.place import Place, PlaceOrganisation

pytestmark = pytest.mark.integration

FILES = (
    "INVENTED_ALD-01_ESR_Staff_In_Post_2026-06-30.csv",
    "INVENTED_ALD-02_ESR_Staff_In_Post_2026-03-31.csv",
    "INVENTED_ALD-02_ESR_Staff_In_Post_2026-06-30.csv",
    "INVENTED_ALD-03_ESR_Staff_In_Post_2026-06-30.xlsx",
    "INVENTED_ALD-04_ESR_Staff_In_Post_2026-06-30.txt",
)
#: The rule that finds each planted fault.
FOUND_BY = {
    "band_unknown": "band_unknown",
    "date_in_the_future": "start_in_the_future",
    "date_stands_for_unknown": "birth_date_stands_for_unknown",
    "date_that_does_not_exist": "birth_date_does_not_exist",
    "date_with_two_digit_year": "two_digit_year",
    "decimal_comma": "comma",
    "fte_as_percentage": "fte_as_percentage",
    "fte_missing_hours_given": "fte_missing_hours_given",
    "header_repeated": "repeated_headings",
    "hours_do_not_fit_fte": "hours_do_not_fit_fte",
    "identifier_missing": "ni_number_missing",
    "identifier_of_another_person": "ni_number_of_two_people",
    "identifier_too_short": "ni_number_too_short",
    "job_role_and_staff_group_disagree": "job_role_and_staff_group_disagree",
    "job_role_unknown": "job_role_unknown",
    "person_above_one_fte": "person_above_one_fte",
    "row_sent_twice": "row_sent_twice",
    "value_missing": "ethnic_origin_missing",
}
#: Faults of rows that are counted as not used.
NOT_USED = {"assignment_has_ended", "bank_row", "honorary_row", "non_executive_row", "total_row"}
#: Faults that are understood: the row is as if it had none.
UNDERSTOOD = {"band_spelled_otherwise", "date_as_serial_number", "spaces_around", "spelled_otherwise"}
#: Faults of the file as a whole, and rows that are none.
OF_THE_FILE = {
    "blank_row",
    "column_missing",
    "dates_as_serial_numbers",
    "encoding_utf_16_with_tabs",
    "encoding_windows_1252",
    "heading_is_a_synonym",
    "windows_1252_characters",
}
#: Faults that only the sender's own system can mend, in columns that are not kept.
AT_SOURCE = {
    "date_stands_for_unknown",
    "date_that_does_not_exist",
    "identifier_missing",
    "identifier_of_another_person",
    "identifier_too_short",
}
RING = KeyRing("test", bytes(32))


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extracts") / "sent"
    write_extracts(folder, size=0.05)
    return folder


def _as_of(name: str) -> dt.date:
    return dt.date.fromisoformat(Path(name).stem[-10:])


def _understand(file: Path) -> Understood:
    code = file.name[9:15]
    within = Boundary(frozenset({code}), only=code)
    return intake.understand(
        file, "esr_staff_in_post", boundary=within, keys=lambda: RING, as_of=_as_of(file.name)
    )


def _faults(extracts: Path, name: str) -> pl.DataFrame:
    key = pl.read_csv(extracts / "answer_key" / "faults.csv", infer_schema=False)
    return key.filter(pl.col("file") == name).with_columns(pl.col("row").cast(pl.Int64))


def _facts(read: Understood) -> pl.DataFrame:
    return read.tables["assignment"].drop("row")


@pytest.mark.parametrize("name", FILES)
def test_every_planted_fault_is_found_and_nothing_else_held_back(extracts: Path, name: str) -> None:
    read, faults = _understand(extracts / name), _faults(extracts, name)
    assert set(faults["fault"]) <= {*FOUND_BY, *NOT_USED, *UNDERSTOOD, *OF_THE_FILE}
    wanted = faults.filter(pl.col("fault").is_in(list(FOUND_BY))).select(
        "row", pl.col("fault").replace_strict(FOUND_BY).alias("rule")
    )
    missed = wanted.join(read.findings, on=["row", "rule"], how="anti")
    assert missed.is_empty()
    held_back = read.set_aside.join(faults, on="row", how="anti")
    assert held_back.is_empty()
    # The person whose NI number another one was given stands in a row that has no fault of its own.
    own = read.findings.filter(pl.col("rule") != "ni_number_of_two_people")
    no_fault = faults.filter(pl.col("fault").is_in([*UNDERSTOOD, *NOT_USED, *OF_THE_FILE]))
    assert no_fault.join(own, on="row", how="semi").is_empty()
    assert read.rows_not_used == faults.filter(pl.col("fault").is_in(list(NOT_USED))).height


@pytest.mark.parametrize("name", FILES)
def test_rows_without_a_fault_become_the_facts_of_the_clean_file(extracts: Path, name: str) -> None:
    read, faults = _understand(extracts / name), _faults(extracts, name)
    source = extracts / "answer_key" / "clean" / f"{Path(name).stem}.csv"
    clean = _understand(source)
    assert clean.rows_loaded == clean.rows_read
    harmed = faults.filter(~pl.col("fault").is_in([*UNDERSTOOD, "windows_1252_characters"]))
    sound = read.tables["assignment"].join(harmed.drop_nulls("row"), on="row", how="anti").drop("row")
    # Teams were lengthened on purpose in one export; pay grades and roles stand as they were spelt.
    same = [c for c in sound.columns if c not in ("team", "native_level", "role_as_sent", "person_key")]
    keyed = ["person_key", *same]
    assert sound.height > 0.8 * clean.rows_loaded
    assert sound.join(_facts(clean), on=keyed, how="anti", nulls_equal=True).is_empty()


@pytest.mark.parametrize("name", FILES)
def test_after_mending_the_file_equals_the_clean_one(extracts: Path, name: str, tmp_path: Path) -> None:
    faults, code = _faults(extracts, name), name[9:15]
    place = Place.create(
        tmp_path / "place",
        name="Aldmoor",
        code="ALD",
        organisations=[PlaceOrganisation(code, "A trust", "acute", "acute_trust")],
    )
    staged = intake.stage(
        place, extracts / name, source="esr_staff_in_post", organisation=code, as_of=_as_of(name)
    )
    mended = faults.filter(
        pl.col("fault").is_in(list(FOUND_BY)), ~pl.col("fault").is_in([*AT_SOURCE, "person_above_one_fte"])
    ).filter(pl.col("right") != "leave out")
    corrections = [
        intake.Correction(column=column, meant=right, row=row)
        for row, column, right in mended.select("row", "column", "right").iter_rows()
    ]
    done = intake.correct(staged, corrections, by="the records team")
    clean = intake.stage(
        place,
        extracts / "answer_key" / "clean" / f"{Path(name).stem}.csv",
        source="esr_staff_in_post",
        organisation=code,
        as_of=_as_of(name),
    )
    left = set(done.set_aside.get_column("rule").unique())
    assert left <= {"row_sent_twice", "repeated_headings"}
    assert done.rows_loaded == clean.rows_loaded
    loose = ("row", "team", "native_level", "role_as_sent")
    mine, theirs = done.tables["assignment"].drop(loose), clean.tables["assignment"].drop(loose)
    unknown = faults.filter(pl.col("fault").is_in(["date_stands_for_unknown", "date_that_does_not_exist"]))
    differ = mine.join(theirs, on=mine.columns, how="anti", nulls_equal=True)
    assert differ.height == unknown.height
    assert differ.get_column("birth_year").null_count() == unknown.height
    assert differ.join(
        theirs, on=[c for c in mine.columns if c != "birth_year"], how="anti", nulls_equal=True
    ).is_empty()
