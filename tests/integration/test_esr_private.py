"""Nothing that identifies a person is anywhere: not in the place, what is staged, or a temporary file."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from esr_exports import AS_OF, export, person, trusts

from skillmix import intake
from skillmix.errors import InputError

pytestmark = pytest.mark.integration

#: Cells that identify a person, each of its own so that none is met by chance.
ROWS = [
    person(1),
    person(2, FTE="0,8", Date_Of_Birth="13/07/1961"),
    person(3, Date_Of_Birth="31/02/1977"),
    person(4, NI_Number="QQ9988", Latest_Start_Date="01/02/15"),
    person(5, Assignment_Category="Bank", Date_Of_Birth="24/11/1958"),
    person(6, Assignment_Status="Perhaps", NI_Number=person(1)["NI Number"]),
    person(7, Employee_Number="", Date_Of_Birth="09/09/1969"),
    person(8, Job_Role="Nobody Knows", Gender="Blue"),
    person(1),
    person(10, Job_Role="Physiotherapist QQ 55 66 77 C", Staff_Group="somebody.else@example.org"),
    person(11, Assignment_Status="of Surname00011"),
]
#: Cells that identify a person although they stand where they should not.
STRAYED = {"QQ 55 66 77 C", "somebody.else@example.org"}
SECRET = ("Employee Number", "Assignment Number", "Last Name", "First Name", "NI Number", "Date Of Birth")


def _secrets() -> set[str]:
    return STRAYED | {row[column] for row in ROWS for column in SECRET if row[column]}


def _contents(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file as it lies there, and every Parquet file as it reads."""
    for path in (p for p in folder.rglob("*") if p.is_file()):
        yield path, path.read_bytes()
        if path.suffix == ".parquet":
            yield path, str(pl.read_parquet(path).rows()).encode()


def _leaks(folder: Path) -> list[tuple[str, str]]:
    held = [(path.name, data) for path, data in _contents(folder)]
    return [(name, secret) for secret in _secrets() for name, data in held if secret.encode() in data]


def test_the_scan_finds_what_is_there(tmp_path: Path) -> None:
    pl.DataFrame({"a": [person(3)["NI Number"]]}).write_parquet(tmp_path / "a.parquet")
    (tmp_path / "b.txt").write_text("born on 13/07/1961", encoding="utf-8")
    assert {name for name, _ in _leaks(tmp_path)} == {"a.parquet", "b.txt"}


def test_no_identifier_name_or_birth_date_is_kept_anywhere(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    place = trusts(tmp_path)
    told: list[str] = []
    staged = intake.stage(
        place,
        export(*ROWS),
        source="esr_staff_in_post",
        organisation="RXX",
        as_of=AS_OF,
        progress=told.append,
    )
    staged.write(tmp_path / "staged")
    again = intake.Staged.read(tmp_path / "staged")
    mended = intake.correct(again, [intake.Correction("FTE", "0.80", "0,8")], by="lead")
    mended.write(tmp_path / "staged")
    receipt = intake.store(place, intake.Staged.read(tmp_path / "staged"), key="job-1")
    place.publish(receipt.submission)
    intake.submit(place, export(*ROWS[:3]), source="esr_staff_in_post", organisation="RXX", as_of=AS_OF)
    assert _leaks(tmp_path) == []
    assert [p for p in temporary.rglob("*") if p.is_file()] == []
    said = " ".join(
        [*told, *mended.notes, str(mended.findings.rows()), str(mended.columns.rows()), caplog.text]
    )
    out, err = capfd.readouterr()
    assert [secret for secret in _secrets() if secret in said + out + err] == []


def test_of_the_staged_file_only_hashes_and_years_are_left(tmp_path: Path) -> None:
    place = trusts(tmp_path)
    staged = intake.stage(place, export(*ROWS), source="esr_staff_in_post", organisation="RXX", as_of=AS_OF)
    staged.write(tmp_path / "staged")
    kept = pl.read_parquet(next((tmp_path / "staged").rglob("rows.parquet")))
    assert kept.get_column("birth_date").unique().sort().to_list() == [None, "1958", "1961", "1969", "1980"]
    hashed = kept.get_column("employee_number").drop_nulls()
    assert hashed.str.contains("^k[0-9a-f]+:esr_employee:[0-9a-f]{64}$").all()
    for column in ("ni_number", "last_name", "first_name", "full_name", "assignment_number"):
        assert kept.get_column(column).null_count() == kept.height


def test_what_strayed_into_another_column_is_emptied_and_said(tmp_path: Path) -> None:
    staged = intake.stage(
        trusts(tmp_path), export(*ROWS), source="esr_staff_in_post", organisation="RXX", as_of=AS_OF
    )
    strayed = staged.findings.filter(pl.col("rule") == "identifier_elsewhere")
    assert strayed.select("row", "column", "value", "aside").sort("row", "column").rows() == [
        (11, "Job Role", "(withheld)", False),
        (11, "Staff Group", "(withheld)", False),
        (12, "Assignment Status", "(withheld)", False),
    ]


def test_a_name_that_is_a_job_is_no_stray_and_a_whole_name_is(tmp_path: Path) -> None:
    named = {"Last_Name": "Porter", "First_Name": "Forename"}
    rows = [person(1, Job_Role="Porter", **named), person(2, Job_Role="Porter Forename", **named)]
    staged = intake.stage(
        trusts(tmp_path), export(*rows), source="esr_staff_in_post", organisation="RXX", as_of=AS_OF
    )
    strayed = staged.findings.filter(pl.col("rule") == "identifier_elsewhere")
    assert strayed.get_column("row").to_list() == [3]
    assert staged.tables["assignment"].get_column("role_as_sent").to_list() == ["Porter", None]


def test_a_file_without_headings_is_refused_without_showing_a_person(tmp_path: Path) -> None:
    data = export(person(1), person(2)).data.split(b"\r\n", 1)[1]
    with pytest.raises(InputError, match="No headings") as refused:
        intake.stage(
            trusts(tmp_path),
            intake.Sent("a.csv", data),
            source="esr_staff_in_post",
            organisation="RXX",
            as_of=AS_OF,
        )
    told = f"{refused.value} {refused.value.where}"
    assert not any(secret in told for secret in _secrets())


def test_an_error_shows_no_identifier(tmp_path: Path) -> None:
    place = trusts(tmp_path)
    bad = export(
        person(1, FTE="", Contracted_Hours=""), person(2, Employee_Number="", Date_Of_Birth="1/1/61")
    )
    staged = intake.stage(place, bad, source="esr_staff_in_post", organisation="RXX", as_of=AS_OF)
    assert staged.rows_loaded == 0
    with pytest.raises(InputError) as refused:
        intake.store(place, staged)
    told = f"{refused.value} {refused.value.where}"
    assert not any(secret in told for secret in _secrets() | {"1/1/61"})
