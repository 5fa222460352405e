"""A place from the command line: built, checked, counted, withdrawn, put back."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from skillmix.cli.app import app
from skillmix.cli.building import build
from skillmix.errors import InputError, PlaceError

pytestmark = pytest.mark.integration
runner = CliRunner()

#: Columns of `overview` that others rely on.
COLUMNS = [
    *(
        "organisation",
        "organisation_name",
        "headcount",
        "lines",
        "fte",
        "fte_place",
        "patients",
        "origin",
        "basis",
    ),
    *("oldest_as_of", "newest_as_of"),
]


@pytest.fixture(scope="module")
def leeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "leeds"
    result = runner.invoke(app, ["place", "published", str(folder), "--sub-icb", "15F"])
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"{folder}\n"
    return folder


def _json(*words: str) -> list[dict[str, Any]]:
    result = runner.invoke(app, [*words, "--format", "json"])
    assert result.exit_code == 0, result.stderr
    rows: list[dict[str, Any]] = json.loads(result.stdout, parse_float=Decimal)
    return rows


def test_overview_prints_what_is_published_of_leeds(leeds: Path) -> None:
    rows = _json("overview", str(leeds), "--by", "organisation")
    assert {tuple(row) for row in rows} == {tuple(COLUMNS)}
    found = {row["organisation"]: row for row in rows}
    for code, fte in {"RR8": "17743.45", "RY6": "2863.75", "RGD": "2949.83"}.items():
        assert abs(found[code]["fte"] - Decimal(fte)) <= Decimal("0.01")
        assert "excluding resident doctors and bank" in found[code]["basis"]
        assert found[code]["newest_as_of"].startswith("2025-11")
    networks = [row for row in rows if row["organisation"].startswith("U")]
    assert len(networks) == 19
    assert sum(row["lines"] for row in networks) == 30
    assert abs(sum(row["fte"] for row in networks) - Decimal("395.87")) <= Decimal("0.01")


def test_every_format_says_the_same(leeds: Path) -> None:
    words = [sys.executable, "-m", "skillmix", "overview", str(leeds), "--format"]
    run = {
        form: subprocess.run([*words, form], capture_output=True, check=True).stdout
        for form in ("json", "csv", "parquet")
    }
    frame = pl.read_parquet(io.BytesIO(run["parquet"]))
    assert frame.columns == COLUMNS
    listed = json.loads(run["json"])
    assert [row["fte"] for row in listed] == frame.get_column("fte").to_list()
    table = pl.read_csv(io.BytesIO(run["csv"]), infer_schema=False)
    assert table.get_column("organisation").to_list() == [row["organisation"] for row in listed]
    assert [None if v is None else int(v) for v in table["headcount"]] == [row["headcount"] for row in listed]


def test_an_unknown_word_offers_the_known_ones(leeds: Path) -> None:
    result = runner.invoke(app, ["overview", str(leeds), "--by", "organistaion"])
    assert result.exit_code != 0
    assert result.stdout == ""
    assert "organisation" in result.stderr
    assert "Cure" in result.stderr


def test_the_grid_is_printed(leeds: Path) -> None:
    result = runner.invoke(app, ["grid", str(leeds)])
    assert result.exit_code == 0, result.stderr
    assert "hysiotherapist" in result.stdout


def test_the_grid_tells_unknown_from_none(leeds: Path) -> None:
    rows = _json("grid", str(leeds))
    cell = {(row["profession"], row["partner"]): row for row in rows}
    acute = cell["podiatrist", "acute"]
    assert (acute["present"], acute["fte"]) == (None, None)
    somebody = cell["physiotherapist", "primary_care"]
    assert somebody["present"] is True
    assert somebody["lines"] == 14
    figures: dict[bool | None, set[Any]] = {row["present"]: set() for row in rows}
    for row in rows:
        figures[row["present"]].add(row["fte"])
    assert figures[None] == {None}
    assert figures.get(False, {0}) == {0}
    assert all(fte > 0 for fte in figures[True])


def test_two_months_make_no_rate(leeds: Path) -> None:
    rows = {row["organisation"]: row for row in _json("turnover", str(leeds))}
    assert rows["RR8"]["leavers"] > 0
    assert rows["RR8"]["leaver_rate"] is None
    assert "month" in rows["RR8"]["refused"]


def test_coverage_says_what_is_missing(leeds: Path) -> None:
    rows = _json("coverage", str(leeds))
    assert {"acute", "community", "mental_health", "primary_care"} <= {row["partner"] for row in rows}
    assert any(row["missing"] for row in rows)


def test_staff_against_patients_say_which_patients(leeds: Path) -> None:
    (row,) = _json("overview", str(leeds), "--by", "sector", "--per-10000", "registered")[-1:]
    assert row["denominator"] == 933_415
    assert row["fte_per_10000"] == pytest.approx(row["fte_place"] * 10_000 / 933_415)


def test_the_place_is_sound_and_refuses_a_second_building(leeds: Path) -> None:
    checked = runner.invoke(app, ["place", "check", str(leeds)])
    assert checked.exit_code == 0, checked.stdout
    again = runner.invoke(app, ["place", "published", str(leeds), "--sub-icb", "15F"])
    assert again.exit_code == PlaceError.exit_code
    assert "Choose another folder" in again.stderr
    assert [path.name for path in leeds.parent.iterdir()] == ["leeds"]


def test_what_is_withdrawn_is_gone_and_comes_back(leeds: Path) -> None:
    before = _json("overview", str(leeds))
    history = _json("place", "publications", str(leeds))
    turnover = next(row for row in history if "turnover" in row["source"])
    withdrawn = runner.invoke(app, ["place", "withdraw", str(leeds), turnover["submission"]])
    assert withdrawn.exit_code == 0, withdrawn.stderr
    without = {row["organisation"]: row for row in _json("overview", str(leeds))}
    assert without.get("RR8", {}).get("fte") is None
    assert _json("overview", str(leeds), "--at", str(history[-1]["number"])) == before
    assert runner.invoke(app, ["place", "publish", str(leeds), turnover["submission"]]).exit_code == 0
    assert _json("overview", str(leeds)) == before


def test_a_file_that_cannot_be_read_leaves_the_place_as_it_was(leeds: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    history = _json("place", "publications", str(leeds))
    result = runner.invoke(app, ["intake", "submit", str(leeds), str(empty), "--source", "pcn_individual"])
    assert result.exit_code == InputError.exit_code
    assert result.stdout == ""
    assert "empty.csv" in result.stderr
    assert "Cure" in result.stderr
    assert _json("place", "publications", str(leeds)) == history


def test_an_unknown_place_is_refused_with_the_nearest(tmp_path: Path) -> None:
    result = runner.invoke(app, ["place", "published", str(tmp_path / "x"), "--sub-icb", "15G"])
    assert result.exit_code == InputError.exit_code
    assert "Did you mean" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_building_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def half(folder: Path) -> Any:
        (folder / "lake").mkdir(parents=True)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(tmp_path / "place", half)
    assert list(tmp_path.iterdir()) == []
