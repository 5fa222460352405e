"""Staging: everything that can be done with a file before the lake, and nothing in it that names a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from skillmix import settings
from skillmix.errors import InputError, Where
from skillmix.intake import door, findings
from skillmix.intake.declarations import FieldMap
from skillmix.intake.fieldmap import field_map
from skillmix.intake.nearest import nearest
from skillmix.intake.pseudonyms import KeyRing, links
from skillmix.intake.rules.declared import family_of
from skillmix.intake.sent import Sent
from skillmix.intake.understanding import Boundary, Taken, Understood, inside, interpret, take
from skillmix.place import Place

#: Corrections that were made: when, by whom, in which row (null: every row that holds the value), what.
CORRECTIONS: dict[str, pl.DataType | type[pl.DataType]] = {
    "at": pl.Datetime("us", "UTC"),
    "by": pl.String,
    "row": pl.Int64,
    "column": pl.String,
    "from": pl.String,
    "to": pl.String,
    "rows": pl.Int64,
}
#: Corrections that are spelt out in a note; the submission keeps all of them.
_SHOWN = 5


@dataclass(frozen=True)
class Staged:
    """A file that is understood and not yet in the place.

    Identifiers are hashed, of a birth date the year is left, names are gone: it may be kept in a folder
    (`write`, `read`), corrected (`correct`) and stored (`store`).

    Attributes:
        taken: the file behind the door.
        boundary: what belongs to the place.
        understood: its facts, findings and counts.
        asked_as_of: the day that the sender gave.
        asked_edition: the release that the sender gave.
        by: who staged it.
        at: when, in UTC.
        person_links: a random person for each hashed identifier: ``person_key, person, kind, key_id``.
        corrections: what was corrected by hand; see `CORRECTIONS`.
        key_note: what to tell the place's controller once, where a hashing key was made.
    """

    taken: Taken
    boundary: Boundary
    understood: Understood
    asked_as_of: dt.date | None
    asked_edition: str | None
    by: str
    at: dt.datetime
    person_links: pl.DataFrame | None
    corrections: pl.DataFrame
    key_note: str = ""

    @property
    def source(self) -> str:
        """Name of the source."""
        return self.understood.source.name

    @property
    def title(self) -> str:
        """Title of the source."""
        return self.understood.source.title

    @property
    def origin(self) -> str:
        """Whether it was published, or sent by a partner."""
        return self.understood.source.origin

    @property
    def file(self) -> str:
        """Name of the file as the sender knows it."""
        return self.understood.file

    @property
    def sha256(self) -> str:
        """Hash of the file as sent."""
        return self.understood.sha256

    @property
    def organisation(self) -> str | None:
        """The organisation that the sender gave."""
        return self.boundary.only

    @property
    def as_of(self) -> dt.date | None:
        """The day that the content is true for; None where its rows carry several."""
        return self.understood.as_of

    @property
    def edition(self) -> str | None:
        """The release of the source."""
        return self.understood.edition

    @property
    def rows_read(self) -> int:
        """Rows in the file: loaded, set aside, outside and not used together."""
        return self.understood.rows_read

    @property
    def rows_loaded(self) -> int:
        """Rows that become facts."""
        return self.understood.rows_loaded

    @property
    def rows_set_aside(self) -> int:
        """Rows that cannot stand yet."""
        return self.understood.rows_set_aside

    @property
    def rows_outside(self) -> int:
        """Rows about organisations outside the place, or other than the one given."""
        return self.understood.rows_outside

    @property
    def rows_not_used(self) -> int:
        """Rows that do not belong in the figures, such as totals or bank staff."""
        return self.understood.rows_not_used

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """Facts by table, as they would be stored."""
        return self.understood.tables

    @property
    def findings(self) -> pl.DataFrame:
        """What is wrong with which row; see `findings.SCHEMA`."""
        return self.understood.findings

    @property
    def set_aside(self) -> pl.DataFrame:
        """Rows set aside, one row a reason: ``row, rule, column, value, reason, cure``."""
        return self.understood.set_aside

    @property
    def notes(self) -> tuple[str, ...]:
        """What else to know, in words that may be shown to whoever sent the file."""
        made = _corrected(self.corrections)
        return (*self.understood.notes, made) if made else self.understood.notes

    @property
    def problems(self) -> pl.DataFrame:
        """Findings counted, those that set rows aside and the commonest first.

        ``rule, column, value, reason, cure, aside, suggestion, rows, first_row, family, correctable``: of a
        column that identifies a person the value is withheld and nothing can be corrected here.
        """
        open_headings = [
            heading
            for key, heading in self.taken.text.headings.items()
            if not door.hidden(self.understood.source.columns[key])
        ]
        counted = findings.summary(self.findings)
        families = {name: family_of(name, self.source) for name in counted.get_column("rule").unique()}
        return counted.with_columns(
            pl.col("rule").replace_strict(families, return_dtype=pl.String).alias("family"),
            pl.col("column").is_in(pl.Series(open_headings, dtype=pl.String).implode()).alias("correctable"),
        )

    @property
    def columns(self) -> pl.DataFrame:
        """What was understood: ``key, heading, describes, becomes, filled``, one row a column of the source.

        ``heading`` is null where the file has no such column; ``filled`` is the number of rows that hold
        something, null where nothing is kept.
        """
        chosen, text = self.understood.source, self.taken.text
        rows = []
        for key, column in chosen.columns.items():
            heading = text.headings.get(key)
            becomes = _becomes(key, chosen) if heading else "not in the file"
            kept = becomes not in ("dropped", "not in the file")
            filled = text.rows.height - text.rows.get_column(key).null_count() if kept else None
            rows.append((key, heading, column.describe, becomes, filled))
        schema = {**dict.fromkeys(("key", "heading", "describes", "becomes"), pl.String), "filled": pl.Int64}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def write(self, folder: Path | str) -> None:
        """Keep it in a folder, whole or not at all; what stood there before stays until it is whole."""
        from skillmix.intake.staged_files import write

        write(self, Path(folder))

    @classmethod
    def read(cls, folder: Path | str) -> Staged:
        """What was kept in a folder.

        Raises:
            PlaceError: when it is missing or damaged.
        """
        from skillmix.intake.staged_files import read

        return read(Path(folder))


def _becomes(key: str, chosen: FieldMap) -> str:
    """What is kept of a column."""
    column = chosen.columns[key]
    if chosen.person is not None and key == chosen.person.column:
        return "hashed"
    if column.identifier:
        return "dropped"
    return "year only" if column.private and column.cast == "year" else "loaded"


def _corrected(made: pl.DataFrame) -> str:
    """What to say of corrections made by hand."""
    if made.is_empty():
        return ""
    rows = int(made.get_column("rows").sum())
    shown = [
        f"{column} {sent!r} to {meant!r}" if sent is not None else f"{column} filled with {meant!r}"
        for column, sent, meant in made.select("column", "from", "to").head(_SHOWN).iter_rows()
    ]
    more = f" and {made.height - _SHOWN} more" if made.height > _SHOWN else ""
    cells = findings.counted(rows, "cell was", "cells were")
    return f"{cells} corrected here and not at source: {', '.join(shown)}{more}. Mend them there as well."


def boundary(place: Place, organisation: str | None = None) -> Boundary:
    """What belongs to a place, or to one of its organisations."""
    sectors = tuple((code, one.sector) for code, one in sorted(place.organisations.items()))
    return Boundary(
        frozenset(place.organisations), frozenset(place.areas), place.sub_icb, organisation, sectors
    )


def person_links(tables: dict[str, pl.DataFrame], known: pl.DataFrame | None = None) -> pl.DataFrame | None:
    """A random person for each person key, those that have one left as they are."""
    keyed = [f.get_column("person_key").drop_nulls() for f in tables.values() if "person_key" in f.columns]
    met = {key for keys in keyed for key in keys.unique().to_list()}
    old = links([]) if known is None else known.filter(pl.col("person_key").is_in(sorted(met)))
    both = pl.concat([old, links(met - set(old.get_column("person_key")))])
    return both if both.height else None


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


def _about_place(taken: Taken, within: Boundary, outside: int) -> Taken:
    """Of what a partner sent, the rows that may be kept."""
    if taken.source.origin != "sent":
        return taken
    rows = inside(taken, within)
    raw = taken.text.raw.join(rows.select("row"), on="row", how="semi", maintain_order="left")
    behind = taken.text.door.join(rows.select("row"), on="row", how="semi", maintain_order="left")
    return replace(taken, text=replace(taken.text, rows=rows, raw=raw, door=behind), outside=outside)


def stage(
    place: Place | Path | str,
    sent: Sent | Path | str,
    *,
    source: str | Path | FieldMap | None = None,
    organisation: str | None = None,
    as_of: dt.date | None = None,
    edition: str | None = None,
    by: str = "controller",
    progress: Callable[[str], None] | None = None,
) -> Staged:
    """Understand a file for a place, up to the lake and not into it.

    Args:
        place: the place, or its folder.
        sent: the file: its name and bytes, or a path.
        source: name of the source, path of a field map, or None to recognise it by its headings.
        organisation: whom the file is about; where rows name one, only rows about this one are read.
        as_of: the date the content is true for, for a source that does not say.
        edition: the release, as YYYY-MM-DD.
        by: who sends it.
        progress: told each step.

    Returns:
        Facts, findings, notes and counts; also where every row was set aside.

    Raises:
        InputError: when the file cannot be read as that source at all.
        PlaceError: when the place or its key file cannot be used.
    """
    place = place if isinstance(place, Place) else Place.open(place)
    _check(place, organisation, edition)
    made: list[str] = []

    def keys() -> KeyRing:
        ring = KeyRing.open(settings.load(place.path).key_path, place.path)
        made.append(ring.made)
        return ring

    chosen = None if source is None else field_map(source)
    within = boundary(place, organisation)
    taken = take(Sent.of(sent), chosen, keys, progress, organisation, within.organisations)
    understood = interpret(taken, boundary=within, as_of=as_of, edition=edition, progress=progress)
    return Staged(
        taken=_about_place(taken, within, understood.rows_outside),
        boundary=within,
        understood=understood,
        asked_as_of=as_of,
        asked_edition=edition,
        by=by,
        at=dt.datetime.now(dt.UTC),
        person_links=person_links(understood.tables),
        corrections=pl.DataFrame(schema=CORRECTIONS),
        key_note="".join(made),
    )
