"""Submitting: what was sent is kept, its rows appended to every table they feed, then published at once."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from skillmix.errors import PlaceError, Where
from skillmix.place.codes import refuse_unknown
from skillmix.place.keeping import keep
from skillmix.place.lake import Lake, conform
from skillmix.place.publications import TRIES, TRIPLE, pause
from skillmix.schema import FACTS

ORIGINS = ("published", "sent", "synthetic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is known of a submission before it is stored.

    Attributes:
        source: kind of source, the name of its field map.
        sha256: hash of what was sent.
        origin: published, sent or synthetic; every row carries the same.
        edition: release of the source, as YYYY-MM-DD: a later edition wins over an earlier one.
        as_of: date the content is true for, where it has one.
        file_name: name of the file as sent.
        rows_read: rows in what was sent.
        rows_outside: rows about organisations outside this place.
        incoming: what was sent, row for row, identifiers already replaced; kept in `incoming/`.
        set_aside: rows that could not become facts: ``row, rule, column, value, reason, cure``.
        corrections: cells corrected by hand: ``at, by, row, column, from, to, rows``; kept in `incoming/`.
        person_links: ``person_key, person, kind, key_id`` for the hashed identifiers in the rows; whoever is
            linked already stays so.
        agreement: the sharing agreement that it was sent under.
    """

    source: str
    sha256: str
    origin: str
    edition: str | None = None
    as_of: dt.date | None = None
    file_name: str | None = None
    rows_read: int | None = None
    rows_outside: int = 0
    incoming: pl.DataFrame | None = None
    set_aside: pl.DataFrame | None = None
    corrections: pl.DataFrame | None = None
    person_links: pl.DataFrame | None = None
    agreement: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a submission.

    Attributes:
        submission: its identifier.
        number: the publication that made it visible; None while it is not published.
        source: kind of source.
        rows_read: rows in what was sent.
        rows_loaded: rows appended, by table.
        rows_set_aside: rows kept aside.
        rows_outside: rows about organisations outside this place.
        agreement: the sharing agreement, or None where none is recorded.
    """

    submission: str
    number: int | None
    source: str
    rows_read: int
    rows_loaded: dict[str, int]
    rows_set_aside: int
    rows_outside: int
    agreement: str | None


def new_submission() -> str:
    """A fresh identifier: sortable by time, unique without asking anyone."""
    return f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"


def _prepare(submission: str, draft: Draft, tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Conform every table before anything is written."""
    if draft.origin not in ORIGINS:
        raise PlaceError(
            f"The origin {draft.origin!r} is unknown.", cure=f"Choose one of {', '.join(ORIGINS)}."
        )
    if unknown := [name for name in tables if name not in FACTS]:
        raise PlaceError(f"{unknown[0]!r} is no table of facts.", cure=f"Choose from {', '.join(FACTS)}.")
    ready: dict[str, pl.DataFrame] = {}
    for name, frame in tables.items():
        if frame.is_empty():
            continue
        given = frame.with_columns(pl.lit(submission).alias("submission"))
        if "origin" not in given.columns:
            given = given.with_columns(pl.lit(draft.origin).alias("origin"))
        if "row" not in given.columns:
            given = given.with_row_index("row", offset=1)
        ready[name] = conform(given, name)
        refuse_unknown(name, ready[name], draft.file_name)
        others = ready[name].filter(pl.col("origin") != draft.origin)
        if others.height:
            raise PlaceError(
                f"A {draft.origin} submission holds rows marked {others.get_column('origin').first()!s}.",
                cure="Submit rows of different origin apart.",
                where=[Where(file=draft.file_name, column="origin")],
            )
    if not ready:
        raise PlaceError(
            "There is nothing to submit: no row became a fact.",
            cure="See the reasons given for each row, mend them and send again.",
            where=[Where(file=draft.file_name)],
        )
    return ready


def stored(lake: Lake, key: str) -> Receipt | None:
    """What a job has stored already; None where it has not.

    Args:
        lake: the place's lake.
        key: the job.
    """
    found = lake.scan("submission").filter(pl.col("key") == key).collect()
    if found.is_empty():
        return None
    row = found.row(0, named=True)
    mine = [
        lake.scan(n).filter(pl.col("submission") == row["submission"]).select(pl.len().cast(pl.Int64))
        for n in FACTS
    ]
    rows = {n: int(f.item()) for n, f in zip(FACTS, pl.collect_all(mine), strict=True)}
    return Receipt(
        row["submission"],
        None,
        row["source"],
        row["rows_read"],
        {name: n for name, n in rows.items() if n},
        row["rows_set_aside"],
        row["rows_outside"],
        row["agreement"],
    )


