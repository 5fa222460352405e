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


def _rows(place: Place, tables: Sequence[str], keys: pl.DataFrame) -> pl.DataFrame:
    """Rows of submissions: ``submission, organisation, period, rows``."""
    triple = ["submission", "organisation", "period"]
    wanted = keys.select(triple).unique()
    found = [
        place.lake.scan(name)
        .filter(
            pl.col("submission").is_in(wanted.get_column("submission").unique().to_list()),
            pl.col("period").is_in(wanted.get_column("period").unique().to_list()),
        )
        .select(triple)
        .join(wanted.lazy(), on=triple, how="semi")
        for name in tables
    ]
    return pl.concat(pl.collect_all(found)).group_by(triple).agg(pl.len().cast(pl.Int64).alias("rows"))


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
    from skillmix.place import publications

    key = publications.KEY
    now = publications.standing(publications.records(place.lake)).filter(pl.col("submission") == submission)
    replaced = now.select(key).join(before.select("submission", *key), on=key, how="inner")
    replaced = replaced.filter(pl.col("submission") != submission)
    if replaced.is_empty():
        return ""
    was = _rows(place, tables, replaced).group_by("organisation").agg(pl.col("rows").sum().alias("before"))
    new = _rows(place, tables, now.join(replaced, on=key, how="semi"))
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
