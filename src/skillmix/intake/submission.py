"""Submitting: a file is understood, its identifiers hashed, its facts put into a place, or none of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from skillmix import reference, settings
from skillmix.errors import InputError, Where
from skillmix.intake import findings, replaced
from skillmix.intake.declarations import FieldMap
from skillmix.intake.fieldmap import field_map
from skillmix.intake.nearest import nearest
from skillmix.intake.pseudonyms import KeyRing, links
from skillmix.intake.understanding import Boundary, Understood, understand
from skillmix.place import Draft, Place, PlaceOrganisation, Receipt, Scope
from skillmix.schema.catalogue import FACTS

#: Reasons that an error names when nothing could be loaded.
_SHOWN = 5


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


def boundary(place: Place, organisation: str | None = None) -> Boundary:
    """What belongs to a place, or to one of its organisations."""
    return Boundary(frozenset(place.organisations), frozenset(place.areas), place.sub_icb, organisation)


def _nothing(understood: Understood) -> InputError:
    """Why no row became a fact, the first few reasons told."""
    counted = findings.summary(understood.findings.filter("aside"))
    if counted.is_empty():
        return InputError(
            f"Of {findings.counted(understood.rows_read, 'row', 'rows')} none is about this place.",
            cure="Check that the file covers the place, and that place.toml names its organisations "
            "(submitting the practice map adds practices and networks).",
            where=[Where(file=understood.file)],
        )
    where = [
        Where(understood.file, row["first_row"], row["column"] or None, row["value"])
        for row in counted.head(_SHOWN).iter_rows(named=True)
    ]
    first = counted.row(0, named=True)
    more = findings.counted(counted.height - 1, "more reason", "more reasons")
    others = f", for this and {more}" if counted.height > 1 else ""
    aside = findings.counted(understood.rows_set_aside, "row was", "rows were")
    return InputError(
        f"{first['reason']} Nothing could be loaded: {aside} set aside{others}.",
        cure=first["cure"],
        where=where,
    )


def _joined(understood: Understood, place: Place) -> list[PlaceOrganisation]:
    """Organisations of this place's sub-ICB that place.toml does not have yet."""
    new = []
    for row in understood.organisations.iter_rows(named=True):
        code = row["organisation"]
        if code is None or code in place.organisations:
            continue
        new.append(
            PlaceOrganisation(
                code=code,
                name=row["name"] or code,
                sector=row["sector"] or "system",
                kind=row["kind"],
                parent=row["parent"] or "",
                share_source=f"{understood.source.publisher}, {understood.source.title}",
            )
        )
    return new


def _partners(place: Place) -> pl.DataFrame:
    """The place's organisations, each with the setting of its sector where the sector has but one."""
    alone = reference.table("settings").filter(pl.len().over("sector") == 1)
    return place.organisation_frame().join(
        alone.select("sector", pl.col("code").alias("setting")), on="sector", how="left"
    )


def _placed(name: str, facts: pl.DataFrame, organisations: pl.DataFrame) -> pl.DataFrame:
    """Facts with their organisation's sector and setting, and its share that serves this place.

    A row about an organisation that place.toml does not have (a council's residents) is wholly the place's.
    """
    declared = FACTS[name].columns()
    known = ("share_place", "share_basis", "sector", "setting")
    wanted = [c for c in known if c in declared and c not in facts.columns]
    if not wanted:
        return facts
    joined = facts.join(
        organisations.select("organisation", *wanted), on="organisation", how="left", maintain_order="left"
    )
    defaults = {"share_place": pl.lit(1).cast(pl.Decimal(18, 9)), "share_basis": pl.lit("site")}
    return joined.with_columns(pl.col(c).fill_null(d) for c, d in defaults.items() if c in wanted)


def _person_links(tables: dict[str, pl.DataFrame]) -> pl.DataFrame | None:
    """A random person for each person key; the place keeps whoever it has met already."""
    keyed = [f.get_column("person_key").drop_nulls() for f in tables.values() if "person_key" in f.columns]
    met = {key for keys in keyed for key in keys.unique().to_list()}
    return links(met) if met else None


def _check(place: Place, organisation: str | None, edition: str | None) -> None:
    """Refuse an organisation that the place does not have, and an edition that is no date."""
    if organisation is not None and organisation not in place.organisations:
        near = nearest(organisation, place.organisations)
        meant = f"Did you mean {near} ({place.organisations[near].name})? " if near else ""
        raise InputError(
            f"The place has no organisation {organisation!r}.",
            cure=f"{meant}place.toml lists them; add it there first.",
        )
    if edition is not None:
        try:
            dt.date.fromisoformat(edition)
        except ValueError:
            raise InputError(
                f"The edition {edition!r} is no date.",
                cure="Give the day of release, like 2026-07-09.",
                where=[Where(column="edition", value=edition)],
            ) from None


def _agreement(place: Place, understood: Understood, organisation: str | None) -> str | None:
    """The agreement that what a partner sent stands under; published figures need none."""
    if understood.source.origin != "sent":
        return None
    about = {o for f in understood.tables.values() for o in f.get_column("organisation").unique().to_list()}
    sender = organisation or (about.pop() if len(about) == 1 else None)
    return None if sender is None else place.agreement_for(sender, dt.datetime.now(dt.UTC).date())


