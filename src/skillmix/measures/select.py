"""Which facts stand for an organisation at a date: rows or totals, from one source, at one grain.

The value at a date is the latest at or before it, within the limit of staleness, for each organisation and
source. Rows of staff win over totals of the same organisation, never both; but rows that were invented to
divide published totals further never displace a published figure that answers the question itself. What comes
out are *pieces*: rows of staff and totals in one frame, ready to be added up slice by slice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from skillmix import settings
from skillmix.measures.dimensions import OF_ROWS, Readable, describe_jobs, organisations
from skillmix.measures.figures import say_once, spell_date

#: Columns of a piece that say what it is about.
_JOB = ("setting", "staff_group", "profession", "role", "level", "registered")
#: Words of a total's grain that are not about the job.
_WHERE = frozenset({"place", "organisation", "sector"})
#: Of two grains that serve equally, the one whose first word stands earlier here.
_PREFERENCE = ("profession", "role", "staff_group", "level", "age_band")

INVENTED_SPLIT = "divided further by invented rows"


@dataclass(frozen=True, slots=True)
class Pieces:
    """What was chosen.

    Attributes:
        frame: one row a piece: ``organisation, source, as_of, origin, basis, is_row, people_known,
            unresolved``, the words of the job, ``person`` (rows), ``headcount, lines`` (totals), ``fte,
            share_place`` (``Decimal``). `unresolved` says that the piece does not hold all that was asked.
        whole: totals of the whole place from one source, at exactly the grain that was asked:
            ``source, as_of``, the words of the job, ``headcount, lines, fte``.
        organisations: as `dimensions.organisations`.
        notes: what must be said of the choice.
    """

    frame: pl.DataFrame
    whole: pl.DataFrame
    organisations: pl.DataFrame
    notes: tuple[str, ...]


def grain_words(grain: str) -> frozenset[str]:
    """The words of the job in a grain.

    >>> sorted(grain_words("organisation,role"))
    ['role']
    """
    return frozenset(grain.split(",")) - _WHERE


def covers(words: Collection[str], wanted: str) -> bool:
    """Whether totals by these words can be told apart by a further word."""
    if wanted in words:
        return True
    if wanted == "profession":
        return "role" in words
    if wanted == "ahp":
        return bool({"profession", "role"} & set(words))
    if wanted == "registered":
        return bool({"profession", "role", "staff_group"} & set(words))
    return False


def best_grain(grains: Collection[str], wanted: Collection[str]) -> tuple[str, bool]:
    """The grain that answers most of what is wanted with the fewest further words.

    Returns:
        The grain, and whether it answers all.

    >>> best_grain(["organisation", "organisation,role", "organisation,profession"], ["profession"])
    ('organisation,profession', True)
    >>> best_grain(["organisation", "organisation,staff_group"], ["profession"])
    ('organisation', False)
    """

    def score(grain: str) -> tuple[int, int, int, str]:
        words = grain_words(grain)
        answered = sum(covers(words, word) for word in wanted)
        first = min((_PREFERENCE.index(w) for w in words if w in _PREFERENCE), default=0)
        return (-answered, len(words - set(wanted)), first, grain)

    grain = min(grains, key=score)
    return grain, all(covers(grain_words(grain), word) for word in wanted)


def months_before(day: date, months: int) -> date:
    """The day that many months earlier; the last day of the month where it has no such day.

    >>> months_before(date(2026, 5, 31), 3)
    datetime.date(2026, 2, 28)
    """
    return pl.select(pl.lit(day).dt.offset_by(f"-{months}mo")).item()  # type: ignore[no-any-return]


def staleness(facts: Readable) -> int:
    """How many months a snapshot may be old and still stand, as the place's settings have it."""
    path = getattr(facts.place, "path", None)
    return settings.load(Path(path) if path else None).staleness_months


def latest(table: pl.LazyFrame, as_of: date | None) -> pl.DataFrame:
    """The newest date of each organisation and source: ``organisation, source, as_of, synthetic``."""
    dated = table if as_of is None else table.filter(pl.col("as_of") <= as_of)
    return (
        dated.group_by("organisation", "source", "as_of")
        .agg((pl.col("origin") == "synthetic").all().alias("synthetic"))
        .collect()
        .sort("organisation", "source", "as_of")
        .unique(["organisation", "source"], keep="last", maintain_order=True)
    )


