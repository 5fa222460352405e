"""The coverage strip: what is known of which partner, how old it is, what is missing and how to get it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from skillmix.measures.dimensions import AREAS, Readable, labels, listed, organisations

#: Partners without whom a place's workforce is not whole; a place that has none of a kind is told so.
NEEDED = ("acute", "community", "mental_health", "primary_care", "social_care")


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that can be known of a partner.

    Attributes:
        code: what it is.
        label: as shown.
        cure: what would fill the hole.
        kinds: kinds of organisation that it concerns; empty for all.
    """

    code: str
    label: str
    cure: str
    kinds: tuple[str, ...] = ()


TOPICS = (
    Topic("staff_in_post", "Staff in post", "Ask for a staff list, or totals by staff group."),
    Topic("profession", "Profession of the staff", "Ask for a staff list."),
    Topic("level", "Level of the staff", "Levels are not published by organisation: ask for a staff list."),
    Topic(
        "joiners_and_leavers",
        "Joiners and leavers",
        "Ask for a leavers report, or two staff lists a year apart.",
    ),
    Topic("absence", "Sickness absence", "Ask for days lost and available by month."),
    Topic("vacancies", "Funded posts or vacancies", "Ask for the establishment or the finance ledger."),
    Topic("learners", "Learners", "Ask the education lead for a list of learners."),
    Topic("patients", "Registered patients", "Load the registered patients of the practices.", ("practice",)),
)

#: Why it is not known, by topic and kind of partner, where there is more to say than how to get it.
_WHY = {
    (
        "staff_in_post",
        "social_care",
    ): "Published figures hold no social care staff by organisation: ask for the "
    "worker file of the workforce data set.",
    ("profession", "social_care"): "Published figures hold no social care staff by role: ask for the worker "
    "file of the workforce data set.",
    ("profession", "acute"): "Published figures of trusts stop at staff groups: ask for a staff list.",
    ("profession", "community"): "Published figures of trusts stop at staff groups: ask for a staff list.",
    (
        "profession",
        "mental_health",
    ): "Published figures of trusts stop at staff groups: ask for a staff list.",
    ("profession", "ambulance"): "Published figures of trusts stop at staff groups: ask for a staff list.",
    ("joiners_and_leavers", "primary_care"): "Identifiers of published rows change with each release, so "
    "joiners and leavers cannot be derived: ask for a leavers report.",
}

#: What to say where a place has no partner of a kind.
_NONE_OF_A_KIND = {
    "acute": "No acute trust draws enough of its patients from here.",
    "community": "No community trust of its own: other trusts or companies run community services here, and "
    "published figures do not tell them apart.",
    "mental_health": "No mental health trust of its own: another kind of trust runs those services here.",
    "primary_care": "No practice or network is known here.",
    "social_care": "No council or care provider is known here: published figures hold no social care staff "
    "by organisation. Add the council and the providers, and ask for their workforce data set.",
}


def _stock(facts: Readable, word: str | None) -> pl.LazyFrame:
    stock = facts.table("stock").filter(pl.col("fte").is_not_null() | pl.col("headcount").is_not_null())
    rows = facts.table("assignment")
    if word is None:
        # Where a total is published as unknown, knowing some of its groups is not knowing the staff in post.
        unknown = (
            facts.table("stock")
            .filter(pl.col("grain") == "organisation", pl.col("fte").is_null(), pl.col("headcount").is_null())
            .select("organisation", "source", "as_of")
        )
        stock = stock.join(unknown, on=["organisation", "source", "as_of"], how="anti")
    else:
        words = [word, "role"] if word == "profession" else [word]
        told = pl.any_horizontal(pl.col(w).is_not_null() for w in words)
        stock, rows = stock.filter(told), rows.filter(told)
    return _seen(stock, rows)


def _seen(*tables: pl.LazyFrame) -> pl.LazyFrame:
    """Organisation, date, source and origin of every table's rows."""
    columns = ("organisation", "as_of", "source", "origin")
    return pl.concat([table.select(columns).unique() for table in tables])


