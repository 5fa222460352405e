"""What was received about some organisations, and where each submission stands; it holds no fact."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from skillmix.place import attachments, publications
from skillmix.place.lake import Lake
from skillmix.place.submissions import reported

#: What `received` returns.
RECEIVED: dict[str, pl.DataType | type[pl.DataType]] = {
    "submission": pl.String,
    "source": pl.String,
    "edition": pl.String,
    "file_name": pl.String,
    "received": pl.Datetime("us", "UTC"),
    "as_of": pl.Date,
    "origin": pl.String,
    "rows_read": pl.Int64,
    "rows_loaded": pl.Int64,
    "rows_set_aside": pl.Int64,
    "rows_outside": pl.Int64,
    "key": pl.String,
    "agreement": pl.String,
    "organisations": pl.List(pl.String),
    "others": pl.Boolean,
    "state": pl.String,
    "number": pl.Int64,
    "at": pl.Datetime("us", "UTC"),
    "by": pl.String,
}


def received(lake: Lake, organisations: Collection[str]) -> pl.DataFrame:
    """Submissions of partners that report on some organisations, the newest first.

    Args:
        lake: the place's lake.
        organisations: codes.

    Returns:
        As `RECEIVED`: the submission with the job that stored it (``key``), the agreement that counts now,
        those of the organisations that it reports on, whether it reports on ``others`` too, its ``state``
        (unpublished, published, superseded or withdrawn), and the latest publication about it with when and
        by whom (null while unpublished). What a job stored and nobody has published is left out: whoever
        started the job knows of it.
    """
    sent = lake.scan("submission").filter(pl.col("origin") != "published").collect()
    history = publications.records(lake).filter(pl.col("submission").is_in(sent["submission"].implode()))
    told = history.select("submission", "organisation").unique()
    untold = sent.filter(pl.col("key").is_null()).join(told, on="submission", how="anti")
    silent = untold.get_column("submission").to_list()
    about = [told] + [
        reported(lake, one).select(pl.lit(one).alias("submission"), "organisation").unique() for one in silent
    ]
    every = pl.concat(about)
    wider = every.group_by("submission").agg(pl.col("organisation").is_in(sorted(organisations)).not_().any())
    mine = (
        every.filter(pl.col("organisation").is_in(sorted(organisations)))
        .group_by("submission")
        .agg(pl.col("organisation").sort().alias("organisations"))
    )
    shown = publications.standing(history).select("submission").unique()
    latest = history.sort("number").group_by("submission").last()
    stands = (
        pl.when(pl.col("action").is_null())
        .then(pl.lit("unpublished"))
        .when(pl.col("action") == "withdraw")
        .then(pl.lit("withdrawn"))
        .when(pl.col("shown"))
        .then(pl.lit("published"))
        .otherwise(pl.lit("superseded"))
    )
    return (
        sent.drop("agreement")
        .join(attachments.of_submissions(lake), on="submission", how="left")
        .join(mine, on="submission", how="inner")
        .join(wider.rename({"organisation": "others"}), on="submission", how="left")
        .join(latest.select("submission", "action", "number", "at", "by"), on="submission", how="left")
        .join(shown.with_columns(pl.lit(True).alias("shown")), on="submission", how="left")
        .with_columns(stands.alias("state"))
        .select(RECEIVED.keys())
        .sort("received", descending=True)
    )