def _drop_stale(
    kinds: dict[str, pl.DataFrame], as_of: date | None, months: int, names: dict[str, str]
) -> tuple[dict[str, pl.DataFrame], list[str]]:
    """Leave out what is too old, or, where no date was asked for, keep it where nothing newer is known."""
    dates = pl.concat([k.select("organisation", "as_of") for k in kinds.values()])
    if dates.is_empty():
        return kinds, []
    today = as_of or dates.get_column("as_of").max()
    assert isinstance(today, date)
    limit = months_before(today, months)
    newest = dates.group_by("organisation").agg(pl.col("as_of").max().alias("newest"))
    fresh = pl.col("as_of") >= limit
    # With no date asked for, an old figure that is all there is beats a hole, and its age is said.
    keep = fresh | (pl.col("newest") < limit) if as_of is None else fresh
    kept = {
        k: f.join(newest, on="organisation", how="left", maintain_order="left").filter(keep).drop("newest")
        for k, f in kinds.items()
    }
    notes = []
    for organisation, day in newest.filter(pl.col("newest") < limit).sort("organisation").iter_rows():
        what = "is used because nothing newer is known" if as_of is None else "is not used"
        notes.append(
            f"{names.get(organisation, organisation)}: the newest figure is of {spell_date(day)}, more than "
            f"{months} months before {spell_date(today)}, and {what}."
        )
    return kept, notes


def select_staff(
    facts: Readable,
    wanted: Collection[str],
    as_of: date | None = None,
    *,
    by_rows: Collection[str] = (),
) -> Pieces:
    """Choose the pieces that stand for each organisation.

    Args:
        facts: what may be read of a place.
        wanted: words that slices are to be made by (see `dimensions.WORDS`).
        as_of: the date; the newest figure of each organisation and source when None.
        by_rows: organisations whose jobs must be counted: their rows stand, invented ones too.

    Returns:
        The pieces; none where nothing is known at that date.
    """
    known = organisations(facts)
    names = dict(known.select("organisation", "organisation_name").iter_rows())
    stock = facts.table("stock")
    own_totals = stock.filter(~pl.col("grain").str.starts_with("place"))
    kinds, notes = _drop_stale(
        {"rows": latest(facts.table("assignment"), as_of), "totals": latest(own_totals, as_of)},
        as_of,
        staleness(facts),
        names,
    )
    job = [word for word in wanted if word not in ("organisation", "sector", "partner", "kind")]
    grains = _grains(own_totals, kinds["totals"], job, known)
    rows = kinds["rows"]
    sent = rows.filter(~pl.col("synthetic")).get_column("organisation").unique()
    answered = grains.filter("answers", ~pl.col("organisation").is_in(sorted(by_rows))).get_column(
        "organisation"
    )
    # Sent and published rows win over totals; invented rows only where totals do not answer.
    rows = rows.filter(
        pl.when(pl.col("organisation").is_in(sent.implode()))
        .then(~pl.col("synthetic"))
        .otherwise(~pl.col("organisation").is_in(answered.implode()))
    )
    standing = rows.get_column("organisation").unique()
    chosen = grains.filter(~pl.col("organisation").is_in(standing.implode()))
    notes += _several_sources(rows, names)

    bases = _bases(own_totals, grains)
    pieces = pl.concat(
        [_row_pieces(facts, rows, bases), _total_pieces(own_totals, chosen, known)], how="vertical"
    )
    whole = _whole(stock.filter(pl.col("grain").str.starts_with("place")), chosen, job)
    pieces = describe_jobs(pieces)
    if "profession" in job:
        # Totals that name some professions and leave others in a group do not tell who is in the group.
        unnamed = ~pl.col("is_row") & pl.col("profession").is_null()
        pieces = pieces.with_columns((pl.col("unresolved") | unnamed).alias("unresolved"))
    return Pieces(pieces, describe_jobs(whole), known, say_once(notes))


def _several_sources(rows: pl.DataFrame, names: dict[str, str]) -> list[str]:
    several = (
        rows.group_by("organisation", maintain_order=True)
        .agg("source")
        .filter(pl.col("source").list.len() > 1)
    )
    return [
        f"{names.get(organisation, organisation)}: staff rows of {' and '.join(sources)} are added; a person "
        "in both counts once, a job in both counts twice."
        for organisation, sources in several.iter_rows()
    ]


