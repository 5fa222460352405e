"""Submitting: a file is understood, its identifiers hashed, its facts put into a place, or none of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from skillmix.intake import findings, replaced
from skillmix.intake.declarations import FieldMap
from skillmix.intake.sent import Sent
from skillmix.intake.staging import Staged, stage
from skillmix.intake.storing import joined, store
from skillmix.place import Place, PlaceOrganisation, Receipt, Scope


@dataclass(frozen=True)
class Intake:
    """What became of a file.

    Attributes:
        receipt: the place's receipt: the submission, its publication number, rows loaded by table.
        source: name of the source.
        title: title of the source.
        rows_read: rows in the file.
        rows_loaded: rows of the file that became facts (one row may become several).
        rows_set_aside: rows kept aside, with the reasons.
        rows_outside: rows about organisations outside the place.
        rows_not_used: rows that the field map leaves out, such as totals.
        findings: one row a reason; see `findings.SCHEMA`.
        notes: what else to know, in words.
        aside: the file that keeps the rows set aside, each with its rule, reason and cure; None without any.
    """

    receipt: Receipt
    source: str
    title: str
    rows_read: int
    rows_loaded: int
    rows_set_aside: int
    rows_outside: int
    rows_not_used: int
    findings: pl.DataFrame
    notes: tuple[str, ...]
    aside: Path | None = None

    @property
    def summary(self) -> pl.DataFrame:
        """Findings counted; see `findings.summary`."""
        return findings.summary(self.findings)


def _kept_aside(place: Place, staged: Staged, submission: str) -> Path | None:
    """The file that keeps what was set aside; the same file read otherwise is kept beside the first."""
    kept = sorted((place.path / "incoming" / staged.sha256).glob("**/set_aside.parquet"))
    mine = [file for file in kept if file.parent.name == submission]
    same = (file for file in kept if pl.read_parquet(file).equals(staged.set_aside))
    return mine[0] if mine else next(same, None)


def _notes(staged: Staged, new: list[PlaceOrganisation]) -> list[str]:
    notes = list(staged.notes)
    if new:
        names = ", ".join(f"{o.name} ({o.code})" for o in new[:3])
        more = f" and {len(new) - 3} more" if len(new) > 3 else ""
        added = findings.counted(len(new), "organisation was", "organisations were")
        notes.append(f"{added} added to place.toml, as the file puts them in this sub-ICB: {names}{more}.")
    return notes


def _outdone(place: Place, staged: Staged, receipt: Receipt) -> list[str]:
    """What of a published submission does not show, because a later edition stands."""
    if receipt.number is None:
        return []
    key = ["organisation", "period"]
    sent = pl.concat([facts.select(key) for facts in staged.tables.values()]).unique()
    stands = place.read(Scope.controller("what stands after submitting"), at=receipt.number).visible
    hidden = sent.join(stands.filter(pl.col("submission") == receipt.submission), on=key, how="anti")
    if hidden.is_empty():
        return []
    whose = findings.counted(hidden.height, "organisation's month", "organisations' months")
    return [
        f"A later edition stands for {whose}: what was sent is kept and does not show. Give the edition "
        "(--edition) where this is the later one."
    ]


def submit(
    place: Place | Path | str,
    file: Sent | Path | str,
    *,
    source: str | Path | FieldMap | None = None,
    organisation: str | None = None,
    as_of: dt.date | None = None,
    edition: str | None = None,
    by: str = "controller",
    publish: bool = True,
    key: str | None = None,
    progress: Callable[[str], None] | None = None,
) -> Intake:
    """Put a file into a place: `stage` and `store` in one.

    Rows about the place's organisations become facts; rows that fail are kept in `incoming/` with the rule,
    the reason and the cure; rows about others are counted. A file is never half loaded: its facts become
    visible together, by one publication.

    Args:
        place: the place, or its folder.
        file: the file as published or sent: a path, or its name and bytes.
        source: name of the source, path of a field map, or None to recognise it by its headings.
        organisation: whom the file is about, where it does not say; else only rows about this organisation
            of the place are read.
        as_of: the date the content is true for, for a source that does not say.
        edition: the release, as YYYY-MM-DD; a later one wins over an earlier one, whichever came first.
        by: who submits.
        publish: whether readers see it at once.
        key: the job that it is done for: the same job may run twice and takes effect once.
        progress: told each step.

    Returns:
        The receipt, counts, findings and notes.

    Raises:
        InputError: when the file cannot be read as that source, or no row of it could be loaded; the lake is
            as it was.
        PlaceError: when the place or its key file cannot be used.
    """
    place = place if isinstance(place, Place) else Place.open(place)
    staged = stage(
        place,
        file,
        source=source,
        organisation=organisation,
        as_of=as_of,
        edition=edition,
        by=by,
        progress=progress,
    )
    new, before = joined(staged.understood, place), place.standing()
    if progress:
        progress(f"Storing {staged.rows_loaded} rows")
    receipt = store(place, staged, key=key, publish=publish)
    fewer = replaced.fewer(place, before, receipt.submission, list(staged.tables)) if publish else ""
    return Intake(
        receipt=receipt,
        source=staged.source,
        title=staged.title,
        rows_read=staged.rows_read,
        rows_loaded=staged.rows_loaded,
        rows_set_aside=staged.rows_set_aside,
        rows_outside=staged.rows_outside,
        rows_not_used=staged.rows_not_used,
        findings=staged.findings,
        notes=(
            *([fewer] if fewer else []),
            *_notes(staged, new),
            *([staged.key_note] if staged.key_note else []),
            *_outdone(place, staged, receipt),
        ),
        aside=_kept_aside(place, staged, receipt.submission) if staged.rows_set_aside else None,
    )
