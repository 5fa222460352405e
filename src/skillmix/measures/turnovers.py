"""Joiners, leavers, leaver rate and stability over twelve months, or the reason why there is none.

Leaver rate: leavers in twelve months over the mean of the people at the start and at the end. Stability: of
the people at the start, the share still there at the end. Both count people (NHS England, NHS HCHS Workforce
Statistics: Turnover). Less than a year is never annualised: leaving has seasons.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import polars as pl

from skillmix.errors import InputError, RefusedError
from skillmix.measures.dimensions import OF_ROWS, Readable, check_words, organisations
from skillmix.measures.figures import Figures, say_once
from skillmix.measures.turnover_rows import count_rows
from skillmix.measures.turnover_totals import read_totals

COUNTS = ("start", "joiners", "leavers", "end", "other_changes", "gone")
RATES = ("joiner_rate", "leaver_rate", "stability")


def leaver_rate(leavers: int | None, start: int | None, end: int | None) -> float | None:
    """Leavers over the mean of start and end, as a share of 1; null where anything is unknown or nobody was.

    >>> round(leaver_rate(40_883, 349_242, 359_495), 4)
    0.1154
    """
    if leavers is None or start is None or end is None or start + end == 0:
        return None
    return leavers / ((start + end) / 2)


def stability_index(start: int | None, gone: int | None) -> float | None:
    """The share of those at the start who are still there at the end, as a share of 1.

    >>> round(stability_index(349_242, 40_883), 4)
    0.8829
    """
    if start is None or gone is None or start == 0:
        return None
    return (start - gone) / start


def turnover(facts: Readable, by: Iterable[str] = ("organisation",), as_of: date | None = None) -> Figures:
    """Joiners, leavers, leaver rate and stability of every slice.

    Published totals are read where they are all there is; movements and snapshots of staff win over them,
    organisation by organisation.

    Args:
        facts: what may be read of a place.
        by: organisation, sector, partner, kind, staff_group, profession, level, registered; none for
            the whole place.
        as_of: the end of the twelve months; the newest possible when None.

    Returns:
        One row a slice: the words, ``organisation_name``, ``starts, ends`` (the days between which events
        count), ``start, joiners, leavers, end`` (people), ``other_changes`` (what the end differs by: changes
        of group or profession), ``gone`` (people of the start who are not there at the end),
        ``joiner_rate, leaver_rate, stability`` (shares of 1), ``refused`` (why there is no rate, or null),
        ``origin, basis``. A move between slices is a leaver of the one and a joiner of the other; a move
        within a slice is neither.

    Raises:
        InputError: when turnover cannot be counted by a word.
    """
    words = check_words(by)
    if wrong := [w for w in words if w in OF_ROWS or w in ("setting", "role", "ahp")]:
        raise InputError(
            f"Turnover cannot be counted by {wrong[0]}.",
            cure="Choose from organisation, sector, partner, kind, staff_group, profession, level, "
            "registered.",
        )
    known = organisations(facts)
    rows, covered, row_notes = count_rows(facts, words, known, as_of)
    totals, notes = read_totals(facts, words, known, covered, as_of)
    frame = with_rates(_together(rows, totals, words))
    if "organisation" in words:
        names = known.select("organisation", "organisation_name")
        frame = frame.join(names, on="organisation", how="left", maintain_order="left")
    keys = [c for w in words for c in (w, f"{w}_name") if c in frame.columns]
    frame = frame.sort(list(words), nulls_last=True) if words else frame
    frame = frame.select(*keys, "starts", "ends", *COUNTS, *RATES, "refused", "origin", "basis")
    refusals = frame.filter(pl.col("refused").is_not_null()).get_column("refused").unique().sort()
    return Figures(
        frame=frame,
        measure="turnover",
        dimensions=tuple(keys),
        kinds={
            "starts": "population",
            "ends": "population",
            "start": "staff_in_post",
            "end": "staff_in_post",
            **dict.fromkeys(("joiners", "leavers", "other_changes", "gone", *RATES), "leaving"),
            **dict.fromkeys(("refused", "origin", "basis"), "population"),
        },
        rests_on={
            "start": ("start",),
            "end": ("end",),
            # Start and end stand in the row: with them, joiners give leavers back, and leavers joiners.
            "joiners": ("joiners", "leavers"),
            "leavers": ("leavers", "joiners"),
            "gone": ("gone", "joiners", "leavers"),
            "other_changes": ("joiners", "leavers"),
            "joiner_rate": ("joiners", "leavers"),
            "leaver_rate": ("leavers", "joiners"),
            "stability": ("gone", "joiners", "leavers"),
        },
        denominators={"joiner_rate": "start", "leaver_rate": "start", "stability": "start"},
        notes=say_once([*notes, *row_notes, *refusals]),
        sources=tuple(sorted({*_sources(rows), *_sources(totals)})),
        oldest_as_of=frame.get_column("starts").min(),  # type: ignore[arg-type]
        newest_as_of=frame.get_column("ends").max(),  # type: ignore[arg-type]
        synthetic=bool(frame.get_column("origin").is_in(["synthetic", "mixed"]).any()),
        place=facts.place.name,
        number=facts.number,
    )


def with_rates(frame: pl.DataFrame) -> pl.DataFrame:
    """Add ``other_changes`` and the rates to ``start, joiners, leavers, end, gone, refused``."""
    mean = (pl.col("start") + pl.col("end")) / 2
    answered = pl.col("refused").is_null()
    return frame.with_columns(
        (pl.col("end") - pl.col("start") - pl.col("joiners") + pl.col("leavers")).alias("other_changes"),
        pl.when(answered & (mean > 0)).then(pl.col("joiners") / mean).alias("joiner_rate"),
        pl.when(answered & (mean > 0)).then(pl.col("leavers") / mean).alias("leaver_rate"),
        pl.when(answered & (pl.col("start") > 0))
        .then((pl.col("start") - pl.col("gone")) / pl.col("start"))
        .alias("stability"),
    )


def require(figures: Figures) -> Figures:
    """The figures, where at least one slice has a rate.

    Raises:
        RefusedError: when none has; the problem is the reason.
    """
    refused = figures.frame.get_column("refused")
    if figures.frame.is_empty():
        raise RefusedError(
            f"Nothing is known of who joined and left {figures.place}.",
            cure="Load movements and two snapshots twelve months apart, or published flows of twelve months.",
        )
    if refused.null_count() == 0:
        raise RefusedError(
            str(refused.mode().sort().first()),
            cure="Load movements and two snapshots twelve months apart, or published flows of twelve months.",
        )
    return figures


def _sources(frame: pl.DataFrame) -> Collection[str]:
    return frame.get_column("source").explode().drop_nulls().unique().to_list() if frame.height else []


def _together(rows: pl.DataFrame, totals: pl.DataFrame, words: tuple[str, ...]) -> pl.DataFrame:
    """Slices of rows and of totals in one frame; where both stand in one, there is no rate."""
    columns = [
        *words,
        "starts",
        "ends",
        "start",
        "joiners",
        "leavers",
        "end",
        "gone",
        "refused",
        "origin",
        "basis",
    ]
    both = pl.concat([rows.select(columns), totals.select(columns)])
    if not words:
        doubled = pl.lit(both.height > 1)
    else:
        doubled = pl.len().over(list(words)) > 1
    reason = "Some organisations of this slice are known by rows, others by totals: not added."
    both = both.with_columns(pl.when(doubled).then(pl.lit(reason)).otherwise("refused").alias("refused"))
    clash = both.get_column("refused") == reason
    if not clash.any():
        return both
    counts = ("start", "joiners", "leavers", "end", "gone")
    return both.with_columns(
        *(pl.when(pl.col("refused") == reason).then(None).otherwise(c).alias(c) for c in counts),
        pl.when(pl.col("refused") == reason).then(pl.lit("mixed")).otherwise("origin").alias("origin"),
    ).unique([*words, "refused"] if words else ["refused"], keep="first", maintain_order=True)
