"""Finance ledgers: one as a wide workbook with months across, one as a long CSV with brackets for minus."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from skillmix import reference
from skillmix.demonstration.extracts.dirt import Table, scaled
from skillmix.demonstration.extracts.writing import write_csv, write_workbook

#: Who sends a ledger, and how.
SENDERS = {"ALD-01": "wide", "ALD-02": "long", "ALD-05": "long"}
_MEASURES = (
    ("fte_budgeted", "Budget WTE"),
    ("fte_contracted", "Contracted WTE"),
    ("fte_paid", "Worked WTE"),
    ("cost", "Actual GBP"),
)
_SUBJECTIVE = {"substantive": "5100", "bank": "5200", "agency": "5300"}


def lines(ledger: pl.DataFrame, code: str) -> pl.DataFrame:
    """The clean ledger of an organisation, one row a line and month.

    Args:
        ledger: the ledger of every organisation.
        code: the organisation.
    """
    labels = dict(reference.table("roles").select("code", "label").rows())
    exact = pl.Decimal(18, 2)
    return (
        ledger.filter(pl.col("organisation") == code)
        .sort("as_of", "cost_centre", "role", "level", "staff_kind")
        .select(
            pl.col("period").alias("Period"),
            pl.col("cost_centre").alias("Cost Centre"),
            pl.col("staff_kind").replace_strict(_SUBJECTIVE).alias("Subjective"),
            pl.format(
                "{} {} {}",
                pl.col("role").replace_strict(labels),
                pl.col("level").str.replace("band_", "Band "),
                "staff_kind",
            ).alias("Subjective Description"),
            *(pl.col(column).cast(exact).alias(name) for column, name in _MEASURES),
            pl.col("cost_budgeted").cast(exact).alias("Budget GBP"),
        )
    )


def wide(long: pl.DataFrame) -> pl.DataFrame:
    """Months across: ``Cost Centre, Subjective, Subjective Description``, then each measure by month."""
    keys = ["Cost Centre", "Subjective", "Subjective Description"]
    parts = long.select(keys).unique().sort(keys)
    for _, name in _MEASURES:
        turned = long.pivot("Period", index=keys, values=name, aggregate_function="sum", sort_columns=True)
        turned = turned.rename({c: f"{name} {_month(c)}" for c in turned.columns if c not in keys})
        parts = parts.join(turned, on=keys, how="left", maintain_order="left")
    return parts


def _month(period: str) -> str:
    return f"{dt.date.fromisoformat(period + '-01'):%b-%y}"


def brackets(value: str) -> str:
    """Minus as accountants write it, with commas: ``-1234.5`` is ``(1,234.50)``."""
    number = float(value)
    return f"({abs(number):,.2f})" if number < 0 else f"{number:,.2f}"


def damage_wide(table: Table) -> None:
    """Puts into a wide ledger what such workbooks have."""
    n = len(table.rows)
    last = "Budget WTE Jun-26"
    table.each(
        scaled(15, n), last, lambda v: f"{v}-", "minus_behind_the_number", lambda c: float(c[last] or 0) > 0
    )
    table.each(scaled(15, n), "Worked WTE May-26", lambda _: "#N/A", "formula_error")
    table.each(scaled(20, n), "Cost Centre", lambda v: v.lower(), "spelled_otherwise")
    table.copy(scaled(8, n), "line_sent_twice")
    total = dict.fromkeys(table.columns, "") | {"Cost Centre": "Grand Total"}
    for column in table.columns[3:]:
        total[column] = f"{sum(_number(row.cells[column]) for row in table.rows):.2f}"
    table.insert(total, "total_row")


def damage_long(table: Table) -> None:
    """Puts into a long ledger what such exports have; a correction is a line of its own, and right."""
    n = len(table.rows)
    for row in table.some(scaled(3, n)):
        cost = f"{-float(row.cells['Actual GBP']) * 0.1:.2f}"
        cells = {**row.cells, "Actual GBP": cost, "Budget GBP": "0.00"}
        cells |= {name: "0.00" for _, name in _MEASURES[:3]}
        table.insert(cells, "correction_below_nought", right="keep")
    table.each(
        scaled(4, n), "Period", lambda v: f"M{(int(v[5:]) + 8) % 12 + 1:02d} {v[:4]}", "period_of_the_year"
    )
    table.each(scaled(3, n), "Subjective", lambda _: "", "value_missing")
    table.copy(scaled(2, n), "line_sent_twice")
    for column in ("Actual GBP", "Budget GBP"):
        table.convert(column, lambda value: brackets(value) if value else value)
        table.note(None, column, "commas_and_brackets", "every row", "plain numbers")


def _number(value: str) -> float:
    try:
        return float(value or 0)
    except ValueError:
        return 0.0


def write_ledgers(out: Path, frames: dict[str, pl.DataFrame], seed: int) -> list[tuple[pl.DataFrame, Table]]:
    """Writes the ledgers; returns each clean table with the damaged one."""
    written = []
    for n, (code, form) in enumerate(SENDERS.items()):
        long = lines(frames["ledger"], code)
        if form == "wide":
            name = f"INVENTED_{code}_Finance_Ledger_2025-07_to_2026-06.xlsx"
            table = Table.of(name, wide(long), (seed, 37, n), header=5, sheet="Pay by month")
            clean = table.clean()
            damage_wide(table)
            months = (len(table.columns) - 3) // len(_MEASURES)
            write_workbook(
                out / name,
                table,
                titles=["Aldmoor Hospitals", "Pay ledger, July 2025 to June 2026"],
                numbers=table.columns[3:],
                groups=[("", 3), *((measure, months) for _, measure in _MEASURES)],
            )
            table.note(None, "", "titles_above_the_header", "rows 1 to 4", "leave out")
        else:
            name = f"INVENTED_{code}_Finance_Ledger_2025-07_to_2026-06.csv"
            table = Table.of(name, long, (seed, 37, n))
            clean = table.clean()
            damage_long(table)
            write_csv(out / name, table, encoding="utf-8", delimiter=",")
        written.append((clean, table))
    return written
