"""The university's list of learners, students and apprentices together."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from skillmix import reference
from skillmix.demonstration.extracts.dirt import Table, scaled, short_year
from skillmix.demonstration.extracts.esr import AS_OF
from skillmix.demonstration.extracts.writing import uk, write_workbook


def learners(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The clean list at the last date.

    Args:
        rows: the learners.
        known: what `identities` returns; students who work nowhere have only a number.
    """
    professions = dict(reference.table("professions").select("code", "label").rows())
    programmes = dict(reference.table("programmes").select("code", "label").rows())
    listed = (
        rows.filter(pl.col("as_of") == AS_OF)
        .join(known, on="person_key", how="left", maintain_order="left")
        .sort("profession", "start_date", "person_key")
        .with_row_index("n", offset=1)
    )
    return listed.select(
        pl.format("S{}", pl.col("n").cast(pl.String).str.zfill(6)).alias("Student ID"),
        pl.coalesce("surname", pl.format("Surname8{}", pl.col("n").cast(pl.String).str.zfill(4))).alias(
            "Surname"
        ),
        pl.format(
            "{}: {}",
            pl.col("programme").replace_strict(programmes),
            pl.col("profession").replace_strict(professions),
        ).alias("Course"),
        uk("start_date").alias("Start"),
        uk("expected_end").alias("Expected End"),
        pl.col("status").str.to_titlecase().alias("Status"),
        pl.col("employer").fill_null("").alias("Sponsoring Employer"),
        pl.col("sex").str.to_titlecase().alias("Sex"),
    )


def damage_learners(table: Table) -> None:
    """Puts into the list what such lists have."""
    n = len(table.rows)
    table.each(scaled(8, n), "Start", short_year, "date_with_two_digit_year")
    table.each(scaled(10, n), "Expected End", lambda v: f"Summer {v[-4:]}", "words_for_a_date")
    table.each(
        scaled(10, n), "Course", lambda v: f"BSc (Hons) {v.partition(': ')[2]}", "course_named_otherwise"
    )
    table.each(scaled(10, n), "Sponsoring Employer", lambda v: f"{v} (trust)", "spelled_otherwise")
    table.each(scaled(6, n), "Status", lambda _: "Intercalating", "status_unknown",
               lambda c: c["Status"] == "Active")  # fmt: skip
    table.each(scaled(6, n), "Status", lambda _: "", "value_missing")
    table.copy(scaled(4, n))


def write_learners(
    out: Path, frames: dict[str, pl.DataFrame], known: pl.DataFrame, seed: int
) -> list[tuple[pl.DataFrame, Table]]:
    """Writes the list; returns the clean table with the damaged one."""
    name = "INVENTED_Aldmoor_University_Learners_2026-06.xlsx"
    table = Table.of(name, learners(frames["learner"], known), (seed, 39), header=4, sheet="Learners")
    clean = table.clean()
    damage_learners(table)
    table.note(None, "", "titles_above_the_header", "rows 1 to 3", "leave out")
    write_workbook(out / name, table, titles=["Aldmoor University", "Learners by course, June 2026"])
    return [(clean, table)]
