"""Agreements recorded for a submission after it was sent: an appended record, of which the latest counts."""

from __future__ import annotations

import datetime as dt

import polars as pl

from skillmix.errors import PlaceError
from skillmix.place.lake import Lake
from skillmix.place.publications import TRIES, pause


def in_force(sent: pl.DataFrame, attached: pl.DataFrame) -> pl.DataFrame:
    """The agreement that counts for each submission now.

    Args:
        sent: the table `submission`.
        attached: the table `submission_agreement`.

    Returns:
        ``submission, agreement``, a row a submission; null where no agreement is recorded.
    """
    latest = (
        attached.sort("number")
        .group_by("submission", maintain_order=True)
        .last()
        .select("submission", pl.col("agreement").alias("later"))
    )
    return (
        sent.select("submission", "agreement")
        .join(latest, on="submission", how="left", maintain_order="left")
        .select("submission", pl.coalesce("later", "agreement").alias("agreement"))
    )


def of_submissions(lake: Lake) -> pl.DataFrame:
    """``submission, agreement``: the agreement that counts for each submission now, null where none does."""
    return in_force(lake.scan("submission").collect(), lake.scan("submission_agreement").collect())


def attach(lake: Lake, submission: str, agreement: str, by: str) -> None:
    """Append the record that a submission stands under an agreement; nothing where it does already.

    Raises:
        PlaceError: when others keep recording at the same moment.
    """
    for attempt in range(TRIES):
        seen = lake.open("submission_agreement")
        attached = lake.rows("submission_agreement", seen).collect()
        counts = in_force(lake.scan("submission").collect(), attached)
        if counts.filter(pl.col("submission") == submission)["agreement"].to_list() == [agreement]:
            return
        number = int(attached.get_column("number").max() or 0) + 1  # type: ignore[arg-type]
        row = pl.DataFrame(
            {
                "number": [number],
                "submission": [submission],
                "agreement": [agreement],
                "at": [dt.datetime.now(dt.UTC)],
                "by": [by],
            }
        )
        if lake.append_if_unchanged("submission_agreement", row, seen):
            return
        pause(attempt)
    raise PlaceError(
        "Others kept recording agreements at the same moment, and this record found no gap.",
        cure="Try again; nothing has changed.",
    )
