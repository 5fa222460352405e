"""Purging: facts that nobody may read any more are removed for good, and the removal is recorded."""

from __future__ import annotations

import datetime as dt

import polars as pl

from skillmix.place import erasing, keeping, publications, purges, submissions
from skillmix.place.documents import sole_writer
from skillmix.place.folder import Place
from skillmix.place.lake import Lake
from skillmix.place.publications import TRIPLE
from skillmix.schema import FACTS

#: How long an attempt may go on before its rows are taken for abandoned.
ATTEMPT = dt.timedelta(days=1)

_PERSONS = [name for name, schema in FACTS.items() if "person_key" in schema.columns()]


def purge(
    place: Place,
    *,
    by: str = "controller",
    on: dt.date | None = None,
    withdrawn_before: dt.date | None = None,
    dry_run: bool = False,
) -> pl.DataFrame:
    """Remove for good what nobody may read any more: its bytes are gone from the folder.

    Facts go whose agreement has ended by the day, or that are older than it keeps them (a submission's month
    of one organisation goes as a whole, once the last of it is too old), withdrawn ones if asked, and rows of
    attempts that nobody finished. With them go what was kept of the file, hashed identifiers that nothing
    else in the place needs, older versions of the tables and their statistics. Figures that could be read
    before stay as they are; older publication numbers in which the facts stood are refused from then on.

    A purge that is cut off at any moment leaves the place before it or after it; run it again to finish.

    Args:
        place: the place.
        by: who purges.
        on: the day for which it is decided; today when None.
        withdrawn_before: also what was withdrawn before this day, and has not been published again since.
        dry_run: only tell what would go.

    Returns:
        What went, or would: ``reason, submission, organisation, period, rows``.
    """
    on = on or dt.datetime.now(dt.UTC).date()
    with sole_writer(place.lake.root):
        fresh = Place.open(place.path)
        found = _found(fresh, on, withdrawn_before)
        if dry_run:
            return _told(found)
        new = found.filter(~pl.col("recorded"))
        if new.height:
            _record(fresh.lake, new, by)
        _remove(fresh, found, on)
    return _told(found)


def _told(found: pl.DataFrame) -> pl.DataFrame:
    return found.select("reason", *TRIPLE, "rows").sort("reason", *TRIPLE)


def _found(place: Place, on: dt.date, withdrawn_before: dt.date | None) -> pl.DataFrame:
    """What is to go: ``submission, organisation, period, rows, reason, recorded``.

    What a purge has recorded and did not come to remove is among it, whatever has changed since.
    """
    held = _held(place.lake)
    recorded = purges.records(place.lake).unique(TRIPLE, keep="last").select(*TRIPLE, recorded="reason")
    sent = place.lake.scan("submission").select("submission", "origin", known=pl.lit(True)).collect()
    rows = (
        held.join(sent, on="submission", how="left")
        .join(place.agreement_of_submissions(), on="submission", how="left")
        .join(_agreements(place, on), on="agreement", how="left")
        .join(_withdrawn(place.lake), on=TRIPLE, how="left")
        .join(recorded, on=TRIPLE, how="left")
    )
    governed = pl.col("origin") == "sent"
    abandoned = pl.col("known").is_null() & _born(pl.col("submission")).lt(_start(on) - ATTEMPT)
    reason = (
        pl.when(pl.col("recorded").is_not_null())
        .then("recorded")
        .when(governed & pl.col("expired"))
        .then(pl.lit("expired"))
        .when(governed & (pl.col("newest") < pl.col("oldest")))
        .then(pl.lit("retention"))
        .when(pl.col("withdrawn") < pl.lit(withdrawn_before, dtype=pl.Date))
        .then(pl.lit("withdrawn"))
        .when(abandoned)
        .then(pl.lit("abandoned"))
    )
    return (
        rows.select(*TRIPLE, "rows", reason.alias("reason"), pl.col("recorded").is_not_null())
        .filter(pl.col("reason").is_not_null())
        .sort(TRIPLE)
    )


def _start(on: dt.date) -> dt.datetime:
    """The moment for which it is decided: the end of the day, or now where that is earlier."""
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    end = dt.datetime.combine(on, dt.time.max)
    return min(now, end) if on <= now.date() else end


def _born(submission: pl.Expr) -> pl.Expr:
    """When a submission was begun, as its identifier says; long ago where it says nothing."""
    begun = submission.str.head(21).str.to_datetime("%Y%m%dT%H%M%S%6f", strict=False, time_unit="us")
    return begun.fill_null(dt.datetime(1970, 1, 1))


