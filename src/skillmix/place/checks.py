"""Checking a place: each check is a named function whose finding tells the cure."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from skillmix.errors import PlaceError, ScopeError
from skillmix.place import codes, publications, purges
from skillmix.place.folder import FOLDERS, Place
from skillmix.schema import FACTS, TABLES

#: Shares are stored to nine places.
_EXACT = Decimal("0.000000001")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a check found.

    Attributes:
        check: name of the check.
        severity: ``error`` (figures cannot be trusted) or ``warning``.
        says: what was found.
        cure: what to do about it.
    """

    check: str
    severity: str
    says: str
    cure: str


def folders(place: Place) -> Iterator[Finding]:
    """Every folder of the place is there."""
    for folder in FOLDERS:
        if not (place.path / folder).is_dir():
            cure = "Restore it from a backup." if folder == "lake" else "Run `skillmix place upgrade`."
            yield Finding("folders", "error", f"The folder {folder}/ is missing.", cure)


def tables(place: Place) -> Iterator[Finding]:
    """Every table is there, with the declared columns and types."""
    for name, schema in TABLES.items():
        try:
            found = place.lake.scan(name).collect_schema()
        except PlaceError as missing:
            yield Finding("tables", "error", missing.problem, missing.cure)
            continue
        wanted = {c: d.dtype for c, d in schema.columns().items()}
        if dict(found) != wanted:
            differing = sorted(c for c in {*found, *wanted} if found.get(c) != wanted.get(c))
            yield Finding(
                "tables",
                "error",
                f"The table {name} differs from its declaration in {', '.join(differing[:5])}.",
                "Restore the lake from a backup, or open the place with the version that wrote it.",
            )


def published_rows(place: Place) -> Iterator[Finding]:
    """Every published submission still has the rows that it reported."""
    sent = place.lake.scan("submission").collect()
    counts = pl.concat(
        pl.collect_all(
            [
                place.lake.scan(n).group_by("submission").agg(pl.len().cast(pl.Int64).alias("rows"))
                for n in FACTS
            ]
        )
    )
    gone = purges.records(place.lake).select("submission", "rows")
    have = pl.concat([counts, gone]).group_by("submission").agg(pl.col("rows").sum())
    shown = publications.standing(publications.records(place.lake)).select("submission").unique()
    joined = shown.join(sent, on="submission", how="left").join(have, on="submission", how="left")
    for row in joined.iter_rows(named=True):
        if row["rows_loaded"] is None:
            yield Finding(
                "published_rows",
                "error",
                f"The published submission {row['submission']} is not in the list of submissions.",
                "Withdraw it and send it again.",
            )
        elif (row["rows"] or 0) != row["rows_loaded"]:
            yield Finding(
                "published_rows",
                "error",
                f"{row['submission']} reported {row['rows_loaded']} rows and has {row['rows'] or 0}.",
                "Withdraw it and send it again.",
            )


def known_organisations(place: Place) -> Iterator[Finding]:
    """Every organisation reported on stands in place.toml (or is the place itself or one of its areas)."""
    shown = publications.standing(publications.records(place.lake))
    known = {*place.organisations, place.code, place.sub_icb, *place.areas}
    unknown = sorted(set(shown["organisation"].unique()) - known)
    if unknown:
        yield Finding(
            "known_organisations",
            "warning",
            f"{len(unknown)} organisations have figures but do not stand in place.toml: "
            f"{', '.join(unknown[:5])}{' ...' if len(unknown) > 5 else ''}.",
            "Add them to place.toml, with their share, or withdraw their figures.",
        )


def known_codes(place: Place) -> Iterator[Finding]:
    """Every code stands in the list that its column is declared to hold, also after the list was changed."""
    for name in FACTS:
        for column, unknown in codes.unknown(name, place.lake.scan(name)).items():
            yield Finding(
                "known_codes",
                "error",
                f"The column {column} of {name} holds what is no code of it: {', '.join(unknown[:5])}"
                f"{' ...' if len(unknown) > 5 else ''}.",
                "Withdraw the submission and send it again with codes of the list "
                "(`skillmix reference list` names the lists), or add the code to the list.",
            )


