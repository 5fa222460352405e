"""Submitting into a place: all of a file's facts or none, bad input told in plain words."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import zipfile
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from skillmix import intake
from skillmix.errors import InputError, PlaceError
from skillmix.place import Place, PlaceOrganisation, Scope

pytestmark = pytest.mark.integration

PCN = (
    "Data_source,CENSUS_YEAR,CENSUS_MONTH,PCN_CODE,PCN_NAME,SUB_ICB_CODE,STAFF_GROUP,STAFF_ROLE,"
    "DETAILED_STAFF_ROLE,FTE,UNIQUE_IDENTIFIER"
)
SICKNESS = "DATE,ORG_CODE,ORG_NAME,FTE_DAYS_LOST,FTE_DAYS_AVAILABLE"
PRACTICES = (
    "EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PRACTICE_POSTCODE,PCN_CODE,PCN_NAME,"
    "SUB_ICB_LOCATION_CODE,ICB_CODE"
)
GP = (
    "Practice.Code,Year,TOTAL_GP_EXTGL_FTE,TOTAL_LOCUUM_TRN_FTE,TOTAL_NURSES_FTE,TOTAL_DPC_FTE,"
    "TOTAL_ADMIN_FTE"
)


def _job(fte: str = "1", person: str = "17", network: str = "U10001", job: str = "Pharmacist") -> str:
    kind = "NWRS Staff"
    group = "Other Direct Patient Care staff"
    return f"{kind},2026,6,{network},ONE PCN,01A,{group},{job}s,{job},{fte},{person}"


def _line(fte: str = "0.5") -> str:
    return _job(fte, "").replace("NWRS Staff", "NWRS contracted services")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.create(
        tmp_path / "place",
        name="Somewhere",
        code="01A",
        sub_icb="01A",
        areas=["E08000001"],
        organisations=[
            PlaceOrganisation("U10001", "One PCN", "primary_care", "network", parent="01A"),
            PlaceOrganisation(
                "RXX", "A trust", "acute", "acute_trust", share_place=Decimal("0.6"), share_basis="catchment"
            ),
        ],
    )


def _file(folder: Path, *rows: str, headings: str = PCN, name: str = "sent.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([headings, *rows]) + "\n", encoding="utf-8")
    return path


def _whole(place: Place) -> dict[str, str]:
    """Every file of the place and its content's hash."""
    return {
        str(p.relative_to(place.path)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(place.path.rglob("*"))
        if p.is_file()
    }


def _read(place: Place, table: str) -> pl.DataFrame:
    return place.read(Scope.controller("a test")).table(table).collect()


def test_good_rows_are_loaded_and_bad_ones_kept_with_the_cure(place: Place, tmp_path: Path) -> None:
    sent = _file(
        tmp_path,
        _job(),
        _job('"1,0"', "18"),
        _line(),
        _job(person=""),
        _job(network="U20002").replace("01A", "09Z"),
    )
    steps: list[str] = []
    done = intake.submit(place, sent, progress=steps.append)
    assert (done.source, done.receipt.number) == ("pcn_individual", 1)
    assert done.receipt.rows_loaded == {"assignment": 2}
    assert (done.rows_read, done.rows_loaded, done.rows_set_aside, done.rows_outside) == (5, 2, 2, 1)
    facts = _read(place, "assignment")
    assert facts.get_column("fte").to_list() == [Decimal(1), Decimal("0.5")]
    assert facts.get_column("sector").unique().to_list() == ["primary_care"]
    assert facts.get_column("origin").unique().to_list() == ["published"]
    assert facts.get_column("person").null_count() == 1
    folder = place.path / "incoming" / hashlib.sha256(sent.read_bytes()).hexdigest()
    aside = pl.read_parquet(folder / "set_aside.parquet")
    assert aside.select("row", "column", "value", "rule", "cure").rows() == [
        (3, "FTE", "1,0", "comma", "Write it with a full stop: 1.0."),
        (
            5,
            "UNIQUE_IDENTIFIER",
            None,
            "no_person",
            "Give the identifier, or send the row as a line of contracted services.",
        ),
    ]
    kept = pl.read_parquet(folder / "rows.parquet")
    assert kept.get_column("row").to_list() == [2, 3, 4, 5, 6]
    assert kept.get_column("FTE").to_list() == ["1", "1,0", "0.5", "1", "1"]
    assert steps[0] == "Reading sent.csv"


def test_identifiers_are_nowhere_in_the_place(place: Place, tmp_path: Path) -> None:
    done = intake.submit(
        place, _file(tmp_path, _job(person="9876543210"), _job(person="9876543210", fte="x"))
    )
    assert done.rows_set_aside == 1
    for path in place.path.rglob("*.parquet"):
        assert "9876543210" not in str(pl.read_parquet(path).rows())
    for path in (p for p in place.path.rglob("*") if p.is_file()):
        assert b"9876543210" not in path.read_bytes()


def test_keys_are_made_once_outside_the_place_and_this_is_said_once(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKILLMIX_KEY_FILE", str(tmp_path / "keys" / "k.json"))
    first = intake.submit(place, _file(tmp_path, _job()))
    again = intake.submit(place, _file(tmp_path, _job()))
    assert [("hashing key was made" in " ".join(i.notes)) for i in (first, again)] == [True, False]
    assert (tmp_path / "keys" / "k.json").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("SKILLMIX_KEY_FILE", str(place.path / "k.json"))
    with pytest.raises(PlaceError, match="inside the place"):
        intake.submit(place, _file(tmp_path, _job()))


def test_a_person_stays_the_same_when_a_file_is_sent_again(place: Place, tmp_path: Path) -> None:
    intake.submit(place, _file(tmp_path, _job()))
    before = _read(place, "assignment").get_column("person").to_list()
    intake.submit(place, _file(tmp_path, _job("0.5")))
    facts = _read(place, "assignment")
    assert facts.get_column("fte").to_list() == [Decimal("0.5")]
    assert facts.get_column("person").to_list() == before
    assert facts.get_column("person").to_list() != facts.get_column("person_key").to_list()


def test_a_source_without_people_makes_no_key(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKILLMIX_KEY_FILE", str(tmp_path / "none.json"))
    intake.submit(place, _file(tmp_path, "31/03/2025,RXX,A trust,10.5,100", headings=SICKNESS))
    assert not (tmp_path / "none.json").exists()


def test_a_trusts_share_and_sector_come_from_the_place(place: Place, tmp_path: Path) -> None:
    head = "PERIOD,TYPE,REPORTING_ORG_CODE,STAFF_GROUP_1_NAME,HC,FTE"
    row = "202510 to 202511,Denominator at end of period,RXX,All staff groups,20,17.5"
    intake.submit(place, _file(tmp_path, row, headings=head))
    stock = _read(place, "stock")
    assert stock.select("sector", "setting", "share_place", "share_basis", "fte", "headcount").rows() == [
        ("acute", "hospital", Decimal("0.6"), "catchment", Decimal("17.5"), 20)
    ]


def test_networks_and_practices_of_the_sub_icb_are_added_with_a_note(place: Place, tmp_path: Path) -> None:
    rows = [
        "01Jul2026,A10001,ONE,LS1 2AB,U10001,ONE PCN,01A,QQQ",
        "01Jul2026,A10002,TWO,LS1 2AB,U20002,TWO PCN,01A,QQQ",
        "01Jul2026,A10003,THREE,LS1 2AB,U,Unallocated,01A,QQQ",
        "01Jul2026,A10004,FOUR,LS1 2AB,U10001,ONE PCN,09Z,QQQ",
    ]
    done = intake.submit(place, _file(tmp_path, *rows, headings=PRACTICES))
    assert done.rows_outside == 1
    assert any(note.startswith("4 organisations were added to place.toml") for note in done.notes)
    again = Place.open(place.path)
    added = {o.code: (o.kind, o.sector, o.parent) for o in again.organisations.values()}
    assert added["A10002"] == ("practice", "primary_care", "U20002")
    assert added["A10003"] == ("practice", "primary_care", "01A")
    assert added["U20002"] == ("network", "primary_care", "01A")
    assert "U" not in added
    assert "A10004" not in added


def test_the_later_edition_wins_whichever_came_first_and_both_are_kept(place: Place, tmp_path: Path) -> None:
    intake.submit(
        place, _file(tmp_path, "01Jul2026,A10001,ONE,LS1 2AB,U10001,ONE PCN,01A,QQQ", headings=PRACTICES)
    )
    later = _file(tmp_path, "A10001,2024,2,0,1,1,1", "A10001,2025,3,0,1,1,1", headings=GP, name="later.csv")
    earlier = _file(
        tmp_path, "A10001,2023,9,0,9,9,9", "A10001,2024,9,0,9,9,9", headings=GP, name="earlier.csv"
    )
    intake.submit(place, later)
    first = intake.submit(place, earlier)
    doctors = _read(place, "stock").filter(pl.col("staff_group") == "general_practitioners").sort("period")
    assert doctors.select("period", "edition", "fte").rows() == [
        ("2023-12", "2024-12-31", Decimal(9)),
        ("2024-12", "2025-12-31", Decimal(2)),
        ("2025-12", "2025-12-31", Decimal(3)),
    ]
    place.withdraw(first.receipt.submission)
    assert _read(place, "stock").get_column("period").unique().sort().to_list() == ["2024-12", "2025-12"]
    # An edition given by hand stands over the file's own.
    intake.submit(place, earlier, edition="2026-06-30")
    doctors = _read(place, "stock").filter(pl.col("staff_group") == "general_practitioners").sort("period")
    assert doctors.get_column("fte").to_list() == [Decimal(9), Decimal(9), Decimal(3)]


def test_what_is_not_published_is_not_seen(place: Place, tmp_path: Path) -> None:
    done = intake.submit(place, _file(tmp_path, _job()), publish=False)
    assert done.receipt.number is None
    assert _read(place, "assignment").is_empty()
    place.publish(done.receipt.submission)
    assert _read(place, "assignment").height == 1


def test_residents_are_loaded_for_the_places_council(place: Place, tmp_path: Path) -> None:
    rows = [
        "E08000001,v0,2023,0,f,10",
        "E08000001,v0,2023,100,m,2",
        "E08000001,v5,2024,0,f,1",
        "E09,v0,2023,0,f,1",
    ]
    done = intake.submit(place, _file(tmp_path, *rows, headings="area_code,variant,year,age,sex,population"))
    assert (done.rows_loaded, done.rows_not_used, done.rows_outside) == (2, 1, 1)
    people = _read(place, "population").sort("row")
    assert people.select("organisation", "kind", "variant", "sex", "age_from", "age_to", "people").rows() == [
        ("E08000001", "resident", "estimate", "female", 0, 0, 10),
        ("E08000001", "resident", "estimate", "male", 100, None, 2),
    ]
    assert people.get_column("as_of").unique().to_list() == [dt.date(2023, 6, 30)]


def test_a_source_of_ones_own_needs_a_field_map_and_no_python(place: Place, tmp_path: Path) -> None:
    own = tmp_path / "bank.toml"
    own.write_text(
        """
name = "bank_shifts"
title = "Bank shifts"
publisher = "A trust"
licence = "Sharing agreement"
describe = "Shifts worked by bank staff, one column a staff group."
origin = "sent"
grain = "a month"
[columns.trust]
headings = ["Trust"]
required = true
[columns.month]
headings = ["Month"]
cast = "month_end"
required = true
[columns.nurses]
headings = ["Nurses WTE"]
cast = "quantity"
[columns.support]
headings = ["Support WTE"]
cast = "quantity"
[within]
organisation = "trust"
[[tables]]
name = "ledger"
[tables.values]
organisation = "trust"
as_of = "month"
staff_kind = { constant = "bank" }
[[tables.each]]
staff_group = { constant = "nurses_health_visitors" }
fte_paid = "nurses"
[[tables.each]]
staff_group = { constant = "support_doctors_nurses_midwives" }
fte_paid = "support"
""",
        encoding="utf-8",
    )
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Bank shifts"])
        sheet.write_row(2, 0, ["Trust", "Month", "nurses wte", "Support_WTE"])
        sheet.write_row(3, 0, ["RXX", 202605, 12.5, 30])
    (tmp_path / "bank.xlsx").write_bytes(out.getvalue())
    done = intake.submit(place, tmp_path / "bank.xlsx", source=own)
    assert done.source == "bank_shifts"
    ledger = _read(place, "ledger").sort("row")
    assert ledger.select("organisation", "period", "staff_group", "fte_paid", "origin").rows() == [
        ("RXX", "2026-05", "nurses_health_visitors", Decimal("12.5"), "sent"),
        ("RXX", "2026-05", "support_doctors_nurses_midwives", Decimal(30), "sent"),
    ]


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


#: How the bad file is made, its source, and what the message says: file, row, column, value, cure.
BAD = {
    "an empty file": (
        _empty,
        "pcn_individual",
        ["empty.csv", "The file is empty", "Export or download it again"],
    ),
    "no rows": (lambda d: _file(d), "pcn_individual", ["sent.csv, row 1", "no rows", "Export it again"]),
    "a wrong file": (
        lambda d: _file(d, "31/03/2025,RXX,A,1,2", headings=SICKNESS),
        "pcn_individual",
        ["sent.csv", "looks like NHS sickness absence rates", "--source sickness_absence"],
    ),
    "no source at all": (
        lambda d: _file(d, "1,2", headings="apples,pears"),
        None,
        ["sent.csv", "no source that has a field map", "--source"],
    ),
    "a file of something else": (
        lambda d: _file(d, "1,2", headings="apples,pears"),
        "pcn_individual",
        ["sent.csv", "begins with 'apples, pears'", "PCN_CODE"],
    ),
    "a truncated zip": (
        _truncated,
        "pcn_individual",
        ["cut.zip", "damaged or cut short", "Download or copy it again"],
    ),
    "a missing column": (
        lambda d: _file(d, _job().rsplit(",", 2)[0], headings=PCN.rsplit(",", 2)[0]),
        "pcn_individual",
        ["sent.csv, row 1", "missing: FTE, UNIQUE_IDENTIFIER"],
    ),
    "a renamed column": (
        lambda d: _file(d, _job(), headings=PCN.replace("FTE", "FTE_VALUE")),
        "pcn_individual",
        [
            "sent.csv, row 1, column FTE, value 'FTE_VALUE'",
            "'FTE_VALUE' is the nearest to 'FTE'",
            "rename it",
        ],
    ),
    "a date as a serial number": (
        lambda d: _file(d, "46204,A10001,ONE,LS1,U10001,ONE,01A,QQQ", headings=PRACTICES),
        "practices",
        [
            "sent.csv, row 2, column EXTRACT_DATE, value '46204'",
            "serial number",
            "1 July 2026",
            "Format the column",
        ],
    ),
    "an FTE of 1,0": (
        lambda d: _file(d, _job('"1,0"')),
        "pcn_individual",
        ["sent.csv, row 2, column FTE, value '1,0'", "comma", "full stop: 1.0"],
    ),
    "a row without a person": (
        lambda d: _file(d, _job(person="NULL")),
        "pcn_individual",
        ["sent.csv, row 2, column UNIQUE_IDENTIFIER", "does not say which", "contracted services"],
    ),
    "rows of another place": (
        lambda d: _file(d, _job(network="U20002").replace("01A", "09Z")),
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
    intake.submit(place, _file(tmp_path, _job(), name="before.csv"))
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
    job = _job(job="Clinical Director – Medical").replace("Other Direct Patient Care staff", "Directors")
    sent.write_bytes("\n".join([PCN, job]).encode("cp1252"))
    done = intake.submit(place, sent)
    assert "The text is encoded as Windows-1252, not UTF-8, and was read so." in done.notes
    facts = _read(place, "assignment")
    assert facts.select("role", "role_as_sent").rows() == [
        ("clinical_director_medical", "Clinical Director – Medical")
    ]


def test_a_second_row_of_headings_is_set_aside_and_said_so(place: Place, tmp_path: Path) -> None:
    spelt = PCN.replace("_", " ").title()
    done = intake.submit(place, _file(tmp_path, spelt, _job()))
    assert done.rows_loaded == 1
    assert done.findings.select("row", "rule", "reason").rows() == [
        (2, "repeated_headings", "The row repeats the headings.")
    ]


def test_group_headings_above_are_read_as_titles(place: Place, tmp_path: Path) -> None:
    above = "Census,,,Network,,,Job,,,,Person"
    done = intake.submit(place, _file(tmp_path, _job(), headings=f"{above}\n{PCN}"))
    assert done.rows_loaded == 1
    assert "The headings stand in row 2; row 1 was read as titles and not loaded." in done.notes


def test_serial_dates_are_read_where_the_map_allows_them(place: Place, tmp_path: Path) -> None:
    done = intake.submit(place, _file(tmp_path, "45747,RXX,A trust,10.5,100", headings=SICKNESS))
    assert any("45747 as 31 March 2025" in note for note in done.notes)
    assert _read(place, "absence").select("as_of", "days_lost").rows() == [
        (dt.date(2025, 3, 31), Decimal("10.5"))
    ]


def test_an_organisation_that_the_place_does_not_have_is_refused(place: Place, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Did you mean U10001 \(One PCN\)"):
        intake.submit(place, _file(tmp_path, _job()), organisation="U10002")
    with pytest.raises(InputError, match="no date"):
        intake.submit(place, _file(tmp_path, _job()), edition="June")


def test_an_unmapped_role_is_loaded_and_reported(place: Place, tmp_path: Path) -> None:
    done = intake.submit(place, _file(tmp_path, _job(job="Pharmacyst Prescriber"), _job(person="2")))
    assert done.rows_loaded == 2
    told = done.summary.row(0, named=True)
    assert (told["rows"], told["first_row"], told["aside"]) == (1, 2, False)
    assert told["reason"] == "'Pharmacyst Prescriber' is not in the reference list role_mapping."
    assert "nearest word there is 'Pharmacist' (clinical_pharmacist)" in told["cure"]


def test_settings_of_the_place_do_not_hold_the_key(place: Place, tmp_path: Path) -> None:
    intake.submit(place, _file(tmp_path, _job()))
    secret = json.loads(Path(os.environ["SKILLMIX_KEY_FILE"]).read_text())
    secrets = [k["secret"].encode() for k in secret["keys"].values()]
    for path in (p for p in place.path.rglob("*") if p.is_file()):
        assert not any(s in path.read_bytes() for s in secrets)
