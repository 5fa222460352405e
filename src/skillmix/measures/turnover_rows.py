"""Turnover from rows of staff: two snapshots twelve months apart, and the movements between them.

A missing snapshot is unknown, never mass leaving. A mover within the slice is no leaver of it: somebody who
goes from the hospital to a network of the same place leaves the hospital, not the place.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import polars as pl

from skillmix.measures.dimensions import OF_ORGANISATION, Readable, describe_jobs, listed
from skillmix.measures.figures import say_once, spell_date
from skillmix.measures.select import months_before, staleness
from skillmix.measures.turnover_totals import SCHEMA, empty

_JOB = ("staff_group", "profession", "role", "level", "registered")

NO_START = "There is no snapshot of staff twelve months earlier: who left in a year is not known."
NO_MOVEMENTS = (
    "People are gone between the two snapshots, but no movement was reported: who left is not known."
)


def count_rows(
    facts: Readable, words: tuple[str, ...], known: pl.DataFrame, as_of: date | None
) -> tuple[pl.DataFrame, frozenset[str], list[str]]:
    """Slices of the organisations that have rows of staff and movements.

    Returns:
        The words and the columns of `turnover_totals.SCHEMA`; the organisations covered; what must be said.
    """
    moves = facts.table("movement").collect()
    if moves.is_empty():
        return empty(words), frozenset(), []
    covered = frozenset(moves.get_column("organisation"))
    snapshots = _snapshots(facts, covered, as_of)
    if snapshots.is_empty():
        return empty(words), frozenset(), []
    covered = frozenset(snapshots.get_column("organisation"))
    months, missing = _windows(snapshots, "organisation" in words)
    if months.is_empty():
        return _refused(snapshots, words, known), covered, []
    people = _people(facts, months, known)
    events, excluded = _events(moves, months, known)
    slices = _count(people, events, words, months)
    notes = list(excluded)
    if silent := _silent(people, moves, months):
        here = pl.col("organisation").is_in(silent) if "organisation" in words else pl.lit(True)
        slices = slices.with_columns(
            pl.when(here).then(pl.lit(NO_MOVEMENTS)).otherwise("refused").alias("refused")
        )
    if missing and "organisation" in words:
        gaps = snapshots.filter(pl.col("organisation").is_in(missing))
        slices = pl.concat(
            [slices, _refused(gaps, words, known).filter(pl.col("organisation").is_in(missing))]
        )
    elif missing:
        slices = slices.with_columns(
            pl.lit(
                f"{len(missing)} organisations have no snapshot twelve months earlier: leavers of the whole "
                "are not known."
            ).alias("refused")
        )
    return slices, covered, list(say_once(notes))


def _snapshots(facts: Readable, covered: Collection[str], as_of: date | None) -> pl.DataFrame:
    """The newest snapshot of each organisation, source and month: ``organisation, source, month, as_of``."""
    rows = facts.table("assignment").filter(pl.col("organisation").is_in(sorted(covered)))
    if as_of is not None:
        oldest = months_before(as_of, staleness(facts))
        rows = rows.filter(
            pl.col("as_of") <= as_of, pl.col("as_of").max().over("organisation", "source") >= oldest
        )
    return (
        rows.group_by("organisation", "source", "as_of")
        .agg((pl.col("origin") == "synthetic").any().alias("synthetic"))
        .collect()
        .with_columns(pl.col("as_of").dt.truncate("1mo").alias("month"))
        .sort("organisation", "source", "as_of")
        .unique(["organisation", "source", "month"], keep="last", maintain_order=True)
    )


def _windows(snapshots: pl.DataFrame, alone: bool) -> tuple[pl.DataFrame, list[str]]:
    """For each organisation and source the snapshots at start and end; and the organisations without.

    Args:
        snapshots: as `_snapshots` returns them.
        alone: whether each organisation may have months of its own; else all share the newest month for which
            most of them have both snapshots.
    """
    ends = snapshots.select("organisation", "source", "month", pl.col("as_of").alias("ends"))
    starts = snapshots.select(
        "organisation",
        "source",
        pl.col("month").dt.offset_by("12mo").alias("month"),
        pl.col("as_of").alias("starts"),
    )
    both = ends.join(starts, on=["organisation", "source", "month"], how="inner").sort(
        "organisation", "source", "month"
    )
    if not alone and both.height:
        counted = both.group_by("month").agg(pl.col("organisation").n_unique().alias("n"))
        month = counted.sort("n", "month").get_column("month")[-1]
        both = both.filter(pl.col("month") == month)
    chosen = both.unique(["organisation", "source"], keep="last", maintain_order=True)
    missing = sorted(set(snapshots.get_column("organisation")) - set(chosen.get_column("organisation")))
    return chosen.select("organisation", "source", "starts", "ends"), missing


def _people(facts: Readable, windows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Persons at start and at end: ``edge, person``, the organisation's words and the job's."""
    edges = windows.unpivot(
        on=["starts", "ends"], index=["organisation", "source"], variable_name="edge", value_name="as_of"
    )
    rows = (
        facts.table("assignment")
        .filter(pl.col("person").is_not_null())
        .join(edges.lazy(), on=["organisation", "source", "as_of"], how="inner")
        .select("organisation", "source", "edge", "person", "origin", *_JOB)
        .collect()
    )
    return describe_jobs(rows).join(
        known.select(*OF_ORGANISATION), on="organisation", how="left", maintain_order="left"
    )


