"""Establishment workbooks: titles above, merged and repeated headers, subtotals between, a total below."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from skillmix import reference
from skillmix.demonstration.extracts.dirt import Table, decimal_comma, scaled
from skillmix.demonstration.extracts.esr import AS_OF
from skillmix.demonstration.extracts.writing import write_workbook

#: Who sends a workbook; the second is out of date against its ledger.
SENDERS = {"ALD-01": "Aldmoor Hospitals", "ALD-02": "Aldmoor Community Health"}
COLUMNS = (
    "Cost Centre",
    "Position",
    "Job Title",
    "Staff Group",
    "Band",
    "Funded WTE",
    "In Post WTE",
    "Variance",
)
#: Rows on a printed page, after which the header is repeated.
_PAGE = 45


def establishment(posts: pl.DataFrame, assignments: pl.DataFrame, code: str) -> pl.DataFrame:
    """The clean establishment of an organisation, line by line.

    Args:
        posts: the establishment as sent.
        assignments: the rows of every snapshot; FTE in post stands beside what is funded.
        code: the organisation.
    """
    labels = dict(reference.table("roles").select("code", "label").rows())
    staff = (
        assignments.filter((pl.col("as_of") == AS_OF) & (pl.col("organisation") == code))
        .group_by("role", "level")
        .agg(pl.col("fte").sum().alias("in_post"))
    )
    lines = (
        posts.filter((pl.col("as_of") == AS_OF) & (pl.col("organisation") == code))
        .join(staff, on=["role", "level"], how="left", maintain_order="left")
        .with_columns(pl.col("in_post").fill_null(0))
        .sort("cost_centre", "post_key")
    )
    band = pl.col("level").str.replace("band_", "").str.to_uppercase()
    exact = pl.Decimal(18, 2)
    return lines.select(
        pl.col("cost_centre").alias("Cost Centre"),
        pl.col("post_key").alias("Position"),
        pl.col("role").replace_strict(labels).alias("Job Title"),
        pl.col("staff_group").str.replace_all("_", " ").str.to_titlecase().alias("Staff Group"),
        band.alias("Band"),
        pl.col("fte").cast(exact).alias("Funded WTE"),
        pl.col("in_post").cast(exact).alias("In Post WTE"),
        (pl.col("fte") - pl.col("in_post")).cast(exact).alias("Variance"),
    )


def damage_establishment(table: Table, *, stale: bool) -> None:
    """Puts into an establishment what such workbooks have; rows between are put in last.

    Args:
        table: the clean table.
        stale: whether the whole establishment is that of an earlier year.
    """
    n = len(table.rows)
    if stale:
        table.note(
            None, "Funded WTE", "establishment_out_of_date", "as at March 2024", "see answers.json, books"
        )
    table.each(scaled(30, n), "Funded WTE", lambda v: f"{v} wte", "number_with_words")
    table.each(scaled(20, n), "Funded WTE", decimal_comma, "decimal_comma")
    table.each(scaled(20, n), "Funded WTE", lambda _: "#REF!", "formula_error")
    banded = lambda c: c["Band"][:1].isdigit()  # noqa: E731
    table.each(scaled(40, n), "Band", lambda v: f"Band {v.lower()}", "band_spelled_otherwise", banded)
    table.each(scaled(20, n), "Band", lambda v: f"B{v}", "band_spelled_otherwise", banded)
    table.each(scaled(15, n), "Position", lambda _: "", "identifier_missing")
    table.copy(scaled(10, n), "position_sent_twice")
    total = sum(_number(row.cells["Funded WTE"]) for row in table.rows)
    n = len(table.rows)
    for at in range(n - n % _PAGE, 0, -_PAGE):
        if at < n:
            table.insert(dict(zip(table.columns, table.columns, strict=True)), "header_repeated", at=at)
    centres = [row.cells["Cost Centre"] for row in table.rows]
    for at in range(len(table.rows) - 1, 0, -1):
        here, before = centres[at], centres[at - 1]
        if here != before and "Cost Centre" not in (here, before) and at % 5 == 0:
            own = [r for r in table.rows[:at] if r.cells["Cost Centre"] == before]
            funded = sum(_number(r.cells["Funded WTE"]) for r in own)
            table.insert(
                {"Cost Centre": f"Subtotal {before}", "Funded WTE": f"{funded:.2f}"}, "subtotal_row", at=at
            )
    table.insert({}, "blank_row")
    table.insert({"Cost Centre": "Total", "Funded WTE": f"{total:.2f}"}, "total_row")


def _number(value: str) -> float:
    try:
        return float(value.removesuffix(" wte").replace(",", "."))
    except ValueError:
        return 0.0


def write_establishment(
    out: Path, frames: dict[str, pl.DataFrame], seed: int
) -> list[tuple[pl.DataFrame, Table]]:
    """Writes the workbooks; returns each clean table with the damaged one."""
    written = []
    for n, (code, name) in enumerate(SENDERS.items()):
        file = f"INVENTED_{code}_Establishment_2026-06.xlsx"
        frame = establishment(frames["post"], frames["assignment"], code)
        table = Table.of(file, frame, (seed, 36, n), header=6, sheet="Establishment")
        clean = table.clean()
        damage_establishment(table, stale=code == "ALD-02")
        table.note(None, "", "titles_above_the_header", "rows 1 to 5", "leave out")
        write_workbook(
            out / file,
            table,
            titles=[name, "Funded establishment at June 2026", "Source: workforce information"],
            numbers=("Funded WTE", "In Post WTE", "Variance"),
            groups=[("Position", 5), ("WTE", 3)],
            others=[("Notes", [["Prepared by hand from the finance system."], ["WTE to two places."]])],
        )
        written.append((clean, table))
    return written
