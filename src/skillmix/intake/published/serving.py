"""Which trusts serve a place, and which share of each is the place's.

Acute trusts by catchment: the share of the trust's patients who come from the place. A place that was the
whole of an integrated care board of 2022 has the board's share; another the sum over its councils, where they
are known, else what the board's other places leave, divided by registered patients. Community, mental-health
and ambulance trusts: the list `service_map` says what a trust is known to serve; a trust that is not in it
serves its own board's places, divided by registered patients. Every share carries its basis and confidence.
"""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from skillmix import reference

#: Sectors whose trusts have catchments.
ACUTE = "acute"

#: Sectors of trusts that the published turnover figures hold.
SECTORS = (ACUTE, "community", "mental_health", "ambulance")

_WORST_FIRST = ("assumed", "recalled", "calculated", "seen", "published")

_COLUMNS = ("sub_icb", "organisation", "share", "basis", "confidence", "source")


def _worst(column: str) -> pl.Expr:
    """The least of several confidences."""
    return _rank(column).min().replace_strict(dict(enumerate(_WORST_FIRST)))


def _rank(column: str) -> pl.Expr:
    """How far a confidence may be trusted, the least 0."""
    order = {word: rank for rank, word in enumerate(_WORST_FIRST)}
    return pl.col(column).replace_strict(order, return_dtype=pl.Int64)


def places_areas() -> pl.DataFrame:
    """Councils of each sub-ICB, where they are known.

    Returns:
        ``sub_icb, area, area_name, share_of_area, confidence``: districts of 2021; published for West
        Yorkshire, recalled or assumed elsewhere.
    """
    published = reference.published("sub_icb_area").select(
        "sub_icb",
        "area",
        "area_name",
        pl.lit(1.0).alias("share_of_area"),
        pl.lit("published").alias("confidence"),
    )
    recalled = reference.table("sub_icb_areas").select(published.columns)
    new = recalled.join(published.select("sub_icb").unique(), on="sub_icb", how="anti")
    return pl.concat([published, new]).sort("sub_icb", "area")


def _weights() -> pl.DataFrame:
    """Registered patients of each sub-ICB in each board of 2022: ``sub_icb, ics, patients, share_of_ics``."""
    ics = reference.published("sub_icb_ics").with_columns(
        pl.col("share_of_sub_icb").cast(pl.Float64), pl.col("share_of_ics").cast(pl.Float64)
    )
    counts = reference.published("sub_icb").select("sub_icb", pl.col("patients").alias("all"))
    return ics.join(counts, on="sub_icb").select(
        "sub_icb", "ics", "share_of_ics", (pl.col("all") * pl.col("share_of_sub_icb")).alias("patients")
    )


def _trusts() -> pl.DataFrame:
    return reference.published("trusts").filter(pl.col("sector").is_in(SECTORS))


def _by_council(acute: pl.DataFrame) -> pl.DataFrame:
    catchments = reference.published("catchment_area").with_columns(pl.col("share").cast(pl.Float64))
    # The published share of a whole board needs no councils.
    boards = _weights().group_by("sub_icb").agg((pl.col("share_of_ics") == 1).all().alias("whole"))
    whole = boards.filter("whole")
    return (
        catchments.join(acute.select("organisation"), on="organisation", how="semi")
        .join(places_areas(), on="area")
        .join(whole, on="sub_icb", how="anti")
        .group_by("sub_icb", "organisation")
        .agg((pl.col("share") * pl.col("share_of_area")).sum().alias("share"), _worst("confidence"))
        .with_columns(
            pl.lit("catchment").alias("basis"),
            pl.lit("Acute trust catchment 2022 by council").alias("source"),
        )
    )


