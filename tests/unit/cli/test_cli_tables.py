"""Look-ups, the projection of a table and the back-test from the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from skillmix import reference
from skillmix.cli.app import app
from skillmix.errors import InputError, ReferenceListError

pytestmark = pytest.mark.unit
runner = CliRunner()

TABLE = """group,period,stock,joiners,leavers,conversions,demand
nurses,2024,100,,,,
nurses,2025,,10,5,1,120
nurses,2026,,10,5,1,
"""


def _json(*words: str) -> list[dict[str, Any]]:
    result = runner.invoke(app, [*words, "--format", "json"])
    assert result.exit_code == 0, result.stderr
    rows: list[dict[str, Any]] = json.loads(result.stdout)
    return rows


def test_the_lists_are_listed_with_what_they_hold() -> None:
    rows = _json("reference", "list")
    assert [row["name"] for row in rows] == reference.names()
    assert all(row["description"] for row in rows)


def test_a_list_is_shown_as_of_a_date() -> None:
    whole, valid = (
        _json("reference", "show", "pay"),
        _json("reference", "show", "pay", "--as-of", "2026-06-30"),
    )
    assert 0 < len(valid) < len(whole)
    assert {row["year"] for row in valid} == {"2026/27"}
    assert all(row["valid_from"] <= "2026-06-30" for row in valid)
    assert {"source", "confidence"} <= set(valid[0])


def test_there_are_fourteen_ahps() -> None:
    rows = _json("reference", "show", "professions")
    assert len({row["ahp"] for row in rows} - {None}) == 14


def test_an_unknown_list_offers_the_nearest() -> None:
    result = runner.invoke(app, ["reference", "show", "profesions"])
    assert result.exit_code == ReferenceListError.exit_code
    assert "'professions'" in result.stderr


@pytest.mark.parametrize("words", ["30/06/2026", "2026-02-30", "june"])
def test_a_date_that_is_none_shows_how_to_write_one(words: str) -> None:
    result = runner.invoke(app, ["reference", "show", "pay", "--as-of", words])
    assert result.exit_code == 2
    assert "2026-06-30" in result.stderr


def test_a_table_is_projected_into_a_file_and_to_stdout(tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(TABLE, encoding="utf-8")
    result = runner.invoke(app, ["project", "--table", str(source), "--out", str(out)])
    assert result.exit_code == 0, result.stderr
    assert result.stdout == ""
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert list(rows[0]) == ["group", "period", "stock", "low", "high", "gap"]
    assert [(row["period"], float(row["stock"]), row["gap"]) for row in rows] == [
        ("2024", 100.0, ""),
        ("2025", 106.0, rows[1]["gap"]),
        ("2026", 112.0, ""),
    ]
    assert abs(float(rows[1]["gap"])) == 14.0
    printed = _json("project", "--table", str(source))
    assert [row["stock"] for row in printed] == [100.0, 106.0, 112.0]
    assert [row["period"] for row in printed] == ["2024", "2025", "2026"]


def test_a_table_that_cannot_stand_names_row_and_cure(tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(TABLE.replace("2025,,10", "2025,,many"), encoding="utf-8")
    result = runner.invoke(app, ["project", "--table", str(source), "--out", str(out)])
    assert result.exit_code == InputError.exit_code
    assert "in.csv, row 3, column joiners, value 'many'" in result.stderr
    assert not out.exists()


@pytest.mark.parametrize("words", [["project"], ["project", "DIR", "--table", "in.csv"]])
def test_a_projection_is_of_a_place_or_of_a_table(words: list[str]) -> None:
    result = runner.invoke(app, words)
    assert result.exit_code == 2
    assert "--table" in result.stderr


def test_the_backtest_beats_joiners_and_leavers_only() -> None:
    rows = _json("backtest")
    errors: dict[str, list[float]] = {}
    for row in rows:
        assert row["error_percent"] == pytest.approx(100 * (row["projected"] - row["actual"]) / row["actual"])
        errors.setdefault(row["method"], []).append(abs(row["error_percent"]))
    assert {len(found) for found in errors.values()} == {14}
    mean = {method: sum(found) / 14 for method, found in errors.items()}
    assert mean["with_conversion"] < 3.5 < 5.2 < mean["joiners_and_leavers"] < mean["no_change"]
