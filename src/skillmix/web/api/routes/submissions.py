"""Submissions about one's own organisations."""

from __future__ import annotations

import polars as pl
from django.http import HttpRequest
from ninja import Query

from skillmix.web.api import columns
from skillmix.web.api.answers import Answer, Paging
from skillmix.web.api.operations import operation
from skillmix.web.people.access import ROWS
from skillmix.web.site.pages import reading_of

TAG = "Submissions"
_SAID = ("submission", "as_of", "received", "origin", "rows_read", "rows_loaded", "rows_set_aside")


@operation("/places/{place}/submissions", needs="rows", row=columns.SubmissionRow, tag=TAG)
def submissions(request: HttpRequest, place: str, asked: Query[Paging]) -> Answer:
    """Submissions that stand now about your own organisations, newest publication first.

    What is withdrawn or superseded is not listed. No row of staff is given.
    """
    reading = reading_of(request)
    own = sorted(reading.principal.where(ROWS))
    frame = (
        reading.place.standing(reading.number)
        .filter(pl.col("organisation").is_in(own))
        .group_by("submission", "organisation", "source", "edition")
        .agg(
            pl.col("period").min().alias("first_period"),
            pl.col("period").max().alias("last_period"),
            pl.col("number").max().alias("publication"),
        )
        .join(_described(request), on="submission", how="left")
        .join(_readable(request), on=["submission", "organisation"], how="left")
        .with_columns(pl.col("readable").fill_null(False))
        .sort("publication", "submission", "organisation", descending=[True, False, False])
    )
    return Answer(frame.select(list(columns.SubmissionRow.model_fields)), reading.place.name, reading.number)


def _described(request: HttpRequest) -> pl.DataFrame:
    """What is known of each submission that counts in figures now."""
    return reading_of(request).facts.submissions.select(_SAID)


def _readable(request: HttpRequest) -> pl.DataFrame:
    """Submission and organisation of what counts in figures now."""
    visible = reading_of(request).facts.visible.select("submission", "organisation").unique()
    return visible.with_columns(pl.lit(True).alias("readable"))