def _rows(facts: Readable) -> dict[str, pl.LazyFrame]:
    flow = facts.table("flow").filter(pl.col("kind").is_in(["joiners", "leavers"]))
    population = facts.table("population").filter(pl.col("kind") == "registered")
    return {
        "staff_in_post": _stock(facts, None),
        "profession": _stock(facts, "profession"),
        "level": _stock(facts, "level"),
        "joiners_and_leavers": _seen(flow, facts.table("movement")),
        "absence": _seen(facts.table("absence")),
        "vacancies": _seen(facts.table("vacancy"), facts.table("post")),
        "learners": _seen(facts.table("learner")),
        "patients": _seen(population),
    }


def coverage(facts: Readable, on: date | None = None) -> pl.DataFrame:
    """What is known of each kind of partner, how old it is, and what is missing.

    Args:
        facts: what may be read of a place.
        on: the day from which age is counted; today's when None.

    Returns:
        One row for each kind of organisation in the place and each thing that could be known of it:
        ``partner, partner_name, kind, kind_name, organisations`` (in the place), ``topic, topic_name, known``
        (organisations of which it is known), ``invented`` (of these, those known by invented rows alone),
        ``oldest_as_of, newest_as_of`` (of the newest figure of each organisation), ``months_old`` (of the
        oldest of them), ``sources, missing`` (what is missing and how to get it; null where nothing is). A
        kind of partner that the place lacks has one row with no organisations; residents have one row
        without a partner.
    """
    today = on or date.today()
    known = organisations(facts).filter(~pl.col("kind").is_in(sorted(AREAS)))
    counts = known.group_by("partner", "kind").agg(pl.len().cast(pl.Int64).alias("organisations"))
    parts = [
        _topic(facts, known, counts, topic, rows)
        for topic, rows in zip(TOPICS, _rows(facts).values(), strict=True)
    ]
    found = pl.concat([*parts, _absent(counts), _residents(facts)], how="diagonal_relaxed")
    partners, kinds = labels("partner"), labels("kind")
    order = listed("partner_kinds").select(pl.col("code").alias("partner")).with_row_index("_partner")
    topics = pl.DataFrame({"topic": [t.code for t in TOPICS]}).with_row_index("_topic")
    months = (today.year - pl.col("oldest_as_of").dt.year()) * 12 + (
        today.month - pl.col("oldest_as_of").dt.month()
    )
    return (
        found.join(partners, on="partner", how="left")
        .join(kinds, on="kind", how="left")
        .join(order, on="partner", how="left")
        .join(topics, on="topic", how="left")
        .with_columns(months.cast(pl.Int64).clip(lower_bound=0).alias("months_old"))
        .sort("_partner", "kind", "_topic", nulls_last=True)
        .select(_COLUMNS)
    )


_COLUMNS = (
    "partner",
    "partner_name",
    "kind",
    "kind_name",
    "organisations",
    "topic",
    "topic_name",
    "known",
    "invented",
    "oldest_as_of",
    "newest_as_of",
    "months_old",
    "sources",
    "missing",
)


def _without_profession(facts: Readable) -> pl.DataFrame:
    """Organisations of which some staff have no profession although others have one."""
    stock = facts.table("stock").filter(pl.col("grain") == "organisation,profession")
    return stock.filter(pl.col("profession").is_null()).select("organisation").unique().collect()


