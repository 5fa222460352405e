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


def _commit(lake: Lake, decide: Callable[[pl.DataFrame], pl.DataFrame]) -> int:
    """Decide from what is there, write, and decide again whenever somebody else was first."""
    for attempt in range(TRIES):
        seen = lake.open("publication")
        history = lake.rows("publication", seen).collect()
        number = int(history.get_column("number").max() or 0) + 1  # type: ignore[arg-type]
        rows = decide(history).with_columns(
            pl.lit(number, dtype=pl.Int64).alias("number"),
            pl.lit(dt.datetime.now(dt.UTC)).dt.cast_time_unit("us").alias("at"),
        )
        if lake.append_if_unchanged("publication", rows, seen):
            return number
        pause(attempt)
    raise PlaceError(
        "Others kept publishing at the same moment, and this publication found no gap.",
        cure="Try again; nothing has changed.",
    )


def publish(
    lake: Lake, submission: str, source: str, edition: str | None, keys: pl.DataFrame, by: str
) -> int:
    """Make a submission visible.

    Args:
        lake: the place's lake.
        submission: its identifier.
        source: the kind of source.
        edition: release of the source, as YYYY-MM-DD, or None.
        keys: one row for each ``organisation, period`` that it reports on.
        by: who publishes.

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
            )
            .join(before, on=["organisation", "period", "source"], how="left", maintain_order="left")
            .with_columns(
                pl.when(pl.col("supersedes") != pl.col("submission")).then("supersedes").alias("supersedes")
            )
            .sort("organisation", "period")
        )

    return _commit(lake, decide)


def _last_of(history: pl.DataFrame, submission: str) -> pl.DataFrame:
    return (
        history.filter(pl.col("submission") == submission)
        .sort("number")
        .group_by(TRIPLE, maintain_order=True)
        .last()
    )


def withdraw(lake: Lake, submission: str, by: str) -> int:
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
        return mine.with_columns(
            pl.lit("withdraw").alias("action"),
            pl.lit(by).alias("by"),
            pl.lit(None, dtype=pl.String).alias("supersedes"),
        )

    return _commit(lake, decide)


def again(lake: Lake, submission: str, by: str) -> int:
    """Publish a withdrawn or unpublished submission again, for the keys it was published for.

    Raises:
        PlaceError: when it never was published.
    """
    mine = _last_of(records(lake), submission)
    if mine.is_empty():
        raise PlaceError(
            f"The submission {submission} has never been published.",
            cure="`skillmix place publications` lists what was.",
        )
    first = mine.row(0, named=True)
    return publish(lake, submission, first["source"], first["edition"], mine, by)