def taken_in_shares(place: Place) -> Iterator[Finding]:
    """The shares that totals carry are those of place.toml."""
    shown = place.standing().select(publications.TRIPLE)
    carried = (
        place.lake.scan("stock")
        .filter(pl.col("grain").str.starts_with("organisation"))
        .join(shown.lazy(), on=publications.TRIPLE, how="semi")
        .select("organisation", "share_place")
        .unique()
        .collect()
    )
    edited = sorted(
        place.organisations[code].name
        for code, share in carried.iter_rows()
        if code in place.organisations and abs(place.organisations[code].share_place - share) > _EXACT
    )
    if edited:
        yield Finding(
            "taken_in_shares",
            "warning",
            f"place.toml gives another share than the figures carry: {', '.join(edited[:5])}.",
            "Run `skillmix place refresh`, or have the partner's file sent again.",
        )


def _sent(place: Place) -> pl.DataFrame:
    """What partners sent, but for that of which a purge has taken any part."""
    sent = place.lake.scan("submission").filter(pl.col("origin") == "sent").collect()
    return sent.join(purges.records(place.lake), on="submission", how="anti")


def agreements(place: Place) -> Iterator[Finding]:
    """What was sent stands within an agreement that has not ended."""
    today = dt.datetime.now(dt.UTC).date()
    sent = _sent(place).drop("agreement").join(place.agreement_of_submissions(), on="submission")
    by_id = {a.id: a for a in place.agreements}
    for row in sent.iter_rows(named=True):
        agreement = by_id.get(row["agreement"] or "")
        if agreement is None:
            yield Finding(
                "agreements",
                "warning",
                f"The submission {row['submission']} ({row['source']}) has no recorded agreement.",
                "Record the agreement in place.toml; until then only the folder's controller reads it.",
            )
        elif not agreement.in_force(today):
            yield Finding(
                "agreements",
                "warning",
                f"The agreement {agreement.id} of {agreement.organisation} "
                + (
                    f"ended on {agreement.ends}."
                    if agreement.expired(today)
                    else f"begins on {agreement.starts}."
                ),
                "Renew it, or purge what was sent under it: nobody reads it now."
                if agreement.expired(today)
                else "Until then nobody reads what was sent under it.",
            )


def kept_incoming(place: Place) -> Iterator[Finding]:
    """What was sent by a partner is kept in incoming/."""
    for digest in _sent(place)["sha256"].unique().sort():
        if not (place.path / "incoming" / digest).is_dir():
            yield Finding(
                "kept_incoming",
                "warning",
                f"What was sent as {digest[:12]} is no longer in incoming/.",
                "Restore it from a backup, or ask the partner to send it again.",
            )


def repeatable_runs(place: Place) -> Iterator[Finding]:
    """What was projected can be projected again: no fact of its publication number has been purged."""
    for manifest in sorted((place.path / "runs").glob("*/manifest.json")):
        try:
            number = int(json.loads(manifest.read_text(encoding="utf-8"))["number"])
            purges.refuse(place.lake, number)
        except (ValueError, KeyError, TypeError):
            continue  # no manifest of a projection
        except ScopeError as gone:
            yield Finding(
                "repeatable_runs",
                "warning",
                f"The run {manifest.parent.name} cannot be repeated. {gone.problem}",
                "Keep its results as they are, or project again from the place as it is now.",
            )


#: Every check, in the order in which it is run.
CHECKS: list[Callable[[Place], Iterator[Finding]]] = [
    folders,
    tables,
    published_rows,
    known_organisations,
    known_codes,
    taken_in_shares,
    agreements,
    kept_incoming,
    repeatable_runs,
]


def check(place: Place) -> list[Finding]:
    """Run every check.

    Returns:
        What was found, worst first; empty when the place is sound.
    """
    found: list[Finding] = []
    for one in CHECKS:
        found.extend(one(place))
        if any(f.check == "tables" for f in found):
            break
    return sorted(found, key=lambda f: f.severity != "error")
