"""Bad input: told with file, row, column, value and cure; the place stays as it was."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from intake_files import PCN, PRACTICES, SICKNESS, job, somewhere, write

from skillmix import intake
from skillmix.errors import InputError
from skillmix.place import Place, Scope

pytestmark = pytest.mark.integration


def _job(fte: str = "1", person: str = "17", network: str = "U10001", role: str = "Pharmacist") -> str:
    return job(role, fte, person, network)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return somewhere(tmp_path)


def _whole(place: Place) -> dict[str, str]:
    """Every file of the place and its content's hash."""
    return {
        str(p.relative_to(place.path)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(place.path.rglob("*"))
        if p.is_file()
    }


def _read(place: Place, table: str) -> pl.DataFrame:
    return place.read(Scope.controller("a test")).table(table).collect()


def _truncated(folder: Path) -> Path:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1. Individual Level.csv", "\n".join([PCN, *[_job()] * 500]))
    path = folder / "cut.zip"
    path.write_bytes(whole.getvalue()[:-60])
    return path


def _empty(folder: Path) -> Path:
    path = folder / "empty.csv"
    path.write_bytes(b"")
    return path


def _cut(folder: Path) -> Path:
    path = folder / "half.csv"
    whole = "\r\n".join([PCN, *[_job(person=str(person)) for person in range(100)]])
    path.write_bytes(whole[: len(whole) // 2 - 4].encode())
    return path


#: How the bad file is made, its source, and what the message says: file, row, column, value, cure.
BAD = {
    "an empty file": (
        _empty,
        "pcn_individual",
        ["empty.csv", "The file is empty", "Export or download it again"],
    ),
    "no rows": (lambda d: write(d), "pcn_individual", ["sent.csv, row 1", "no rows", "Export it again"]),
    "a wrong file": (
        lambda d: write(d, "31/03/2025,RXX,A,1,2", headings=SICKNESS),
        "pcn_individual",
        ["sent.csv", "looks like NHS sickness absence rates", "--source sickness_absence"],
    ),
    "no source at all": (
        lambda d: write(d, "1,2", headings="apples,pears"),
        None,
        ["sent.csv", "no source that has a field map", "--source"],
    ),
    "a file of something else": (
        lambda d: write(d, "1,2", headings="apples,pears"),
        "pcn_individual",
        ["sent.csv", "begins with 'apples, pears'", "PCN_CODE"],
    ),
    "a truncated zip": (
        _truncated,
        "pcn_individual",
        ["cut.zip", "damaged or cut short", "Download or copy it again"],
    ),
    "a table cut in mid-row": (
        _cut,
        "pcn_individual",
        ["half.csv, row 51", "cut short", "cells and no line end", "Export or download it again"],
    ),
    "an FTE that no job has": (
        lambda d: write(d, _job("99999999")),
        "pcn_individual",
        ["sent.csv, row 2, column FTE, value '99999999'", "above 2", "divided by 37.5"],
    ),
    "a missing column": (
        lambda d: write(d, _job().rsplit(",", 2)[0], headings=PCN.rsplit(",", 2)[0]),
        "pcn_individual",
        ["sent.csv, row 1", "missing: FTE, UNIQUE_IDENTIFIER"],
    ),
    "a renamed column": (
        lambda d: write(d, _job(), headings=PCN.replace("FTE", "FTE_VALUE")),
        "pcn_individual",
        [
            "sent.csv, row 1, column FTE, value 'FTE_VALUE'",
            "'FTE_VALUE' is the nearest to 'FTE'",
            "rename it",
        ],
    ),
    "a date as a serial number": (
        lambda d: write(d, "46204,A10001,ONE,LS1,U10001,ONE,01A,QQQ", headings=PRACTICES),
        "practices",
        [
            "sent.csv, row 2, column EXTRACT_DATE, value '46204'",
            "serial number",
            "1 July 2026",
            "Format the column",
        ],
    ),
    "an FTE of 1,0": (
        lambda d: write(d, _job('"1,0"')),
        "pcn_individual",
        ["sent.csv, row 2, column FTE, value '1,0'", "comma", "full stop: 1.0"],
    ),
    "a row without a person": (
        lambda d: write(d, _job(person="NULL")),
        "pcn_individual",
        ["sent.csv, row 2, column UNIQUE_IDENTIFIER", "does not say which", "contracted services"],
    ),
    "rows of another place": (
        lambda d: write(d, _job(network="U20002").replace("01A", "09Z")),
        "pcn_individual",
        ["sent.csv", "Of 1 row none is about this place", "place.toml"],
    ),
    "no such file": (lambda d: d / "gone.csv", "pcn_individual", ["gone.csv", "no such file"]),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_says_what_is_wrong_and_leaves_the_place_as_it_was(
    case: str, place: Place, tmp_path: Path
) -> None:
    make, source, says = BAD[case]
    intake.submit(place, write(tmp_path, _job(), name="before.csv"))
    before = _whole(place)
    with pytest.raises(InputError) as refused:
        intake.submit(place, make(tmp_path), source=source)
    for words in says:
        assert words in str(refused.value)
    assert refused.value.exit_code != 0
    assert refused.value.cure
    assert _whole(place) == before
    assert place.number == 1


def test_windows_1252_text_is_loaded_and_said_so(place: Place, tmp_path: Path) -> None:
    sent = tmp_path / "old.csv"
    job = _job(role="Clinical Director – Medical").replace("Other Direct Patient Care staff", "Directors")
    sent.write_bytes("\n".join([PCN, job]).encode("cp1252"))
    done = intake.submit(place, sent)
    assert "The text is encoded as Windows-1252, not UTF-8, and was read so." in done.notes
    facts = _read(place, "assignment")
    assert facts.select("role", "role_as_sent").rows() == [
        ("clinical_director_medical", "Clinical Director – Medical")
    ]


def test_a_second_row_of_headings_is_set_aside_and_said_so(place: Place, tmp_path: Path) -> None:
    spelt = PCN.replace("_", " ").title()
    done = intake.submit(place, write(tmp_path, spelt, _job()))
    assert done.rows_loaded == 1
    assert done.findings.select("row", "rule", "reason").rows() == [
        (2, "repeated_headings", "The row repeats the headings.")
    ]


def test_group_headings_above_are_read_as_titles(place: Place, tmp_path: Path) -> None:
    above = "Census,,,Network,,,Job,,,,Person"
    done = intake.submit(place, write(tmp_path, _job(), headings=f"{above}\n{PCN}"))
    assert done.rows_loaded == 1
    assert "The headings stand in row 2; row 1 was read as titles and not loaded." in done.notes


def test_serial_dates_are_read_where_the_map_allows_them(place: Place, tmp_path: Path) -> None:
    done = intake.submit(place, write(tmp_path, "45747,RXX,A trust,10.5,100", headings=SICKNESS))
    assert any("45747 as 31 March 2025" in note for note in done.notes)
    assert _read(place, "absence").select("as_of", "days_lost").rows() == [
        (dt.date(2025, 3, 31), Decimal("10.5"))
    ]


def test_an_organisation_that_the_place_does_not_have_is_refused(place: Place, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Did you mean U10001 \(One PCN\)"):
        intake.submit(place, write(tmp_path, _job()), organisation="U10002")
    with pytest.raises(InputError, match="no date"):
        intake.submit(place, write(tmp_path, _job()), edition="June")


def test_a_last_row_that_is_complete_needs_no_line_end(place: Place, tmp_path: Path) -> None:
    sent = tmp_path / "whole.csv"
    sent.write_text("\n".join([PCN, _job(), _job(person="18")]), encoding="utf-8")
    assert intake.submit(place, sent).rows_loaded == 2
