"""The figures of one place, as rows of the canonical tables: one function a source.

Sources have the names of their field maps, and rows the form that the field maps give them, so that an
official file submitted later takes the place of the carried figures for the same organisation and month.
"""

from __future__ import annotations

import polars as pl

from skillmix import reference

QUANTITY = pl.Decimal(18, 9)

#: What the turnover figures count, shown beside every one of them.
HCHS_BASIS = "excluding resident doctors and bank"

#: Setting of the work by sector of a trust.
SETTINGS = {
    "acute": "hospital",
    "community": "community",
    "mental_health": "mental_health",
    "ambulance": "ambulance",
}

#: Estimates of residents that a place takes in begin here: a decade and more, enough to see the trend.
FIRST_ESTIMATE = 2014

_ONE = pl.lit(1).cast(QUANTITY)


def _text(value: str | None) -> pl.Expr:
    return pl.lit(value, dtype=pl.String)


def _nothing(kind: pl.DataType | type[pl.DataType] = pl.String) -> pl.Expr:
    return pl.lit(None, dtype=kind)


def _month(day: str) -> pl.Expr:
    return pl.col(day).dt.strftime("%Y-%m")


def _published() -> pl.Expr:
    return pl.lit("published").alias("origin")


def networks(sub_icb: str) -> pl.DataFrame:
    """Networks with practices in the place.

    Returns:
        ``network, network_name, practices, patients`` (in this place), ``share_patients`` (of the network's
        patients), ``reported_by`` (the sub-ICB under which its workforce is published).
    """
    return reference.published("networks").filter(pl.col("sub_icb") == sub_icb).drop("sub_icb")


def practices(sub_icb: str) -> pl.DataFrame:
    """Practices of the place; `network` is null where a practice is in none."""
    return reference.published("practices").filter(pl.col("sub_icb") == sub_icb)


def practice_map(sub_icb: str) -> dict[str, pl.DataFrame]:
    """Practices and networks as organisations, from the map of 1 July 2026."""
    day = pl.lit("2026-07-01").str.to_date()
    own = practices(sub_icb)
    rows = own.select(
        pl.col("practice").alias("organisation"),
        "name",
        pl.lit("practice").alias("kind"),
        pl.coalesce("network", "sub_icb").alias("parent"),
        "icb",
        "postcode_district",
        "deprivation",
    )
    shared = networks(sub_icb).select(
        pl.col("network").alias("organisation"),
        pl.col("network_name").alias("name"),
        pl.lit("network").alias("kind"),
        pl.coalesce("reported_by", pl.lit(sub_icb)).alias("parent"),
        pl.lit(own.get_column("icb").first()).alias("icb"),
        _nothing().alias("postcode_district"),
        _nothing(QUANTITY).alias("deprivation"),
    )
    frame = pl.concat([rows, shared]).with_columns(
        _text("primary_care").alias("sector"), _text(sub_icb).alias("sub_icb")
    )
    return {"organisation": _dated(frame, day)}


def _dated(frame: pl.DataFrame, day: pl.Expr) -> pl.DataFrame:
    return frame.with_columns(day.alias("as_of")).with_columns(_month("as_of").alias("period"), _published())


def registered_patients(sub_icb: str) -> dict[str, pl.DataFrame]:
    """Registered patients of each practice: in all, and by sex and broad age."""
    own = practices(sub_icb)
    ages = reference.published("registered_patients").join(own.select("practice"), on="practice", how="semi")
    totals = own.select(
        pl.col("practice").alias("organisation"),
        _nothing().alias("sex"),
        _nothing(pl.Int64).alias("age_from"),
        _nothing(pl.Int64).alias("age_to"),
        pl.col("patients").alias("people"),
    )
    detail = ages.rename({"practice": "organisation", "patients": "people"}).select(totals.columns)
    frame = pl.concat([totals, detail]).with_columns(_text("registered").alias("kind"))
    return {"population": _dated(frame, pl.lit("2026-07-01").str.to_date())}


