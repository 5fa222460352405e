"""Submitting into a place: all of a file's facts or none."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from intake_files import GP, PRACTICES, SICKNESS, job, line, somewhere, write

from skillmix import intake
from skillmix.errors import PlaceError
from skillmix.place import Place, Scope

pytestmark = pytest.mark.integration


def _job(fte: str = "1", person: str = "17", network: str = "U10001", role: str = "Pharmacist") -> str:
    return job(role, fte, person, network)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return somewhere(tmp_path)


def _read(place: Place, table: str) -> pl.DataFrame:
    return place.read(Scope.controller("a test")).table(table).collect()


def test_good_rows_are_loaded_and_bad_ones_kept_with_the_cure(place: Place, tmp_path: Path) -> None:
    sent = write(
        tmp_path,
        _job(),
        _job('"1,0"', "18"),
        line(),
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
        place, write(tmp_path, _job(person="9876543210"), _job(person="9876543210", fte="x"))
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
    first = intake.submit(place, write(tmp_path, _job()))
    again = intake.submit(place, write(tmp_path, _job()))
    assert [("hashing key was made" in " ".join(i.notes)) for i in (first, again)] == [True, False]
    assert (tmp_path / "keys" / "k.json").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("SKILLMIX_KEY_FILE", str(place.path / "k.json"))
    with pytest.raises(PlaceError, match="inside the place"):
        intake.submit(place, write(tmp_path, _job()))


def test_a_person_stays_the_same_when_a_file_is_sent_again(place: Place, tmp_path: Path) -> None:
    intake.submit(place, write(tmp_path, _job()))
    before = _read(place, "assignment").get_column("person").to_list()
    intake.submit(place, write(tmp_path, _job("0.5")))
    facts = _read(place, "assignment")
    assert facts.get_column("fte").to_list() == [Decimal("0.5")]
    assert facts.get_column("person").to_list() == before
    assert facts.get_column("person").to_list() != facts.get_column("person_key").to_list()


def test_a_source_without_people_makes_no_key(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKILLMIX_KEY_FILE", str(tmp_path / "none.json"))
    intake.submit(place, write(tmp_path, "31/03/2025,RXX,A trust,10.5,100", headings=SICKNESS))
    assert not (tmp_path / "none.json").exists()


def test_a_trusts_share_and_sector_come_from_the_place(place: Place, tmp_path: Path) -> None:
    head = "PERIOD,TYPE,REPORTING_ORG_CODE,STAFF_GROUP_1_NAME,HC,FTE"
    row = "202510 to 202511,Denominator at end of period,RXX,All staff groups,20,17.5"
    intake.submit(place, write(tmp_path, row, headings=head))
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
    done = intake.submit(place, write(tmp_path, *rows, headings=PRACTICES))
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
        place, write(tmp_path, "01Jul2026,A10001,ONE,LS1 2AB,U10001,ONE PCN,01A,QQQ", headings=PRACTICES)
    )
    later = write(tmp_path, "A10001,2024,2,0,1,1,1", "A10001,2025,3,0,1,1,1", headings=GP, name="later.csv")
    earlier = write(
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
    done = intake.submit(place, write(tmp_path, _job()), publish=False)
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
    done = intake.submit(place, write(tmp_path, *rows, headings="area_code,variant,year,age,sex,population"))
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


def test_an_unmapped_role_is_loaded_and_reported(place: Place, tmp_path: Path) -> None:
    done = intake.submit(place, write(tmp_path, _job(role="Pharmacyst Prescriber"), _job(person="2")))
    assert done.rows_loaded == 2
    told = done.summary.row(0, named=True)
    assert (told["rows"], told["first_row"], told["aside"]) == (1, 2, False)
    assert told["reason"] == "'Pharmacyst Prescriber' is not in the reference list role_mapping."
    assert "nearest word there is 'Pharmacist' (clinical_pharmacist)" in told["cure"]


def test_settings_of_the_place_do_not_hold_the_key(place: Place, tmp_path: Path) -> None:
    intake.submit(place, write(tmp_path, _job()))
    secret = json.loads(Path(os.environ["SKILLMIX_KEY_FILE"]).read_text())
    secrets = [k["secret"].encode() for k in secret["keys"].values()]
    for path in (p for p in place.path.rglob("*") if p.is_file()):
        assert not any(s in path.read_bytes() for s in secrets)


def test_a_file_that_a_later_edition_outdoes_is_said_to_be_so(place: Place, tmp_path: Path) -> None:
    later = intake.submit(place, write(tmp_path, _job("1")), edition="2026-07-09")
    assert not any("later edition" in note for note in later.notes)
    without = intake.submit(place, write(tmp_path, _job("0.5")))
    assert any("A later edition stands for 1 organisation's month" in note for note in without.notes)
    assert _read(place, "assignment").get_column("fte").to_list() == [Decimal(1)]
