"""Building facts: the canonical tables that a field map declares, from rows that have been read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from skillmix.errors import InputError, Where
from skillmix.intake import days, findings
from skillmix.intake.declarations import Complete, DateParts, FieldMap, Lookup, Table, Value
from skillmix.intake.nearest import nearest
from skillmix.schema.catalogue import FACTS

#: Source columns stand under this prefix while facts are built, canonical columns under their own names.
SOURCE = "@"


@dataclass(frozen=True, slots=True)
class Built:
    """Facts by table, and what was found while building them."""

    tables: dict[str, pl.DataFrame]
    findings: pl.DataFrame


def folded(words: pl.Expr) -> pl.Expr:
    """Words without case, long dashes and doubled spaces, so that a list's spelling meets the sender's."""
    return (
        words.cast(pl.String)
        .str.to_lowercase()
        .str.replace_all("[\u2010-\u2015]", "-")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
    )


def _words(frame: pl.DataFrame, pattern: str, prefix: str) -> pl.Expr:
    """The words that a pattern makes of columns: `"{a}: {b}"`, or a bare name."""
    names = re.findall(r"{(\w+)}", pattern) or [pattern]
    resolved = []
    for name in names:
        column = name if name in frame.columns else prefix + name
        if column not in frame.columns:
            raise InputError(
                f"The field map looks up {pattern!r}, and there is no {name!r}.",
                cure="Name a column of the map or of the list, or a value that stands above it.",
            )
        resolved.append(pl.col(column).cast(pl.String))
    if names == [pattern]:
        return resolved[0]
    return pl.format(re.sub(r"{\w+}", "{}", pattern), *resolved)


def _list(lookup: Lookup, on: dt.date | None) -> pl.DataFrame:
    """The rows of the reference list to use, as they stand on the day."""
    from skillmix import reference

    table = reference.table(lookup.list, on)
    for column, word in lookup.where.items():
        table = table.filter(pl.col(column) == word)
    return table


def _meanings(table: pl.DataFrame, key: str, value: str, place: int) -> pl.DataFrame:
    """Each word of a list that has one meaning: ``word, found<place>, known<place>``."""
    return (
        table.select(folded(_words(table, key, "")).alias("word"), pl.col(value).alias(f"found{place}"))
        .filter(pl.col("word").is_not_null())
        .unique()
        .filter(pl.len().over("word") == 1)
        .with_columns(pl.lit(True).alias(f"known{place}"))
    )


def _look_up(
    frame: pl.DataFrame, name: str, lookup: Lookup, heading: str, on: dt.date | None, hidden: bool
) -> tuple[pl.DataFrame, pl.DataFrame]:
    table = _list(lookup, on)
    words = {f"word{place}": _words(frame, pattern, SOURCE) for place, pattern in enumerate(lookup.on)}
    worded = frame.with_columns(expr.alias(word) for word, expr in words.items())
    # Each distinct word is folded and looked up once.
    sought = worded.select(*words).unique()
    taken = pl.lit(None, dtype=table.schema[lookup.value])
    hit = pl.lit(False)
    for place, (word, key) in enumerate(zip(words, lookup.key, strict=True)):
        sought = sought.with_columns(folded(pl.col(word)).alias("word")).join(
            _meanings(table, key, lookup.value, place), on="word", how="left"
        )
        known = pl.col(f"known{place}").fill_null(False)
        taken = pl.when(hit).then(taken).when(known).then(f"found{place}")
        hit = hit | known
    answers = sought.select(*words, taken.alias(name), hit.alias("hit"))
    looked = worded.join(answers, on=list(words), how="left", nulls_equal=True, maintain_order="left")
    found = findings.empty()
    if lookup.unmapped != "quiet":
        last = pl.col(list(words)[-1])
        silent = last.is_in(pl.Series(lookup.silent, dtype=pl.String).implode())
        lost = looked.filter(~pl.col("hit"), last.is_not_null(), ~silent)
        if hidden:
            found = _unmapped_hidden(lost, lookup, heading)
        else:
            found = _unmapped(lost.select("row", last.alias("value")), table, lookup, heading)
    return looked.drop(*words, "hit"), found


def _unmapped_hidden(rows: pl.DataFrame, lookup: Lookup, heading: str) -> pl.DataFrame:
    """Findings about words that may not be shown."""
    return findings.findings(
        rows.select("row", pl.lit(findings.WITHHELD).alias("value")),
        rule="unmapped",
        column=heading,
        reason=f"It is not in the reference list {lookup.list}.",
        cure=f"Add it to the reference list {lookup.list}.",
        aside=lookup.unmapped == "set_aside",
    )


def _unmapped(rows: pl.DataFrame, table: pl.DataFrame, lookup: Lookup, heading: str) -> pl.DataFrame:
    """Findings about words that the list does not have, with its nearest word."""
    if rows.is_empty():
        return findings.empty()
    listed = table.select(
        _words(table, lookup.key[-1], "").alias("word"), pl.col(lookup.value).cast(pl.String)
    )
    codes: dict[str, set[str | None]] = {}
    for word, code in listed.drop_nulls("word").iter_rows():
        codes.setdefault(word, set()).add(code)
    parts = []
    for value, group in rows.group_by("value", maintain_order=True):
        word = str(value[0])
        cure = f"Add it to the reference list {lookup.list}"
        if near := nearest(word, codes):
            # A word that the list gives several meanings is named without them.
            meant = codes[near] if len(codes[near]) == 1 else {None}
            cure += f"; the nearest word there is {near!r}" + "".join(f" ({code})" for code in meant if code)
        parts.append(
            findings.findings(
                group,
                rule="unmapped",
                column=heading,
                reason=f"{word!r} is not in the reference list {lookup.list}.",
                cure=cure + ".",
                aside=lookup.unmapped == "set_aside",
            )
        )
    return findings.together(parts)


def _part(part: str | int) -> pl.Expr:
    return pl.lit(part, dtype=pl.Int64) if isinstance(part, int) else pl.col(SOURCE + part).cast(pl.Int64)


def _date(parts: DateParts) -> pl.Expr:
    day = 1 if parts.day == "last" else parts.day
    first = pl.date(_part(parts.year), _part(parts.month), day)
    return first.dt.month_end() if parts.day == "last" else first


def held(words: dict[str, tuple[str, ...]], prefix: str) -> pl.Expr:
    """Whether each column holds one of its words; columns stand under the prefix."""
    held = pl.lit(True)
    for column, allowed in words.items():
        held = held & pl.col(prefix + column).cast(pl.String).is_in(pl.Series(allowed).implode())
    return held.fill_null(False)


def _plain_value(value: Value) -> pl.Expr:
    if value.column is not None:
        made = pl.col("person_key" if value.column == "person_key" else SOURCE + value.column)
        if value.map is not None:
            made = made.cast(pl.String).replace_strict(
                value.map, default=pl.lit(value.otherwise, dtype=pl.String), return_dtype=pl.String
            )
        return made
    if value.first:
        return pl.coalesce([pl.col(SOURCE + c) for c in value.first])
    if value.total:
        return pl.sum_horizontal([pl.col(SOURCE + c) for c in value.total], ignore_nulls=False)
    if value.date is not None:
        return _date(value.date)
    if value.since is not None:
        return days.since(value.since, SOURCE)
    return pl.lit(value.constant)


def _sought(lookup: Lookup) -> list[str]:
    """The columns and values that a lookup names."""
    return [n for pattern in lookup.on for n in (re.findall(r"{(\w+)}", pattern) or [pattern])]


def _heading(lookup: Lookup, headings: dict[str, str]) -> str:
    """The heading to name in a finding about a value that was looked up."""
    names = _sought(lookup)
    return next((headings[n] for n in reversed(names) if n in headings), names[-1])


def _made(
    frame: pl.DataFrame,
    name: str,
    value: Value,
    headings: dict[str, str],
    as_of: dt.date | None,
    hidden: set[str],
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The rows with a value made, and what was found."""
    found: list[pl.DataFrame] = []
    if value.either:
        parts = [f"{name} {number}" for number in range(len(value.either))]
        for part, one in zip(parts, value.either, strict=True):
            frame, lost = _made(frame, part, one, headings, as_of, hidden)
            found += lost
        frame = frame.with_columns(pl.coalesce(parts).alias(name)).drop(parts)
    elif value.lookup is not None:
        lookup = value.lookup
        withheld = not hidden.isdisjoint(_sought(lookup))
        frame, lost_words = _look_up(frame, name, lookup, _heading(lookup, headings), as_of, withheld)
        found.append(lost_words)
    else:
        frame = frame.with_columns(_plain_value(value).alias(name))
    if value.when:
        frame = frame.with_columns(pl.when(held(value.when, SOURCE)).then(name).alias(name))
    return frame, found


