"""Publication: the one record that makes a submission visible, and the one number that pins a place.

A submission appends rows to several tables. Readers see none of them until one commit to `publication`
says so; a process that dies before that commit has changed nothing that anyone can read. The key of
replacement is (source, organisation reported on, period): among the submissions published for a key, the
latest edition stands, and within an edition the latest publication. Withdrawing a submission is a record
too: what it had taken the place of stands again.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable

import polars as pl

from skillmix.errors import PlaceError
from skillmix.place.lake import Lake

KEY = ["source", "organisation", "period"]
TRIPLE = ["submission", "organisation", "period"]

#: How often a publication is tried again when others publish at the same moment.
TRIES = 200


def records(lake: Lake) -> pl.DataFrame:
    """Every record of publication, oldest first."""
    return lake.scan("publication").collect().sort("number", "submission", "organisation", "period")


def standing(history: pl.DataFrame, at: int | None = None) -> pl.DataFrame:
    """What readers see as of a publication number.

    Args:
        history: records of publication, as `records` returns them.
        at: the number; the latest when None.

    Returns:
        One row for each (source, organisation, period) that is visible: ``submission, organisation, period,
        source, edition, number``.
    """
    seen = history if at is None else history.filter(pl.col("number") <= at)
    latest = seen.sort("number").group_by(TRIPLE, maintain_order=True).last()
    published = latest.filter(pl.col("action") == "publish")
    return (
        published.with_columns(pl.col("edition").fill_null(""))
        .sort("edition", "number")
        .group_by(KEY, maintain_order=True)
        .last()
        .with_columns(pl.col("edition").replace("", None))
        .select(*TRIPLE, "source", "edition", "number")
        .sort(*KEY)
    )


def pause(attempt: int) -> None:
    """Wait a little, longer after each attempt, and not as long as others who were refused too."""
    time.sleep(random.uniform(0, 0.01 * min(attempt + 1, 20)))


def taken_effect(history: pl.DataFrame, key: str | None, action: str, submission: str) -> int | None:
    """The number under which a job has taken effect already; None where it has not, or there is no job.

    Raises:
        PlaceError: when the job has done something else.
    """
    if key is None:
        return None
    done = history.filter(pl.col("key") == key)
    if done.is_empty():
        return None
    first = done.row(0, named=True)
    if (first["action"], first["submission"]) != (action, submission):
        raise PlaceError(
            f"The job {key} has done something else already: {first['action']} {first['submission']}.",
            cure="Give each thing that is to take effect once a key of its own.",
        )
    return int(first["number"])


def _latest(history: pl.DataFrame) -> int:
    return int(history.get_column("number").max() or 0)  # type: ignore[arg-type]


def _commit(
    lake: Lake,
    decide: Callable[[pl.DataFrame], pl.DataFrame],
    done: Callable[[pl.DataFrame], int | None] = lambda _: None,
) -> int:
    """Decide from what is there, write, and decide again whenever somebody else was first.

    Args:
        lake: the place's lake.
        decide: the rows to write; where there are none, nothing is written and the latest number stands.
        done: the number where it has taken effect already: then nothing is written either.
    """
    for attempt in range(TRIES):
        seen = lake.open("publication")
        history = lake.rows("publication", seen).collect()
        if (before := done(history)) is not None:
            return before
        rows = decide(history)
        number = _latest(history) + (not rows.is_empty())
        rows = rows.with_columns(
            pl.lit(number, dtype=pl.Int64).alias("number"),
            pl.lit(dt.datetime.now(dt.UTC)).dt.cast_time_unit("us").alias("at"),
        )
        if rows.is_empty() or lake.append_if_unchanged("publication", rows, seen):
            return number
        pause(attempt)
    raise PlaceError(
        "Others kept publishing at the same moment, and this publication found no gap.",
        cure="Try again; nothing has changed.",
    )


def _once(key: str | None, action: str, submission: str) -> Callable[[pl.DataFrame], int | None]:
    """How `_commit` finds out whether the job has taken effect."""
    return lambda history: taken_effect(history, key, action, submission)


def publish(
    lake: Lake,
    submission: str,
    source: str,
    edition: str | None,
    keys: pl.DataFrame,
    by: str,
    key: str | None = None,
) -> int:
    """Make a submission visible.

    Args:
        lake: the place's lake.
        submission: its identifier.
        source: the kind of source.
        edition: release of the source, as YYYY-MM-DD, or None.
        keys: one row for each ``organisation, period`` that it reports on.
        by: who publishes.
        key: the job that it is done for: whatever runs twice takes effect once.

    Returns:
        The number of the publication.
    """

    def decide(history: pl.DataFrame) -> pl.DataFrame:
        before = standing(history).filter(pl.col("edition").fill_null("") <= (edition or ""))
        before = before.select("organisation", "period", "source", pl.col("submission").alias("supersedes"))
        return (
            keys.select("organisation", "period")
            .unique()
            .with_columns(
                pl.lit(submission).alias("submission"),
                pl.lit(source).alias("source"),
                pl.lit(edition, dtype=pl.String).alias("edition"),
                pl.lit("publish").alias("action"),
                pl.lit(by).alias("by"),
                pl.lit(key, dtype=pl.String).alias("key"),
            )
            .join(before, on=["organisation", "period", "source"], how="left", maintain_order="left")
            .with_columns(
                pl.when(pl.col("supersedes") != pl.col("submission")).then("supersedes").alias("supersedes")
            )
            .sort("organisation", "period")
        )

    return _commit(lake, decide, _once(key, "publish", submission))


def _last(history: pl.DataFrame) -> pl.DataFrame:
    """The last record of each submission, organisation and period."""
    return history.sort("number").group_by(TRIPLE, maintain_order=True).last()


def _last_of(history: pl.DataFrame, submission: str) -> pl.DataFrame:
    return _last(history.filter(pl.col("submission") == submission))


def _withdrawn(rows: pl.DataFrame, by: str, key: str | None) -> pl.DataFrame:
    """The records that take published ones back."""
    return rows.with_columns(
        pl.lit("withdraw").alias("action"),
        pl.lit(by).alias("by"),
        pl.lit(None, dtype=pl.String).alias("supersedes"),
        pl.lit(key, dtype=pl.String).alias("key"),
    )


def withdraw(lake: Lake, submission: str, by: str, key: str | None = None) -> int:
    """Take a submission out of every figure.

    Returns:
        The number of the publication that withdrew it.

    Raises:
        PlaceError: when it is not published.
    """

    def decide(history: pl.DataFrame) -> pl.DataFrame:
        mine = _last_of(history, submission).filter(pl.col("action") == "publish")
        if mine.is_empty():
            raise PlaceError(
                f"The submission {submission} is not published.",
                cure="`skillmix place publications` lists what is.",
            )
        return _withdrawn(mine, by, key)

    return _commit(lake, decide, _once(key, "withdraw", submission))


def retire(lake: Lake, gone: pl.DataFrame, by: str) -> int:
    """Take out what is about to be removed for good, with what would stand again in its place.

    What was removed could not be read any more; an earlier submission that it had taken the place of must not
    come to light by its removal, so that every figure stays as it was the moment before.

    Args:
        lake: the place's lake.
        gone: ``submission, organisation, period`` of what is removed.
        by: who removes it.

    Returns:
        The number from which it is gone: a new one, or the latest where none of it was published.
    """

    def decide(history: pl.DataFrame) -> pl.DataFrame:
        shown = standing(history).join(gone, on=TRIPLE, how="semi")
        published = _last(history).filter(pl.col("action") == "publish")
        beneath = published.join(shown, on=KEY, how="semi")
        mine = published.join(gone, on=TRIPLE, how="semi")
        return _withdrawn(pl.concat([mine, beneath]).unique(TRIPLE).sort(TRIPLE), by, None)

    return _commit(lake, decide)


def again(
    lake: Lake, submission: str, by: str, key: str | None = None, without: pl.DataFrame | None = None
) -> int:
    """Publish a withdrawn or unpublished submission again, for the keys it was published for.

    Args:
        lake: the place's lake.
        submission: its identifier.
        by: who publishes.
        key: the job that it is done for.
        without: ``submission, organisation, period`` of what has been purged.

    Raises:
        PlaceError: when it never was published.
    """
    mine = _last_of(records(lake), submission)
    if without is not None:
        mine = mine.join(without, on=TRIPLE, how="anti")
    if mine.is_empty():
        raise PlaceError(
            f"The submission {submission} has never been published.",
            cure="`skillmix place publications` lists what was.",
        )
    first = mine.row(0, named=True)
    return publish(lake, submission, first["source"], first["edition"], mine, by, key)
