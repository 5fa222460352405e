"""The grid: every profession against every partner, registered and support workforce."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from skillmix import measures
from skillmix.disclosure import Released
from skillmix.errors import InputError, Where
from skillmix.measures.grids import everywhere
from skillmix.report.document import Column, Style, Table
from skillmix.web.figures import naming
from skillmix.web.panels.panel import Panel, Parameters, panel
from skillmix.web.panels.reading import Reading

#: What fills the cells: how it is called (the word for full-time equivalents filled in) and how written.
CELLS: Mapping[str, tuple[str, Style]] = {
    "fte_place": ("{fte} for this place", "quantity"),
    "fte": ("{fte}, whole organisations", "quantity"),
    "headcount": ("People", "people"),
}
#: By what the columns are.
BY = {"kind": "Kind of partner", "organisation": "Organisation"}
#: A cell of so few people or less is marked thin: one leaving is felt.
THIN = 1
#: As many professions stand in an excerpt.
EXCERPT = 8


def cell_name(cell: str) -> str:
    """How what fills the cells is called."""
    return CELLS[cell][0].format(fte=naming.fte())


def _asked(given: Parameters) -> tuple[str, str, bool]:
    family = naming.family_asked(given.get("family", "") or "ahp")
    cell, by = given.get("cell", "") or "fte_place", given.get("by", "") or "kind"
    for what, value, allowed in (("cell", cell, CELLS), ("by", by, BY)):
        if value not in allowed:
            raise InputError(
                "The grid cannot be filled with that.",
                cure=f"Choose one of {', '.join(allowed)}.",
                where=[Where(column=what, value=value)],
            )
    return family, cell, by == "organisation"


@panel("grid", "family", "cell", "by", "largest")
def grid(reading: Reading, given: Parameters) -> Panel:
    """The grid of one family of professions."""
    family, cell, by_organisation = _asked(given)
    released = reading.released(
        ("grid", family, by_organisation),
        lambda facts: measures.grid(facts, family, by_organisation=by_organisation),
    )
    frame, left_out = _columns_shown(reading, released, by_organisation)
    by = "organisation" if by_organisation else "partner"
    names = dict(frame.select(by, f"{by}_name").unique().iter_rows())
    heading, style = cell_name(cell), CELLS[cell][1]
    shown = [code for code in frame.get_column(by).unique(maintain_order=True).to_list() if code is not None]
    rows = _rows(frame, by, cell)
    if given.get("largest") == "1":
        rows = sorted(rows, key=lambda r: r["_size"], reverse=True)[:EXCERPT]
    columns = [
        Column("profession_name", "Profession"),
        Column("workforce", "Workforce"),
        *(Column(code, str(names[code]), style) for code in shown),
    ]
    return Panel(
        title="Every profession against every partner"
        if given.get("largest") != "1"
        else "The largest allied health professions against every partner",
        table=Table(
            f"{heading}: {naming.lower(naming.families()[family])} by {by}",
            columns,
            rows if shown else [],
            synthetic=released.synthetic,
        ),
        released=[released],
        sentence=_everywhere(released, by_organisation) or _thinnest(rows, shown),
        notes=[*left_out, *(n for n in released.notes if "all five kinds" not in n)],
        empty="Nothing is known of this family of professions here yet. Ask partners for staff lists.",
        links={
            at: f"/{reading.slug}/professions/{row['profession']}/"
            for at, row in enumerate(rows)
            if row.get("profession")
        },
    )


def _columns_shown(
    reading: Reading, released: Released, by_organisation: bool
) -> tuple[pl.DataFrame, list[str]]:
    """The grid without organisations that have nobody of the family, or of whom nothing is known."""
    frame = released.frame
    if not by_organisation:
        return frame, []
    state = frame.group_by("organisation", maintain_order=True).agg(
        pl.col("present").fill_null(False).any().alias("some"),
        pl.col("present").is_null().all().alias("unknown"),
    )
    kept = state.filter("some").get_column("organisation")
    nobody = state.filter(~pl.col("some"), ~pl.col("unknown")).height
    unknown = state.filter(~pl.col("some"), pl.col("unknown")).height
    said = []
    if nobody:
        said.append(f"{nobody} organisations have nobody of these professions, and have no column.")
    if unknown:
        said.append(f"Of {unknown} organisations the professions are not known, and they have no column.")
    return frame.filter(pl.col("organisation").is_in(kept.implode())), said


def _rows(frame: pl.DataFrame, by: str, cell: str) -> list[dict[str, Any]]:
    """One row a profession, one key a partner; `_thin` names the cells where one person or fewer works."""
    rows: dict[str, dict[str, Any]] = {}
    for one in frame.iter_rows(named=True):
        row = rows.setdefault(
            one["profession"],
            {
                "profession": one["profession"],
                "profession_name": one["profession_name"],
                "registered": one["registered"],
                "workforce": "Registered" if one["registered"] else "Support",
                "_thin": set(),
                "_size": 0.0,
            },
        )
        row[one[by]] = one[cell]
        row["_size"] += one["fte_place"] or 0.0
        people = one["headcount"]
        few = people is not None and people <= THIN and not one["lines"]
        if one["present"] and (few or (people is None and (one["fte"] or 0.0) <= THIN)):
            row["_thin"].add(one[by])
    return list(rows.values())


def _everywhere(released: Released, by_organisation: bool) -> str:
    """The professions that every one of the five kinds of partner has."""
    if by_organisation:
        return ""
    # From what this reader is shown: a partner that is left out for them is in no sentence either.
    codes = everywhere(released.frame)
    names = dict(released.frame.select("profession", "profession_name").iter_rows())
    found = [str(names[c]) for c in codes if c in names]
    if not found:
        return ""
    if len(found) == 1:
        plural = naming.plurals().get(codes[0], found[0])
        return f"{plural} are the only profession in all five kinds of partner (the ambulance trust apart)."
    told = f"{', '.join(found[:-1])} and {naming.lower(found[-1])}"
    return f"{told} are found in all five kinds of partner (the ambulance trust apart)."


def _thinnest(rows: list[dict[str, Any]], shown: list[str]) -> str:
    thin = sum(len(r["_thin"]) for r in rows)
    if not rows or not shown:
        return ""
    if not thin:
        return "No profession rests on a single person at a partner."
    return f"In {thin} places on this grid one person or less is all that a partner has of a profession."
