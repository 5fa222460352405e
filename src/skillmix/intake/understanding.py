"""Understanding a file: from bytes to facts and findings, without touching a place."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from skillmix.errors import InputError, Where
from skillmix.intake import build, casts, findings, headings
from skillmix.intake import text as texts
from skillmix.intake.declarations import Column, FieldMap
from skillmix.intake.fieldmap import field_map, sources
from skillmix.intake.pseudonyms import KeyRing
from skillmix.intake.readers import Candidate, open_tables

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Boundary:
    """What belongs to a place.

    Attributes:
        organisations: codes of its organisations.
        areas: ONS codes of its councils.
        sub_icb: its sub-ICB; empty where it has none.
        only: when given, the one organisation that is wanted.
    """

    organisations: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    sub_icb: str = ""
    only: str | None = None


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
        return chosen, open_tables(data, file, chosen.members)
    candidates = open_tables(data, file)
    matches = headings.recognise(candidates, [field_map(s.name) for s in sources()])
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


def _people(text: texts.Text, rows: pl.DataFrame, chosen: FieldMap) -> pl.DataFrame:
    """Rows that need a person and have none."""
    if chosen.person is None:
        return findings.empty()
    person = chosen.person
    lacking = rows.filter(build._held(person.needed, ""), pl.col(person.column).is_null())
    return findings.findings(
        lacking.select("row", pl.lit(None, pl.String).alias("value")),
        rule="no_person",
        column=text.headings.get(person.column, person.column),
        reason="The row is about a person and does not say which.",
        cure="Give the identifier, or send the row as a line of contracted services.",
    )


def _limits(rows: pl.DataFrame, key: str, values: pl.Series, heading: str, column: Column) -> pl.DataFrame:
    """Rows whose number is larger than is plausible for rows of their kind."""
    shown = pl.lit(findings.WITHHELD) if column.identifier or column.private else pl.col(key)
    found = []
    for limit in column.limits:
        above = rows.filter(build._held(limit.when, ""), values > limit.maximum)
        found.append(
            findings.findings(
                above.select("row", shown.alias("value")),
                rule="implausible",
                column=heading,
                reason=f"It is above {limit.maximum:g}, the most that is plausible there.",
                cure=limit.cure,
            )
        )
    return findings.together(found)


def _read_typed(
    text: texts.Text, rows: pl.DataFrame, chosen: FieldMap
) -> tuple[pl.DataFrame, pl.DataFrame, list[str]]:
    typed, found = [rows.get_column("row")], [_people(text, rows, chosen)]
    notes: list[str] = []
    for key, column in chosen.columns.items():
        heading = text.headings.get(key)
        declared = column if heading else Column(headings=column.headings, cast=column.cast)
        read = casts.cast(rows.get_column("row"), rows.get_column(key), heading or key, declared)
        typed.append(read.values.alias(build.SOURCE + key))
        found += [read.findings, _limits(rows, key, read.values, heading or key, declared)]
        notes += read.notes
    frame = pl.DataFrame(typed)
    if chosen.person is not None:
        frame = frame.with_columns(pl.col(build.SOURCE + chosen.person.column).alias("person_key"))
    return frame, findings.together(found), notes


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


def understand(
    file: Path | str,
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
        file: the file as published or sent.
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
            source, or lacks a column; file, row, column and cure are named.
    """
    path = Path(file)
    say = progress or (lambda _: None)
    if not path.is_file():
        raise InputError("There is no such file.", cure="Check its name.", where=[Where(file=str(file))])
    say(f"Reading {path.name}")
    data = path.read_bytes()
    chosen, candidates = _choose(data, path.name, source)
    found = _locate(candidates, path.name, chosen)
    text = texts.read(found, chosen)
    if text.rows.is_empty():
        raise InputError(
            "The file has headings and no rows.",
            cure="Export it again with its rows.",
            where=[Where(file=path.name, row=found.last)],
        )
    texts.hash_identifiers(text, chosen, keys)
    within = _inside(chosen, boundary)
    used = text.rows.filter(build._held(chosen.where, "")) if chosen.where else text.rows
    inside = used.filter(within)
    say(f"Reading {inside.height} of {text.read} rows as {chosen.title}")
    typed, faults, notes = _read_typed(text, inside, chosen)
    good = typed.join(faults.filter("aside").select("row").unique(), on="row", how="anti")
    built = build.build(good, chosen, text.headings, as_of)
    lost = built.findings.filter("aside").select("row").unique()
    if lost.height:
        good = good.join(lost, on="row", how="anti")
        built = build.Built(build.build(good, chosen, text.headings, as_of).tables, built.findings)
    tables = build.complete(
        built.tables, chosen, _last_row(text.rows), _unsure(typed, good, chosen, bool(text.long_rows))
    )
    build.check_dates(tables, as_of, path.name)
    everything = findings.together([*text.findings, faults, built.findings])
    dates = {d for f in tables.values() for d in f.get_column("as_of").unique().to_list()}
    if edition is None and chosen.edition == "latest_date" and dates:
        edition = str(max(dates))
    loaded = _loaded(good, tables, chosen)
    kept = text.rows.filter(within) if chosen.origin == "sent" else text.rows
    return Understood(
        source=chosen,
        file=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        headings=text.headings,
        sent=texts.sent(kept, text, chosen),
        tables={n: f for n, f in tables.items() if f.height},
        findings=everything,
        notes=(*text.notes, *notes),
        organisations=_described(good, tables, chosen),
        rows_read=text.read,
        rows_loaded=loaded,
        rows_outside=used.height - inside.height,
        rows_not_used=(text.rows.height - used.height) + (good.height - loaded),
        edition=edition,
        as_of=dates.pop() if len(dates) == 1 else as_of,
    )


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
    distinct = any(t.distinct for t in chosen.tables)
    # Noughts that were filled in are numbered on after the last row: they are no row of the file.
    seen = pl.concat([n.cast(pl.Int64) for n in numbers]).unique()
    # Equal facts are one, so their rows are all behind it.
    return good.height if distinct else int(seen.is_in(good.get_column("row").implode()).sum())