def store(
    lake: Lake,
    incoming: Path,
    submission: str,
    draft: Draft,
    tables: Mapping[str, pl.DataFrame],
    key: str | None = None,
) -> tuple[Receipt, pl.DataFrame]:
    """Append a submission's rows to every table they feed; nobody sees them yet.

    Args:
        lake: the place's lake.
        incoming: the folder that keeps what was sent.
        submission: identifier, from `new_submission`.
        draft: what is known of it.
        tables: rows by table, without ``submission``.
        key: the job that it is done for. Where the same job was quicker elsewhere, these rows are left for
            nobody to see, and the receipt is of what the other stored.

    Returns:
        The receipt, not yet published, and the keys ``organisation, period`` that it reports on.

    Raises:
        PlaceError: when a row breaks a declaration; nothing has been written then.
    """
    ready = _prepare(submission, draft, tables)
    loaded = {name: frame.height for name, frame in ready.items()}
    set_aside = (
        0 if draft.set_aside is None or draft.set_aside.is_empty() else draft.set_aside["row"].n_unique()
    )
    rows_read = max(loaded.values()) if draft.rows_read is None else draft.rows_read
    keep(incoming, submission, draft.sha256, draft.incoming, draft.set_aside, draft.corrections)
    if draft.person_links is not None and draft.person_links.height:
        _link(lake, draft.person_links)
    for name, frame in ready.items():
        lake.append(name, frame)
    row = pl.DataFrame(
        {
            "submission": [submission],
            "source": [draft.source],
            "edition": [draft.edition],
            "file_name": [draft.file_name],
            "sha256": [draft.sha256],
            "received": [dt.datetime.now(dt.UTC)],
            "as_of": [draft.as_of],
            "origin": [draft.origin],
            "rows_read": [rows_read],
            "rows_loaded": [sum(loaded.values())],
            "rows_set_aside": [set_aside],
            "rows_outside": [draft.rows_outside],
            "agreement": [draft.agreement],
            "key": [key],
        }
    )
    receipt = Receipt(
        submission, None, draft.source, rows_read, loaded, set_aside, draft.rows_outside, draft.agreement
    )
    keys = pl.concat([f.select("organisation", "period") for f in ready.values()]).unique()
    return _record(lake, row, key) or receipt, keys


def _record(lake: Lake, row: pl.DataFrame, key: str | None) -> Receipt | None:
    """Append the record of a submission, last of all; or find that the same job was quicker elsewhere."""
    if key is None:
        lake.append("submission", row)
        return None
    for attempt in range(TRIES):
        seen = lake.open("submission")
        if (other := stored(lake, key)) is not None:
            return other
        if lake.append_if_unchanged("submission", row, seen):
            return None
        pause(attempt)
    raise PlaceError(
        "Others kept submitting at the same moment, and this submission found no gap.",
        cure="Try again; nothing has changed.",
    )


def _link(lake: Lake, links: pl.DataFrame) -> None:
    """Record who a hashed identifier belongs to, as a new version; facts are not rewritten.

    Whoever is linked already stays so: of two submissions that meet a person at once, the first names them.

    Raises:
        PlaceError: when others keep linking at the same moment.
    """
    for attempt in range(TRIES):
        seen = lake.open("person_link")
        linked = lake.rows("person_link", seen).select("version", "person_key").collect()
        latest = int(linked.get_column("version").max() or 0)  # type: ignore[arg-type]
        new = links.unique("person_key", maintain_order=True).join(linked, on="person_key", how="anti")
        rows = new.with_columns(pl.lit(latest + 1, dtype=pl.Int64).alias("version"))
        if rows.is_empty() or lake.append_if_unchanged("person_link", rows, seen):
            return
        pause(attempt)
    raise PlaceError(
        "Others kept submitting people at the same moment, and this submission found no gap.",
        cure="Try again; nothing has changed.",
    )


def row_counts(lake: Lake, keys: pl.DataFrame, tables: Iterable[str]) -> pl.DataFrame:
    """How many rows submissions have in some tables: ``submission, organisation, period, rows``."""
    wanted = keys.select(TRIPLE).unique()
    found = [
        lake.scan(name)
        .filter(
            pl.col("submission").is_in(wanted.get_column("submission").unique().to_list()),
            pl.col("period").is_in(wanted.get_column("period").unique().to_list()),
        )
        .select(TRIPLE)
        .join(wanted.lazy(), on=TRIPLE, how="semi")
        for name in tables
    ]
    every = pl.concat(pl.collect_all(found))
    return every.group_by(TRIPLE).agg(pl.len().cast(pl.Int64).alias("rows"))


def reported(lake: Lake, submission: str) -> pl.DataFrame:
    """What a submission reports on: ``organisation, period``."""
    mine = [
        lake.scan(name).filter(pl.col("submission") == submission).select("organisation", "period").unique()
        for name in FACTS
    ]
    return pl.concat(pl.collect_all(mine)).unique()


def organisations(lake: Lake) -> set[str]:
    """Every organisation of which there is a fact, visible or not."""
    each = pl.collect_all([lake.scan(name).select("organisation").unique() for name in FACTS])
    return {*pl.concat(each)["organisation"]}
