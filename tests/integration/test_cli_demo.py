"""From nothing to a report in one command, and what stands on its face."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from skillmix import demonstration
from skillmix.cli.app import app
from skillmix.cli.report import KEPT
from skillmix.place import Place

pytestmark = pytest.mark.integration
runner = CliRunner()


@pytest.fixture(scope="module", autouse=True)
def _few_runs() -> Iterator[None]:
    """Few runs: what is tested here is the way from nothing to a report, not the figures in it."""
    with pytest.MonkeyPatch.context() as patched:
        for module in ("boards", "plans"):
            patched.setattr(f"skillmix.report.{module}.RUNS", 3)
        yield


@pytest.fixture(scope="module")
def leeds(_few_runs: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "leeds"
    result = runner.invoke(app, ["demo", "leeds", "--out", str(folder)])
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"{folder / KEPT}\n"
    assert "skillmix overview" in result.stderr
    return folder


def test_the_report_stands_alone_and_says_what_is_invented(leeds: Path) -> None:
    page = (leeds / KEPT).read_text(encoding="utf-8")
    assert "Leeds" in page
    assert "Invented" in page
    loaded = re.findall(r"<(?:script|img|iframe|link)\b[^>]*\b(?:src|href)=[\"']?([^\"'\s>]+)", page)
    assert [address for address in loaded if re.match(r"https?:|//", address)] == []


def test_it_is_not_built_twice(leeds: Path) -> None:
    before = (leeds / KEPT).stat().st_mtime_ns
    result = runner.invoke(app, ["demo", "leeds", "--out", str(leeds)])
    assert result.exit_code == 0, result.stderr
    assert "already" in result.stderr
    assert (leeds / KEPT).stat().st_mtime_ns == before


def test_the_projection_leaves_a_manifest_that_names_the_publication(leeds: Path) -> None:
    (manifest,) = (leeds / "runs").glob("*/manifest.json")
    about = json.loads(manifest.read_text(encoding="utf-8"))
    history = json.loads(runner.invoke(app, ["place", "publications", str(leeds), "--format", "json"]).stdout)
    assert about["number"] == history[-1]["number"]
    assert about["seed"] >= 0


def test_the_same_figures_as_json_and_as_a_workbook(north_with_a_run: Path, tmp_path: Path) -> None:
    place = shutil.copytree(north_with_a_run, tmp_path / "north")
    for name in ("report.json", "report.xlsx"):
        result = runner.invoke(app, ["report", str(place), "--out", str(tmp_path / name)])
        assert result.exit_code == 0, result.stderr
        assert result.stdout == f"{tmp_path / name}\n"
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert "xl/workbook.xml" in zipfile.ZipFile(tmp_path / "report.xlsx").namelist()


@pytest.mark.parametrize(
    ("name", "instead"), [("r.pdf", "print"), ("r.docx", "word processor"), ("r.txt", ".html")]
)
def test_what_is_not_built_says_what_to_use(leeds: Path, tmp_path: Path, name: str, instead: str) -> None:
    result = runner.invoke(app, ["report", str(leeds), "--out", str(tmp_path / name)])
    assert result.exit_code == 1
    assert instead in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_nobody_reads_the_folder_of_a_place_that_is_served(leeds: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "skillmix", "serve", str(leeds), "--port", "0"]
    with (
        (tmp_path / "told.txt").open("w+", encoding="utf-8") as told,
        subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=told, text=True
        ) as run,
    ):
        try:
            assert run.stdout is not None
            line = next(line for line in run.stdout if "The pages are at " in line)
            address = urlsplit(line.split("The pages are at ")[1].split()[0]).netloc
            connection = http.client.HTTPConnection(address, timeout=60)
            found = {}
            for path in ("/leeds/", "/leeds/place.toml", f"/leeds/{KEPT}", "/../place.toml"):
                connection.request("GET", path)
                answer = connection.getresponse()
                answer.read()
                found[path] = (answer.status, answer.headers.get("Location", "").split("?")[0])
            connection.close()
        finally:
            run.send_signal(signal.SIGTERM)
            assert run.wait(timeout=60) == 0
    assert found.pop("/leeds/") == (302, "/account/login/")
    assert {status for status, _ in found.values()} <= {302, 404}


def test_extracts_are_written_without_a_place(tmp_path: Path) -> None:
    result = runner.invoke(app, ["demo", "--write-extracts", str(tmp_path / "extracts")])
    assert result.exit_code == 0, result.stderr
    assert result.stdout == ""
    assert len([path for path in (tmp_path / "extracts").rglob("*") if path.is_file()]) >= 8
    assert [path.name for path in tmp_path.iterdir()] == ["extracts"]


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    result = runner.invoke(app, ["demo", "leeds", "--out", str(tmp_path)])
    assert result.exit_code == 4
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_both_places_stand_side_by_side(leeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The one is taken as it was built above, the other is small.
    monkeypatch.setattr(demonstration, "aldmoor", partial(demonstration.aldmoor, size=0.05))
    monkeypatch.setattr(
        demonstration,
        "leeds",
        lambda at, progress: Place.open(shutil.copytree(leeds, at, dirs_exist_ok=True)),
    )
    result = runner.invoke(app, ["demo", "both", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines() == [str(tmp_path / name / KEPT) for name in ("leeds", "aldmoor")]
    page = (tmp_path / "aldmoor" / KEPT).read_text(encoding="utf-8")
    assert "Aldmoor" in page
    assert "Invented" in page
