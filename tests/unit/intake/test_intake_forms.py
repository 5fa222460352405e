"""Numbers as ledgers print them, months in every form, months across, and headings of groups."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from skillmix import intake
from skillmix.errors import InputError
from skillmix.intake import Sent, across, forms
from skillmix.intake.understanding import Boundary, Understood

pytestmark = pytest.mark.unit

WITHIN = Boundary(frozenset({"RXX"}), only="RXX")
AS_OF = dt.date(2026, 6, 30)


def _ledger(*lines: str, as_of: dt.date | None = AS_OF) -> Understood:
    sent = Sent("ledger.csv", ("\r\n".join(lines) + "\r\n").encode())
    return intake.understand(sent, "finance_ledger", boundary=WITHIN, as_of=as_of)


def _establishment(*lines: str) -> Understood:
    sent = Sent("establishment.csv", ("\r\n".join(lines) + "\r\n").encode())
    return intake.understand(sent, "esr_establishment", boundary=WITHIN, as_of=AS_OF)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1,234.50", "1234.50"),
        ("£1,234", "1234"),
        ("(1,234.50)", "-1234.50"),
        ("(£1,234.50)", "-1234.50"),
        ("£(12.00)", "-12.00"),
        ("-£5", "-5"),
        ("£ -5", "-5"),
        ("-", "0"),
        ("£ -", "0"),
        ("1,5", None),
        ("12,34", None),
        ("12.00-", None),
        ("(-5)", None),
        ("1 234", None),
        ("(5", None),
        ("5 CR", None),
        ("", None),
    ],
)
def test_a_number_is_read_as_ledgers_print_it_or_not_at_all(cell: str, number: str | None) -> None:
    assert pl.DataFrame({"c": [cell]}).select(forms.accounting(pl.col("c"))).item() == number


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("2026-06", "2026-06"),
        ("202606", "2026-06"),
        ("Jun-26", "2026-06"),
        ("JUN-26", "2026-06"),
        ("June 2026", "2026-06"),
        ("30/06/2026", "2026-06"),
        ("M03 2026/27", "2026-06"),
        ("M10 2025/26", "2026-01"),
        ("Period 12 2025/2026", "2026-03"),
    ],
)
def test_a_month_is_read_in_the_forms_that_its_column_has(cell: str, month: str) -> None:
    read = _ledger(
        "Period,Description,Actual,Worked WTE", f"{cell},Physiotherapist Band 6 substantive,3900,1"
    )
    assert read.tables["ledger"].get_column("period").to_list() == [month]


@pytest.mark.parametrize(
    ("cell", "rule"),
    [("M03 2026", "month_of_financial_year"), ("M13 2026/27", "not_a_month"), ("M03 2026/28", "not_a_month")],
)
def test_a_month_whose_year_is_not_sure_is_asked_about(cell: str, rule: str) -> None:
    read = _ledger("Period,Description,Actual", f"{cell},Physiotherapist Band 6 substantive,1")
    assert read.set_aside.get_column("rule").to_list() == [rule]


def test_a_ledger_of_one_month_takes_the_day_that_is_given() -> None:
    lines = ("Description,Actual,Worked WTE", "Physiotherapist Band 6 substantive,3900,1")
    assert _ledger(*lines).tables["ledger"].get_column("as_of").to_list() == [AS_OF]
    with pytest.raises(InputError, match="what date"):
        _ledger(*lines, as_of=None)


@pytest.mark.parametrize(
    "headings",
    [
        ["Description,Worked WTE May-26,Worked WTE Jun-26,Actual May-26,Actual Jun-26"],
        [",Worked WTE,,Actual,", "Description,May-26,Jun-26,May-26,Jun-26"],
        ["Description,May 2026 Worked WTE,June 2026 Worked WTE,2026-05 Actual,2026-06 Actual"],
        ["Description,Worked WTE M02 2026/27,Worked WTE M03 2026/27,Actual M02 2026/27,Actual M03 2026/27"],
    ],
)
def test_months_across_become_a_fact_each(headings: list[str]) -> None:
    read = _ledger(
        *headings,
        'Physiotherapist Band 6 substantive,1.0,,"3,900",',
        'Dietitian Band 6 substantive,2.0,2.0,"7,900","(7,900)"',
    )
    facts = read.tables["ledger"].select("period", "fte_paid", "cost", "profession")
    one = Decimal(1)
    assert facts.rows() == [
        ("2026-05", one, Decimal(3900), "physiotherapist"),
        ("2026-05", 2 * one, Decimal(7900), "dietitian"),
        ("2026-06", 2 * one, Decimal(-7900), "dietitian"),
    ]
    assert (read.rows_read, read.rows_loaded) == (2, 2)
    # A rule about a measure is asked of each month, and names the column as it was sent.
    last = headings[-1].split(",")[-1]
    assert read.findings.select("rule", "row").rows() == [("cost_below_nought", len(headings) + 2)]
    assert read.findings.get_column("column").item().endswith(last)


def test_words_that_are_no_months_stay_measures() -> None:
    assert across.parted("Actual GBP") is None
    assert across.parted("Cost Centre 25") is None
    assert across.parted("Jun-26") is None


def test_headings_of_groups_are_read_into_their_rows() -> None:
    read = _establishment(
        "Cost Centre,Position,Job Title,Band,Funded WTE",
        "CC100,,,,",
        ",P1,Physiotherapist,Band 6,2.0",
        ",P2,Dietitian,Band 6,1.0",
        "Subtotal CC100,,,,3.0",
        "CC200,,,,",
        ",P3,Physiotherapist,B7,2.0",
        ",P4,Physiotherapist,8a,2.0",
    )
    facts = read.tables["post"].select("cost_centre", "post_key", "level").rows()
    assert facts == [
        ("CC100", "P1", "band_6"),
        ("CC100", "P2", "band_6"),
        ("CC200", "P3", "band_7"),
        ("CC200", "P4", "band_8a"),
    ]
    assert (read.rows_read, read.rows_loaded, read.rows_not_used) == (7, 4, 3)
    assert any("2 rows are headings of groups" in note for note in read.notes)


def test_an_empty_cell_in_a_flat_table_is_missing_and_not_what_stands_above() -> None:
    read = _establishment(
        "Cost Centre,Position,Job Title,Band,Funded WTE",
        "CC100,P1,Physiotherapist,Band 6,2.0",
        ",P2,Dietitian,Band 6,1.0",
        "cc200,P3,Physiotherapist,Band 6,2.0",
    )
    assert read.findings.get_column("rule").to_list() == ["cost_centre_missing"]
    assert read.tables["post"].get_column("cost_centre").to_list() == ["CC100", None, "CC200"]


@pytest.mark.parametrize(
    ("cell", "rule", "suggestion"),
    [
        ("#REF!", "formula_error", None),
        ("12.50 wte", "number_with_words", "12.50"),
        ("12.50-", "minus_behind", None),
        ("3,5", "comma", "3.5"),
    ],
)
def test_a_cell_that_is_no_number_is_told_and_not_guessed(
    cell: str, rule: str, suggestion: str | None
) -> None:
    read = _establishment("Cost Centre,Position,Job Title,Band,Funded WTE", f'C,P,Dietitian,Band 6,"{cell}"')
    assert read.set_aside.select("rule", "suggestion").rows() == [(rule, suggestion)]
