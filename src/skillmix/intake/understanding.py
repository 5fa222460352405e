"""Understanding a file: from bytes to facts and findings, without touching a place."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from skillmix.errors import InputError, Where
from skillmix.intake import across, build, door, findings, headings, typed_rows, whose
from skillmix.intake import text as texts
from skillmix.intake.declarations import FieldMap
from skillmix.intake.fieldmap import field_map, sources
from skillmix.intake.pseudonyms import KeyRing
from skillmix.intake.readers import Candidate, open_tables
from skillmix.intake.sent import Sent
from skillmix.intake.strayed import name_to_keep

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Boundary:
    """What belongs to a place.

    Attributes:
        organisations: codes of its organisations.
        areas: ONS codes of its councils.
        sub_icb: its sub-ICB; empty where it has none.
        only: when given, the one organisation that is wanted.
        sectors: each of its organisations with its sector.
    """

    organisations: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    sub_icb: str = ""
    only: str | None = None
    sectors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Understood:
    """What a file says.

    Attributes:
        source: its field map.
        file: its name.
        sha256: hash of the file as sent.
        headings: for each column of the map that was found, the heading as sent.
        sent: row for row what was sent, as text under the headings as sent, identifiers replaced by person
            keys; of what partners send, only the map's columns and the place's rows.
        tables: facts by table; see `build.build`.
        findings: what is wrong with which row; see `findings.SCHEMA`.
        notes: what was done to the file as a whole, in words.
        organisations: organisations of the place that rows describe: ``organisation, name, kind, sector,
            parent``.
        rows_read: rows in the file.
        rows_loaded: rows of the file that became at least one fact.
        rows_outside: rows about organisations outside the place.
        rows_not_used: rows that the source's field map leaves out, such as totals.
        edition: release of the source as YYYY-MM-DD, where the file tells it.
        as_of: the date the content is true for; None where its rows carry several.
    """

    source: FieldMap
    file: str
    sha256: str
    headings: dict[str, str]
    sent: pl.DataFrame
    tables: dict[str, pl.DataFrame]
    findings: pl.DataFrame
    notes: tuple[str, ...]
    organisations: pl.DataFrame
    rows_read: int
    rows_loaded: int
    rows_outside: int
    rows_not_used: int
    edition: str | None = None
    as_of: dt.date | None = None

    @property
    def set_aside(self) -> pl.DataFrame:
        """Rows set aside, one row a reason: ``row, rule, column, value, reason, cure``."""
        return self.findings.filter("aside").drop("aside")

    @property
    def rows_set_aside(self) -> int:
        """Number of rows set aside."""
        return self.set_aside.get_column("row").n_unique()


def _choose(data: bytes, file: str, source: str | Path | FieldMap | None) -> tuple[FieldMap, list[Candidate]]:
    if source is not None:
        chosen = field_map(source)
        candidates = open_tables(data, file, chosen.members)
        return across.spread(chosen, candidates), candidates
    candidates = open_tables(data, file)
    maps = [across.spread(field_map(s.name), candidates) for s in sources()]
    matches = headings.recognise(candidates, maps)
    if not matches:
        raise InputError(
            "The file is of no source that has a field map.",
            cure="Name its source with --source, or write a field map (docs/how-to/intake.md).",
            where=[Where(file=file)],
        )
    return matches[0], candidates


def _locate(candidates: list[Candidate], file: str, chosen: FieldMap) -> headings.Found:
    found = headings.find(candidates, chosen)
    if found is None or headings.missing(found, chosen):
        maps = [field_map(s.name) for s in sources()]
        raise headings.wrong(candidates, file, chosen, found, maps)
    return found


def _inside(chosen: FieldMap, boundary: Boundary | None) -> pl.Expr:
    """Whether a row is about the place; a row that does not say is not outside."""
    if boundary is None:
        return pl.lit(True)
    within = chosen.within
    code = pl.col(within.organisation)
    codes = boundary.areas if within.of == "area" else boundary.organisations
    if boundary.only is not None:
        return code.is_null() | (code == boundary.only)
    inside = code.is_null() | code.is_in(pl.Series(sorted(codes), dtype=pl.String).implode())
    if within.sub_icb and boundary.sub_icb:
        inside = inside | (pl.col(within.sub_icb) == boundary.sub_icb)
    return inside.fill_null(True)


def _described(rows: pl.DataFrame, tables: dict[str, pl.DataFrame], chosen: FieldMap) -> pl.DataFrame:
    """Organisations that the rows describe."""
    columns = ["organisation", "name", "kind", "sector", "parent"]
    empty = pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    if "organisation" in tables:
        facts = tables["organisation"]
        missing = [c for c in columns if c not in facts.columns]
        facts = facts.with_columns(pl.lit(None, pl.String).alias(c) for c in missing)
        return facts.select(columns).unique("organisation", keep="last", maintain_order=True)
    within = chosen.within
    if within.name is None or within.kind is None:
        return empty
    parent = pl.lit(None, pl.String) if within.parent is None else pl.col(build.SOURCE + within.parent)
    return rows.select(
        pl.col(build.SOURCE + within.organisation).alias("organisation"),
        pl.col(build.SOURCE + within.name).alias("name"),
        pl.lit(within.kind).alias("kind"),
        pl.lit(within.sector, pl.String).alias("sector"),
        parent.alias("parent"),
    ).unique("organisation", keep="last", maintain_order=True)


@dataclass(frozen=True)
class Taken:
    """A file behind the door: its text, with nothing left that identifies a person.

    Attributes:
        source: its field map.
        file: its name.
        sha256: hash of the file as sent.
        text: its rows as text.
        outside: rows about others that were counted and are no longer among them.
    """

    source: FieldMap
    file: str
    sha256: str
    text: texts.Text
    outside: int = 0


def take(
    sent: Sent,
    source: str | Path | FieldMap | None,
    keys: Callable[[], KeyRing],
    progress: Progress | None = None,
    given: str | None = None,
    known: frozenset[str] = frozenset(),
) -> Taken:
    """Read what was sent as text, and replace whatever identifies a person.

    Args:
        sent: the file.
        source: name of the source, path of a field map, or None to recognise it by its headings.
        keys: gives the hashing key.
        progress: told that it is read.
        given: the organisation that the sender names, for a source that need not name one.
        known: codes of the organisations of the place.

    Raises:
        InputError: when it cannot be read as that source at all, neither it nor the sender says whom it is
            about, or it is about others alone.
    """
    if progress:
        progress(f"Reading {sent.name}")
    chosen, candidates = _choose(sent.data, sent.name, source)
    found = _locate(candidates, sent.name, chosen)
    text = texts.read(found, chosen)
    if text.rows.is_empty():
        raise InputError(
            "The file has headings and no rows.",
            cure="Export it again with its rows.",
            where=[Where(file=sent.name, row=found.last)],
        )
    whose.refuse_other_report(text, chosen, sent.name)
    within = chosen.within
    if within.given:
        if given is None and within.organisation not in text.headings:
            raise InputError(
                "The file does not say which organisation it is about.",
                cure="Name the organisation (--organisation, with its code).",
                where=[Where(file=sent.name)],
            )
        # Before the door: an employer's own numbers mean the same person within that employer alone.
        if given is not None:
            whose.say_whose(text, chosen, given, known)
            whose.refuse_others(text, chosen, given, sent.name)
    text.beside = text.beside.select("row").clear()
    door.pass_in(text, chosen, across.rules_of(chosen), keys)
    name = name_to_keep(sent.name, chosen.title) if chosen.origin == "sent" else sent.name
    return Taken(chosen, name, hashlib.sha256(sent.data).hexdigest(), text)


def inside(taken: Taken, boundary: Boundary | None) -> pl.DataFrame:
    """The rows that are not about others: those that may be kept."""
    return taken.text.rows.filter(_inside(taken.source, boundary))


def interpret(
    taken: Taken,
    *,
    boundary: Boundary | None = None,
    as_of: dt.date | None = None,
    edition: str | None = None,
    progress: Progress | None = None,
) -> Understood:
    """What a file behind the door says: its facts, and what is wrong with which row.

    Args:
        taken: the file.
        boundary: what belongs to the place; None reads every row.
        as_of: the date the content is true for, for a source that does not say.
        edition: the release, as YYYY-MM-DD; the file's own where None.
        progress: told each step.

    Raises:
        InputError: when the file does not say, and is not told, whom or what day it is about.
    """
    chosen, text = taken.source, taken.text
    kept = inside(taken, boundary)
    every, _ = typed_rows.left_out(text.rows, chosen)
    rows, left = typed_rows.left_out(kept, chosen)
    if progress:
        progress(f"Reading {rows.height} of {text.read} rows as {chosen.title}")
    typed = typed_rows.read(text, rows, chosen, across.rules_of(chosen), as_of)
    good = typed.good
    sectors = {} if boundary is None else dict(boundary.sectors)
    built = build.build(good, chosen, text.headings, as_of, sectors)
    lost = built.findings.filter("aside").select("row").unique()
    if lost.height:
        good = good.join(lost, on="row", how="anti")
        built = build.Built(build.build(good, chosen, text.headings, as_of, sectors).tables, built.findings)
    tables = build.complete(
        built.tables, chosen, _last_row(text.rows), _unsure(typed.frame, good, chosen, bool(text.long_rows))
    )
    if not chosen.days_of_rows:
        build.check_dates(tables, as_of, taken.file)
    everything = findings.together([*text.findings, typed.findings, built.findings])
    dates = {d for f in tables.values() for d in f.get_column("as_of").unique().to_list()}
    if edition is None and chosen.edition == "latest_date" and dates:
        edition = str(max(dates))
    loaded, outside = _loaded(good, tables, chosen), taken.outside + every.height - rows.height
    aside = everything.filter("aside").get_column("row").n_unique()
    return Understood(
        source=chosen,
        file=taken.file,
        sha256=taken.sha256,
        headings=text.headings,
        sent=door.sent(kept if chosen.origin == "sent" else text.rows, text, chosen),
        tables={n: f for n, f in tables.items() if f.height},
        findings=everything,
        notes=(*text.notes, *left, *typed.notes),
        organisations=_described(good, tables, chosen),
        rows_read=text.read,
        rows_loaded=loaded,
        rows_outside=outside,
        rows_not_used=text.read - loaded - aside - outside,
        edition=edition,
        as_of=dates.pop() if len(dates) == 1 else as_of,
    )


def understand(
    file: Sent | Path | str,
    source: str | Path | FieldMap | None = None,
    *,
    boundary: Boundary | None = None,
    keys: Callable[[], KeyRing] = KeyRing.ephemeral,
    as_of: dt.date | None = None,
    edition: str | None = None,
    progress: Progress | None = None,
) -> Understood:
    """Read a file as a source: its facts, and what is wrong with which row.

    Args:
        file: the file as published or sent: a path, or its name and bytes.
        source: name of the source, path of a field map, or None to recognise it by its headings.
        boundary: what belongs to the place; None reads every row.
        keys: gives the hashing key, asked only for a source with people; without it, one that is forgotten.
        as_of: the date the content is true for, for a source that does not say.
        edition: the release, as YYYY-MM-DD; the file's own where None.
        progress: told each step.

    Returns:
        Facts, findings, notes and counts. Nothing is stored.

    Raises:
        InputError: when the file cannot be read as that source at all: it is empty, damaged, of another
            source, lacks a column, or is beyond `limits`; file, row, column and cure are named.
    """
    given, known = (boundary.only, boundary.organisations) if boundary else (None, frozenset())
    taken = take(Sent.of(file), source, keys, progress, given, known)
    return interpret(taken, boundary=boundary, as_of=as_of, edition=edition, progress=progress)


def _last_row(rows: pl.DataFrame) -> int:
    return int(rows.get_column("row").max() or 0)  # type: ignore[arg-type]


def _unsure(typed: pl.DataFrame, good: pl.DataFrame, chosen: FieldMap, any_long: bool) -> pl.Series:
    """Organisations of which a row was set aside; null for a row that does not say whose it is."""
    bad = typed.join(good.select("row"), on="row", how="anti")
    about = bad.get_column(build.SOURCE + chosen.within.organisation)
    return pl.concat([about, pl.Series([None], dtype=pl.String)]) if any_long else about


def _loaded(good: pl.DataFrame, tables: dict[str, pl.DataFrame], chosen: FieldMap) -> int:
    """Rows of the file behind the facts."""
    numbers = []
    for name, facts in tables.items():
        items = max((len(t.each) for t in chosen.tables if t.name == name), default=0)
        rows = facts.get_column("row")
        numbers.append((rows - 1) // items + 1 if items > 1 else rows)
    if not numbers:
        return 0
    distinct = chosen.maker is not None or any(t.distinct or t.total for t in chosen.tables)
    # Noughts that were filled in are numbered on after the last row: they are no row of the file.
    seen = pl.concat([n.cast(pl.Int64) for n in numbers]).unique()
    # Equal facts are one, so their rows are all behind it.
    return good.height if distinct else int(seen.is_in(good.get_column("row").implode()).sum())
