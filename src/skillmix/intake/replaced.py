"""What a submission stands in place of, and whether far fewer rows are left of it."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote

import polars as pl

from skillmix.intake.findings import counted
from skillmix.place import Place

#: Below this part of the earlier rows a submission is suspected not to be whole. A source that is sent again
#: for the same month corrects some rows; it does not lose a third of them.
PART = 2 / 3
#: Rows that an organisation had before, from which its own loss is told.
_MANY = 10
#: Organisations that are named.
_NAMED = 5
#: What one submission stands in place of another by.
_KEY = ["source", "organisation", "period"]


def fewer(place: Place, before: pl.DataFrame, submission: str, tables: Sequence[str]) -> str:
    """What to say of a published submission that stands in place of far more rows than it has.

    Args:
        place: the place, after the publication.
        before: what readers saw before it: ``submission, organisation, period, source``.
        submission: the new submission.
        tables: the tables that it feeds.

    Returns:
        The note, or nothing where the submission stands in place of none, or of about as many rows.
    """
    now = place.standing().filter(pl.col("submission") == submission)
    replaced = now.select(_KEY).join(before.select("submission", *_KEY), on=_KEY, how="inner")
    replaced = replaced.filter(pl.col("submission") != submission)
    if replaced.is_empty():
        return ""
    was = (
        place.row_counts(replaced, tables).group_by("organisation").agg(pl.col("rows").sum().alias("before"))
    )
    new = place.row_counts(now.join(replaced, on=_KEY, how="semi"), tables)
    new = new.group_by("organisation").agg(pl.col("rows").sum().alias("now"))
    both = was.join(new, on="organisation", how="left").with_columns(pl.col("now").fill_null(0))
    lost = both.filter(pl.col("before") >= _MANY, pl.col("now") < PART * pl.col("before"))
    earlier, later = int(both.get_column("before").sum()), int(both.get_column("now").sum())
    if lost.is_empty() and later >= PART * earlier:
        return ""
    named = (lost if lost.height else both).sort(pl.col("before") - pl.col("now"), descending=True)
    shown = [
        f"{place.organisations[code].name if code in place.organisations else code} {b:,} -> {n:,}"
        for code, b, n in named.head(_NAMED).select("organisation", "before", "now").iter_rows()
    ]
    if named.height > _NAMED:
        shown.append(f"and {named.height - _NAMED} more")
    organisations = counted(both.height, "organisation", "organisations")
    return (
        f"FAR FEWER ROWS THAN BEFORE: for {organisations} {earlier:,} rows stood, now {later:,} stand in "
        f"their place ({', '.join(shown)}). If the file is not whole, undo it: "
        f"skillmix place withdraw {quote(str(place.path))} {submission}"
    )
