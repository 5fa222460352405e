"""A place folder is made, opened, checked and upgraded; what is wrong is said with its cure."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
import tomllib
from decimal import Decimal
from pathlib import Path

import deltalake
import polars as pl
import pytest
from place_builders import draft, stock

from skillmix.errors import PlaceError
from skillmix.place import FORMAT, Agreement, Place, PlaceOrganisation, Scope, check, upgrade

pytestmark = pytest.mark.unit

OLD = Path(__file__).parents[2] / "fixtures" / "place_format_1"


def test_a_place_comes_back_as_it_was_saved(place: Place) -> None:
    place.organisations["RX8"] = PlaceOrganisation(
        "RX8",
        "An ambulance trust",
        "ambulance",
        "ambulance_trust",
        share_place=Decimal("0.161803399"),
        share_basis="catchment",
        share_confidence="assumed",
        share_source="registered patients",
    )
    place.areas = ("E08000035",)
    place.agreements = [
        Agreement("A1", "TRUST1", "First trust", "planning", "public task", "DPIA-1", "totals",
                  dt.date(2026, 1, 1), dt.date(2027, 1, 1))
    ]  # fmt: skip
    place.save()
    again = Place.open(place.path)
    assert again.organisations == place.organisations
    assert again.agreements == place.agreements
    assert (again.name, again.code, again.areas) == ("Test place", "TST", ("E08000035",))


def test_a_folder_with_something_in_it_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(PlaceError, match="not empty"):
        Place.create(tmp_path, name="X", code="X")
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("format = 99\n[place]\nname='X'\ncode='X'", "format 99"),
        ("format = 4\n[place]\nname='X'", "no code"),
        ("format = ", "cannot be read"),
        (
            "format = 4\n[place]\nname='X'\ncode='X'\n[[organisation]]\n"
            "code='A'\nname='A'\nsector='acute'\nkind='acute_trust'\nshare_place='1.2'",
            "from 0 to 1",
        ),
        (
            "format = 4\n[place]\nname='X'\ncode='X'\n[[organisation]]\nname='A'\nsector='acute'",
            "no code",
        ),
    ],
)
def test_a_damaged_place_toml_is_refused_with_the_cure(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "place.toml").write_text(content)
    with pytest.raises(PlaceError, match=says) as refused:
        Place.open(tmp_path)
    assert refused.value.cure


def test_a_folder_that_is_no_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlaceError, match=r"no place\.toml"):
        Place.open(tmp_path)


def test_an_old_place_is_refused_until_it_is_upgraded(tmp_path: Path) -> None:
    old = shutil.copytree(OLD, tmp_path / "old")
    with pytest.raises(PlaceError, match="place upgrade"):
        Place.open(old)
    before = (old / "place.toml").read_text()
    assert upgrade(old, dry_run=True) == [
        "to format 2: give each organisation's share its basis and confidence",
        "to format 3: note which job a submission or publication was made for, agreements recorded later, "
        "and purges",
        "to format 4: make the tables of placements, planned recruitment and bookings",
    ]
    assert (old / "place.toml").read_text() == before, "a dry run changes nothing"
    upgrade(old)
    place = Place.open(old)
    assert place.organisations["RX8"].share_place == Decimal("0.15")
    assert place.organisations["RX8"].share_basis == "assumed"
    assert upgrade(old) == []
    facts = place.read(Scope.controller("test"))
    assert facts.table("stock").collect()["fte"].to_list() == [Decimal("12.5")], (
        "its facts are read as before"
    )
    assert check(place) == []


def test_a_newer_place_is_not_downgraded(tmp_path: Path) -> None:
    (tmp_path / "place.toml").write_text(f"format = {FORMAT + 1}\n[place]\nname='X'\ncode='X'")
    with pytest.raises(PlaceError, match="later"):
        upgrade(tmp_path)


def test_a_sound_place_has_no_findings(place: Place) -> None:
    place.submit(draft(), {"stock": stock()})
    assert check(place) == []


def test_each_check_finds_its_fault(place: Place) -> None:
    receipt = place.submit(draft(origin="sent"), {"stock": stock("STRANGER")})
    found = {f.check for f in check(place)}
    assert found == {"known_organisations", "agreements", "kept_incoming"}
    shutil.rmtree(place.path / "runs")
    place.lake.append("stock", place.lake.scan("stock").collect().head(1))
    found = {f.check for f in check(place) if f.severity == "error"}
    assert found == {"folders", "published_rows"}
    assert receipt.agreement is None
    shutil.rmtree(place.path / "lake" / "flow")
    assert "tables" in {f.check for f in check(place)}


def test_what_expired_is_read_by_nobody(place: Place) -> None:
    place.agreements = [
        Agreement("A1", "TRUST1", "First trust", "planning", "public task", "DPIA-1", "named",
                  dt.date(2026, 1, 1), dt.date(2026, 6, 30))
    ]  # fmt: skip
    place.submit(draft(origin="sent", agreement="A1"), {"stock": stock()})
    inside = place.read(Scope.controller("test", on=dt.date(2026, 6, 30)))
    after = place.read(Scope.controller("test", on=dt.date(2026, 7, 1)))
    assert inside.table("stock").collect().height == 2
    assert after.table("stock").collect().height == 0


def test_saving_keeps_what_others_wrote_into_the_file(place: Place) -> None:
    file = place.path / "place.toml"
    file.write_text("# Ask the ICB first.\n" + file.read_text() + "\n[policies]\nleaving = 10\n")
    opened = Place.open(place.path)
    opened.areas = ("E08000035",)
    opened.organisations["U1"] = PlaceOrganisation("U1", "A network", "primary_care", "network")
    opened.save()
    text = file.read_text()
    assert text.startswith("# Ask the ICB first.\n")
    assert tomllib.loads(text)["policies"] == {"leaving": 10}
    again = Place.open(place.path)
    assert again.areas == ("E08000035",)
    assert again.organisations == opened.organisations
    opened.save()
    assert file.read_text() == text, "the same place is the same file"


def test_a_share_edited_meanwhile_is_not_overwritten(place: Place) -> None:
    other = Place.open(place.path)
    edited = dataclasses.replace(place.organisations["TRUST1"], share_place=Decimal("0.5"))
    place.organisations["TRUST1"] = edited
    place.save()
    other.name = "Another name"
    with pytest.raises(PlaceError, match="has changed") as refused:
        other.save()
    assert refused.value.cure
    assert Place.open(place.path).organisations["TRUST1"] == edited


def test_a_partner_is_added_to_the_file_as_it_is_by_now(place: Place) -> None:
    other = Place.open(place.path)
    edited = dataclasses.replace(place.organisations["TRUST1"], share_place=Decimal("0.5"))
    place.organisations["TRUST1"] = edited
    place.save()
    other.add([PlaceOrganisation("U1", "A network", "primary_care", "network")])
    found = Place.open(place.path).organisations
    assert found["TRUST1"] == edited
    assert list(found) == ["TRUST1", "TRUST2", "U1"]
    assert other.organisations == found


def test_the_cure_of_a_missing_folder_cures_it_and_a_lost_table_is_not_made_anew(place: Place) -> None:
    (place.path / "runs").rmdir()
    assert upgrade(place.path, dry_run=True) == ["make the folder runs/, which is missing"]
    assert [f.check for f in check(place)] == ["folders"], "a dry run changes nothing"
    upgrade(place.path)
    assert check(place) == []
    shutil.rmtree(place.path / "lake" / "publication")
    assert upgrade(place.path) == []
    with pytest.raises(PlaceError, match="publication"):
        Place.open(place.path).publications()


def test_a_code_that_no_list_has_is_refused_with_the_nearest(place: Place) -> None:
    misspelt = stock().with_columns(staff_group=pl.Series(["midwives", "midwifes"]))
    with pytest.raises(PlaceError, match="Is midwives meant") as refused:
        place.submit(draft(), {"stock": misspelt})
    assert refused.value.where[0].value == "midwifes"
    assert place.number == 0


def test_a_code_that_its_list_has_no_longer_is_found(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skillmix.place.submissions.refuse_unknown", lambda *_: None)
    place.submit(draft(), {"stock": stock().with_columns(staff_group=pl.Series(["midwives", "midwifes"]))})
    (found,) = check(place)
    assert (found.check, found.severity) == ("known_codes", "error")
    assert "staff_group of stock" in found.says
    assert "midwifes" in found.says
    assert "midwives" not in found.says


def test_an_upgrade_that_was_cut_short_can_be_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = shutil.copytree(OLD, tmp_path / "old")
    before = (old / "place.toml").read_text()

    def cut_short(path: Path, content: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr("skillmix.place.upgrades.write_whole", cut_short)
        with pytest.raises(KeyboardInterrupt):
            upgrade(old)
    assert (old / "place.toml").read_text() == before
    with pytest.raises(PlaceError, match="place upgrade"):
        Place.open(old)
    upgrade(old)
    assert check(Place.open(old)) == []
    assert (old / "place.format-1.toml").read_text() == before, "what it was is kept"


@pytest.mark.parametrize("name", ["My documents", "ünï łódź", "100%", "a#b", "a?b", "{a}", "it's", "a+b"])
def test_a_place_lies_in_any_folder_and_can_be_moved_there(place: Place, tmp_path: Path, name: str) -> None:
    place.submit(draft(), {"stock": stock()})
    moved = Place.open(shutil.move(place.path, tmp_path / name / "place"))
    moved.submit(draft("other"), {"stock": stock("TRUST2", period="2026-05")})
    rows = moved.read(Scope.controller("test")).table("stock").collect()
    assert rows.height == 4
    assert set(rows["period"]) == {"2026-05", "2026-06"}
    assert check(moved) == []


@pytest.mark.parametrize("name", ["a[1]", "a%20b"])
def test_a_folder_that_the_lake_cannot_address_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PlaceError, match="path holds"):
        Place.create(tmp_path / name / "place", name="X", code="X")
    assert not (tmp_path / name).exists()


def test_a_column_that_a_later_format_adds_is_unknown_in_older_rows(place: Place) -> None:
    place.submit(draft(), {"stock": stock()})
    place.lake.open("stock").alter.add_columns([deltalake.Field("added", "string")])
    assert place.lake.scan("stock").collect()["added"].to_list() == [None, None]
