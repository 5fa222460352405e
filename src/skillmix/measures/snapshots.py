"""The dates of which staff in post are known: where a trend has its points."""

from __future__ import annotations

from datetime import date

import polars as pl

from skillmix.measures.dimensions import Readable


def snapshot_dates(facts: Readable, latest: int | None = None) -> list[date]:
    """Dates at which at least half as many organisations have a snapshot as at the best date, oldest first.

    A date at which few organisations sent something is no point of a trend of the place.

    Args:
        facts: what may be read of a place.
        latest: as many are kept, the latest; all when None.
    """
    rows = pl.concat(
        [facts.table(name).select("organisation", "as_of").unique() for name in ("assignment", "stock")]
    )
    counted = (
        rows.unique()
        .group_by("as_of")
        .agg(pl.col("organisation").n_unique().alias("organisations"))
        .sort("as_of")
        .collect()
    )
    if counted.is_empty():
        return []
    most = counted.get_column("organisations").max()
    dates: list[date] = counted.filter(pl.col("organisations") * 2 >= most).get_column("as_of").to_list()
    return dates if latest is None else dates[-latest:]
