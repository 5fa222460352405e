"""Leavers reports of the four trusts: who left in the last twelve months, why, and where to."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from skillmix import reference
from skillmix.demonstration.extracts.dirt import Table, scaled, short_year
from skillmix.demonstration.extracts.esr import AS_OF, TRUSTS, esr_grade, esr_words
from skillmix.demonstration.extracts.writing import uk, write_csv

FROM = dt.date(2025, 7, 1)


def leavers(movements: pl.DataFrame, known: pl.DataFrame, trust: str) -> pl.DataFrame:
    """The clean leavers table of a trust: everyone whose employment there ended.

    Args:
        movements: the events.
        known: what `identities` returns.
        trust: code of the trust.
    """
    reasons = dict(reference.table("reasons_for_leaving").select("code", "label").rows())
    destinations = dict(reference.table("destinations_on_leaving").select("code", "label").rows())
    rows = (
        movements.filter(
            (pl.col("from_organisation") == trust)
            & pl.col("kind").is_in(["left", "moved"])
            & pl.col("date").is_between(FROM, AS_OF)
        )
        .join(known, on="person_key", how="left", maintain_order="left")
        .join(esr_words(), on="role", how="left", maintain_order="left")
        .sort("date", "employee_number")
    )
    start = pl.col("date").dt.offset_by(pl.format("-{}mo", "tenure_months"))
    return rows.select(
        pl.col("employee_number").alias("Employee Number"),
        pl.format("{}-1", "employee_number").alias("Assignment Number"),
        pl.col("surname").alias("Last Name"),
        pl.col("ni_number").alias("NI Number"),
        uk("birth_date").alias("Date Of Birth"),
        pl.lit(trust).alias("Org L2"),
        pl.col("staff_group_sent").alias("Staff Group"),
        pl.col("job_role_sent").alias("Job Role"),
        pl.col("level").replace_strict(esr_grade("code"), default="Local").alias("Pay Grade"),
        pl.col("fte").cast(pl.Decimal(18, 2)).alias("FTE"),
        start.dt.strftime("%d/%m/%Y").alias("Latest Start Date"),
        uk("date").alias("Termination Date"),
        pl.col("reason").replace_strict(reasons, default="Unknown").alias("Leaving Reason"),
        pl.col("destination").replace_strict(destinations, default="Unknown").alias("Destination On Leaving"),
    )


def damage_leavers(table: Table, in_post: list[dict[str, str]]) -> None:
    """Puts into a leavers table what such tables have.

    Args:
        table: the leavers.
        in_post: rows of the same trust's staff in post, some of whom are sent as leavers too.
    """
    n = len(table.rows)
    table.each(scaled(6, n), "Termination Date", short_year, "date_with_two_digit_year")
    for row in table.some(scaled(3, n)):
        table.change(row, "Termination Date", "01/01/2001", "ends_before_it_started")
    table.each(scaled(8, n), "Leaving Reason", lambda v: v.replace("Voluntary", "Volantary"), "misspelled")
    table.each(scaled(8, n), "Leaving Reason", lambda v: v.upper(), "spelled_otherwise")
    table.each(scaled(6, n), "Leaving Reason", lambda _: "", "value_missing")
    table.each(scaled(5, n), "Destination On Leaving", lambda v: f"{v} ", "spaces_around")
    table.copy(scaled(5, n))
    for cells in in_post[: scaled(4, n)]:
        again = {column: cells.get(column, "") for column in table.columns}
        again |= {
            "Termination Date": "30/04/2026",
            "Leaving Reason": "Flexi Retirement",
            "Destination On Leaving": "No Employment",
        }
        table.insert(again, "leaver_who_is_still_in_post", right="no leaver: partly retired, or an error")


def write_leavers(
    out: Path,
    movements: pl.DataFrame,
    known: pl.DataFrame,
    staff: dict[str, list[dict[str, str]]],
    seed: int,
) -> list[tuple[pl.DataFrame, Table]]:
    """Writes the leavers reports; returns each clean table with the damaged one.

    Args:
        out: the folder.
        movements: the events.
        known: what `identities` returns.
        staff: some rows of each trust's staff in post, by trust.
        seed: the seed of the city.
    """
    written = []
    for n, trust in enumerate(TRUSTS):
        name = f"INVENTED_{trust}_ESR_Leavers_2025-07_to_2026-06.csv"
        table = Table.of(name, leavers(movements, known, trust), (seed, 32, n))
        clean = table.clean()
        damage_leavers(table, staff[trust])
        write_csv(out / name, table, encoding="cp1252" if trust == "ALD-02" else "utf-8-sig")
        written.append((clean, table))
    return written
