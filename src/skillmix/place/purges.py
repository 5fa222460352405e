"""What has been purged: records that hold no fact, and the old numbers that they make unreadable."""

from __future__ import annotations

import polars as pl

from skillmix.errors import PlaceError, ScopeError
from skillmix.place import publications, submissions
from skillmix.place.lake import Lake

#: Why facts are purged, in words.
REASONS = {
    "expired": "the agreement they were sent under has ended",
    "retention": "they are older than their agreement keeps them",
    "withdrawn": "they had been withdrawn",
    "abandoned": "they were left by an attempt that nobody finished",
}


def records(lake: Lake) -> pl.DataFrame:
    """Every record of a purge, oldest first, as the table `purge` declares them."""
    return lake.scan("purge").collect().sort("at", "submission", "organisation", "period")


def _told(gone: pl.DataFrame) -> str:
    """When and why facts were purged, in words."""
    last = max(moment.date() for moment in gone["at"].to_list())
    return f"on {last}, because {' and '.join(REASONS[r] for r in sorted(gone['reason'].unique()))}"


def refuse(lake: Lake, at: int) -> None:
    """Refuse an old publication number where facts that stood at it are gone.

    Raises:
        ScopeError: telling why they are gone, and from which number the place can be read again.
    """
    later = records(lake).filter(pl.col("number") > at)
    if later.is_empty():
        return
    stood = publications.standing(publications.records(lake), at)
    gone = later.join(stood, on=publications.TRIPLE, how="semi")
    if gone.is_empty():
        return
    number = max(gone["number"].to_list())
    raise ScopeError(
        f"The figures of publication {at} cannot be worked out again: facts that stood in it were purged "
        f"{_told(gone)}.",
        cure=f"Read the place as it is now, or at a publication from {number} on.",
    )


def refuse_again(lake: Lake, submission: str) -> pl.DataFrame:
    """What of a submission is gone, so that it is not published again.

    Returns:
        ``submission, organisation, period`` of what is gone.

    Raises:
        PlaceError: when all of it is gone.
    """
    mine = records(lake).filter(pl.col("submission") == submission)
    if mine.height and submissions.reported(lake, submission).is_empty():
        raise PlaceError(
            f"The submission {submission} was purged {_told(mine)}.",
            cure="Ask the partner to send it again, under an agreement in force.",
        )
    return mine.select(publications.TRIPLE)
