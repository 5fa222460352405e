"""Vacancies: posts without a person, each on its stated basis. Bases are never added.

A vacancy against establishment is establishment less staff in post. The rate is guarded as the published
method guards it (NHS England's AHP churn analysis): a fraction of a post over establishment made one trust's
rate explode to 554,654 per cent.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from skillmix.errors import InputError
from skillmix.measures.dimensions import OF_ORGANISATION, OF_ROWS, Readable, check_words, describe_jobs
from skillmix.measures.figures import Figures, say_once, spell_date
from skillmix.measures.select import latest, months_before, select_staff, staleness

_JOB = ("setting", "staff_group", "profession", "role", "level", "registered")
_EXACT = pl.Decimal(38, 9)
#: Advertised posts measure another thing: one advert may cover many posts, and a filled one stays.
NO_RATE = {
    "advertised": "Advertised posts are no share of an establishment: one advert may stand for many posts.",
}
EXCLUDED = "Nobody is in post and establishment is negative: excluded, as the published method has it."
UNKNOWN_FILLED = "Vacant posts are counted, and how many posts are filled is not known."
UNKNOWN_STAFF = "Staff in post of the same slice are not known."
APART = "Posts and staff in post are of dates too far apart to be held against each other."


def vacancy_rate(vacancy: float | None, staff_in_post: float | None) -> float | None:
    """Vacancy over establishment, guarded against over-establishment.

    Args:
        vacancy: posts vacant in FTE; negative where more are in post than funded.
        staff_in_post: FTE in post.

    Returns:
        A share of 1; null where there are neither posts nor people, where either is unknown, and where nobody
        is in post and the vacancy is negative (to be excluded).

    >>> vacancy_rate(1.0, 9.0)
    0.1
    >>> vacancy_rate(-12.0, 10.0)
    0.0
    """
    if vacancy is None or staff_in_post is None:
        return None
    if staff_in_post == 0:
        return 1.0 if vacancy > 0 else None
    if -staff_in_post == vacancy or (staff_in_post > 0 and vacancy < 0 and abs(vacancy) > staff_in_post):
        return 0.0
    return vacancy / (vacancy + staff_in_post)


def rate_expression(vacancy: pl.Expr, staff: pl.Expr) -> pl.Expr:
    """`vacancy_rate` on columns."""
    over = (staff == -vacancy) | ((staff > 0) & (vacancy < 0) & (vacancy.abs() > staff))
    return (
        pl.when(vacancy.is_null() | staff.is_null())
        .then(None)
        .when(staff == 0)
        .then(pl.when(vacancy > 0).then(1.0))
        .when(over)
        .then(0.0)
        .otherwise(vacancy / (vacancy + staff))
    )


def vacancy(facts: Readable, by: Iterable[str] = ("organisation",), as_of: date | None = None) -> Figures:
    """Vacancies of every slice, one row a basis and unit.

    Args:
        facts: what may be read of a place.
        by: words that make the slices (see `dimensions.WORDS`), without employer, workplace and payer.
        as_of: the date; the newest figures when None.

    Returns:
        One row a slice, basis and unit: the words, ``organisation_name``, ``basis`` (ledger,
        esr_establishment, advertised, asc_posts, arrs_entitlement), ``unit`` (FTE, or posts where vacant
        posts were counted), ``establishment``, ``staff_in_post`` (of the organisations that have that basis;
        filled posts in unit posts) and ``vacancy`` (negative: over establishment) in that unit, ``rate``
        (share of 1), ``refused`` (why there is no rate), ``origin, oldest_as_of, newest_as_of``. No row where
        no posts are known: staff in post are then all that is known, and nothing is said of vacancies.

    Raises:
        InputError: when vacancies cannot be counted by a word.
    """
    words = check_words(by)
    if wrong := [w for w in words if w in OF_ROWS]:
        raise InputError(
            f"Vacancies cannot be counted by {wrong[0]}.", cure="Posts name the organisation reported on."
        )
    months = staleness(facts)
    posts = _all_posts(facts, as_of)
    notes = []
    if as_of is not None:
        # As for staff in post: on a day, what is too old is not used.
        limit = months_before(as_of, months)
        if (posts.get_column("as_of") < limit).any():
            notes.append(f"Posts known for a day before {spell_date(limit)} are too old, and are not used.")
        posts = posts.filter(pl.col("as_of") >= limit)
    # Where vacant posts are counted, not measured in FTE, the filled ones must be counted too.
    counted = posts.filter(pl.col("unit") == "posts").get_column("organisation").unique()
    pieces = select_staff(facts, words, as_of, by_rows=counted.to_list())
    where = pieces.organisations.select(*OF_ORGANISATION)
    staff = pieces.frame.join(where, on="organisation", how="left")
    posts = posts.join(where, on="organisation", how="left")
    frame = _against(posts, staff, words, months)
    if "organisation" in words:
        names = pieces.organisations.select("organisation", "organisation_name")
        frame = frame.join(names, on="organisation", how="left")
    keys = [c for w in words for c in (w, f"{w}_name") if c in frame.columns]
    frame = frame.sort([*words, "basis", "unit"], nulls_last=True).select(
        *keys, "basis", "unit", *VALUES, "refused", "origin", "oldest_as_of", "newest_as_of"
    )
    notes += pieces.notes
    if frame.get_column("basis").n_unique() > 1:
        notes.append("Vacancies on different bases measure different things and are never added.")
    if frame.is_empty():
        notes.append("No posts are known: vacancies cannot be told. Staff in post are all that is known.")
    return Figures(
        frame=frame,
        measure="vacancy",
        dimensions=(*keys, "basis", "unit"),
        kinds={
            **dict.fromkeys(VALUES, "vacancy"),
            "staff_in_post": "staff_in_post",
            **dict.fromkeys(("refused", "origin", "oldest_as_of", "newest_as_of"), "population"),
        },
        denominators={"rate": "establishment"},
        notes=say_once(notes),
        sources=tuple(posts.get_column("source").unique().sort()),
        oldest_as_of=frame.get_column("oldest_as_of").min(),  # type: ignore[arg-type]
        newest_as_of=frame.get_column("newest_as_of").max(),  # type: ignore[arg-type]
        synthetic=bool(frame.get_column("origin").is_in(["synthetic", "mixed"]).any()),
        place=facts.place.name,
        number=facts.number,
    )


VALUES = ("establishment", "staff_in_post", "vacancy", "rate")

_COLUMNS = ("table", "organisation", "source", "as_of", "origin", "basis", *_JOB)


def _newest(facts: Readable, name: str, as_of: date | None) -> pl.LazyFrame:
    table = facts.table(name)
    dates = latest(table, as_of).select("organisation", "source", "as_of")
    return table.join(dates.lazy(), on=["organisation", "source", "as_of"], how="semi").with_columns(
        pl.lit(name).alias("table")
    )


def _posts(facts: Readable, as_of: date | None) -> pl.DataFrame:
    # Posts that are the people in post hold no vacancy.
    rows = _newest(facts, "post", as_of).filter(pl.col("basis") != "staff_in_post")
    return rows.select(
        *_COLUMNS,
        pl.col("fte").cast(_EXACT).alias("establishment"),
        pl.lit(None, dtype=_EXACT).alias("vacant"),
        pl.lit(None, dtype=pl.Int64).alias("posts"),
    ).collect()


def _ledger(facts: Readable, as_of: date | None) -> pl.DataFrame:
    rows = _newest(facts, "ledger", as_of).filter(
        pl.col("staff_kind") == "substantive", pl.col("fte_budgeted").is_not_null()
    )
    return (
        rows.with_columns(
            pl.lit("ledger").alias("basis"),
            pl.lit(None, dtype=pl.String).alias("setting"),
            pl.lit(None, dtype=pl.Boolean).alias("registered"),
        )
        .select(
            *_COLUMNS,
            pl.col("fte_budgeted").cast(_EXACT).alias("establishment"),
            pl.lit(None, dtype=_EXACT).alias("vacant"),
            pl.lit(None, dtype=pl.Int64).alias("posts"),
        )
        .collect()
    )


def _reported(facts: Readable, as_of: date | None) -> pl.DataFrame:
    return (
        _newest(facts, "vacancy", as_of)
        .with_columns(
            pl.lit(None, dtype=pl.String).alias("setting"), pl.lit(None, dtype=pl.Boolean).alias("registered")
        )
        .select(
            *_COLUMNS,
            pl.lit(None, dtype=_EXACT).alias("establishment"),
            pl.col("fte").cast(_EXACT).alias("vacant"),
            "posts",
        )
        .collect()
    )


def _all_posts(facts: Readable, as_of: date | None) -> pl.DataFrame:
    """Posts, budgets and reported vacancies: one table for each organisation and basis, never two."""
    kept = [_posts(facts, as_of)]
    # What is held as posts is not read from the ledger as well, nor what is funded from what is reported.
    for further in (_ledger(facts, as_of), _reported(facts, as_of)):
        held = pl.concat(kept).select("organisation", "basis").unique()
        kept.append(further.join(held, on=["organisation", "basis"], how="anti"))
    in_posts = (pl.col("table") == "vacancy") & pl.col("vacant").is_null()
    return describe_jobs(
        pl.concat(kept).with_columns(
            (pl.col("table") != "vacancy").alias("funded"),
            pl.when(in_posts).then(pl.lit("posts")).otherwise(pl.lit("FTE")).alias("unit"),
            pl.coalesce("vacant", pl.col("posts").cast(_EXACT)).alias("vacant"),
        )
    )


def _against(posts: pl.DataFrame, staff: pl.DataFrame, words: tuple[str, ...], months: int) -> pl.DataFrame:
    """Posts of each basis against the staff of exactly the organisations that have it."""
    keys = [*words, "basis", "unit"]
    has = posts.select(*OF_ORGANISATION, "basis", "unit", "funded").unique()
    vacant = pl.col("vacant")
    asked = posts.group_by(keys).agg(
        pl.col("establishment").sum().alias("funds"),
        pl.when(vacant.is_not_null().any()).then(vacant.sum()).alias("vacant"),
        pl.col("funded").any().alias("funds_some"),
        pl.col("origin").unique(),
        pl.col("as_of").min().alias("oldest_as_of"),
        pl.col("as_of").max().alias("newest_as_of"),
    )
    # In unit FTE staff are measured, in unit posts their jobs are counted.
    one = pl.lit(1, dtype=pl.Int64).cast(_EXACT)
    amount = pl.when(pl.col("unit") == "FTE").then(pl.col("fte").cast(_EXACT)).otherwise(one)
    in_post = (
        staff.drop("basis")
        .join(has.select("organisation", "basis", "unit", "funded"), on="organisation", how="inner")
        .with_columns(amount.alias("amount"))
        .group_by(keys)
        .agg(
            pl.col("amount").sum().alias("staff_in_post"),
            pl.col("amount").filter("funded").sum().alias("staff_funded"),
            pl.col("funded").any().alias("staffs_funded"),
            pl.col("origin").unique().alias("origins"),
            pl.col("as_of").min().alias("oldest"),
            pl.col("as_of").max().alias("newest"),
        )
    )
    placed = [*(w for w in words if w in OF_ORGANISATION), "basis", "unit"]
    frame = asked.join(in_post, on=keys, how="full", coalesce=True, nulls_equal=True).with_columns(
        (pl.col("funds_some").fill_null(False) | pl.col("staffs_funded").fill_null(False)).alias("funded")
    )
    # Staff of a basis of reported vacancies, where none was reported: nothing is said.
    frame = frame.filter(pl.col("funded") | vacant.is_not_null())
    has = has.join(_apart(posts, staff, months), on=["organisation", "basis", "unit"], how="left")
    return _rated(frame.join(_doubts(has, staff, words, placed), on=placed, how="left", nulls_equal=True))


def _apart(posts: pl.DataFrame, staff: pl.DataFrame, months: int) -> pl.DataFrame:
    """Whether posts and staff are of dates too far apart: ``organisation, basis, unit, apart``."""
    known = staff.group_by("organisation").agg(
        pl.col("as_of").min().alias("_oldest"), pl.col("as_of").max().alias("_newest")
    )
    later = f"{months}mo"
    too_far = (pl.col("_first").dt.offset_by(later) < pl.col("_newest")) | (
        pl.col("_oldest").dt.offset_by(later) < pl.col("_last")
    )
    return (
        posts.group_by("organisation", "basis", "unit")
        .agg(pl.col("as_of").min().alias("_first"), pl.col("as_of").max().alias("_last"))
        .join(known, on="organisation", how="inner")
        .select("organisation", "basis", "unit", too_far.alias("apart"))
    )


def _doubts(
    has: pl.DataFrame, staff: pl.DataFrame, words: tuple[str, ...], placed: list[str]
) -> pl.DataFrame:
    """Where staff in post of the same slice are not known, and where filled posts are not: ``doubt``."""
    vague = staff.filter("unresolved").get_column("organisation").unique()
    if all(w in OF_ORGANISATION for w in words):
        vague = vague.clear()
    totals = staff.filter(~pl.col("is_row")).get_column("organisation").unique()
    here = staff.get_column("organisation").unique()
    organisation = pl.col("organisation")
    unknown = organisation.is_in(vague.implode()) | ~organisation.is_in(here.implode())
    uncounted = (pl.col("unit") == "posts") & organisation.is_in(totals.implode())
    return has.group_by(placed).agg(
        pl.when(unknown.any())
        .then(pl.lit(UNKNOWN_STAFF))
        .when(uncounted.any())
        .then(pl.lit(UNKNOWN_FILLED))
        .when(pl.col("apart").fill_null(False).any())
        .then(pl.lit(APART))
        .alias("doubt")
    )


def _rated(frame: pl.DataFrame) -> pl.DataFrame:
    sure = pl.col("doubt").is_null()
    over = pl.col("funds").fill_null(0) - pl.col("staff_funded").fill_null(0)
    frame = frame.with_columns(
        pl.when(sure).then(pl.col("staff_in_post").fill_null(0)).alias("staff_in_post"),
        pl.when(sure)
        .then(over + pl.col("vacant").fill_null(0))
        # Reported vacancies stand, whatever is known of staff.
        .when(~pl.col("funded"))
        .then("vacant")
        .alias("vacancy"),
    ).with_columns(pl.col("staff_in_post", "vacancy", "funds").cast(pl.Float64))
    advertised = pl.col("basis").is_in(list(NO_RATE))
    rated = sure & ~advertised
    origins = pl.concat_list(pl.col("origin").fill_null([]), pl.col("origins").fill_null([])).list.unique()
    return frame.with_columns(
        pl.when(rated)
        .then(pl.col("vacancy") + pl.col("staff_in_post"))
        # What is funded is known even where staff are not.
        .when(~advertised & pl.col("funded"))
        .then("funds")
        .alias("establishment"),
        pl.when(rated).then(rate_expression(pl.col("vacancy"), pl.col("staff_in_post"))).alias("rate"),
        pl.when(advertised)
        .then(pl.col("basis").replace_strict(NO_RATE, default=None))
        .when(~sure)
        .then("doubt")
        .when((pl.col("staff_in_post") == 0) & (pl.col("vacancy") < 0))
        .then(pl.lit(EXCLUDED))
        .alias("refused"),
        pl.when(origins.list.len() == 1)
        .then(origins.list.first())
        .otherwise(pl.lit("mixed"))
        .alias("origin"),
        pl.min_horizontal("oldest_as_of", "oldest").alias("oldest_as_of"),
        pl.max_horizontal("newest_as_of", "newest").alias("newest_as_of"),
    )
