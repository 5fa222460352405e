"""Primary Care Network Workforce, individual level: people, lines and FTE at the grains that are asked."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from published_sources.reading import QUANTITY, Table, check, read, whole

#: Words of the series for its staff groups, which it renames from release to release.
STAFF_GROUPS = {
    "Directors": "directors",
    "Other GPs": "general_practitioners",
    "GPs": "general_practitioners",
    "Other Nurses": "general_practice_nurses",
    "Nurses": "general_practice_nurses",
    "Other Direct Patient Care staff": "direct_patient_care",
    "Other Admin/Non-clinical staff": "admin_non_clinical",
}


def files(source: Path) -> list[Path]:
    """The quarterly files, as published: CSV until 2022, a zip since."""
    folder = source / "pcn_workforce"
    return sorted(folder.glob("*.csv")) + sorted(folder.glob("*.zip"))


def rows(source: Path) -> pl.DataFrame:
    """Every row of every release: one job of a person, or one line of contracted services."""
    found = pl.concat([read(path) for path in files(source)], how="diagonal")
    month = pl.col("CENSUS_MONTH").str.zfill(2)
    found = found.select(
        period=pl.col("CENSUS_YEAR") + "-" + month,
        sub_icb="SUB_ICB_CODE",
        network="PCN_CODE",
        network_name=pl.col("PCN_NAME").str.strip_chars(),
        ics="ICB_CODE",
        staff_group=pl.col("STAFF_GROUP").replace_strict(STAFF_GROUPS),
        role_as_sent=pl.col("DETAILED_STAFF_ROLE").str.strip_chars(),
        person="UNIQUE_IDENTIFIER",
        contracted=pl.col("Data_source") == "NWRS contracted services",
        fte=pl.col("FTE").cast(QUANTITY),
    )
    check(
        found.filter(~pl.col("contracted") & pl.col("person").is_null()).is_empty(),
        "a staff row of the PCN workforce has no UNIQUE_IDENTIFIER",
    )
    return found


def _key(word: pl.Expr) -> pl.Expr:
    return word.str.to_lowercase().str.replace_all("[–—]", "-").str.replace_all(r"\s+", " ").str.strip_chars()


def with_roles(found: pl.DataFrame, mapping: pl.DataFrame, roles: pl.DataFrame) -> pl.DataFrame:
    """The rows with role and profession; stops where a role of the series is not mapped.

    A word such as `Other` stands in several staff groups, so group and word are tried first, then the word.
    """
    words = _key(pl.col("source_value"))
    known = mapping.filter(pl.col("scheme") == "nwrs").select("staff_group", "role", key=words)
    exact = known.unique(["staff_group", "key"])
    single = known.group_by("key").agg(pl.col("role").unique()).filter(pl.col("role").list.len() == 1)
    single = single.select("key", alone=pl.col("role").list.first())
    about = roles.select(pl.col("code").alias("role"), "profession", "registered").unique("role")
    mapped = (
        found.with_columns(key=_key(pl.col("role_as_sent")))
        .join(exact, on=["staff_group", "key"], how="left")
        .join(single, on="key", how="left")
        .with_columns(role=pl.coalesce("role", "alone"))
        .join(about, on="role", how="left")
        .drop("key", "alone")
    )
    missing = mapped.filter(pl.col("role").is_null()).get_column("role_as_sent").unique().sort().to_list()
    check(not missing, f"{len(missing)} role(s) of the PCN workforce are not in role_mapping: {missing[:12]}")
    return mapped


def _figures(found: pl.DataFrame, keys: list[str], grain: str) -> pl.DataFrame:
    """Figures by grain; each grain has its own count of people, because people do not add."""
    of_person = pl.col("person").is_not_null()
    figures = [
        pl.col("person").drop_nulls().n_unique().cast(pl.Int64).alias("headcount"),
        of_person.sum().cast(pl.Int64).alias("jobs"),
        (~of_person).sum().cast(pl.Int64).alias("lines"),
        pl.col("fte").sum(),
        pl.when(of_person).then("fte").sum().fill_null(0).cast(QUANTITY).alias("fte_people"),
    ]
    parts = []
    for extra in ([], ["staff_group"], ["profession"], ["role"]):
        # A role has one profession and is registered or not; a profession may have roles of both kinds.
        columns = ["profession", "role", "registered"] if extra == ["role"] else extra
        part = found.group_by([*keys, *columns]).agg(figures)
        parts.append(part.with_columns(grain=pl.lit(",".join([grain, *extra]))))
    return pl.concat(parts, how="diagonal")


_ORDER = ["period", "sub_icb", "network", "grain", "staff_group", "profession", "role", "registered"]
_FIGURES = ["headcount", "jobs", "lines", "fte", "fte_people"]


def workforce(found: pl.DataFrame) -> Table:
    """Figures of sub-ICBs, as their rows are published, and of networks, in every release."""
    whole = _figures(found, ["period", "sub_icb"], "place")
    own = _figures(found, ["period", "sub_icb", "network"], "organisation")
    frame = pl.concat([whole, own], how="diagonal").select(*_ORDER, *_FIGURES)
    return Table(
        "pcn_workforce",
        frame.sort(_ORDER),
        ("pcn_workforce",),
        "People, jobs, lines without a person and FTE of networks, by staff group, profession and role, "
        "each grain with its own count of people; twelve quarters.",
    )


def shared_workforce(found: pl.DataFrame, networks: pl.DataFrame) -> Table:
    """Figures of the sub-ICBs with shared networks, over every network that has practices there.

    The rows of a network that lies in several sub-ICBs are published under one of them. For each of these
    sub-ICBs people are counted over all the networks with practices there, shared ones whole.

    Args:
        found: every row, with roles.
        networks: ``network, sub_icb, share_patients``.
    """
    places = networks.filter(pl.col("share_patients") < 1).select("sub_icb").unique()
    members = networks.join(places, on="sub_icb", how="semi").select("network", "sub_icb")
    latest = found.filter(pl.col("period") == pl.col("period").max()).drop("sub_icb")
    frame = _figures(latest.join(members, on="network"), ["period", "sub_icb"], "place")
    order = [column for column in _ORDER if column != "network"]
    return Table(
        "pcn_workforce_shared",
        frame.select(*order, *_FIGURES).sort(order),
        ("pcn_workforce", "registered_patients"),
        "The same for sub-ICBs with shared networks, over all networks with practices there, latest quarter.",
    )


def networks(found: pl.DataFrame) -> pl.DataFrame:
    """Name, sub-ICB and ICB of each network in each release, for the derivation of lookups."""
    return (
        found.select("period", "network", "network_name", "sub_icb", "ics").unique().sort("network", "period")
    )


def names(source: Path) -> pl.DataFrame:
    """Full names of the sub-ICBs in the latest release, such as `NHS West Yorkshire ICB - 15F`."""
    latest = read(files(source)[-1])
    return latest.select(
        sub_icb="SUB_ICB_CODE", sub_icb_name="SUB_ICB_NAME", year=whole("CENSUS_YEAR")
    ).unique("sub_icb")