def _held(lake: Lake) -> pl.DataFrame:
    """What there is in the tables of facts: ``submission, organisation, period, rows, newest`` (`as_of`)."""
    each = [
        lake.scan(name)
        .group_by(TRIPLE)
        .agg(pl.len().cast(pl.Int64).alias("rows"), pl.col("as_of").max().alias("newest"))
        for name in FACTS
    ]
    every = pl.concat(pl.collect_all(each))
    return every.group_by(TRIPLE).agg(pl.col("rows").sum(), pl.col("newest").max())


def _agreements(place: Place, on: dt.date) -> pl.DataFrame:
    """``agreement, expired, oldest``: whether it has ended, and the earliest date that it still keeps.

    Of several of one name (an edit by hand) the one that keeps longest decides: nothing goes by mistake.
    """
    every = pl.DataFrame(
        [(a.id, a.expired(on), a.oldest(on) or dt.date.min) for a in place.agreements],
        schema={"agreement": pl.String, "expired": pl.Boolean, "oldest": pl.Date},
        orient="row",
    )
    return every.group_by("agreement").agg(pl.col("expired").all(), pl.col("oldest").min())


def _withdrawn(lake: Lake) -> pl.DataFrame:
    """``submission, organisation, period, withdrawn``: the day on which it was last withdrawn, if it was."""
    last = publications.records(lake).sort("number").group_by(TRIPLE, maintain_order=True).last()
    return last.filter(pl.col("action") == "withdraw").select(*TRIPLE, withdrawn=pl.col("at").dt.date())


def _record(lake: Lake, new: pl.DataFrame, by: str) -> None:
    """Record a purge before anything is removed: from then on it is finished whenever one is run."""
    number = publications.retire(lake, new.select(TRIPLE), by)
    lake.append(
        "purge",
        new.select(*TRIPLE, "reason", "rows").with_columns(
            pl.lit(submissions.new_submission()).alias("purge"),
            pl.lit(number, dtype=pl.Int64).alias("number"),
            pl.lit(dt.datetime.now(dt.UTC)).dt.cast_time_unit("us").alias("at"),
            pl.lit(by).alias("by"),
        ),
    )


def _remove(place: Place, found: pl.DataFrame, on: dt.date) -> None:
    """Remove what is recorded, and what an earlier purge that was cut off left to be removed."""
    lake, before = place.lake, _start(on) - ATTEMPT
    for name in FACTS:
        here = lake.scan(name).select(TRIPLE).unique().collect().join(found, on=TRIPLE, how="semi")
        erasing.erase(lake, name, _conditions(here))
    _unlink(lake)
    touched = set(purges.records(lake)["submission"])
    sent = _unnamed(lake, touched)

    def keeps(submission: str) -> bool:
        if submission in sent:
            return submission not in touched
        begun = pl.select(_born(pl.lit(submission))).item()
        return submission not in touched and bool(begun >= before)

    keeping.sweep(place.path / "incoming", sent, keeps, before)


def _conditions(gone: pl.DataFrame) -> list[str]:
    """The rows of some submissions, organisations and periods, as conditions of no great length."""
    each = [
        f"(period = {erasing.quoted([period])} AND submission = {erasing.quoted([submission])}"
        f" AND organisation IN ({erasing.quoted(months['organisation'].to_list())}))"
        for (period, submission), months in gone.sort(TRIPLE).group_by(
            "period", "submission", maintain_order=True
        )
    ]
    return [" OR ".join(each[n : n + 20]) for n in range(0, len(each), 20)]


def _unlink(lake: Lake) -> None:
    """Remove hashed identifiers of people of whom no fact is left."""
    links = lake.scan("person_link").collect()
    used = pl.concat(
        pl.collect_all([lake.scan(n).select("person_key").drop_nulls().unique() for n in _PERSONS])
    )
    needed = links.join(used, on="person_key", how="semi").select("person").unique()
    left = links.join(needed, on="person", how="semi", maintain_order="left")
    if left.height < links.height:
        erasing.rewrite(lake, "person_link", left)
    else:
        erasing.erase(lake, "person_link", [])


def _unnamed(lake: Lake, touched: set[str]) -> dict[str, str]:
    """Forget what files were called of which nothing is left; the hash of each submission's file."""
    sent = lake.scan("submission").collect()
    left = _held(lake)["submission"].unique()
    gone = pl.col("submission").is_in([*touched]) & ~pl.col("submission").is_in(left.implode())
    if sent.filter(gone, pl.col("file_name").is_not_null()).height:
        named = pl.when(~gone).then("file_name").alias("file_name")
        erasing.rewrite(lake, "submission", sent.with_columns(named))
    else:
        erasing.erase(lake, "submission", [])
    return dict(sent.select("submission", "sha256").iter_rows())
