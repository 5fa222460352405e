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
from skillmix.measures.figures import Figures, say_once
from skillmix.measures.select import latest, select_staff

_JOB = ("setting", "staff_group", "profession", "role", "level", "registered")
_EXACT = pl.Decimal(38, 9)
#: Advertised posts measure another thing: one advert may cover many posts, and a filled one stays.
NO_RATE = {
    "advertised": "Advertised posts are no share of an establishment: one advert may stand for many posts.",
}
EXCLUDED = "Nobody is in post and establishment is negative: excluded, as the published method has it."
UNKNOWN_FILLED = "Vacant posts are counted, and how many posts are filled is not known."
UNKNOWN_STAFF = "Staff in post of the same slice are not known."


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
    """Vacancies of every slice, one row a basis.

    Args:
        facts: what may be read of a place.
        by: words that make the slices (see `dimensions.WORDS`), without employer, workplace and payer.
        as_of: the date; the newest figures when None.

    Returns:
        One row a slice and basis: the words, ``organisation_name``, ``basis`` (ledger, esr_establishment,
        advertised, asc_posts, arrs_entitlement), ``establishment`` and ``staff_in_post`` (FTE, of the
        organisations that have that basis), ``vacancy_fte`` (negative: over establishment), ``posts`` (posts
        vacant, where counted), ``rate`` (share of 1), ``refused`` (why there is no rate), ``origin,
        oldest_as_of, newest_as_of``. No row where no posts are known: staff in post are then all that is
        known, and nothing is said of vacancies.

    Raises:
        InputError: when vacancies cannot be counted by a word.
    """
    words = check_words(by)
    if wrong := [w for w in words if w in OF_ROWS]:
        raise InputError(
            f"Vacancies cannot be counted by {wrong[0]}.", cure="Posts name the organisation reported on."
        )
    job = [w for w in words if w not in OF_ORGANISATION]
    posts = describe_jobs(pl.concat([_posts(facts, as_of), _ledger(facts, as_of), _reported(facts, as_of)]))
    # Vacant care posts are counted, not measured in FTE: the filled ones must be counted too.
    counted = posts.filter((pl.col("table") == "vacancy") & pl.col("vacant").is_null())
    pieces = select_staff(facts, words, as_of, by_rows=counted.get_column("organisation").unique().to_list())
    # A basis that is held as posts is not read from the ledger as well.
    held = posts.filter(pl.col("table") == "post").select("organisation", "basis").unique()
    ledger = posts.filter(pl.col("table") == "ledger").join(held, on=["organisation", "basis"], how="anti")
    posts = pl.concat([posts.filter(pl.col("table") != "ledger"), ledger])
    where = pieces.organisations.select(*OF_ORGANISATION)
    staff = pieces.frame.join(where, on="organisation", how="left")
    posts = posts.join(where, on="organisation", how="left")
    frame = _against(posts, staff, words, job)
    if "organisation" in words:
        names = pieces.organisations.select("organisation", "organisation_name")
        frame = frame.join(names, on="organisation", how="left")
    keys = [c for w in words for c in (w, f"{w}_name") if c in frame.columns]
    frame = frame.sort([*words, "basis"], nulls_last=True).select(
        *keys,
        "basis",
        "establishment",
        "staff_in_post",
        "vacancy_fte",
        "posts",
        "rate",
        "refused",
        "origin",
        "oldest_as_of",
        "newest_as_of",
    )
    notes = list(pieces.notes)
    if frame.get_column("basis").n_unique() > 1:
        notes.append("Vacancies on different bases measure different things and are never added.")
    if frame.is_empty():
        notes.append("No posts are known: vacancies cannot be told. Staff in post are shown instead.")
    return Figures(
        frame=frame,
        measure="vacancy",
        dimensions=(*keys, "basis"),
        kinds={
            **dict.fromkeys(("establishment", "vacancy_fte", "posts", "rate"), "vacancy"),
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


def _total(column: str, dtype: pl.DataType | None = None) -> pl.Expr:
    value = pl.when(pl.col(column).is_not_null().any()).then(pl.col(column).sum())
    return value.cast(dtype).alias(column) if dtype is not None else value.alias(column)


def _against(
    posts: pl.DataFrame, staff: pl.DataFrame, words: tuple[str, ...], job: list[str]
) -> pl.DataFrame:
    """Posts of each basis against the staff of exactly the organisations that have it."""
    posts = posts.with_columns(
        pl.when(pl.col("table") == "vacancy")
        .then(pl.lit("reported"))
        .otherwise(pl.lit("funded"))
        .alias("table_kind")
    )
    has = posts.select("organisation", "basis", "table_kind").unique()
    funded = posts.group_by([*words, "basis", "table_kind"]).agg(
        _total("establishment"),
        _total("vacant"),
        _total("posts"),
        pl.col("origin").unique().sort(),
        pl.col("as_of").min().alias("oldest_as_of"),
        pl.col("as_of").max().alias("newest_as_of"),
    )
    in_post = (
        staff.drop("basis")
        .join(has, on="organisation", how="inner")
        .group_by([*words, "basis", "table_kind"])
        .agg(
            pl.col("fte").cast(_EXACT).sum().alias("staff_in_post"),
            pl.col("unresolved").any().alias("_unresolved"),
            pl.col("is_row").all().alias("_rows"),
            pl.len().cast(pl.Int64).alias("_jobs"),
            pl.col("origin").unique().sort().alias("_origins"),
            pl.col("as_of").min().alias("_oldest"),
            pl.col("as_of").max().alias("_newest"),
        )
    )
    frame = funded.join(
        in_post, on=[*words, "basis", "table_kind"], how="full", coalesce=True, nulls_equal=True
    )
    # Where the staff of a slice are known, an absent row is nobody; where staff are known by a coarser total
    # alone, it is unknown.
    vague = set(staff.filter("unresolved").get_column("organisation")) if job else set()
    if "organisation" in words:
        doubtful = pl.col("organisation").is_in(sorted(vague))
        silent = ~pl.col("organisation").is_in(staff.get_column("organisation").unique().implode())
    else:
        doubtful = pl.lit(bool(vague & set(has.get_column("organisation"))))
        silent = pl.lit(bool(set(has.get_column("organisation")) - set(staff.get_column("organisation"))))
    unknown = doubtful | silent | pl.col("_unresolved").fill_null(False)
    funds = pl.col("table_kind") == "funded"
    establishment = pl.when(funds).then(pl.col("establishment").fill_null(0))
    in_post_ = pl.when(~unknown).then(pl.col("staff_in_post").fill_null(0))
    frame = frame.with_columns(establishment.alias("establishment"), in_post_.alias("staff_in_post"))
    frame = frame.with_columns(
        pl.when(funds)
        .then(pl.col("establishment") - pl.col("staff_in_post"))
        .otherwise("vacant")
        .alias("vacancy_fte")
    ).filter(funds | pl.col("vacant").is_not_null() | pl.col("posts").is_not_null())
    in_posts = pl.col("vacancy_fte").is_null() & pl.col("posts").is_not_null()
    by_posts = in_posts & pl.col("_rows").fill_null(True)
    rate = (
        pl.when(pl.col("basis").is_in(list(NO_RATE)) | unknown)
        .then(None)
        .when(by_posts)
        .then(
            rate_expression(pl.col("posts").cast(pl.Float64), pl.col("_jobs").fill_null(0).cast(pl.Float64))
        )
        .otherwise(
            rate_expression(pl.col("vacancy_fte").cast(pl.Float64), pl.col("staff_in_post").cast(pl.Float64))
        )
    )
    reason = (
        pl.when(unknown)
        .then(pl.lit(UNKNOWN_STAFF))
        .when(pl.col("basis").is_in(list(NO_RATE)))
        .then(pl.col("basis").replace_strict(NO_RATE, default=None))
        .when(in_posts & ~by_posts)
        .then(pl.lit(UNKNOWN_FILLED))
        .when((pl.col("staff_in_post") == 0) & (pl.col("vacancy_fte") < 0))
        .then(pl.lit(EXCLUDED))
    )
    origins = pl.col("origin").fill_null([]).list.concat(pl.col("_origins").fill_null([])).list.unique()
    return frame.with_columns(rate.alias("rate"), reason.alias("refused")).with_columns(
        pl.when(origins.list.len() == 1)
        .then(origins.list.first())
        .otherwise(pl.lit("mixed"))
        .alias("origin"),
        pl.min_horizontal("oldest_as_of", "_oldest").alias("oldest_as_of"),
        pl.max_horizontal("newest_as_of", "_newest").alias("newest_as_of"),
        *(pl.col(c).cast(pl.Float64) for c in ("establishment", "staff_in_post", "vacancy_fte")),
    )
