"""Data on stdout: exact numbers, null where unknown, nothing else."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmix.cli import output
from skillmix.cli.output import Format
from skillmix.errors import SkillmixError

pytestmark = pytest.mark.unit

ROWS = pl.DataFrame(
    {
        "organisation": ["U12345", "RR8"],
        "organisation_name": ['Café, "north"', None],
        "headcount": [435, None],
        "fte": [Decimal("367.950000000"), Decimal("17743.450000001")],
        "share": [0.1 + 0.2, float("nan")],
        "newest_as_of": [dt.date(2026, 6, 30), None],
    },
    schema_overrides={"fte": pl.Decimal(18, 9)},
)


def test_json_is_a_list_of_rows_with_exact_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    output.emit(ROWS, Format.json)
    printed = capsys.readouterr()
    rows = json.loads(printed.out, parse_float=Decimal)
    assert [list(row) for row in rows] == [ROWS.columns, ROWS.columns]
    assert rows[0]["fte"] == Decimal("367.95")
    assert rows[1]["fte"] == Decimal("17743.450000001")
    assert rows[0]["share"] == Decimal("0.30000000000000004")
    assert rows[0]["newest_as_of"] == "2026-06-30"
    assert [rows[1][name] for name in ("organisation_name", "headcount", "share", "newest_as_of")] == [
        None
    ] * 4
    assert printed.err == ""


def test_no_rows_are_an_empty_list(capsys: pytest.CaptureFixture[str]) -> None:
    output.emit(ROWS.clear(), Format.json)
    assert json.loads(capsys.readouterr().out) == []


def test_csv_reads_back(capsys: pytest.CaptureFixture[str]) -> None:
    output.emit(ROWS, Format.csv)
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows[0]["organisation_name"] == 'Café, "north"'
    assert (rows[1]["headcount"], rows[1]["fte"]) == ("", "17743.450000001")


def test_a_table_rounds_and_shows_a_dash_where_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    output.emit(ROWS, Format.table, title="Staff in post")
    printed = capsys.readouterr().out
    assert "17,743.45" in printed
    assert "367.95" in printed
    assert printed.split("RR8")[1].split()[:2] == ["–", "–"]


def test_a_narrow_pipe_does_not_cut_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    output.emit([{"name": "x" * 300, "last": "end"}], Format.table)
    assert "x" * 300 in capsys.readouterr().out


def test_markup_in_data_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    output.emit([{"name": "[bold]Ward 7[/bold]"}], Format.table)
    assert "[bold]Ward 7[/bold]" in capsys.readouterr().out


def test_parquet_is_not_written_to_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    with pytest.raises(SkillmixError, match="not for reading"):
        output.emit(ROWS, Format.parquet)


def test_parquet_reads_back_as_the_same_frame(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    output.emit(ROWS, Format.parquet)
    assert pl.read_parquet(capfdbinary.readouterr().out).equals(ROWS, null_equal=True)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**9), max_value=10**9))
def test_a_decimal_is_the_same_number_in_json(value: Decimal) -> None:
    assert json.loads(output.json_value(value), parse_float=Decimal, parse_int=Decimal) == value


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_values_read_back(value: object) -> None:
    assert json.loads(output.json_value(value)) == value
