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
    """Usual residents of England's councils by sex: of all ages, and in the file's three broad ages.

    The three broad ages leave some ages out: they add up to about a tenth less than the total of each sex.
    """
    rows = read(source / "census" / "age_gender21_ltla21_ew.csv").filter(
        pl.col("ltla21_code").str.starts_with("E")
    )
    ages = ("total", "younger", "working_age", "older")
    wide = [f"{age}_{sex}s" for age in ages for sex in ("female", "male")]
    long = rows.unpivot(wide, index="ltla21_code")
    total = pl.col("total_population").cast(pl.Float64)
    parts = pl.col("total_females").cast(pl.Float64) + pl.col("total_males").cast(pl.Float64)
    check(rows.filter(total != parts).is_empty(), "women and men of a council do not add up to its total")
    frame = long.select(
        area="ltla21_code",
        sex=pl.col("variable").str.extract(r"_(female|male)s$"),
        age=pl.col("variable").str.extract(r"^(.*)_(?:female|male)s$").replace("total", "all"),
        people=pl.col("value").cast(pl.Float64).cast(pl.Int64),
    )
    return Table(
        "census_age_sex",
        frame.sort("area", "sex", "age"),
        ("census_age_sex",),
        "Usual residents of England's councils by sex, 2021: all ages, and three broad ages (younger, "
        "working age, older), which leave some ages out and do not add up to all.",
    )