def _topic(
    facts: Readable, known: pl.DataFrame, counts: pl.DataFrame, topic: Topic, rows: pl.LazyFrame
) -> pl.DataFrame:
    newest = (
        rows.group_by("organisation")
        .agg(
            pl.col("as_of").max(),
            (pl.col("origin") == "synthetic").all().alias("invented"),
            pl.col("source").unique().alias("sources"),
        )
        .collect()
    )
    told = (
        known.join(newest, on="organisation", how="inner")
        .group_by("partner", "kind")
        .agg(
            pl.len().cast(pl.Int64).alias("known"),
            pl.col("invented").sum().cast(pl.Int64),
            pl.col("as_of").min().alias("oldest_as_of"),
            pl.col("as_of").max().alias("newest_as_of"),
            pl.col("sources").explode().unique().sort().str.join(", "),
        )
    )
    partly = _without_profession(facts) if topic.code == "profession" else None
    concerned = counts.filter(pl.col("kind").is_in(topic.kinds)) if topic.kinds else counts
    whys = {kind: why for (code, kind), why in _WHY.items() if code == topic.code}
    cure = pl.col("partner").replace_strict(whys, default=topic.cure, return_dtype=pl.String)
    lacking = pl.col("organisations") - pl.col("known")
    if partly is not None:
        some = (
            known.join(partly, on="organisation", how="semi").group_by("partner", "kind").agg(partly=pl.len())
        )
        concerned = concerned.join(some, on=["partner", "kind"], how="left", nulls_equal=True)
    else:
        concerned = concerned.with_columns(pl.lit(None, dtype=pl.Int64).alias("partly"))
    return (
        concerned.join(told, on=["partner", "kind"], how="left", nulls_equal=True)
        .with_columns(
            pl.lit(topic.code).alias("topic"),
            pl.lit(topic.label).alias("topic_name"),
            pl.col("known").fill_null(0),
            pl.col("invented").fill_null(0),
        )
        .with_columns(
            pl.when(pl.col("known") == 0)
            .then(pl.format("Not known. {}", cure))
            .when(lacking > 0)
            .then(pl.format("Not known of {} of {} organisations. {}", lacking, "organisations", cure))
            .when(pl.col("partly") > 0)
            .then(pl.lit(f"Known of some staff alone, the others by group. {topic.cure}"))
            .alias("missing")
        )
        .drop("partly")
    )


def _absent(counts: pl.DataFrame) -> pl.DataFrame:
    there = set(counts.get_column("partner").drop_nulls())
    missing = [(code, _NONE_OF_A_KIND[code]) for code in NEEDED if code not in there]
    return pl.DataFrame(
        missing, schema={"partner": pl.String, "missing": pl.String}, orient="row"
    ).with_columns(
        pl.lit(0, dtype=pl.Int64).alias("organisations"),
        pl.lit(0, dtype=pl.Int64).alias("known"),
        pl.lit(0, dtype=pl.Int64).alias("invented"),
        pl.lit("staff_in_post").alias("topic"),
        pl.lit("Staff in post").alias("topic_name"),
    )


def _residents(facts: Readable) -> pl.DataFrame:
    """Residents belong to no partner: the councils' areas whose newest estimate is loaded."""
    areas = sorted(facts.place.areas)
    newest = (
        facts.table("population")
        .filter(
            pl.col("kind") == "resident",
            pl.col("variant").fill_null("estimate") == "estimate",
            pl.col("organisation").is_in(areas),
        )
        .group_by("organisation")
        .agg(pl.col("as_of").max(), pl.col("source").unique())
        .collect()
    )
    if newest.height:
        lacking = len(areas) - newest.height
        missing = None
        if lacking:
            missing = (
                f"Not known of {lacking} of its {len(areas)} councils: rates are per registered patient."
            )
    else:
        missing = (
            "No estimate of residents is loaded: rates are per registered patient. Load the estimates and "
            "projections of its councils."
        )
    return pl.DataFrame(
        {
            "organisations": [len(areas)],
            "topic": ["residents"],
            "topic_name": ["Residents"],
            "known": [newest.height],
            "invented": [0],
            "oldest_as_of": [newest.get_column("as_of").min()],
            "newest_as_of": [newest.get_column("as_of").max()],
            "sources": [", ".join(sorted(set(newest.get_column("source").explode().drop_nulls()))) or None],
            "missing": [missing],
        },
        schema_overrides={"oldest_as_of": pl.Date, "newest_as_of": pl.Date, "sources": pl.String},
    )