def _events(
    moves: pl.DataFrame, windows: pl.DataFrame, known: pl.DataFrame
) -> tuple[pl.DataFrame, list[str]]:
    """Who left where and who came where, each once, within the organisation's twelve months.

    Returns:
        ``person, left, joined``, the job's words; and what was left out.
    """
    here = known.get_column("organisation").implode()
    kind = pl.col("kind")
    events = moves.filter(kind.is_in(["joined", "left", "moved"])).select(
        pl.coalesce(
            "person", pl.concat_str(pl.col("submission"), pl.col("row").cast(pl.String), separator="/")
        ).alias("person"),
        "date",
        "reason",
        "origin",
        *_JOB,
        pl.when(kind == "joined")
        .then("from_organisation")
        .otherwise(pl.coalesce("from_organisation", "organisation"))
        .alias("left"),
        pl.when(kind == "left")
        .then("to_organisation")
        .otherwise(pl.coalesce("to_organisation", "organisation"))
        .alias("joined"),
    )
    events = events.with_columns(
        pl.when(pl.col(side).is_in(here)).then(side).alias(side) for side in ("left", "joined")
    )
    # Both employers may report one move.
    events = events.unique(["person", "date", "left", "joined"], maintain_order=True)
    span = windows.group_by("organisation").agg(pl.col("starts").min(), pl.col("ends").max())
    for side in ("left", "joined"):
        events = events.join(
            span.rename({"organisation": side, "starts": f"_{side}_from", "ends": f"_{side}_to"}),
            on=side,
            how="left",
            maintain_order="left",
        )
    within = [
        (pl.col("date") > pl.col(f"_{side}_from")) & (pl.col("date") <= pl.col(f"_{side}_to"))
        for side in ("left", "joined")
    ]
    events = events.filter(within[0].fill_null(False) | within[1].fill_null(False))
    reasons = listed("reasons_for_leaving").filter(~pl.col("turnover"))
    not_turnover = pl.col("reason").is_in(reasons.get_column("code").implode()).fill_null(False)
    left_out = events.filter(not_turnover & pl.col("left").is_not_null())
    notes = []
    if left_out.height:
        # How many is itself a count of leavers: it is not said here.
        notes.append(
            "Transfers of undertakings and ends of fixed terms and rotations are not counted as leaving."
        )
    events = events.filter(~(not_turnover & pl.col("left").is_not_null()))
    return describe_jobs(events.select("person", "left", "joined", "origin", *_JOB)), notes


def _silent(people: pl.DataFrame, moves: pl.DataFrame, windows: pl.DataFrame) -> list[str]:
    """Organisations whose people are gone between the snapshots, and of which no movement tells within."""
    span = windows.group_by("organisation").agg(pl.col("starts").min(), pl.col("ends").max())
    told = (
        moves.unpivot(on=["organisation", "from_organisation", "to_organisation"], index="date")
        .join(span, left_on="value", right_on="organisation")
        .filter(pl.col("date") > pl.col("starts"), pl.col("date") <= pl.col("ends"))
    )
    start, end = (
        people.filter(pl.col("edge") == edge).select("organisation", "person").unique()
        for edge in ("starts", "ends")
    )
    gone = start.join(end, on=["organisation", "person"], how="anti").get_column("organisation")
    return sorted(set(gone) - set(told.get_column("value")))


