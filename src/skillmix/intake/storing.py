"""Storing: what was staged goes into a place, its facts together, as a submission that may be unpublished."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from skillmix import reference
from skillmix.errors import InputError, Where
from skillmix.intake import findings
from skillmix.intake.staging import Staged
from skillmix.intake.understanding import Understood
from skillmix.place import Draft, Place, PlaceOrganisation, Receipt
from skillmix.schema.catalogue import FACTS

#: Reasons that an error names when nothing could be loaded.
_SHOWN = 5


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


def joined(understood: Understood, place: Place) -> list[PlaceOrganisation]:
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


def _agreement(place: Place, understood: Understood, organisation: str | None) -> str | None:
    """The agreement that what a partner sent stands under; published figures need none."""
    if understood.source.origin != "sent":
        return None
    about = {o for f in understood.tables.values() for o in f.get_column("organisation").unique().to_list()}
    sender = organisation or (about.pop() if len(about) == 1 else None)
    return None if sender is None else place.agreement_for(sender, dt.datetime.now(dt.UTC).date())


def store(
    place: Place | Path | str,
    staged: Staged,
    *,
    key: str | None = None,
    by: str | None = None,
    publish: bool = False,
) -> Receipt:
    """Put a staged file into a place; unless told otherwise nobody sees it yet.

    Args:
        place: the place, or its folder.
        staged: the file, as `stage`, `correct` or `Staged.read` gave it.
        key: the job that it is done for: the same job may run twice and takes effect once.
        by: who submits; who staged it where None.
        publish: whether readers see it at once; `Place.publish` shows it later.

    Returns:
        The place's receipt.

    Raises:
        InputError: when no row of it can be loaded.
        PlaceError: when the place refuses it; the lake is as it was.
    """
    place = place if isinstance(place, Place) else Place.open(place)
    understood = staged.understood
    if not understood.tables:
        raise _nothing(understood)
    draft = Draft(
        source=staged.source,
        sha256=staged.sha256,
        origin=staged.origin,
        edition=staged.edition,
        as_of=staged.as_of,
        file_name=staged.file,
        rows_read=staged.rows_read,
        rows_outside=staged.rows_outside,
        incoming=understood.sent,
        set_aside=staged.set_aside,
        corrections=staged.corrections,
        person_links=staged.person_links,
        agreement=_agreement(place, understood, staged.organisation),
    )
    # Organisations that the file brought are in place.toml only when storing has worked.
    before, new = place.organisations, {o.code: o for o in joined(understood, place)}
    place.organisations = {**before, **new}
    partners = _partners(place)
    tables = {name: _placed(name, facts, partners) for name, facts in understood.tables.items()}
    try:
        receipt = place.submit(draft, tables, by=by or staged.by, publish=publish, key=key)
    finally:
        place.organisations = before
    if new:
        place.add(new.values())
    return receipt
