"""Casts: a cell becomes a value by rule, or a finding with its cure; never both, never neither."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmix import intake
from skillmix.intake import casts, findings
from skillmix.intake.declarations import Column, FieldMap

pytestmark = pytest.mark.unit


def _cast(cells: list[str | None], **declared: object) -> casts.Cast:
    column = Column.model_validate({"headings": ["H"], **declared})
    rows = pl.Series("row", range(2, 2 + len(cells)), dtype=pl.Int64)
    return casts.cast(rows, pl.Series("v", cells, dtype=pl.String), "H", column)


@pytest.mark.parametrize(
    ("cell", "rule", "cure"),
    [
        ("1,0", "comma", "Write it with a full stop: 1.0."),
        ("1,234.5", "comma", "Write it without: 1234.5."),
        ("50%", "percent", "Write it as a plain number."),
        ("one", "not_a_number", "Write a number"),
        ("inf", "not_a_number", "Write a number"),
        ("nan", "not_a_number", "Write a number"),
        ("1e300", "too_large", "Correct it at its source."),
        ("1000000000", "too_large", "Correct it at its source."),
        ("1 000.5", "space", "Write it without: 1000.5."),
    ],
)
def test_a_number_that_is_none_says_what_to_write(cell: str, rule: str, cure: str) -> None:
    found = _cast(["0.5", cell], cast="quantity").findings.row(0, named=True)
    assert (found["row"], found["column"], found["value"], found["rule"]) == (3, "H", cell, rule)
    assert found["cure"].startswith(cure)
    assert found["aside"]


def test_a_number_that_is_too_large_is_not_called_no_number() -> None:
    large = _cast(["1e300"], cast="quantity").findings.row(0, named=True)
    assert large["reason"] == "The number is too large: the column holds at most 999,999,999."
    assert _cast(["999999999"], cast="quantity").findings.is_empty()
    whole = _cast(["9" * 30, "1e3"], cast="integer").findings
    assert whole.get_column("rule").to_list() == ["too_large", "exponent"]


def test_quantities_are_exact() -> None:
    read = _cast(["0.986666667", "1", "12.1", None], cast="quantity")
    assert read.values.to_list() == [Decimal("0.986666667"), Decimal(1), Decimal("12.1"), None]
    assert read.findings.is_empty()


def test_decimals_beyond_the_ninth_are_rounded_and_said_so() -> None:
    read = _cast(["30743.305370000002", "1.5"], cast="quantity")
    assert read.values.to_list() == [Decimal("30743.30537"), Decimal("1.5")]
    assert read.notes == ("1 cell of H held more than 9 decimals, rounded to that many.",)


@given(st.decimals(min_value=0, max_value=10**6, places=9, allow_nan=False))
def test_every_decimal_of_nine_places_is_read_as_it_stands(value: Decimal) -> None:
    read = _cast([format(value, "f")], cast="quantity")
    assert read.values.to_list() == [value]


@given(
    st.text(min_size=1, max_size=12).filter(lambda t: t.strip() == t),
    st.sampled_from(["integer", "quantity", "date", "month_end"]),
)
def test_every_cell_is_a_value_or_a_finding(cell: str, kind: str) -> None:
    read = _cast([cell], cast=kind)
    assert (read.values.item(0) is None) == (read.findings.height == 1)


def test_whole_numbers_may_carry_a_point_and_noughts() -> None:
    read = _cast(["3.0", "4", "4.5"], cast="integer")
    assert read.values.to_list() == [3, 4, None]
    assert read.findings.get_column("value").to_list() == ["4.5"]


def test_dates_are_read_in_the_declared_forms_alone() -> None:
    read = _cast(["31/03/2025", "2025-03-31", "03/31/2025", "31/02/2025", "31/03/25"], cast="date")
    assert read.values.to_list() == [dt.date(2025, 3, 31)] * 2 + [None] * 3
    assert read.findings.get_column("rule").to_list() == ["not_a_date", "not_a_date", "two_digit_year"]
    assert read.findings.get_column("suggestion").to_list() == [None, None, "31/03/2025"]


def test_a_serial_number_is_no_date_unless_the_map_allows_it() -> None:
    refused = _cast(["45747"], cast="date")
    assert refused.values.to_list() == [None]
    finding = refused.findings.row(0, named=True)
    assert finding["rule"] == "serial_date"
    assert "31 March 2025" in finding["reason"]
    allowed = _cast(["45747", "31/03/2025"], cast="date", serial=True)
    # Day 45747 of a spreadsheet: 25569 is 1 January 1970.
    assert allowed.values.to_list() == [dt.date(1970, 1, 1) + dt.timedelta(45747 - 25569)] * 2
    assert allowed.notes == (
        "1 cell of H held a spreadsheet's serial number, read as a date: 45747 as 31 March 2025.",
    )


def test_months_are_read_from_both_ends_of_a_period() -> None:
    period = ["202510 to 202511", "202412 to 202502"]
    after = _cast(period, cast="month_after", extract="^([0-9]{6}) to")
    end = _cast(period, cast="month_end", extract="to ([0-9]{6})$")
    assert after.values.to_list() == [dt.date(2025, 11, 1), dt.date(2025, 1, 1)]
    assert end.values.to_list() == [dt.date(2025, 11, 30), dt.date(2025, 2, 28)]
    assert _cast(["202513"], cast="month_end").findings.get_column("rule").to_list() == ["not_a_month"]


def test_an_unknown_code_names_the_nearest() -> None:
    read = _cast(["NWRS Staf"], codes=["NWRS Staff", "NWRS contracted services"])
    assert read.findings.row(0, named=True)["cure"] == "The nearest is 'NWRS Staff'."


def test_a_code_that_none_resembles_is_told_the_codes() -> None:
    read = _cast(["Zookeeper"], codes=["NWRS Staff", "NWRS contracted services"])
    assert read.findings.row(0, named=True)["cure"] == "The codes are NWRS Staff, NWRS contracted services."


def test_limits_and_forms_are_kept() -> None:
    low = _cast(["-0.026666667", "0"], cast="quantity", minimum=0).findings
    assert low.select("row", "rule", "value").rows() == [(2, "too_small", "-0.026666667")]
    high = _cast(["13"], cast="integer", maximum=12).findings
    assert high.get_column("rule").to_list() == ["too_large"]
    form = _cast(["U1234", "U12345"], pattern="^U[0-9]{5}$").findings
    assert form.get_column("value").to_list() == ["U1234"]


def test_a_needed_cell_that_is_empty_is_a_finding() -> None:
    found = _cast([None, "x"], required=True).findings
    assert found.select("row", "rule", "reason").rows() == [(2, "missing_value", "The row has no H.")]


def test_an_identifier_is_never_shown() -> None:
    found = _cast(["QQ123456C"], identifier=True, pattern="^[0-9]+$").findings
    assert found.get_column("value").to_list() == [findings.WITHHELD]
    assert "QQ123456C" not in str(found.rows())


@pytest.mark.parametrize(
    ("cell", "declared", "shown"),
    [
        ("29221", {"cast": "date"}, "1980"),
        ("1,234", {"cast": "integer"}, "1234"),
        ("1 234", {"cast": "integer"}, "1234"),
        ("Smit", {"codes": ["Smith"]}, "Smith"),
    ],
)
def test_no_word_about_a_private_cell_tells_what_it_holds(
    cell: str, declared: dict[str, object], shown: str
) -> None:
    open_to_all = str(_cast([cell], **declared).findings.rows())
    withheld = str(_cast([cell], **declared, private=True).findings.rows())
    assert cell in open_to_all
    assert shown in open_to_all
    assert cell not in withheld
    assert shown not in withheld


def test_a_private_date_is_not_an_example() -> None:
    read = _cast(["29221"], cast="date", serial=True, private=True)
    assert read.notes == ("1 cell of H held a spreadsheet's serial number, read as a date.",)


def test_control_characters_are_taken_out() -> None:
    cells = ["Pharma\0cist", "\ufeffa\x1b", "\x7f", "two\nlines", "a\tb", "café"]
    cleaned = casts.clean(pl.Series("v", cells), ())
    assert cleaned.to_list() == ["Pharmacist", "a", None, "two\nlines", "a\tb", "café"]


def test_cells_that_stand_for_nothing_are_nothing() -> None:
    cleaned = casts.clean(pl.Series("v", [" x ", "NULL", " ", None, "NA", "0"]), ("NULL", "NA"))
    assert cleaned.to_list() == ["x", None, None, None, None, "0"]


def test_findings_are_counted_the_commonest_first() -> None:
    found = _cast(["1,0", "x", "1,0"], cast="quantity").findings
    counted = findings.summary(found)
    assert counted.select("value", "rows", "first_row").rows() == [("1,0", 2, 2), ("x", 1, 3)]


@pytest.mark.parametrize("source", ["absence", "hchs_turnover"])
def test_a_month_is_read_alike_from_a_map_that_was_kept(source: str) -> None:
    chosen = intake.field_map(source)
    months = {k: c for k, c in chosen.columns.items() if c.cast.startswith("month")}
    kept = FieldMap.model_validate(chosen.model_dump(mode="json"))
    cells = pl.Series("m", ["Jun-26", "June 2026", "30/06/2026", "202606", "2026-06", "46203"])
    for key, declared in months.items():
        read = [casts.cast(pl.Series(range(6)), cells, "Month", c) for c in (declared, kept.columns[key])]
        assert read[0].values.to_list() == read[1].values.to_list()
        understood = [day is not None for day in read[0].values]
        assert all(understood) if source == "absence" else not any(understood[:3])
