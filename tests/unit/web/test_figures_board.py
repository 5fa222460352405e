"""The board page: its numbers are those of the run, whoever reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from skillmix.place import Place
from skillmix.projection import project

pytestmark = pytest.mark.database


@pytest.fixture
def run(north: Place) -> Path:
    """A projection of the small place, as a board may be told of."""
    results = project(north, "no_change", years=6, runs=50, seed=1)
    return north.path / "runs" / str(results.manifest["id"])


def _text(page: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode()))


def test_its_numbers_are_the_runs(run: Path, client_as: Callable[..., Any]) -> None:
    summary = pl.read_parquet(run / "results" / "summary.parquet").filter(
        pl.col("by") == "place", pl.col("measure") == "fte_place"
    )
    page = _text(client_as("viewer").get("/north/").content)
    rows = {r["years"]: r for r in summary.to_dicts()}
    assert set(rows) >= {0, 1, 3, 5}
    for years in (1, 3, 5):
        row = rows[years]
        middle, low, high = (f"{round(row[v]):,}" for v in ("p50", "p5", "p95"))
        assert f"{row['date']:%B %Y}" in page
        assert f"{middle} FTE" in page
        assert f"{low} to {high}" in page
    last = rows[5]
    assert f"9 runs in 10 fall between {round(last['p5']):,} and {round(last['p95']):,}" in page
    for note in json.loads((run / "manifest.json").read_text(encoding="utf-8"))["notes"]:
        assert note.split(":")[0].replace("'", "&#39;") in client_as("viewer").get("/north/").content.decode()


def test_its_file_holds_them_unrounded(run: Path, client_as: Callable[..., Any]) -> None:
    rows = client_as("viewer").get(f"/north/panels/outlook.json?run={run.name}").json()["rows"]
    summary = pl.read_parquet(run / "results" / "summary.parquet").filter(
        pl.col("by") == "place", pl.col("measure") == "fte_place", pl.col("years") <= 5
    )
    assert [r["p50"] for r in rows] == pytest.approx(summary.sort("years")["p50"].to_list())


def test_a_run_of_facts_that_changed_since_is_not_shown(
    run: Path, north: Place, client_as: Callable[..., Any]
) -> None:
    client = client_as("viewer")
    assert "Where" not in client.get("/north/").content.decode().split("<h1")[0]
    north.withdraw(north.publications()["submission"][0])
    page = client.get("/north/").content.decode()
    assert "There is no projection of the place as it is now" in page
    assert client.get(f"/north/panels/outlook.csv?run={run.name}").status_code == 400


def test_a_profile_shows_its_profession_of_the_run(run: Path, client_as: Callable[..., Any]) -> None:
    page = client_as("place_planner").get("/north/professions/nurse_adult/").content.decode()
    assert "Where it is heading if nothing changes" in page
    assert f"outlook-profession.svg?profession=nurse_adult&amp;run={run.name}" in page