def _count(
    people: pl.DataFrame, events: pl.DataFrame, words: tuple[str, ...], windows: pl.DataFrame
) -> pl.DataFrame:
    placed = [w for w in words if w in OF_ORGANISATION]
    job = [w for w in words if w not in OF_ORGANISATION]
    keys = [*placed, *job]
    group = keys or ["_all"]
    where = people.select(*OF_ORGANISATION).unique("organisation")
    people = people.with_columns(pl.lit(1).alias("_all"))

    def persons(edge: str) -> pl.DataFrame:
        return people.filter(pl.col("edge") == edge).select(*group, "person").unique()

    start, end = persons("starts"), persons("ends")
    gone = start.join(end, on=[*group, "person"], how="anti", nulls_equal=True)

    def tally(frame: pl.DataFrame, name: str) -> pl.DataFrame:
        return frame.group_by(group).agg(pl.col("person").n_unique().cast(pl.Int64).alias(name))

    sides = {}
    for side, other in (("left", "joined"), ("joined", "left")):
        mine = events.filter(pl.col(side).is_not_null())
        for end_ in (side, other):
            mine = mine.join(
                where.rename({w: f"{end_}_{w}" for w in OF_ORGANISATION}),
                left_on=end_,
                right_on=f"{end_}_organisation",
                how="left",
                maintain_order="left",
            ).with_columns(pl.col(end_).alias(f"{end_}_organisation"))
        stays = pl.col(other).is_not_null()
        for word in placed:
            stays = stays & pl.col(f"{side}_{word}").eq_missing(pl.col(f"{other}_{word}"))
        sides[side] = mine.filter(~stays).select(
            "person",
            "origin",
            *(pl.col(f"{side}_{w}").alias(w) for w in placed),
            *job,
            pl.lit(1).alias("_all"),
        )
    table = tally(start, "start")
    for frame, name in (
        (end, "end"),
        (gone, "gone"),
        (sides["left"], "leavers"),
        (sides["joined"], "joiners"),
    ):
        table = table.join(tally(frame, name), on=group, how="full", coalesce=True, nulls_equal=True)
    # Leavers are as open as the rows that tell of them: published staff do not make sent leavers public.
    told = [f.select(*group, "origin") for f in (people, sides["left"], sides["joined"])]
    origins = (
        pl.concat(told)
        .group_by(group)
        .agg(
            pl.when(pl.col("origin").n_unique() == 1)
            .then(pl.col("origin").first())
            .otherwise(pl.lit("mixed"))
            .alias("origin")
        )
        .join(
            people.group_by(group).agg(pl.col("source").unique().sort()),
            on=group,
            how="left",
            nulls_equal=True,
        )
    )
    table = table.with_columns(pl.col("start", "end", "gone", "leavers", "joiners").fill_null(0)).join(
        origins, on=group, how="left", nulls_equal=True
    )
    if "organisation" in words:
        span = windows.group_by("organisation").agg(pl.col("starts").min(), pl.col("ends").max())
        table = table.join(span, on="organisation", how="left")
    else:
        table = table.with_columns(
            pl.lit(windows.get_column("starts").min()).alias("starts"),
            pl.lit(windows.get_column("ends").max()).alias("ends"),
        )
    return table.with_columns(
        pl.lit(None, dtype=pl.String).alias("refused"),
        pl.lit("people in rows of staff; movements as reported or derived").alias("basis"),
    ).select(*words, *SCHEMA)


def _refused(snapshots: pl.DataFrame, words: tuple[str, ...], known: pl.DataFrame) -> pl.DataFrame:
    """A row for each organisation (or one for all) that says why there is no rate."""
    placed = [w for w in words if w in OF_ORGANISATION]
    rows = snapshots.select("organisation", "source", "as_of").join(
        known.select(*OF_ORGANISATION), on="organisation", how="left"
    )
    last = rows.get_column("as_of").max()
    assert isinstance(last, date)
    table = (
        rows.with_columns(pl.lit(1).alias("_all"))
        .group_by(placed or ["_all"])
        .agg(pl.col("source").unique().sort(), pl.col("as_of").max().alias("ends"))
    )
    blank = empty(words)
    reason = f"{NO_START} (wanted: {spell_date(months_before(last, 12))})"
    table = table.with_columns(pl.lit(reason).alias("refused"), pl.lit(None, dtype=pl.String).alias("origin"))
    return pl.concat([blank, table], how="diagonal").select(*words, *SCHEMA)