def pcn_workforce(sub_icb: str) -> dict[str, pl.DataFrame]:
    """People, lines and FTE of the networks at every grain, latest release.

    A network that lies in several sub-ICBs is published under one of them: its own figures are those of the
    whole network, with the share of its patients who are this place's, and the figures of the whole place
    count the people of every network with practices there, shared ones whole.
    """
    carried = reference.published("pcn_workforce")
    latest = carried.filter(pl.col("period") == pl.col("period").max())
    shares = networks(sub_icb).select("network", pl.col("share_patients").alias("share_place"), "reported_by")
    together = reference.published("pcn_workforce_shared").filter(pl.col("sub_icb") == sub_icb)
    basis = "people of the networks, each once"
    if together.height:
        basis += "; networks that lie in several sub-ICBs are counted whole"
    else:
        together = latest.filter((pl.col("sub_icb") == sub_icb) & pl.col("grain").str.starts_with("place"))
    whole = together.with_columns(
        pl.col("sub_icb").alias("organisation"),
        _ONE.alias("share_place"),
        _text("site").alias("share_basis"),
        _text(basis).alias("basis"),
    )
    own = (
        latest.filter(pl.col("grain").str.starts_with("organisation"))
        .join(shares, on="network", how="inner")
        .with_columns(
            pl.col("network").alias("organisation"),
            pl.when(pl.col("share_place") < 1)
            .then(pl.lit("catchment"))
            .otherwise(pl.lit("site"))
            .alias("share_basis"),
            pl.when(pl.col("share_place") < 1)
            .then(pl.format("whole network, shared by several sub-ICBs (published under {})", "reported_by"))
            .alias("basis"),
        )
    )
    professions = reference.table("professions").select(
        pl.col("code").alias("profession"), pl.col("registered").alias("of_profession")
    )
    columns = [
        "organisation", "grain", "staff_group", "profession", "role", "headcount", "lines", "fte",
        "fte_people", "share_place", "share_basis", "basis",
    ]  # fmt: skip
    frame = (
        pl.concat(
            [whole.select(*columns, "period", "registered"), own.select(*columns, "period", "registered")]
        )
        .join(professions.unique("profession"), on="profession", how="left")
        .with_columns(pl.coalesce("registered", "of_profession").alias("registered"))
        .drop("of_profession")
        .with_columns(
            pl.col("share_place").cast(QUANTITY),
            pl.col("fte").cast(QUANTITY),
            pl.col("fte_people").cast(QUANTITY),
            pl.col("period").str.to_date("%Y-%m").dt.month_end().alias("as_of"),
            _text("primary_care").alias("sector"),
            _text("general_practice").alias("setting"),
            _published(),
        )
    )
    return {"stock": frame}


