"""The text of a table: the map's columns as sent, told apart from titles, totals and blank rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from skillmix.errors import InputError, Where
from skillmix.intake import casts, findings, headings
from skillmix.intake.declarations import NOT_PLAIN, FieldMap, plain
from skillmix.intake.endings import Cut

#: Line breaks that one cell may hold.
_LINES = 2


@dataclass
class Text:
    """The text of a table.

    Attributes:
        rows: ``row`` and the map's columns, cleaned; blank rows and repeated headings are out.
        headings: for each column of the map that was found, the heading as sent.
        raw: the cells as sent, each column under its heading after an ``@``; `door.pass_in` replaces those
            that identify a person.
        findings: rows that could not stand as text.
        door: what was found at the door, in cells that nobody sees afterwards.
        notes: what was done to the file as a whole.
        read: rows that are not blank.
        long_rows: rows with more cells than there are headings.
        beside: ``row`` and the columns by which another organisation's file or another report is known, each
            under its heading as sent; looked at while the file is taken and not kept.
    """

    rows: pl.DataFrame
    headings: dict[str, str]
    raw: pl.DataFrame
    door: pl.DataFrame = field(default_factory=findings.empty)
    findings: list[pl.DataFrame] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    read: int = 0
    long_rows: list[int] = field(default_factory=list)
    beside: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={"row": pl.Int64}))

    def beside_of(self, spellings: Sequence[str]) -> list[str]:
        """The headings as sent of the columns beside, in the order of these spellings."""
        sent = {plain(heading): heading for heading in self.beside.columns if heading != "row"}
        return list(dict.fromkeys(sent[plain(s)] for s in spellings if plain(s) in sent))


def _about_headings(found: headings.Found, chosen: FieldMap) -> list[str]:
    notes = []
    if found.candidate.encoding not in (None, "UTF-8"):
        notes.append(f"The text is encoded as {found.candidate.encoding}, not UTF-8, and was read so.")
    if found.first < found.last:
        notes.append(
            f"The headings stand over two rows, {found.first} and {found.last}, and were read together."
        )
    elif found.last > 1:
        above = "row 1 was" if found.last == 2 else f"rows 1 to {found.last - 1} were"
        notes.append(f"The headings stand in row {found.last}; {above} read as titles and not loaded.")
    used = {heading for _, heading in found.columns.values()}
    looked = {plain(h) for h in (*chosen.within.besides, *(h for o in chosen.not_with for h in o.headings))}
    spare = [h for h in found.headings if h and h not in used and plain(h) not in looked]
    if spare and chosen.origin == "sent":
        shown = ", ".join(spare[:6]) + (f" and {len(spare) - 6} more" if len(spare) > 6 else "")
        notes.append(f"Columns that the field map does not use were neither read nor kept: {shown}.")
    if beside := [h for h in found.headings if h and h not in used and plain(h) in looked]:
        notes.append(
            f"Looked at to see whose file, and which report, it is, and not kept: {', '.join(beside)}."
        )
    unasked = {k for k, c in chosen.columns.items() if c.identifier}
    unasked |= {chosen.within.organisation} if chosen.within.given else set()
    lacking = [
        c.headings[0]
        for k, c in chosen.columns.items()
        if c.optional and k not in found.columns and k not in unasked
    ]
    if lacking:
        notes.append(f"The file has no {', '.join(dict.fromkeys(lacking))}; what they tell is not known.")
    return notes


def _about_controls(cells: pl.Series, heading: str) -> list[str]:
    held = cells.str.contains(casts.CONTROLS)
    if not (number := int(held.sum())):
        return []
    first = findings.counted(number, "cell", "cells")
    return [f"{first} of {heading} held control characters, which cannot be seen; they were taken out."]


def read(found: headings.Found, chosen: FieldMap) -> Text:
    """The rows below the headings, as text; blank rows, long rows and repeated headings parted from them."""
    body = found.candidate.load(found.last, len(found.headings))
    shown = {key: heading for key, (_, heading) in found.columns.items()}
    cleaned: dict[tuple[int, tuple[str, ...]], pl.Series] = {}
    notes = _about_headings(found, chosen)
    columns = [body.frame.get_column("row")]
    for key, column in chosen.columns.items():
        if key not in found.columns:
            columns.append(pl.Series(key, [None] * body.frame.height, dtype=pl.String))
            continue
        position, nulls = found.columns[key][0], (*chosen.nulls, *column.nulls)
        if (position, nulls) not in cleaned:
            cells = body.frame.get_column(f"c{position}")
            cleaned[position, nulls] = casts.clean(cells, nulls)
            notes += _about_controls(cells, shown[key])
        columns.append(cleaned[position, nulls].alias(key))
    text = Text(
        pl.DataFrame(columns),
        shown,
        _raw(body.frame, found, chosen.origin == "published"),
        notes=list(dict.fromkeys(notes)),
        beside=_beside(body.frame, found, chosen),
    )
    ragged = pl.DataFrame(
        {"row": [r.row for r in body.ragged], "value": [f"{r.cells} cells" for r in body.ragged]},
        schema={"row": pl.Int64, "value": pl.String},
    )
    text.findings.append(
        findings.findings(
            ragged,
            rule="too_many_cells",
            column="",
            reason=f"The row has more cells than the {len(found.headings)} headings.",
            cure="Put quotation marks around cells that hold commas, and export again.",
        )
    )
    keys = [k for k in chosen.columns if k in found.columns]
    _check_quotation(text, found, keys)
    _check_end(body.cut, found)
    blank = pl.all_horizontal(pl.col(k).is_null() for k in keys)
    filled = text.rows.filter(~blank)
    text.read = filled.height
    text.long_rows = ragged.get_column("row").to_list()
    repeated = _repeated(filled, chosen, keys)
    text.findings.append(
        findings.findings(
            repeated.select("row", pl.lit(None, pl.String).alias("value")),
            rule="repeated_headings",
            column="",
            reason="The row repeats the headings.",
            cure="Nothing need be done; it was not loaded.",
        )
    )
    apart = pl.concat([ragged.select("row"), repeated.select("row")])
    text.rows = filled.join(apart, on="row", how="anti") if apart.height else filled
    _leave_out_totals(text, chosen, keys)
    _carry_down(text, chosen, keys)
    if chosen.totals and (blank_rows := body.frame.height - filled.height):
        text.notes.append(
            f"{findings.counted(blank_rows, 'row is blank', 'rows are blank')} and not counted."
        )
    return text


def _leave_out_totals(text: Text, chosen: FieldMap, keys: list[str]) -> None:
    """Take out the rows of totals: an identifier may stand in them as little as a person."""
    if not chosen.totals:
        return
    words = "|".join(re.escape(word.casefold()) for word in chosen.totals)
    first = pl.coalesce(pl.col(k) for k in keys).str.to_lowercase()
    total = first.str.contains(rf"^(?:grand |sub-?)?(?:{words})\b").fill_null(False)
    if number := int(text.rows.select(total.sum()).item()):
        text.rows = text.rows.filter(~total)
        is_one = findings.counted(number, "row is a total", "rows are totals")
        text.notes.append(f"{is_one} and counted as not used.")


def _carry_down(text: Text, chosen: FieldMap, keys: list[str]) -> None:
    """Read the headings of groups into the rows below them, and take out rows that are nothing else."""
    heads = [k for k in keys if chosen.columns[k].reads.carried]
    sparse = [k for k in heads if 0 < 2 * text.rows.get_column(k).count() < text.rows.height]
    if not sparse:
        return
    others = [k for k in keys if k not in heads]
    alone = pl.all_horizontal(pl.col(k).is_null() for k in others)
    filled = text.rows.with_columns(pl.col(k).forward_fill() for k in sparse)
    rows = filled.filter(~text.rows.select(alone).to_series())
    carried = ", ".join(text.headings[k] for k in sparse)
    text.notes.append(f"{carried} stands once above the rows of its group, and was read into each of them.")
    if number := text.rows.height - rows.height:
        is_one = findings.counted(number, "row is the heading of a group", "rows are headings of groups")
        text.notes.append(f"{is_one} and counted as not used.")
    text.rows = rows


def _check_quotation(text: Text, found: headings.Found, keys: list[str]) -> None:
    """Refuse a table of which many lines stand in one cell: a quotation mark was opened and not closed.

    Raises:
        InputError: naming the row in which it was opened.
    """
    for key in keys:
        lines = text.rows.select("row", pl.col(key).str.count_matches("\n", literal=True).alias("lines"))
        worst = lines.filter(pl.col("lines") > _LINES)
        if worst.height:
            row, swallowed = worst.row(0)
            raise InputError(
                f"{swallowed + 1:,} lines were read as one cell: a quotation mark is opened and not closed.",
                cure="Mend the quotation mark in that row, or export the file again.",
                where=[Where(file=found.candidate.name, row=row, column=text.headings[key])],
            )


def _check_end(cut: Cut | None, found: headings.Found) -> None:
    """Refuse a table that was cut short: half of its rows would stand in place of all.

    Raises:
        InputError: naming the last row.
    """
    if cut is None:
        return
    holds = f"has {cut.cells} of {len(found.headings)} cells and no line end"
    if cut.quoted:
        holds = "ends inside a quotation mark"
    raise InputError(
        f"The file is cut short: its last row {holds}.",
        cure="Export or download it again. If it is whole, end its last row with a line end.",
        where=[Where(file=found.candidate.name, row=cut.row)],
    )


def _repeated(rows: pl.DataFrame, chosen: FieldMap, keys: list[str]) -> pl.DataFrame:
    """Rows that hold headings once more: a second row of them, or two tables put end to end."""
    for key in keys:
        spellings = pl.Series([plain(h) for h in chosen.columns[key].headings]).implode()
        same = pl.col(key).str.to_lowercase().str.replace_all(NOT_PLAIN, "").is_in(spellings)
        rows = rows.filter(pl.col(key).is_null() | same)
        if rows.is_empty():
            break
    return rows


def _raw(frame: pl.DataFrame, found: headings.Found, published: bool) -> pl.DataFrame:
    """The cells as sent, under the headings as sent.

    All of what is published; of what partners send the map's columns alone, as another may hold names.
    """
    known = {heading: position for position, heading in found.columns.values()}
    if published:
        known = {h: i for i, h in reversed(list(enumerate(found.headings))) if h}
    return frame.select("row", *(pl.col(f"c{position}").alias(f"@{h}") for h, position in known.items()))


def _beside(frame: pl.DataFrame, found: headings.Found, chosen: FieldMap) -> pl.DataFrame:
    """The columns that say whose file, or which report, this is."""
    spellings = [*chosen.within.besides, *(h for other in chosen.not_with for h in other.headings)]
    wanted = {plain(s) for s in spellings}
    columns = {
        h: i for i, h in reversed(list(enumerate(found.headings))) if h != "row" and plain(h) in wanted
    }
    cells = (casts.clean(frame.get_column(f"c{i}"), chosen.nulls).alias(h) for h, i in columns.items())
    return pl.DataFrame([frame.get_column("row").cast(pl.Int64), *cells])