def _grains(
    totals: pl.LazyFrame, dates: pl.DataFrame, job: Collection[str], known: pl.DataFrame
) -> pl.DataFrame:
    """One source and grain for each organisation: the newest source, since bases are never added."""
    schema = {"organisation": pl.String, "source": pl.String, "as_of": pl.Date, "grain": pl.String}
    newest = dates.sort("as_of", "source").unique("organisation", keep="last", maintain_order=True)
    found = (
        totals.join(newest.lazy(), on=["organisation", "source", "as_of"], how="semi")
        .group_by("organisation", "source", "as_of")
        .agg(pl.col("grain").unique().sort())
        .collect()
        .sort("organisation")
    )
    networks = set(known.filter(pl.col("kind") == "network").get_column("organisation"))
    settled = []
    for organisation, source, day, grains in found.iter_rows():
        # Totals count people under the organisation that employs them; networks name the organisation that
        # they work for, and do not say who employs them.
        asked = [w for w in job if not (w == "employer" and organisation not in networks)]
        grain, answers = best_grain(grains, asked)
        settled.append((organisation, source, day, grain, answers))
    return pl.DataFrame(settled, schema={**schema, "answers": pl.Boolean}, orient="row")


def _bases(totals: pl.LazyFrame, grains: pl.DataFrame) -> pl.DataFrame:
    return (
        totals.join(grains.lazy(), on=["organisation", "source", "as_of", "grain"], how="semi")
        .group_by("organisation")
        .agg(
            pl.col("basis").drop_nulls().unique().sort().str.join("; "),
            pl.col("headcount").is_not_null().any().alias("counted"),
        )
        .collect()
        .sort("organisation")
    )


def _row_pieces(facts: Readable, rows: pl.DataFrame, bases: pl.DataFrame) -> pl.DataFrame:
    # A source that names nobody at all gives lines only: its people cannot be counted. Nor can people be
    # counted in invented rows that divide a total of posts.
    people = pl.col("person").is_not_null().any().over("organisation", "source") & (
        (pl.col("origin") != "synthetic") | pl.col("counted").fill_null(True)
    )
    divided = pl.col("basis").is_not_null() & (pl.col("basis") != "") & (pl.col("origin") == "synthetic")
    return (
        facts.table("assignment")
        .join(rows.lazy(), on=["organisation", "source", "as_of"], how="semi")
        .select(
            "organisation",
            "source",
            "as_of",
            "origin",
            *OF_ROWS,
            *_JOB,
            "person",
            "fte",
            "share_place",
        )
        .collect()
        .join(bases, on="organisation", how="left", maintain_order="left")
        .with_columns(
            people.alias("people_known"),
            pl.when(divided)
            .then(pl.col("basis") + f"; {INVENTED_SPLIT}")
            .otherwise(pl.lit("rows of staff: ") + pl.col("source"))
            .alias("basis"),
            pl.lit(True).alias("is_row"),
            pl.lit(False).alias("unresolved"),
            pl.lit(None, dtype=pl.Int64).alias("headcount"),
            pl.lit(None, dtype=pl.Decimal(18, 9)).alias("fte_people"),
            pl.col("person").is_null().cast(pl.Int64).alias("lines"),
        )
        .select(_COLUMNS)
    )


def _total_pieces(totals: pl.LazyFrame, chosen: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    networks = known.filter(pl.col("kind") == "network").get_column("organisation").implode()
    return (
        totals.join(chosen.lazy(), on=["organisation", "source", "as_of", "grain"], how="inner")
        .with_columns(
            pl.when(~pl.col("organisation").is_in(networks)).then("organisation").alias("employer"),
            pl.lit(None, dtype=pl.String).alias("workplace"),
            pl.lit(None, dtype=pl.String).alias("payer"),
            pl.lit(None, dtype=pl.String).alias("person"),
            pl.lit(False).alias("is_row"),
            pl.col("headcount").is_not_null().alias("people_known"),
            ~pl.col("answers").alias("unresolved"),
        )
        .select(_COLUMNS)
        .collect()
    )


def _whole(place: pl.LazyFrame, chosen: pl.DataFrame, job: Collection[str]) -> pl.DataFrame:
    """Totals of the whole place at exactly the asked grain, of sources whose organisations share one date."""
    one_date = (
        chosen.group_by("source")
        .agg(pl.col("as_of").n_unique().alias("dates"), pl.col("as_of").first())
        .filter(pl.col("dates") == 1)
        .select("source", "as_of")
    )
    exact = [
        g
        for g in place.select("grain").unique().collect().get_column("grain").sort()
        if grain_words(g) == set(job)
    ]
    return (
        place.filter(pl.col("grain").is_in(exact))
        .join(one_date.lazy(), on=["source", "as_of"], how="semi")
        .select("source", "as_of", *_JOB, "headcount", "lines", "fte", "fte_people", "share_place")
        .collect()
    )


_COLUMNS = (
    "organisation",
    "source",
    "as_of",
    "origin",
    "basis",
    "is_row",
    "people_known",
    "unresolved",
    *OF_ROWS,
    *_JOB,
    "person",
    "headcount",
    "lines",
    "fte",
    "fte_people",
    "share_place",
)