def _by_board(acute: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """Places without known councils share what their boards' other places leave of each trust."""
    weights = _weights()
    rest = weights.join(listed.select("sub_icb").unique(), on="sub_icb", how="anti").with_columns(
        (pl.col("patients") / pl.col("patients").sum().over("ics")).alias("part")
    )
    alone = rest.group_by("sub_icb").agg((pl.col("share_of_ics") == 1).all().alias("alone"))
    taken = (
        listed.join(weights.sort("patients").unique("sub_icb", keep="last"), on="sub_icb")
        .group_by("organisation", "ics")
        .agg(pl.col("share").sum().alias("taken"))
    )
    catchments = reference.published("catchment_ics").select(
        "organisation", "ics", pl.col("share").cast(pl.Float64)
    )
    left = (
        catchments.join(acute.select("organisation"), on="organisation", how="semi")
        .join(taken, on=["organisation", "ics"], how="left")
        .with_columns((pl.col("share") - pl.col("taken").fill_null(0)).clip(lower_bound=0))
    )
    return (
        left.join(rest, on="ics")
        .group_by("sub_icb", "organisation")
        .agg((pl.col("share") * pl.col("part")).sum().alias("share"))
        .join(alone, on="sub_icb")
        .select(
            "sub_icb",
            "organisation",
            "share",
            # A place that is the whole of its board needs no division: its share is the published one.
            pl.when("alone").then(pl.lit("published")).otherwise(pl.lit("assumed")).alias("confidence"),
            pl.lit("catchment").alias("basis"),
            pl.when("alone")
            .then(pl.lit("Acute trust catchment 2022 by integrated care board"))
            .otherwise(
                pl.lit("Acute trust catchment 2022 by integrated care board, divided by registered patients")
            )
            .alias("source"),
        )
    )


def _known() -> pl.DataFrame:
    """Trusts of the list `service_map`, divided among the places of the areas that they are listed with."""
    listed = reference.table("service_map").rename({"trust": "organisation"})
    weights = _weights()
    by_place = listed.filter(pl.col("area_kind") == "sub_icb").join(
        weights.group_by("sub_icb").agg(pl.col("patients").sum()), left_on="area", right_on="sub_icb"
    )
    by_board = listed.filter(pl.col("area_kind") == "ics").join(
        weights.select("sub_icb", "ics", "patients"), left_on="area", right_on="ics"
    )
    found = pl.concat([by_place.with_columns(pl.col("area").alias("sub_icb")), by_board], how="diagonal")
    given = pl.col("share").is_not_null()
    unnamed = pl.when(~given).then("patients")
    left = 1 - pl.col("share").sum().over("organisation")
    return (
        found.with_columns(
            pl.coalesce("share", left * unnamed / unnamed.sum().over("organisation")).alias("share")
        )
        .group_by("sub_icb", "organisation")
        .agg(pl.col("share").sum(), _worst("confidence"), pl.col("basis").first(), pl.col("source").first())
        .with_columns(pl.col("share").clip(upper_bound=1))
    )


def _own_board(others: pl.DataFrame) -> pl.DataFrame:
    return (
        others.select("organisation", "ics")
        .join(_weights(), on="ics")
        .select(
            "sub_icb",
            "organisation",
            pl.col("share_of_ics").alias("share"),
            pl.lit("assumed").alias("confidence"),
            pl.lit("assumed").alias("basis"),
            pl.lit("A trust of the integrated care board, divided by registered patients").alias("source"),
        )
    )


@lru_cache(maxsize=1)
def _everywhere() -> pl.DataFrame:
    """Every share of every trust, before the threshold."""
    trusts = _trusts()
    known = _known().join(trusts.select("organisation"), on="organisation", how="semi")
    rest = trusts.join(known.select("organisation").unique(), on="organisation", how="anti")
    acute, others = rest.filter(pl.col("sector") == ACUTE), rest.filter(pl.col("sector") != ACUTE)
    councils = _by_council(acute)
    parts = [known, councils, _by_board(acute, councils), _own_board(others)]
    shares = pl.concat([part.select(_COLUMNS) for part in parts]).filter(pl.col("share") > 0)
    # Assumed divisions of a council can give a trust away more than once.
    given = pl.col("share").sum().over("organisation").clip(lower_bound=1)
    shares = shares.with_columns(pl.col("share") / given)
    latest = reference.published("hchs_turnover").filter(pl.col("staff_group").is_null())
    fte = latest.sort("ends").group_by("organisation").agg(pl.col("end_fte").last().cast(pl.Float64))
    return (
        shares.join(
            trusts.select("organisation", "name", "sector", "kind", "ics"), on="organisation", how="left"
        )
        .join(fte, on="organisation", how="left")
        .with_columns((pl.col("end_fte").fill_null(0) * pl.col("share")).alias("fte_place"))
        .with_columns(
            (pl.col("fte_place") / pl.col("fte_place").sum().over("sub_icb", "sector")).alias(
                "share_of_sector"
            )
        )
        .sort("sub_icb", "sector", "fte_place", "organisation", descending=[False, False, True, False])
    )


def service_map(sub_icb: str, everyone: bool = False) -> pl.DataFrame:
    """The trusts that serve a sub-ICB location.

    Args:
        sub_icb: its code.
        everyone: also trusts below the thresholds of the list `service_map_rules`.

    Returns:
        One row a trust, the largest contribution of each sector first: ``organisation, name, sector, kind,
        ics, share`` (of the trust's service that is this place's, ``Decimal``), ``basis, confidence, source,
        fte_place, share_of_sector, serves``. A trust serves the place when enough of its patients come from
        there, or when it gives enough of the place's staff of its sector.
    """
    trust = reference.value("service_map_rules", code="share_of_trust").value
    place = reference.value("service_map_rules", code="share_of_place").value
    serves = (pl.col("share") >= trust) | (pl.col("share_of_sector") >= place)
    found = (
        _everywhere()
        .filter(pl.col("sub_icb") == sub_icb)
        .select(
            "organisation",
            "name",
            "sector",
            "kind",
            "ics",
            pl.col("share").round(9).cast(pl.Decimal(18, 9)),
            "basis",
            "confidence",
            "source",
            "fte_place",
            "share_of_sector",
            serves.alias("serves"),
        )
    )
    return found if everyone else found.filter("serves")


def council_shares(sub_icb: str) -> pl.DataFrame:
    """The councils with the social care duty that count as partners of a sub-ICB location.

    The duty of a district of a two-tier county is the county's (list `social_care_councils`). A council
    counts when enough of its people belong to the place, or enough of the place's people are its own (list
    `service_map_rules`).

    Returns:
        ``council, council_name, share, confidence``: share of the council's people who belong to the place,
        by residents of 2021.
    """
    majority = reference.value("service_map_rules", code="council_majority").value
    own = reference.value("service_map_rules", code="council_of_place").value
    census = reference.published("census_age_sex").filter(pl.col("age") == "all")
    people = census.group_by("area").agg(pl.col("people").sum().cast(pl.Float64))
    counties = reference.table("social_care_councils").select(
        "area", "council", "council_name", pl.col("confidence").alias("of_county")
    )
    districts = people.join(counties, on="area", how="left").with_columns(
        pl.coalesce("council", "area").alias("council")
    )
    sizes = districts.group_by("council").agg(pl.col("people").sum().alias("all"))
    here = (pl.col("people") * pl.col("share_of_area")).sum().alias("here")
    found = (
        places_areas()
        .filter(pl.col("sub_icb") == sub_icb)
        .join(districts, on="area")
        # `Bristol, City of` is Bristol.
        .with_columns(
            pl.coalesce("council_name", pl.col("area_name").str.replace(", (City|County) of$", "")).alias(
                "council_name"
            ),
            pl.coalesce("of_county", pl.lit("published")).alias("of_county"),
        )
        .group_by("council", "council_name")
        .agg(here, _worst("confidence"), _worst("of_county"))
        .join(sizes, on="council")
        .with_columns((pl.col("here") / pl.col("all")).clip(upper_bound=1).alias("share"))
    )
    return (
        found.filter((pl.col("share") >= majority) | (pl.col("here") / pl.col("here").sum() >= own))
        .select(
            "council",
            "council_name",
            pl.col("share").round(9).cast(pl.Decimal(18, 9)),
            pl.min_horizontal(*(_rank(column) for column in ("confidence", "of_county")))
            .replace_strict(dict(enumerate(_WORST_FIRST)))
            .alias("confidence"),
        )
        .sort("council")
    )