def _store(place: Place, draft: Draft, understood: Understood, by: str, publish: bool) -> Receipt:
    """Store the facts; organisations that the file brought are in place.toml only when that has worked."""
    before, new = place.organisations, {o.code: o for o in _joined(understood, place)}
    place.organisations = {**before, **new}
    partners = _partners(place)
    tables = {name: _placed(name, facts, partners) for name, facts in understood.tables.items()}
    try:
        receipt = place.submit(draft, tables, by=by, publish=publish)
    except BaseException:
        place.organisations = before
        raise
    place.organisations = before
    if new:
        place.add(new.values())
    return receipt


def _kept_aside(place: Place, understood: Understood, submission: str) -> Path | None:
    """The file that keeps what was set aside; the same file read otherwise is kept beside the first."""
    kept = sorted((place.path / "incoming" / understood.sha256).glob("**/set_aside.parquet"))
    mine = [file for file in kept if file.parent.name == submission]
    same = (file for file in kept if pl.read_parquet(file).equals(understood.set_aside))
    return mine[0] if mine else next(same, None)


def _notes(understood: Understood, new: list[PlaceOrganisation], made: str) -> list[str]:
    notes = list(understood.notes)
    if new:
        names = ", ".join(f"{o.name} ({o.code})" for o in new[:3])
        more = f" and {len(new) - 3} more" if len(new) > 3 else ""
        added = findings.counted(len(new), "organisation was", "organisations were")
        notes.append(f"{added} added to place.toml, as the file puts them in this sub-ICB: {names}{more}.")
    if made:
        notes.append(made)
    return notes


def _outdone(place: Place, understood: Understood, receipt: Receipt) -> list[str]:
    """What of a published submission does not show, because a later edition stands."""
    if receipt.number is None:
        return []
    key = ["organisation", "period"]
    sent = pl.concat([facts.select(key) for facts in understood.tables.values()]).unique()
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
    file: Path | str,
    *,
    source: str | Path | FieldMap | None = None,
    organisation: str | None = None,
    as_of: dt.date | None = None,
    edition: str | None = None,
    by: str = "controller",
    publish: bool = True,
    progress: Callable[[str], None] | None = None,
) -> Intake:
    """Put a file into a place.

    Rows about the place's organisations become facts; rows that fail are kept in `incoming/` with the rule,
    the reason and the cure; rows about others are counted. A file is never half loaded: its facts become
    visible together, by one publication.

    Args:
        place: the place, or its folder.
        file: the file as published or sent.
        source: name of the source, path of a field map, or None to recognise it by its headings.
        organisation: when given, only rows about this organisation of the place.
        as_of: the date the content is true for, for a source that does not say.
        edition: the release, as YYYY-MM-DD; a later one wins over an earlier one, whichever came first.
        by: who submits.
        publish: whether readers see it at once.
        progress: told each step.

    Returns:
        The receipt, counts, findings and notes.

    Raises:
        InputError: when the file cannot be read as that source, or no row of it could be loaded; the lake is
            as it was.
        PlaceError: when the place or its key file cannot be used.
    """
    place = place if isinstance(place, Place) else Place.open(place)
    say = progress or (lambda _: None)
    _check(place, organisation, edition)
    chosen = None if source is None else field_map(source)
    made: list[str] = []

    def keys() -> KeyRing:
        ring = KeyRing.open(settings.load(place.path).key_path, place.path)
        made.append(ring.made)
        return ring

    understood = understand(
        file,
        chosen,
        boundary=boundary(place, organisation),
        keys=keys,
        as_of=as_of,
        edition=edition,
        progress=progress,
    )
    if not understood.tables:
        raise _nothing(understood)
    new = _joined(understood, place)
    say(f"Storing {understood.rows_loaded} rows")
    draft = Draft(
        source=understood.source.name,
        sha256=understood.sha256,
        origin=understood.source.origin,
        edition=understood.edition,
        as_of=understood.as_of,
        file_name=understood.file,
        rows_read=understood.rows_read,
        rows_outside=understood.rows_outside,
        incoming=understood.sent,
        set_aside=understood.set_aside,
        person_links=_person_links(understood.tables),
        agreement=_agreement(place, understood, organisation),
    )
    before = place.standing()
    receipt = _store(place, draft, understood, by, publish)
    fewer = replaced.fewer(place, before, receipt.submission, list(understood.tables)) if publish else ""
    return Intake(
        receipt=receipt,
        source=understood.source.name,
        title=understood.source.title,
        rows_read=understood.rows_read,
        rows_loaded=understood.rows_loaded,
        rows_set_aside=understood.rows_set_aside,
        rows_outside=understood.rows_outside,
        rows_not_used=understood.rows_not_used,
        findings=understood.findings,
        notes=(
            *([fewer] if fewer else []),
            *_notes(understood, new, "".join(made)),
            *_outdone(place, understood, receipt),
        ),
        aside=_kept_aside(place, understood, receipt.submission) if understood.rows_set_aside else None,
    )
