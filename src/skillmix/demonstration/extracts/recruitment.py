"""The recruitment system's export: one row a vacancy of every employer that uses it."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from skillmix.demonstration.extracts.dirt import Table, scaled, serial, short_year
from skillmix.demonstration.extracts.esr import esr_grade, esr_words
from skillmix.demonstration.extracts.writing import uk, write_csv


def vacancies(recruitment: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """The clean export.

    Args:
        recruitment: the records.
        listed: the organisations, for their names.
    """
    names = dict(listed.select("organisation", "name").rows())
    rows = recruitment.join(esr_words(), on="role", how="left", maintain_order="left")
    return rows.select(
        pl.format("V{}", pl.col("row").cast(pl.String).str.zfill(6)).alias("Vacancy Ref"),
        pl.col("organisation").alias("Employer Code"),
        pl.col("organisation").replace_strict(names).alias("Employer"),
        pl.col("job_role_sent").alias("Job Title"),
        pl.col("staff_group_sent").alias("Staff Group"),
        pl.col("level").replace_strict(esr_grade("word"), default="Local").alias("Band"),
        pl.col("fte").cast(pl.Decimal(18, 2)).alias("WTE"),
        uk("approved").alias("Approved Date"),
        uk("advertised").alias("Advert Date"),
        pl.col("applicants").alias("Applications"),
        pl.col("shortlisted").alias("Shortlisted"),
        pl.col("appointed").alias("Appointed"),
        uk("started").alias("Start Date"),
        pl.col("days_to_hire").alias("Time To Hire (days)"),
    )


def damage_vacancies(table: Table) -> None:
    """Puts into the export what such exports have."""
    n = len(table.rows)
    table.each(scaled(8, n), "Start Date", short_year, "date_with_two_digit_year")
    table.each(scaled(8, n), "Approved Date", serial, "date_as_serial_number")
    table.each(scaled(4, n), "Time To Hire (days)", lambda v: f"-{v}", "days_below_nought")
    table.each(scaled(4, n), "Applications", lambda _: "0", "fewer_applicants_than_shortlisted",
               lambda c: c["Shortlisted"] not in ("", "0"))  # fmt: skip
    table.each(scaled(6, n), "Job Title", lambda v: f"{v} - Exciting Opportunity!", "free_text")
    table.each(scaled(8, n), "Band", lambda v: v.replace("Band ", "AfC "), "band_spelled_otherwise")
    table.each(scaled(4, n), "Employer Code", lambda _: "", "value_missing")
    table.each(scaled(4, n), "WTE", lambda _: "Various", "words_for_a_number")
    for row in table.some(scaled(6, n), lambda c: c["Appointed"] == "0"):
        again = {**row.cells, "Vacancy Ref": f"{row.cells['Vacancy Ref']}-R"}
        row.damaged = True
        table.insert(again, "vacancy_advertised_again", right="one vacancy", at=table.rows.index(row) + 1)
    table.copy(scaled(3, n))


def write_recruitment(
    out: Path, frames: dict[str, pl.DataFrame], seed: int
) -> list[tuple[pl.DataFrame, Table]]:
    """Writes the export; returns the clean table with the damaged one."""
    name = "INVENTED_Recruitment_System_Export_2024-04_to_2026-06.csv"
    table = Table.of(name, vacancies(frames["recruitment"], frames["organisation"]), (seed, 38))
    clean = table.clean()
    damage_vacancies(table)
    write_csv(out / name, table, encoding="utf-8-sig")
    return [(clean, table)]
