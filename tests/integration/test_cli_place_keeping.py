"""Backup, restore, verify and purge from the command line, with a database beside the lake or without."""

from __future__ import annotations

import datetime as dt
import json
import sys
import types
from pathlib import Path

import pytest
from place_people import agreement, files_with, send
from typer.testing import CliRunner

from skillmix.cli.app import app
from skillmix.errors import PlaceError
from skillmix.place import Place

pytestmark = pytest.mark.integration
runner = CliRunner()


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def filled(place: Place) -> Place:
    place.record_agreement(agreement("ENDED", ends=dt.date(2024, 12, 31)))
    place.record_agreement(agreement("STAYS", "TRUST2"))
    send(place, "canaryA", agreed="ENDED")
    send(place, "stayB", "TRUST2", agreed="STAYS")
    return place


class Control(types.ModuleType):
    """A database of people and permissions that notes what it was asked."""

    def __init__(self) -> None:
        super().__init__("skillmix.web.control")
        self.loaded: dict[str, bytes] = {}
        self.purged: list[tuple[list[str], list[str]]] = []

    def dump(self, place: Path) -> bytes:
        return f"people of {place.name}".encode()

    def load(self, place: Path, dump: bytes) -> None:
        self.loaded[place.name] = dump

    def purge(self, place: Path, *, submissions: list[str], organisations: list[str]) -> None:
        self.purged.append((submissions, organisations))


@pytest.fixture
def control(monkeypatch: pytest.MonkeyPatch) -> Control:
    made = Control()
    monkeypatch.setitem(sys.modules, "skillmix.web.control", made)
    return made


def ran(*words: str | Path, code: int = 0) -> str:
    result = runner.invoke(app, [*map(str, words)])
    assert result.exit_code == code, result.output
    return result.stdout


def overview(folder: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(
        ran("overview", folder, "--by", "organisation", "--format", "json")
    )
    return found


def test_a_place_is_kept_and_brought_back_with_the_same_figures(filled: Place, tmp_path: Path) -> None:
    kept, back = tmp_path / "kept.tar.gz", tmp_path / "another place"
    assert ran("place", "backup", filled.path, "--out", kept) == f"{kept}\n"
    ran("place", "verify", kept)
    assert ran("place", "restore", kept, back) == f"{back}\n"
    ran("place", "verify", back)
    assert overview(back) == overview(filled.path)
    assert overview(back) != []
    ran("place", "restore", kept, back, code=PlaceError.exit_code)
    kept.chmod(0o600)
    kept.write_bytes(kept.read_bytes()[:-100])
    ran("place", "verify", kept, code=PlaceError.exit_code)


def test_verify_tells_what_it_found(filled: Place) -> None:
    next((filled.path / "lake" / "assignment").rglob("*.parquet")).unlink()
    found = json.loads(ran("place", "verify", filled.path, "--format", "json", code=PlaceError.exit_code))
    assert [finding["check"] for finding in found] == ["files"]


def test_a_purge_tells_what_goes_before_it_does(filled: Place) -> None:
    would = json.loads(ran("place", "purge", filled.path, "--dry-run", "--format", "json"))
    assert files_with(filled.path, "canaryA")
    went = json.loads(ran("place", "purge", filled.path, "--format", "json"))
    assert went == would
    assert [(row["reason"], row["organisation"], row["rows"]) for row in went] == [("expired", "TRUST1", 3)]
    assert files_with(filled.path, "canaryA") == []
    assert json.loads(ran("place", "purge", filled.path, "--format", "json")) == []
    message = runner.invoke(app, ["overview", str(filled.path), "--at", "1"]).stderr
    assert "purged" in message


def test_withdrawn_submissions_are_purged_when_a_date_is_given(filled: Place) -> None:
    stays = filled.lake.scan("submission").collect().sort("submission")["submission"][-1]
    filled.withdraw(stays)
    ran("place", "purge", filled.path)
    assert files_with(filled.path, "stayB")
    ran("place", "purge", filled.path, "--withdrawn-before", "2999-01-01")
    assert files_with(filled.path, "stayB") == []


def test_the_database_goes_with_the_place(filled: Place, tmp_path: Path, control: Control) -> None:
    (filled.path / "control" / "control.sqlite3").write_bytes(b"")
    kept = tmp_path / "kept.tar.gz"
    ran("place", "backup", filled.path, "--out", kept)
    ran("place", "restore", kept, tmp_path / "back")
    assert [*control.loaded.values()] == [b"people of place"]
    assert not (tmp_path / "back" / "extra").exists()
    ran("place", "purge", filled.path, "--dry-run")
    assert control.purged == []
    ran("place", "purge", filled.path)
    ran("place", "purge", filled.path)
    first, again = control.purged
    assert first == again, "a purge that was cut off before the database is finished by the next"
    assert (len(first[0]), first[1]) == (1, ["TRUST1"])


def test_a_database_is_not_left_out_of_a_backup_in_silence(
    filled: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "skillmix.web.control", None)
    (filled.path / "control" / "control.sqlite3").write_bytes(b"")
    for words in (["backup", "--out", str(tmp_path / "kept.tar.gz")], ["purge"]):
        result = runner.invoke(app, ["place", words[0], str(filled.path), *words[1:]])
        assert result.exit_code == PlaceError.exit_code
        assert "[web]" in result.stderr
    assert not (tmp_path / "kept.tar.gz").exists()
    assert files_with(filled.path, "canaryA"), "nothing is purged by half"
