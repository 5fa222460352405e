"""NHS trusts: turnover and stocks, rates by age, sickness absence."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import polars.selectors as cs

from published_sources.reading import QUANTITY, Table, check, quantity, read, whole

#: Words of the series for its staff groups, in any of its releases.
STAFF_GROUPS = {
    "HCHS Doctors (exc. Resident doctors and equivalents)": "doctors",
    "HCHS doctors - All grades": "doctors",
    "HCHS doctors": "doctors",
    "Nurses & health visitors": "nurses_health_visitors",
    "Midwives": "midwives",
    "Ambulance staff": "ambulance",
    "Scientific, therapeutic & technical staff": "scientific_therapeutic_technical",
    "ST&T": "scientific_therapeutic_technical",
    "Support to doctors, nurses & midwives": "support_doctors_nurses_midwives",
    "Support to ambulance staff": "support_ambulance",
    "Support to ST&T staff": "support_scientific_therapeutic_technical",
    "Support to ST&T": "support_scientific_therapeutic_technical",
    "Senior managers": "senior_managers",
    "Managers": "managers",
    "Central functions": "central_functions",
    "Hotel, property & estates": "hotel_property_estates",
    "Unknown classification": "unknown_classification",
}

KINDS = {
    "Denominator at start of period": "start",
    "Denominator at end of period": "end",
    "Joiners": "joiners",
    "Leavers": "leavers",
}

#: Cluster of the benchmarking files to sector and kind; a care trust is known by its benchmark group.
CLUSTERS = {
    "Acute": ("acute", "acute_trust"),
    "Community Provider Trust": ("community", "community_trust"),
    "Mental Health": ("mental_health", "mental_health_trust"),
    "Ambulance": ("ambulance", "ambulance_trust"),
    "Integrated Care Board": ("system", "icb"),
}


def monthly_files(source: Path) -> list[Path]:
    """The benchmarking files by organisation and month."""
    return sorted((source / "hchs_turnover").glob("Turnover benchmarking*.csv"))


def _group(column: str) -> pl.Expr:
    return pl.col(column).replace_strict(STAFF_GROUPS, default=None, return_dtype=pl.String)


def _rows(source: Path) -> pl.DataFrame:
    return pl.concat([read(path) for path in monthly_files(source)])


def _period(column: str) -> tuple[pl.Expr, pl.Expr]:
    """First and last day between two month-end stocks, such as `202510 to 202511`: all of November."""
    start = pl.col(column).str.head(6).str.strptime(pl.Date, "%Y%m").dt.offset_by("1mo")
    end = pl.col(column).str.tail(6).str.strptime(pl.Date, "%Y%m").dt.month_end()
    return start, end


def hchs_turnover(source: Path) -> Table:
    """Start, joiners, leavers and end by organisation, staff group and month; null staff group is all staff.

    The files leave out a row of joiners or leavers where there were none: the groups that are listed add
    up to the FTE of `All staff groups` exactly, so the absent ones are true zeros and written as such.
    """
    rows = _rows(source)
    whole_organisation = pl.col("STAFF_GROUP_1_NAME") == "All staff groups"
    groups = set(rows.filter(~whole_organisation).get_column("STAFF_GROUP_1_NAME"))
    check(groups <= set(STAFF_GROUPS), f"unknown staff group(s) {sorted(groups - set(STAFF_GROUPS))}")
    key = ["PERIOD", "TYPE", "REPORTING_ORG_CODE"]
    fte = quantity("FTE")
    added = rows.filter(~whole_organisation).group_by(key).agg(fte.sum().alias("added"))
    total = rows.filter(whole_organisation).select(*key, total=fte)
    check(
        total.join(added, on=key, how="full").filter(pl.col("added").ne_missing(pl.col("total"))).is_empty(),
        "FTE by staff group does not add up to all staff groups",
    )
    starts, ends = _period("PERIOD")
    long = rows.select(
        organisation="REPORTING_ORG_CODE",
        starts=starts,
        ends=ends,
        staff_group=_group("STAFF_GROUP_1_NAME"),
        kind=pl.col("TYPE").replace_strict(KINDS),
        headcount=whole("HC"),
        fte=quantity("FTE"),
    )
    keys = ["organisation", "starts", "ends", "staff_group"]
    frame = long.select(keys).unique()
    for kind in ("start", "joiners", "leavers", "end"):
        part = long.filter(pl.col("kind") == kind).select(
            *keys, pl.col("headcount").alias(f"{kind}_headcount"), pl.col("fte").alias(f"{kind}_fte")
        )
        frame = frame.join(part, on=keys, how="left", nulls_equal=True)
    frame = frame.with_columns(cs.ends_with("_headcount", "_fte").fill_null(0))
    return Table(
        "hchs_turnover",
        frame.sort(keys),
        ("hchs_turnover_monthly",),
        "Start, joiners, leavers and end by trust, staff group and month; null staff group is all staff; "
        "excludes resident doctors and bank staff.",
    )


def trusts(source: Path) -> Table:
    """The organisations of the benchmarking files: latest name, cluster, sector, kind, the ICB of 42."""
    latest = _rows(source).sort("PERIOD").unique("REPORTING_ORG_CODE", keep="last", maintain_order=True)
    cluster = pl.col("CLUSTER_GROUP")
    frame = latest.select(
        organisation="REPORTING_ORG_CODE",
        name="REPORTING_ORG_NAME",
        sector=cluster.replace_strict({k: v[0] for k, v in CLUSTERS.items()}),
        kind=pl.when(pl.col("BENCHMARK_GROUP") == "Care Trust")
        .then(pl.lit("care_trust"))
        .otherwise(cluster.replace_strict({k: v[1] for k, v in CLUSTERS.items()})),
        cluster=cluster,
        benchmark="BENCHMARK_GROUP",
        ics="ICS_CODE",
        ics_name="ICS_NAME",
        region="NHSE_REGION_CODE",
    )
    return Table(
        "trusts",
        frame.sort("organisation"),
        ("hchs_turnover_monthly",),
        "NHS trusts and boards of the turnover files, with cluster, benchmark group and ICB of 2025 (42).",
    )


def england_annual(source: Path) -> Table:
    """Stocks, joiners and leavers of England by staff group and year, as published."""
    rows = read(source / "hchs_turnover" / "hchs_turnover_annual_england_2010_2025.csv")
    starts, ends = _period("PERIOD")
    frame = rows.select(
        starts=starts,
        ends=ends,
        kind=pl.col("TYPE").replace_strict(KINDS),
        main_group="MAIN_STAFF_GROUP",
        group="STAFF_GROUP",
        staff_group=_group("STAFF_GROUP"),
        headcount=whole("HC"),
        fte=quantity("FTE"),
    )
    return Table(
        "hchs_turnover_england_annual",
        frame.sort("starts", "kind", "main_group", "group"),
        ("hchs_turnover_annual",),
        "Stock, joiners and leavers of England by staff group: September 2010, each year from 2021 to 2025, "
        "and October 2025.",
    )


def by_age(source: Path) -> Table:
    """Stock, joiners and leavers of England by staff group, grade and age band."""
    rows = read(source / "hchs_turnover" / "hchs_turnover_by_age_england_2022_2025.csv")
    starts, ends = _period("PERIOD")
    frame = rows.select(
        starts=starts,
        ends=ends,
        kind=pl.col("TYPE").replace_strict(KINDS),
        main_group="MAIN_STAFF_GROUP",
        group="STAFF_GROUP",
        staff_group=_group("STAFF_GROUP"),
        grade="GRADE",
        age_band="AGE_BAND",
        headcount=whole("HC"),
        fte=quantity("FTE"),
    )
    return Table(
        "hchs_turnover_by_age",
        frame.sort("starts", "kind", "main_group", "group", "grade", "age_band"),
        ("hchs_turnover_by_age",),
        "Stock, joiners and leavers of England by staff group, grade and age band, September 2022 to 2025.",
    )


def rates_by_age(source: Path) -> Table:
    """Leaver and joiner rates of England by staff group and age band, pooled over three years."""
    rows = read(source / "hchs_turnover" / "hchs_rates_by_age_england_pooled.csv")
    numbers = [
        "leavers", "joiners", "mean_stock_person_years", "leaver_rate", "joiner_rate", "joiner_share",
        "stock_sep_2025", "stock_share_sep_2025",
    ]  # fmt: skip
    frame = rows.select(
        group="staff_group",
        staff_group=_group("staff_group"),
        grade="grade",
        age_band="age_band",
        measure=pl.col("measure").str.to_lowercase(),
        years="years",
        **{name: pl.col(name).cast(pl.Float64) for name in numbers},
    )
    return Table(
        "hchs_rates_by_age",
        frame.sort("group", "grade", "measure", "age_band"),
        ("hchs_rates_by_age",),
        "Leaver and joiner rates of England by staff group and age band, pooled September 2022 to 2025.",
    )


def sickness_files(source: Path) -> list[Path]:
    """The twelve monthly files."""
    return sorted((source / "sickness").glob("*.csv"))


def sickness(source: Path) -> Table:
    """FTE days lost and available by organisation and month; binary noise of the files is rounded away."""
    rows = pl.concat([read(path) for path in sickness_files(source)])
    frame = rows.select(
        organisation="ORG_CODE",
        name="ORG_NAME",
        type="ORG_TYPE",
        ics="ICS_CODE",
        ends=pl.col("DATE").str.strptime(pl.Date, "%d/%m/%Y"),
        days_lost=_days("FTE_DAYS_LOST"),
        days_available=_days("FTE_DAYS_AVAILABLE"),
    )
    check(
        frame.select("organisation", "ends").is_unique().all(), "sickness holds an organisation-month twice"
    )
    return Table(
        "sickness_absence",
        frame.sort("organisation", "ends"),
        ("sickness_absence",),
        "FTE days lost and available by organisation and month, April 2024 to March 2025.",
    )


def _days(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Float64).round(5).cast(pl.Decimal(18, 5)).cast(QUANTITY)