def hchs_turnover(partners: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Stocks and flows of the trusts that serve the place.

    Args:
        partners: ``organisation, sector, share_place, share_basis``; others than trusts are left out.
    """
    carried = reference.published("hchs_turnover").join(
        partners.filter(pl.col("sector").is_in(list(SETTINGS))).select(
            "organisation", "sector", "share_place", "share_basis"
        ),
        on="organisation",
        how="inner",
    )
    common = carried.with_columns(
        pl.when(pl.col("staff_group").is_null())
        .then(pl.lit("organisation"))
        .otherwise(pl.lit("organisation,staff_group"))
        .alias("grain"),
        pl.col("ends").alias("as_of"),
        _month("ends").alias("period"),
        _text(HCHS_BASIS).alias("basis"),
        _published(),
    )
    keys = [
        "organisation", "period", "as_of", "origin", "grain", "sector", "staff_group", "share_place",
        "share_basis", "basis",
    ]  # fmt: skip
    stock = common.select(
        *keys,
        pl.col("sector").replace_strict(SETTINGS).alias("setting"),
        pl.col("end_headcount").alias("headcount"),
        pl.lit(0, dtype=pl.Int64).alias("lines"),
        pl.col("end_fte").cast(QUANTITY).alias("fte"),
        pl.col("end_fte").cast(QUANTITY).alias("fte_people"),
    )
    # A staff group that has gone by the end of the month has no stock to speak of.
    stock = stock.filter((pl.col("headcount") > 0) | (pl.col("fte") > 0))
    flow = pl.concat(
        [
            common.select(
                *keys,
                "starts",
                "ends",
                _text(kind).alias("kind"),
                pl.col(f"{kind}_headcount").alias("headcount"),
                pl.col(f"{kind}_fte").cast(QUANTITY).alias("fte"),
            )
            for kind in ("start", "joiners", "leavers", "end")
        ]
    )
    return {"stock": stock, "flow": flow}


_GP_GROUPS = {
    "general_practitioners": (
        ["general_practitioners", "general_practitioners_locum_trainee"],
        "general_practitioner",
    ),
    "general_practice_nurses": (["general_practice_nurses"], "nurse_general_practice"),
    "direct_patient_care": (["direct_patient_care"], None),
    "admin_non_clinical": (["admin_non_clinical"], None),
}


def gp_editions() -> list[str]:
    """The vintages of the general practice workforce, the earlier first."""
    return sorted(reference.published("gp_workforce").get_column("edition").unique().to_list())


def gp_workforce(sub_icb: str, edition: str) -> dict[str, pl.DataFrame]:
    """FTE of the place's practices by year and staff group in one vintage.

    An average over a year has no people to count. What no practice group tells (profession of other direct
    patient care and of administrative staff) stays without a profession.
    """
    carried = (
        reference.published("gp_workforce")
        .filter(pl.col("edition") == edition)
        .join(practices(sub_icb).select("practice"), on="practice", how="semi")
    )
    groups = [
        carried.select(
            pl.col("practice").alias("organisation"),
            "year",
            _text(group).alias("staff_group"),
            _text(profession).alias("profession"),
            # Unknown in any part is unknown in all: a sum of what is known would read as the whole.
            sum((pl.col(c) for c in columns[1:]), start=pl.col(columns[0])).cast(QUANTITY).alias("fte"),
        )
        for group, (columns, profession) in _GP_GROUPS.items()
    ]
    by_group = pl.concat(groups)
    everything = pl.when(pl.col("fte").is_not_null().all()).then(pl.col("fte").sum()).cast(QUANTITY)
    keys = ["organisation", "year"]
    parts = [
        by_group.with_columns(
            _text("organisation,staff_group").alias("grain"), _nothing().alias("profession")
        ),
        by_group.group_by([*keys, "profession"])
        .agg(everything.alias("fte"))
        .with_columns(_text("organisation,profession").alias("grain"), _nothing().alias("staff_group")),
        by_group.group_by(keys)
        .agg(everything.alias("fte"))
        .with_columns(
            _text("organisation").alias("grain"),
            _nothing().alias("staff_group"),
            _nothing().alias("profession"),
        ),
    ]
    columns = ["organisation", "year", "grain", "staff_group", "profession", "fte"]
    frame = pl.concat([part.select(columns) for part in parts])
    return {
        "stock": frame.with_columns(
            pl.date(pl.col("year"), 12, 31).alias("as_of"),
            (pl.col("year").cast(pl.String) + "-12").alias("period"),
            pl.col("fte").alias("fte_people"),
            _ONE.alias("share_place"),
            _text("site").alias("share_basis"),
            _text("mean of the year; locums and doctors in training included").alias("basis"),
            _text("primary_care").alias("sector"),
            _text("general_practice").alias("setting"),
            _published(),
        )
        .drop("year")
        .sort("organisation", "period", "grain", "staff_group", "profession")
    }


def sickness_absence(partners: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Sickness absence of the trusts that serve the place, by month."""
    carried = reference.published("sickness_absence").join(
        partners.select("organisation"), on="organisation", how="semi"
    )
    return {
        "absence": carried.select(
            "organisation",
            _month("ends").alias("period"),
            pl.col("ends").alias("as_of"),
            _published(),
            "days_lost",
            "days_available",
        )
    }


def population(areas: list[str]) -> dict[str, pl.DataFrame]:
    """Residents of the place's councils, where they are carried (West Yorkshire); empty elsewhere."""
    carried = reference.published("population").filter(
        pl.col("area").is_in(areas),
        (pl.col("variant") != "estimate") | (pl.col("year") >= FIRST_ESTIMATE),
    )
    return {
        "population": carried.select(
            pl.col("area").alias("organisation"),
            (pl.col("year").cast(pl.String) + "-06").alias("period"),
            pl.date(pl.col("year"), 6, 30).alias("as_of"),
            _published(),
            _text("resident").alias("kind"),
            "variant",
            "sex",
            "age_from",
            "age_to",
            "people",
        )
    }
