"""The people whom the workforce serves: population with variants, and the census."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from published_sources.reading import Table, check, read, whole

#: Variants that are carried: the estimate, the principal projection, high and low migration.
VARIANTS = {"v0": "estimate", "v1": "principal", "v6": "high_migration", "v9": "low_migration"}


def population(source: Path) -> Table:
    """Residents of the West Yorkshire councils and their ICB by single year of age; 100 is 100 and over."""
    rows = read(source / "population" / "population_west_yorkshire_by_age_sex_variant.csv")
    age = whole("age")
    frame = rows.filter(pl.col("variant").is_in(list(VARIANTS))).select(
        area="area_code",
        variant=pl.col("variant").replace_strict(VARIANTS),
        year=whole("year"),
        sex=pl.col("sex").replace_strict({"f": "female", "m": "male"}),
        age_from=age,
        age_to=pl.when(age < 100).then(age),
        people=whole("population"),
    )
    return Table(
        "population",
        frame.sort("area", "variant", "year", "sex", "age_from"),
        ("population",),
        "Residents at 30 June by area, variant, year, sex and single year of age: estimates 2000 to 2023, "
        "2018-based projections 2024 to 2043. Levels of estimates and projections must not be spliced.",
    )


def census_ethnicity(source: Path) -> Table:
    """Usual residents of England's councils by ethnic group, all ages, 2021."""
    rows = read(source / "census" / "ethnicity21_ltla21.csv")
    words = pl.col("ethnic_group").str.strip_chars()
    frame = rows.filter(words.str.ends_with("(number)") & pl.col("ltla21_code").str.starts_with("E")).select(
        area="ltla21_code",
        area_name="ltla21_name",
        ethnic_group=words.str.replace(r"\s*\(number\)$", ""),
        people=pl.col("value").cast(pl.Float64).cast(pl.Int64),
    )
    check(frame.select("area", "ethnic_group").is_unique().all(), "the census holds a group of an area twice")
    return Table(
        "census_ethnicity",
        frame.sort("area", "ethnic_group"),
        ("census_ethnicity",),
        "Usual residents of England's councils by ethnic group (publisher's words), all ages, Census 2021.",
    )


def census_age_sex(source: Path) -> Table:
    """Usual residents of England's councils by sex and three broad ages, 2021."""
    rows = read(source / "census" / "age_gender21_ltla21_ew.csv").filter(
        pl.col("ltla21_code").str.starts_with("E")
    )
    wide = [f"{age}_{sex}s" for age in ("younger", "working_age", "older") for sex in ("female", "male")]
    long = rows.unpivot(wide, index="ltla21_code")
    frame = long.select(
        area="ltla21_code",
        sex=pl.col("variable").str.extract(r"_(female|male)s$"),
        age=pl.col("variable").str.extract(r"^(.*)_(?:female|male)s$"),
        people=pl.col("value").cast(pl.Float64).cast(pl.Int64),
    )
    return Table(
        "census_age_sex",
        frame.sort("area", "sex", "age"),
        ("census_age_sex",),
        "Usual residents of England's councils by sex and broad age (younger, working age, older), 2021.",
    )
