"""Aldmoor's recruitment export and list of learners against their answer key, as partners would send them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from skillmix import intake
from skillmix.demonstration.extracts.folder import write_extracts
from skillmix.intake.staging import Staged
from skillmix.place import Place, PlaceOrganisation, Scope

pytestmark = pytest.mark.integration

RECRUITMENT = "INVENTED_Recruitment_System_Export_2024-04_to_2026-06.csv"
LEARNERS = "INVENTED_Aldmoor_University_Learners_2026-06.xlsx"
AS_OF = dt.date(2026, 6, 30)
#: The rule that finds each planted fault.
FOUND_BY = {
    RECRUITMENT: {
        "date_with_two_digit_year": "two_digit_year",
        "days_below_nought": "days_to_hire_below_nought",
        "fewer_applicants_than_shortlisted": "fewer_applicants_than_shortlisted",
        "free_text": "job_title_unknown",
        "row_sent_twice": "row_sent_twice",
        "vacancy_advertised_again": "vacancy_advertised_again",
        "value_missing": "missing_value",
        "words_for_a_number": "not_a_number",
    },
    LEARNERS: {
        "date_with_two_digit_year": "two_digit_year",
        "row_sent_twice": "row_sent_twice",
        "status_unknown": "status_unknown",
        "value_missing": "status_missing",
        "words_for_a_date": "not_a_date",
    },
}
#: Faults that are understood: the row is as if it had none.
UNDERSTOOD = {
    "band_spelled_otherwise",
    "date_as_serial_number",
    "spelled_otherwise",
    "titles_above_the_header",
}
#: An award in place of a kind of programme: understood of a student, found of one who has an employer.
OTHERWISE = "course_named_otherwise"
NOT_MENDED = {"row_sent_twice", "vacancy_advertised_again"}


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extracts") / "sent"
    write_extracts(folder, size=0.05)
    return folder


def _clean(extracts: Path, name: str) -> Path:
    return extracts / "answer_key" / "clean" / f"{Path(name).stem}.csv"


def _faults(extracts: Path, name: str) -> pl.DataFrame:
    key = pl.read_csv(extracts / "answer_key" / "faults.csv", infer_schema=False)
    return key.filter(pl.col("file") == name).with_columns(pl.col("row").cast(pl.Int64))


def _place(folder: Path, extracts: Path) -> Place:
    codes = pl.read_csv(_clean(extracts, RECRUITMENT), infer_schema=False)["Employer Code"].unique()
    listed = [PlaceOrganisation(code, code, "acute", "acute_trust") for code in sorted(codes)]
    university = PlaceOrganisation("ALD-U01", "Aldmoor University", "system", "university")
    return Place.create(folder, name="Aldmoor", code="ALD", organisations=[*listed, university])


def _stage(place: Place, file: Path, source: str) -> Staged:
    if source == "recruitment":
        return intake.stage(place, file, source=source)
    return intake.stage(place, file, source=source, organisation="ALD-U01", as_of=AS_OF)


SENT = [(RECRUITMENT, "recruitment"), (LEARNERS, "learners")]


@pytest.mark.parametrize(("name", "source"), SENT)
def test_every_planted_fault_is_found_and_no_clean_row_held_back(
    extracts: Path, name: str, source: str, tmp_path: Path
) -> None:
    staged, faults = (
        _stage(_place(tmp_path / "p", extracts), extracts / name, source),
        _faults(extracts, name),
    )
    found_by = FOUND_BY[name]
    assert set(faults["fault"]) <= {*found_by, *UNDERSTOOD, OTHERWISE}
    wanted = faults.filter(pl.col("fault").is_in(list(found_by))).select(
        "row", pl.col("fault").replace_strict(found_by, default=None).alias("rule")
    )
    assert wanted.join(staged.findings, on=["row", "rule"], how="anti").is_empty()
    assert staged.set_aside.join(faults.drop_nulls("row"), on="row", how="anti").is_empty()
    understood = faults.filter(pl.col("fault").is_in(list(UNDERSTOOD))).drop_nulls("row")
    assert understood.join(staged.findings, on="row", how="semi").is_empty()
    # An award that means what the clean file says is understood; any other is found.
    other = faults.filter(
        pl.col("fault") == OTHERWISE, ~pl.col("right").str.starts_with("Pre-registration degree")
    )
    assert other.join(staged.findings, on="row", how="anti").is_empty()
    assert (
        staged.rows_read
        == staged.rows_loaded + staged.rows_set_aside + staged.rows_outside + staged.rows_not_used
    )


@pytest.mark.parametrize(("name", "source"), SENT)
def test_a_clean_file_breaks_no_rule(extracts: Path, name: str, source: str, tmp_path: Path) -> None:
    staged = _stage(_place(tmp_path / "p", extracts), _clean(extracts, name), source)
    assert staged.findings.is_empty()
    assert staged.rows_loaded == staged.rows_read > 0


@pytest.mark.parametrize(("name", "source"), SENT)
def test_after_the_cures_the_file_equals_the_clean_one(
    extracts: Path, name: str, source: str, tmp_path: Path
) -> None:
    place = _place(tmp_path / "p", extracts)
    staged, clean = _stage(place, extracts / name, source), _stage(place, _clean(extracts, name), source)
    mended = (
        _faults(extracts, name)
        .drop_nulls("row")
        .join(staged.findings.select("row").unique(), on="row", how="semi")
        .filter(~pl.col("fault").is_in(list(NOT_MENDED)))
    )
    done = intake.correct(
        staged,
        [
            intake.Correction(column=column, meant=right, row=row)
            for row, column, right in mended.select("row", "column", "right").iter_rows()
        ],
        by="the records team",
    )
    assert set(done.findings.get_column("rule").unique()) <= NOT_MENDED
    table = next(iter(clean.tables))
    mine, theirs = done.tables[table].drop("row"), clean.tables[table].drop("row")
    assert mine.height == theirs.height
    assert mine.sort(pl.all()).equals(theirs.sort(pl.all()))
    receipt = intake.store(place, done, publish=True)
    assert receipt.rows_loaded == {table: theirs.height}
    assert place.read(Scope.controller("test")).table(table).collect().height == theirs.height


def test_no_name_or_number_of_a_learner_stays(extracts: Path, tmp_path: Path) -> None:
    place = _place(tmp_path / "p", extracts)
    staged = _stage(place, extracts / LEARNERS, "learners")
    intake.store(place, staged, publish=True)
    staged.write(tmp_path / "staged")
    held = []
    for folder in (place.path, tmp_path / "staged"):
        for path in (p for p in folder.rglob("*") if p.is_file()):
            held.append(path.read_bytes())
            if path.suffix == ".parquet":
                held.append(str(pl.read_parquet(path).rows()).encode())
    assert len(held) > 10
    assert not any(b"Surname8" in data or b"S000001" in data for data in held)
