"""Practices, registered patients, general practice workforce."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from published_sources.reading import QUANTITY, Table, check, quantity, read, readable_names, whole

#: Broad ages, which suit the age weights of the general practice funding formula.
BANDS = [(0, 4), (5, 14), (15, 44), (45, 64), (65, 74), (75, 84), (85, None)]

#: How the map marks a practice that belongs to no network.
NO_NETWORK = "U"


def practices(source: Path) -> Table:
    """One row a practice: network (null where in none), sub-ICB, ICB, patients, deprivation."""
    folder = source / "gp_registered_patients"
    mapped = read(folder / "gp-reg-pat-prac-map.zip")
    patients = _ages(source).group_by("practice").agg(pl.col("patients").sum())
    imd = read(folder / "fingertips-imd-2025-gp-practice.csv").select(
        practice="PRACTICE_CODE", deprivation=quantity("IMD_SCORE")
    )
    in_network = pl.col("PCN_CODE") != NO_NETWORK
    frame = (
        mapped.select(
            practice="PRACTICE_CODE",
            name=readable_names("PRACTICE_NAME"),
            network=pl.when(in_network).then("PCN_CODE"),
            network_name=pl.when(in_network).then(readable_names("PCN_NAME")),
            sub_icb="SUB_ICB_LOCATION_CODE",
            icb="ICB_CODE",
            region="COMM_REGION_CODE",
            postcode_district=pl.col("PRACTICE_POSTCODE").str.split(" ").list.first(),
        )
        .join(patients, on="practice", how="left")
        .join(imd, on="practice", how="left")
        .sort("practice")
    )
    check(frame.get_column("patients").null_count() == 0, "a practice of the map has no patients")
    check(frame.get_column("practice").is_unique().all(), "a practice stands twice in the map")
    return Table(
        "practices",
        frame,
        ("registered_patients", "deprivation"),
        "Practices on 1 July 2026 with network, sub-ICB, patients and deprivation; network is null where "
        "the practice is in none.",
    )


def map_rows(source: Path) -> pl.DataFrame:
    """The practice map as published."""
    return read(source / "gp_registered_patients" / "gp-reg-pat-prac-map.zip")


def _ages(source: Path) -> pl.DataFrame:
    rows = read(source / "gp_registered_patients" / "gp-reg-pat-prac-quin-age.zip").filter(
        pl.col("ORG_TYPE") == "GP"
    )
    rows = rows.select(
        practice="ORG_CODE", sex=pl.col("SEX").str.to_lowercase(), age="AGE_GROUP_5",
        patients=whole("NUMBER_OF_PATIENTS"),
    )  # fmt: skip
    totals = rows.filter((pl.col("sex") == "all") & (pl.col("age") == "ALL")).select(
        "practice", total="patients"
    )
    fine = rows.filter((pl.col("sex") != "all") & (pl.col("age") != "ALL"))
    compared = fine.group_by("practice").agg(pl.col("patients").sum()).join(totals, on="practice", how="full")
    check(
        compared.filter(pl.col("patients").ne_missing(pl.col("total"))).is_empty(),
        "patients by sex and age do not add up to a practice's total",
    )
    return fine


def registered_patients(source: Path) -> Table:
    """Patients of each practice by sex and broad age."""
    youngest = pl.col("age").str.extract(r"^(\d+)").cast(pl.Int64)
    start = pl.lit(None, dtype=pl.Int64)
    end = pl.lit(None, dtype=pl.Int64)
    for lower, upper in BANDS:
        inside = (youngest >= lower) & ((youngest <= upper) if upper is not None else pl.lit(True))
        start = pl.when(inside).then(pl.lit(lower)).otherwise(start)
        end = pl.when(inside).then(pl.lit(upper, dtype=pl.Int64)).otherwise(end)
    frame = (
        _ages(source)
        .with_columns(age_from=start, age_to=end)
        .group_by("practice", "sex", "age_from", "age_to")
        .agg(pl.col("patients").sum())
        .sort("practice", "sex", "age_from")
    )
    return Table(
        "registered_patients",
        frame,
        ("registered_patients",),
        "Registered patients on 1 July 2026 by practice, sex and broad age.",
    )


_GP_FIELDS = {
    "general_practitioners": "TOTAL_GP_EXTGL_FTE",
    "general_practitioners_locum_trainee": "TOTAL_LOCUUM_TRN_FTE",
    "general_practice_nurses": "TOTAL_NURSES_FTE",
    "direct_patient_care": "TOTAL_DPC_FTE",
    "admin_non_clinical": "TOTAL_ADMIN_FTE",
}


def gp_workforce_files(source: Path) -> list[Path]:
    """The two vintages, the earlier first."""
    return sorted((source / "gp_workforce").glob("*.csv"))


def gp_workforce(source: Path) -> Table:
    """FTE by practice, year and group in both vintages: `NA` is null (no data), 0 is a true zero."""
    parts = []
    for path in gp_workforce_files(source):
        rows = read(path)
        last = rows.get_column("Year").max()
        check(
            rows.select("Practice.Code", "Year").is_unique().all(), f"{path.name} holds a practice-year twice"
        )
        parts.append(
            rows.select(
                practice="Practice.Code",
                year=whole("Year"),
                edition=pl.lit(f"{last}-12-31"),
                patients=pl.col("TOTAL_PATIENTS")
                .cast(pl.Float64)
                .round(6)
                .cast(pl.Decimal(18, 6))
                .cast(QUANTITY),
                **{group: quantity(column, missing=("NA",)) for group, column in _GP_FIELDS.items()},
            )
        )
    return Table(
        "gp_workforce",
        pl.concat(parts).sort("practice", "year", "edition"),
        ("gp_workforce",),
        "General practice FTE by practice and year, averaged over the year, in both vintages; the edition is "
        "the last day that the vintage covers.",
    )
