"""Staging, correcting and storing an ESR export: whole or not at all, once, without the file or the key."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from esr_exports import AS_OF, HEADINGS, export, person, trusts
from polars.testing import assert_frame_equal

from skillmix import intake
from skillmix.errors import InputError, PlaceError
from skillmix.intake import Correction, Staged
from skillmix.place import Place, Scope

pytestmark = pytest.mark.integration

ROWS = [
    person(1),
    person(2, FTE="0,8"),
    person(3, FTE="0,8"),
    person(4, Latest_Start_Date="01/02/15"),
    person(5, Job_Role="Physiotherapst"),
    person(6, Assignment_Category="Bank"),
    person(7, NI_Number=""),
]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return trusts(tmp_path, "RXX", "RYY")


def _stage(place: Place, *rows: dict[str, str], by: str = "lead") -> Staged:
    sent = export(*(rows or ROWS))
    return intake.stage(place, sent, source="esr_staff_in_post", organisation="RXX", as_of=AS_OF, by=by)


def _read(place: Place) -> pl.DataFrame:
    return place.read(Scope.controller("a test")).table("assignment").collect().sort("row")


def _same(one: Staged, other: Staged) -> None:
    for field in dataclasses.fields(one):
        if field.name not in ("taken", "understood", "person_links", "corrections"):
            assert getattr(one, field.name) == getattr(other, field.name), field.name
    assert one.tables.keys() == other.tables.keys()
    for name, facts in one.tables.items():
        assert_frame_equal(facts, other.tables[name])
    for name in ("findings", "problems", "columns", "set_aside", "corrections", "person_links"):
        assert_frame_equal(getattr(one, name), getattr(other, name))
    assert_frame_equal(one.understood.sent, other.understood.sent)
    assert (one.notes, one.rows_read, one.rows_loaded) == (other.notes, other.rows_read, other.rows_loaded)


def test_what_was_understood_and_what_failed(place: Place) -> None:
    staged = _stage(place)
    assert (staged.rows_read, staged.rows_loaded, staged.rows_set_aside, staged.rows_not_used) == (7, 3, 3, 1)
    assert (staged.source, staged.title, staged.origin) == ("esr_staff_in_post", "ESR staff in post", "sent")
    assert (staged.organisation, staged.as_of, staged.by, staged.file) == ("RXX", AS_OF, "lead", "staff.csv")
    shown = staged.problems.select(
        "rule", "family", "value", "suggestion", "correctable", "rows", "first_row"
    )
    assert shown.rows() == [
        ("comma", "ranges", "0,8", "0.8", True, 2, 3),
        ("two_digit_year", "dates", "01/02/15", "01/02/2015", True, 1, 5),
        ("job_role_unknown", "code_lists", "Physiotherapst", "Physiotherapist", True, 1, 6),
        ("ni_number_missing", "structure", "(withheld)", None, False, 1, 8),
    ]
    becomes = dict(staged.columns.select("key", "becomes").iter_rows())
    assert becomes["employee_number"] == "hashed"
    assert becomes["last_name"] == becomes["ni_number"] == "dropped"
    assert becomes["birth_date"] == "year only"
    assert becomes["fte"] == "loaded"
    assert becomes["area_of_work"] == "not in the file"
    filled = dict(staged.columns.select("key", "filled").iter_rows())
    assert (filled["fte"], filled["last_name"]) == (7, None)


def test_nothing_of_a_staged_file_is_in_the_place(place: Place) -> None:
    before = sorted(p for p in place.path.rglob("*"))
    _stage(place)
    assert sorted(p for p in place.path.rglob("*")) == before


def test_it_is_kept_in_a_folder_and_read_again(place: Place, tmp_path: Path) -> None:
    staged = _stage(place)
    staged.write(tmp_path / "staged")
    _same(Staged.read(tmp_path / "staged"), staged)


def test_a_corrected_file_takes_the_place_of_the_first(place: Place, tmp_path: Path) -> None:
    staged = _stage(place)
    staged.write(tmp_path / "staged")
    done = intake.correct(staged, [Correction("FTE", "0.80", "0,8")])
    done.write(tmp_path / "staged")
    _same(Staged.read(tmp_path / "staged"), done)
    assert len(list((tmp_path / "staged").iterdir())) == 2


def test_a_write_that_is_stopped_leaves_what_was_there(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "staged"
    staged = _stage(place)
    staged.write(folder)
    done = intake.correct(staged, [Correction("FTE", "0.80", "0,8")])
    written: list[Path] = []
    real = pl.DataFrame.write_parquet

    def stops(frame: pl.DataFrame, path: Path) -> None:
        if len(written) == 3:
            raise OSError("no space")
        written.append(path)
        real(frame, path)

    monkeypatch.setattr(pl.DataFrame, "write_parquet", stops)
    with pytest.raises(OSError, match="no space"):
        done.write(folder)
    _same(Staged.read(folder), staged)
    monkeypatch.undo()
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("killed")))
    with pytest.raises(OSError, match="killed"):
        done.write(folder)
    monkeypatch.undo()
    _same(Staged.read(folder), staged)
    for left in folder.iterdir():
        if left.name != "staged.json":
            os.utime(left, (0, 0))
    done.write(folder)
    _same(Staged.read(folder), done)
    assert len([*folder.iterdir()]) == 2


def test_a_folder_without_a_staged_file_or_with_a_damaged_one_is_told(place: Place, tmp_path: Path) -> None:
    with pytest.raises(PlaceError, match="no staged file"):
        Staged.read(tmp_path / "none")
    folder = tmp_path / "staged"
    _stage(place).write(folder)
    next(folder.rglob("rows.parquet")).write_bytes(b"PAR1")
    with pytest.raises(PlaceError, match="damaged"):
        Staged.read(folder)
    (folder / "staged.json").write_text("{", encoding="utf-8")
    with pytest.raises(PlaceError, match="damaged"):
        Staged.read(folder)


def test_values_are_corrected_and_every_rule_is_asked_again(place: Place) -> None:
    staged = _stage(place)
    done = intake.correct(
        staged,
        [Correction("FTE", "0.80", "0,8"), Correction("Job Role", " Physiotherapist ", row=6)],
        by="the records team",
    )
    assert (done.rows_loaded, done.rows_set_aside, done.rows_read) == (5, 1, 7)
    assert done.tables["assignment"].get_column("role").to_list() == ["physiotherapist"] * 5
    assert done.problems.get_column("rule").to_list() == ["two_digit_year", "ni_number_missing"]
    assert done.corrections.drop("at").rows() == [
        ("the records team", None, "FTE", "0,8", "0.80", 2),
        ("the records team", 6, "Job Role", "Physiotherapst", "Physiotherapist", 1),
    ]
    assert abs(done.corrections.get_column("at").item(0) - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)
    assert done.notes[-1] == (
        "3 cells were corrected here and not at source: FTE '0,8' to '0.80', Job Role 'Physiotherapst' to "
        "'Physiotherapist'. Mend them there as well."
    )
    # What was staged first is as it was, and the rows as sent are kept as sent.
    assert staged.rows_set_aside == 3
    assert done.understood.sent.get_column("FTE").to_list().count("0,8") == 2
    again = intake.correct(done, [Correction("Latest Start Date", "01/02/2015", "01/02/15")])
    assert (again.rows_set_aside, again.corrections.height) == (0, 3)


def test_a_correction_that_is_wrong_too_is_found_again(place: Place) -> None:
    done = intake.correct(_stage(place), [Correction("FTE", "80", "0,8")])
    assert done.problems.row(0, named=True)["rule"] == "fte_as_percentage"
    assert done.rows_set_aside == 3


def test_rules_across_rows_are_asked_again(place: Place) -> None:
    full = {"FTE": "1.00", "Contracted_Hours": "37.50"}
    second = {**person(1, Assignment_Status="Perhaps"), "Assignment Number": "20000001-2"}
    staged = _stage(place, person(1, **full), second)
    done = intake.correct(staged, [Correction("Assignment Status", "Active Assignment", "Perhaps")])
    assert set(done.findings.get_column("rule")) == {"person_above_one_fte"}


def test_a_corrected_row_may_turn_out_to_be_of_no_use(place: Place) -> None:
    staged = _stage(place, person(1), person(2, Assignment_Category="Bnak"))
    done = intake.correct(staged, [Correction("Assignment Category", "Bank", "Bnak")])
    assert (done.rows_loaded, done.rows_set_aside, done.rows_not_used) == (1, 0, 1)


def test_an_empty_cell_is_filled_and_a_cell_emptied(place: Place) -> None:
    staged = _stage(place, person(1, FTE="", Contracted_Hours=""), person(2, Gender="Blue"))
    done = intake.correct(staged, [Correction("FTE", "0.5", row=2), Correction("Gender", "", "Blue")])
    assert done.tables["assignment"].get_column("fte").to_list() == [Decimal("0.5"), Decimal("0.8")]
    assert done.tables["assignment"].get_column("sex").to_list() == ["female", None]
    assert "FTE filled with '0.5'" in done.notes[-1]


@pytest.mark.parametrize(
    ("wanted", "problem", "cure"),
    [
        (Correction("NI Number", "QQ123456A", row=8), "identifies a person", "send the file again"),
        (Correction("Date Of Birth", "1980", row=8), "identifies a person", "send the file again"),
        (Correction("Last Name", "Somebody", row=8), "identifies a person", "send the file again"),
        (Correction("Shoe Size", "9", row=8), "no such column", "Choose one of"),
        (Correction("FTE", "1", "0.80"), "nothing to correct", "list of problems"),
        (Correction("FTE", "1", row=2), "nothing to correct", "list of problems"),
        (Correction("FTE", "1", row=99), "nothing to correct", "list of problems"),
        (Correction("FTE", "1" * 201, "0,8"), "longer than 200", "nothing else"),
    ],
)
def test_a_correction_that_cannot_be_made_is_refused(
    place: Place, wanted: Correction, problem: str, cure: str
) -> None:
    with pytest.raises(InputError, match=problem) as refused:
        intake.correct(_stage(place), [Correction("FTE", "0.80", "0,8"), wanted])
    assert cure in refused.value.cure


def test_correcting_needs_neither_the_key_nor_the_file(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKILLMIX_KEY_FILE", str(tmp_path / "keys.json"))
    _stage(place).write(tmp_path / "staged")
    (tmp_path / "keys.json").unlink()
    done = intake.correct(Staged.read(tmp_path / "staged"), [Correction("FTE", "0.80", "0,8")])
    assert done.rows_loaded == 5
    assert not (tmp_path / "keys.json").exists()
    assert done.tables["assignment"].get_column("person_key").null_count() == 0
    linked = done.person_links
    assert linked is not None
    assert set(linked["person_key"]) == set(done.tables["assignment"]["person_key"])
    first = _stage(place).person_links
    assert first is not None


def test_links_of_people_stay_when_a_file_is_corrected(place: Place) -> None:
    staged = _stage(place)
    done = intake.correct(staged, [Correction("FTE", "0.80", "0,8")])
    before = dict(staged.person_links.select("person_key", "person").iter_rows())  # type: ignore[union-attr]
    after = dict(done.person_links.select("person_key", "person").iter_rows())  # type: ignore[union-attr]
    assert before.items() <= after.items()
    assert len(after) == len(before) + 2


def test_a_staged_file_is_stored_once_and_published_later(place: Place) -> None:
    done = intake.correct(_stage(place), [Correction("FTE", "0.80", "0,8")], by="lead")
    receipt = intake.store(place, done, key="job-1")
    assert intake.store(place, done, key="job-1") == receipt
    assert (receipt.number, receipt.rows_loaded, receipt.rows_set_aside) == (None, {"assignment": 5}, 1)
    assert _read(place).is_empty()
    place.publish(receipt.submission)
    facts = _read(place)
    assert facts.get_column("sector").unique().to_list() == ["acute"]
    assert facts.get_column("origin").unique().to_list() == ["sent"]
    assert facts.get_column("person").null_count() == 0
    kept = place.path / "incoming" / done.sha256
    assert pl.read_parquet(kept / "corrections.parquet").drop("at").rows() == [
        ("lead", None, "FTE", "0,8", "0.80", 2)
    ]
    assert pl.read_parquet(kept / "rows.parquet").get_column("FTE").to_list().count("0,8") == 2


def test_a_file_of_which_nothing_can_be_loaded_is_staged_and_not_stored(place: Place) -> None:
    staged = _stage(place, person(1, FTE="0,8"))
    assert (staged.rows_loaded, staged.rows_set_aside) == (0, 1)
    with pytest.raises(InputError, match="Nothing could be loaded"):
        intake.store(place, staged)
    done = intake.correct(staged, [Correction("FTE", "0.8", "0,8")])
    assert intake.store(place, done).rows_loaded == {"assignment": 1}


def test_rows_about_others_are_counted_and_not_staged(place: Place, tmp_path: Path) -> None:
    sent = export(
        person(1, Employing_Org_Code="RXX", FTE="0,8"),
        person(2, Employing_Org_Code="RZZ"),
        headings=[*HEADINGS, "Employing Org Code"],
    )
    staged = intake.stage(place, sent, source="esr_staff_in_post", as_of=AS_OF)
    assert (staged.rows_outside, staged.rows_set_aside) == (1, 1)
    done = intake.correct(staged, [Correction("FTE", "0.8", "0,8")])
    assert (done.rows_read, done.rows_loaded, done.rows_outside, done.rows_not_used) == (2, 1, 1, 0)
    done.write(tmp_path / "staged")
    assert pl.read_parquet(next((tmp_path / "staged").rglob("rows.parquet"))).height == 1


def test_an_organisation_that_the_place_lacks_is_refused(place: Place) -> None:
    with pytest.raises(InputError, match="no organisation 'RXY'"):
        intake.stage(place, export(person(1)), source="esr_staff_in_post", organisation="RXY", as_of=AS_OF)


def test_a_template_that_is_filled_in_is_loaded(place: Place) -> None:
    import io

    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(intake.template("esr_staff_in_post")))
    assert book.sheet_names == ["ESR staff in post", "Notes"]
    (headings,) = book.get_sheet_by_name("ESR staff in post").to_python()
    notes = book.get_sheet_by_name("Notes").to_python()
    assert [row[0] for row in notes[1:]] == headings
    assert all(row[2] for row in notes[1:])
    assert not {"Last Name", "First Name", "Full Name"} & set(headings)
    row = {**person(1), "Team": "A team"}
    sent = export(row, headings=[str(h) for h in headings], name="template.csv")
    done = intake.submit(place, sent, source="esr_staff_in_post", organisation="RXX", as_of=AS_OF)
    assert (done.rows_loaded, done.summary.height) == (1, 0)


def test_an_empty_template_is_refused_as_empty(place: Place) -> None:
    sent = intake.Sent("t.xlsx", intake.template("esr_staff_in_post"))
    with pytest.raises(InputError, match="headings and no rows"):
        intake.stage(place, sent, source="esr_staff_in_post", organisation="RXX", as_of=AS_OF)


def test_the_command_line_submits_and_lists_the_rules(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    file.write_bytes(export(*ROWS).data)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "skillmix", "intake", *words]
        return subprocess.run(command, capture_output=True, text=True, check=True)

    said = run("submit", str(place.path), str(file), "--source", "esr_staff_in_post", "--organisation", "RXX",
               "--as-of", "2026-06-30", "--format", "csv")  # fmt: skip
    assert ",esr_staff_in_post,7,3,3,0,1" in said.stdout
    assert "value '0,8'" in said.stderr
    assert "Surname00002" not in said.stdout + said.stderr
    assert "band_unknown" in run("rules", "esr_staff_in_post", "--format", "csv").stdout
    run("template", "esr_staff_in_post", str(tmp_path / "t.xlsx"))
    assert (tmp_path / "t.xlsx").read_bytes().startswith(b"PK")
    assert _read(Place.open(place.path)).height == 3
