"""Which board, which council, which catchment: lookups derived from the official files."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from published_sources.reading import QUANTITY, Table, check, read

#: Ending of a full name that is a code alone, such as `NHS West Yorkshire ICB - 15F`.
_TAIL = r"^NHS (.*?) (?:ICB|Integrated Care Board)\s*-\s*(\S+)\s*(.*)$"


def networks(practices: pl.DataFrame, seen: pl.DataFrame) -> Table:
    """Networks by sub-ICB: practices and patients there, the share of all its patients, who reports it."""
    by_place = (
        practices.drop_nulls("network")
        .group_by("network", "network_name", "sub_icb")
        .agg(pl.len().cast(pl.Int64).alias("practices"), pl.col("patients").sum())
    )
    latest = seen.filter(pl.col("period") == pl.col("period").max()).select("network", reported_by="sub_icb")
    check(latest.get_column("network").is_unique().all(), "a network reports its workforce to two sub-ICBs")
    shared = _ratio(pl.col("patients"), pl.col("patients").sum().over("network"))
    frame = by_place.with_columns(share_patients=shared).join(latest, on="network", how="left")
    return Table(
        "networks",
        frame.sort("network", "sub_icb"),
        ("registered_patients", "pcn_workforce"),
        "Primary care networks by sub-ICB on 1 July 2026: practices, patients, share of all its "
        "patients, and the sub-ICB under which its workforce is published (null: no row in the latest one).",
    )


def sub_icb_ics(practices: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """The ICB of 42 that each sub-ICB's patients belonged to.

    A practice takes the ICB under which its network last reported before the boards merged; a network that
    lies in two sub-ICBs, or had not reported, takes its sub-ICB's own mixture; a sub-ICB without any takes
    its ICB.
    """
    before = seen.filter(pl.col("period") < "2023").sort("period")
    boards = set(before.get_column("ics"))
    last = before.unique("network", keep="last", maintain_order=True).select("network", "ics")
    places = pl.col("sub_icb").n_unique().over("network")
    matched = practices.with_columns(places=places).join(last, on="network", how="left")
    known = matched.filter(pl.col("ics").is_not_null() & (pl.col("places") == 1))
    mixture = known.group_by("sub_icb", "ics").agg(pl.col("patients").sum().alias("weight"))
    rest = practices.select("sub_icb", ics="icb").unique().join(mixture, on="sub_icb", how="anti")
    check(set(rest.get_column("ics")) <= boards, "a sub-ICB cannot be tied to an ICB of 2022")
    mixture = pl.concat([mixture, rest.with_columns(weight=pl.lit(1, dtype=pl.Int64))])
    whole = practices.group_by("sub_icb").agg(pl.col("patients").sum().alias("all_patients"))
    mixture = mixture.join(whole, on="sub_icb").with_columns(
        share_of_sub_icb=pl.col("weight") / pl.col("weight").sum().over("sub_icb")
    )
    patients = pl.col("share_of_sub_icb") * pl.col("all_patients")
    return (
        mixture.with_columns(patients=patients)
        .with_columns(share_of_ics=pl.col("patients") / pl.col("patients").sum().over("ics"))
        .select(
            "sub_icb",
            "ics",
            *[_exact(pl.col(name)).alias(name) for name in ("share_of_sub_icb", "share_of_ics")],
        )
        .sort("sub_icb", "ics")
    )


def sub_icbs(mapped: pl.DataFrame, practices: pl.DataFrame, names: pl.DataFrame, ics: pl.DataFrame) -> Table:
    """Sub-ICB locations: names, ICB, region, counts, and the main ICB of 42."""
    about = mapped.select(
        sub_icb="SUB_ICB_LOCATION_CODE",
        icb="ICB_CODE",
        icb_name="ICB_NAME",
        region="COMM_REGION_CODE",
        region_name="COMM_REGION_NAME",
        ons_sub_icb="ONS_SUB_ICB_LOCATION_CODE",
        ons_icb="ONS_ICB_CODE",
        map_name="SUB_ICB_LOCATION_NAME",
    ).unique()
    check(about.get_column("sub_icb").is_unique().all(), "a sub-ICB stands in two boards")
    counts = practices.group_by("sub_icb").agg(
        practices=pl.len().cast(pl.Int64),
        practices_without_network=pl.col("network").null_count().cast(pl.Int64),
        networks=pl.col("network").drop_nulls().n_unique().cast(pl.Int64),
        patients=pl.col("patients").sum(),
    )
    main = ics.sort("share_of_sub_icb").group_by("sub_icb").agg(pl.col("ics").last())
    full = pl.coalesce("sub_icb_name", "map_name").str.strip_chars()
    words = full.str.replace(_TAIL, "$3")
    board = full.str.replace(_TAIL, "$1")
    frame = (
        about.join(names, on="sub_icb", how="left")
        .join(counts, on="sub_icb")
        .join(main, on="sub_icb")
        .with_columns(full_name=full, words=words, board=board)
        .with_columns(name=pl.when(pl.col("words") == "").then("board").otherwise("words"))
        .select(
            "sub_icb", "name", "full_name", "icb", "icb_name", "region", "region_name", "ons_sub_icb",
            "ons_icb", "ics", "practices", "practices_without_network", "networks", "patients",
        )
    )  # fmt: skip
    return Table(
        "sub_icb",
        frame.sort("sub_icb"),
        ("registered_patients", "pcn_workforce"),
        "Sub-ICB locations of July 2026 with ICB (36), the main ICB of 2022 (42), region and counts.",
    )


def areas(source: Path) -> Table:
    """Councils of the West Yorkshire sub-ICBs, by the districts of 2021 (named in each small area)."""
    rows = read(source / "lookups" / "lookup_lsoa21_west_yorkshire_icb24_ward24_ltla24.csv")
    codes = (
        read(source / "census" / "ethnicity21_ltla21.csv")
        .select(area="ltla21_code", area_name="ltla21_name")
        .unique()
    )
    frame = (
        rows.select(
            sub_icb="sicbl24_code_nhs",
            area_name=pl.col("lsoa21_name").str.replace(r" \d{3}[A-Z]$", ""),
            ltla24="ltla24_code",
            ltla24_name="ltla24_name",
        )
        .group_by("sub_icb", "area_name", "ltla24", "ltla24_name")
        .agg(small_areas=pl.len().cast(pl.Int64))
        .join(codes, on="area_name", how="left")
    )
    check(frame.get_column("area").null_count() == 0, "a district of the small areas is not in the census")
    return Table(
        "sub_icb_area",
        frame.select("sub_icb", "area", "area_name", "ltla24", "ltla24_name", "small_areas").sort(
            "sub_icb", "area"
        ),
        ("lookup_small_areas",),
        "Councils in each West Yorkshire sub-ICB: the district of 2021 (catchments, census) and of 2024.",
    )


def catchment_ics(source: Path, trusts: pl.DataFrame) -> Table:
    """Share of each acute trust's patients by ICB of 42, with the ICB's code instead of its ONS code.

    The two code lists are tied by the trusts themselves: an ICB's code goes with the ONS code from which
    most of its own acute trusts draw most of their patients, and the tie must be one to one.
    """
    shares = read(source / "lookups" / "lookup_nhs_trusts22_icb22.csv").select(
        organisation="nhs_trust22_code",
        ons="icb22_code",
        share=pl.col("proportion_trust_came_from_icb").cast(pl.Float64),
    )
    most = shares.sort("share").group_by("organisation").agg(pl.col("ons").last())
    votes = most.join(trusts.select("organisation", "ics"), on="organisation").group_by("ics", "ons").len()
    tie = votes.sort("len").group_by("ics").agg(pl.col("ons").last())
    check(tie.get_column("ons").is_unique().all() and tie.height == 42, "the ICB codes do not tie one to one")
    frame = shares.join(tie, on="ons", how="left")
    check(frame.get_column("ics").null_count() == 0, "a catchment has an ICB without a code")
    return Table(
        "catchment_ics",
        frame.select("organisation", "ics", ons_ics="ons", share=_exact(pl.col("share"))).sort(
            "organisation", "ics"
        ),
        ("catchments", "hchs_turnover_monthly"),
        "Share of each acute trust's patients who come from each ICB of 2022 (42).",
    )


def catchment_area(source: Path) -> Table:
    """Share of each acute trust's patients by council district of 2021, where at least 1 in 10,000."""
    frame = (
        read(source / "lookups" / "lookup_nhs_trusts22_ltla21.csv")
        .select(
            organisation="nhs_trust22_code",
            area="ltla21_code",
            share=_exact(pl.col("proportion_trust_came_from_ltla").cast(pl.Float64)),
        )
        .filter(pl.col("share") >= 0.0001)
    )
    return Table(
        "catchment_area",
        frame.sort("organisation", "area"),
        ("catchments",),
        "Share of each acute trust's patients who come from each council district of 2021, shares of at "
        "least one in ten thousand.",
    )


def _exact(share: pl.Expr) -> pl.Expr:
    return share.round(9).cast(pl.Decimal(18, 9))


def _ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return (part / whole).round(9).cast(QUANTITY)