def _facts(
    rows: pl.DataFrame,
    table: Table,
    values: dict[str, Value],
    headings: dict[str, str],
    as_of: dt.date | None,
    hidden: set[str],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One fact a row, for one item of `each`."""
    frame = rows
    found = []
    for name, value in values.items():
        frame, lost = _made(frame, name, value, headings, as_of, hidden)
        found += lost
    if some := [c for c in table.unless if c in frame.columns]:
        frame = frame.filter(pl.any_horizontal(pl.col(c).is_not_null() for c in some))
    frame = frame.filter(pl.col("organisation").is_not_null())
    return frame.select("row", *values), findings.together(found)


def _typed(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Nulls and whole numbers in the declared type, so that pieces can be put together."""
    declared = FACTS[name].columns()
    return frame.with_columns(
        pl.col(c).cast(declared[c].dtype)
        for c in frame.columns
        if frame.schema[c] == pl.Null or (frame.schema[c] == pl.Int32 and declared[c].dtype == pl.Int64)
    )


def _totalled(facts: pl.DataFrame, total: tuple[str, ...]) -> pl.DataFrame:
    """Facts that are alike in everything else as one; a sum is unknown where all its parts are."""
    added = [c for c in total if c in facts.columns]
    alike = [c for c in facts.columns if c not in ("row", *added)]
    sums = [
        pl.when(pl.col(c).count() > 0).then(pl.col(c).sum()).cast(facts.schema[c]).alias(c) for c in added
    ]
    return (
        facts.group_by(alike, maintain_order=True)
        .agg(pl.col("row").min(), *sums)
        .select(facts.columns)
        .sort("row")
    )


def build(
    rows: pl.DataFrame,
    field_map: FieldMap,
    headings: dict[str, str],
    as_of: dt.date | None = None,
    sectors: Mapping[str, str] | None = None,
) -> Built:
    """The facts that rows become.

    Args:
        rows: ``row`` and the map's columns, typed, each under the prefix `SOURCE`; with a person's key under
            ``person_key`` where the map has people.
        field_map: the source.
        headings: the heading as sent of each column of the map.
        as_of: the date the content is true for, where rows do not say; also the date of the reference lists.
        sectors: sector of each organisation of the place, for a source whose facts a maker makes.

    Returns:
        For each table the facts with ``row`` and the columns that the map declares, ``as_of`` and ``period``
        among them. Where one row becomes several facts of a table they are numbered on: n facts a row give
        the k-th fact of row r the number (r - 1) n + k.

    Raises:
        InputError: when neither the rows nor `as_of` say what date they are true for.
    """
    if field_map.maker is not None:
        from skillmix.intake.makers import MAKERS

        made = MAKERS[field_map.maker.name](rows, field_map, as_of, sectors or {})
        return Built(made, findings.empty())
    pieces: dict[str, list[pl.DataFrame]] = {}
    found = []
    hidden = {key for key, column in field_map.columns.items() if column.identifier or column.private}
    for table in field_map.tables:
        chosen = rows.filter(held(table.where, SOURCE)) if table.where else rows
        items = table.each or ({},)
        for number, item in enumerate(items):
            facts, lost = _facts(chosen, table, {**table.values, **item}, headings, as_of, hidden)
            facts = days.dated(facts, field_map.title, as_of)
            if "period" not in facts.columns:
                facts = facts.with_columns(pl.col("as_of").dt.strftime("%Y-%m").alias("period"))
            if len(items) > 1:
                facts = facts.with_columns((pl.col("row") - 1) * len(items) + number + 1)
            if table.distinct:
                facts = facts.unique(
                    [c for c in facts.columns if c != "row"], keep="first", maintain_order=True
                )
            if table.total:
                facts = _totalled(facts, table.total)
            pieces.setdefault(table.name, []).append(_typed(facts, table.name))
            found.append(lost)
    tables = {name: pl.concat(parts, how="diagonal").sort("row") for name, parts in pieces.items()}
    # The same word is looked up once for each table: one finding of it is enough.
    return Built(tables, findings.together(found).unique(maintain_order=True))


def _completed(facts: pl.DataFrame, complete: Complete, last: int, unsure: pl.Series) -> pl.DataFrame:
    same = [c for c in facts.columns if c not in ("row", complete.column, *complete.fill)]
    wanted = (
        facts.filter(~pl.col("organisation").is_in(unsure.implode()))
        .select(same)
        .unique(maintain_order=True)
        .join(pl.DataFrame({complete.column: complete.words}), how="cross", maintain_order="left")
    )
    keys = [*same, complete.column]
    lacking = wanted.join(facts, on=keys, how="anti", nulls_equal=True, maintain_order="left")
    noughts = [pl.lit(n).cast(facts.schema[c]).alias(c) for c, n in complete.fill.items()]
    added = lacking.with_columns(*noughts).with_row_index("row", offset=last + 1).cast({"row": pl.Int64})
    return pl.concat([facts, added.select(facts.columns)])


def complete(
    tables: dict[str, pl.DataFrame], field_map: FieldMap, last: int, unsure: pl.Series
) -> dict[str, pl.DataFrame]:
    """Facts with those that their source leaves out because they are nought.

    Args:
        tables: facts by table.
        field_map: the source.
        last: the last row of the file; what is filled in is numbered on after it.
        unsure: organisations of which a row was set aside: what is not there is not known, not nought. With
            a null among them nothing is filled in.
    """
    filled = {t.name: t.complete for t in field_map.tables if t.complete is not None}
    if unsure.null_count():
        return tables
    return {
        name: _completed(facts, filled[name], last, unsure) if name in filled and facts.height else facts
        for name, facts in tables.items()
    }


def check_dates(tables: dict[str, pl.DataFrame], as_of: dt.date | None, file: str) -> None:
    """Refuse a date given by hand that no row carries.

    Raises:
        InputError: naming the date that the rows carry.
    """
    dates = {d for f in tables.values() for d in f.get_column("as_of").unique().to_list()}
    if as_of is not None and dates and as_of not in dates:
        carried = ", ".join(str(d) for d in sorted(dates)[:3])
        raise InputError(
            f"The file is true for {carried}, not for {as_of}.",
            cure="Leave the date out, or choose the file of that date.",
            where=[Where(file=file)],
        )
