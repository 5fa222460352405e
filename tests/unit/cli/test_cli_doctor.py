"""Doctor and settings: each finding with its cure."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skillmix import settings
from skillmix.cli import doctor
from skillmix.cli.app import app

pytestmark = pytest.mark.unit
runner = CliRunner()


def _findings(*words: str) -> tuple[int, dict[str, dict[str, str]]]:
    result = runner.invoke(app, ["doctor", *words, "--format", "json"])
    return result.exit_code, {row["check"]: row for row in json.loads(result.stdout)}


def test_a_sound_machine_is_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, found = _findings()
    assert code == 0
    assert found["package polars"]["found"] == metadata.version("polars")
    assert {"python", "free disk", "writing", "key file", "official files", "package scipy"} <= set(found)
    assert "package pytest" not in found
    assert list(tmp_path.iterdir()) == []


def test_a_key_file_that_others_may_read_is_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "keys.json"
    file.write_text("{}", encoding="utf-8")
    file.chmod(0o640)
    monkeypatch.setenv("SKILLMIX_KEY_FILE", str(file))
    code, found = _findings()
    assert code == 1
    assert found["key file"]["state"] == "bad"
    assert found["key file"]["cure"] == f"Run 'chmod 600 {file}'."
    file.chmod(0o600)
    assert _findings()[0] == 0


def test_a_missing_package_comes_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        if name in ("polars", "scipy"):
            raise metadata.PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(doctor.metadata, "version", version)
    code, found = _findings()
    assert code == 1
    assert found["package polars"]["state"] == "bad"
    assert found["package scipy"]["state"] == "advice"
    assert "requirements.txt" in found["package polars"]["cure"]


def test_a_full_disk_is_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ENOUGH_DISK", 1024**6)
    code, found = _findings()
    assert (code, found["free disk"]["state"]) == (0, "advice")


def test_official_files_that_are_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SKILLMIX_OFFICIAL_DATA", str(tmp_path / "none"))
    assert _findings()[1]["official files"]["state"] == "advice"
    monkeypatch.setenv("SKILLMIX_OFFICIAL_DATA", str(tmp_path))
    assert _findings()[1]["official files"]["state"] == "good"


def test_settings_tell_their_origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "place.toml").write_text('[settings]\nquantity = "WTE"\nworkers = 2\n', encoding="utf-8")
    monkeypatch.setenv("SKILLMIX_WORKERS", "3")
    result = runner.invoke(app, ["config", "show", str(tmp_path), "--format", "json"])
    shown = {row["name"]: (row["value"], row["origin"]) for row in json.loads(result.stdout)}
    assert shown["quantity"] == ("WTE", "place.toml")
    assert shown["workers"] == (3, "environment (SKILLMIX_WORKERS)")
    assert shown["staleness_months"] == (settings.Settings().staleness_months, "default")


def test_a_setting_that_cannot_stand_names_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKILLMIX_WORKERS", "many")
    result = runner.invoke(app, ["config", "show"])
    assert result.exit_code == 4
    assert "Give a whole number." in result.stderr
    assert result.stdout == ""
