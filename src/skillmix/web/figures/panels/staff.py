"""Staff in post: of one organisation by profession or level, and of the place by kind of partner."""

from __future__ import annotations

from typing import Any

import polars as pl

from skillmix import measures
from skillmix.errors import InputError, RefusedError, Where
from skillmix.place import PlaceOrganisation
from skillmix.report import charts, words
from skillmix.report.document import Column, Table
from skillmix.web.figures import naming
from skillmix.web.figures.panels.columns import days, telling
from skillmix.web.panels.panel import Panel, Parameters, panel
from skillmix.web.panels.reading import Reading

#: Words by which the staff of one organisation can be shown, and how they are called.
BY = {"profession": "profession", "level": "level", "staff_group": "staff group", "role": "role"}


@panel("staff", "organisation", "by")
def staff(reading: Reading, given: Parameters) -> Panel:
    """Staff in post of one organisation, largest first."""
    organisation = naming.organisation_asked(reading, given.get("organisation", ""))
    by = given.get("by", "profession")
    if by not in BY:
        raise InputError(
            "Staff cannot be shown by that.",
            cure=f"Choose one of {', '.join(BY)}.",
            where=[Where(column="by", value=by)],
        )
    try:
        released = reading.released(
            ("overview", by), lambda facts: measures.overview(facts, ["organisation", by])
        )
    except RefusedError as refused:
        return _refused(organisation, by, refused)
    mine = released.frame.filter(pl.col("organisation") == organisation.code)
    told = mine.filter(
        pl.col(by).is_not_null(), pl.col("fte").is_not_null() | pl.col("headcount").is_not_null()
    )
    if by == "level":
        ordered = told
    else:
        ordered = told.sort("fte", descending=True, nulls_last=True)
    rest = mine.filter(pl.col(by).is_null(), pl.col("fte").is_not_null())
    labelled = naming.names(by)
    rows = [{**r, "name": labelled.get(r[by], r[by])} for r in ordered.to_dicts()]
    rows += [{**r, "name": f"{BY[by].capitalize()} not known"} for r in rest.to_dicts() if rows]
    invented = bool(mine.get_column("origin").is_in(["synthetic", "mixed"]).any())
    return Panel(
        title=f"Who works here, by {BY[by]}",
        table=Table(
            f"Who works for {organisation.name}, by {BY[by]}",
            telling(_columns(BY[by]), rows),
            rows,
            synthetic=invented,
        ),
        released=[released] if rows else [],
        sentence=_said(rows, by),
        notes=naming.notes_about(organisation.name, released),
        empty=f"The staff of {organisation.name} are not known by {BY[by]}. A staff list would tell.",
        subject=organisation.code,
        days=days(rows),
        links=_profiles(reading, rows) if by == "profession" else {},
    )


def _refused(organisation: PlaceOrganisation, by: str, why: RefusedError) -> Panel:
    return Panel(
        title=f"Who works here, by {BY[by]}",
        table=Table(f"Who works for {organisation.name}, by {BY[by]}", _columns(BY[by]), []),
        empty=f"{why.problem} Look at the staff of {organisation.name} by profession.",
        subject=organisation.code,
    )


def _columns(by: str) -> list[Column]:
    return [
        Column("name", by.capitalize()),
        Column("headcount", "People", "people"),
        Column("lines", "Lines without a person", "people"),
        Column("fte", f"{naming.fte()}, whole organisation", "quantity"),
        Column("fte_place", f"{naming.fte()} for this place", "quantity"),
    ]


def _profiles(reading: Reading, rows: list[dict[str, Any]]) -> dict[int, str]:
    return {
        at: f"/{reading.slug}/professions/{row['profession']}/"
        for at, row in enumerate(rows)
        if row.get("profession")
    }


def _said(rows: list[dict[str, Any]], by: str) -> str:
    known = [r for r in rows if r[by] is not None and r["fte"] is not None]
    if not known:
        return ""
    total = sum(r["fte"] for r in rows if r["fte"] is not None)
    largest = max(known, key=lambda r: r["fte"])
    return (
        f"{words.whole(total)} {naming.fte()} in post; most are {naming.lower(largest['name'])} "
        f"({words.whole(largest['fte'])})."
    )


@panel("partners")
def partners(reading: Reading, given: Parameters) -> Panel:
    """Staff in post of the place, by kind of partner."""
    released = reading.released(
        ("overview", "partner"), lambda facts: _against_patients(measures.overview(facts, ["partner"]))
    )
    names = naming.names("partner")
    frame = released.frame
    rows = [{**r, "name": names.get(r["partner"], "Not known")} for r in frame.to_dicts()]
    known = sorted(
        (r for r in rows if r["fte_place"] is not None), key=lambda r: r["fte_place"], reverse=True
    )
    rated = "fte_per_10000" in frame.columns
    columns = [
        Column("name", "Kind of partner"),
        Column("headcount", "People", "people"),
        Column("fte", f"{naming.fte()}, whole organisations", "quantity"),
        Column("fte_place", f"{naming.fte()} for this place", "quantity"),
        *([Column("fte_per_10000", "Per 10,000 registered patients", "number")] if rated else []),
        Column("newest_as_of", "As of", "month"),
    ]
    return Panel(
        title="Who is in post",
        table=Table(
            "Staff in post by kind of partner", telling(columns, rows), rows, synthetic=released.synthetic
        ),
        released=[released],
        sentence=_size(reading, known, released.context),
        chart=charts.bars(
            [{"label": r["name"], "value": round(r["fte_place"], 2)} for r in known],
            unit=f"{naming.fte()} for this place",
            invented=released.synthetic,
            width=520,
        )
        if known
        else None,
        summary=f"Most work in: {', '.join(naming.lower(r['name']) for r in known[:3])}." if known else "",
        notes=released.notes,
        empty="Nobody's staff are known here yet. Ask partners to send a staff list.",
    )


def _against_patients(figures: measures.Figures) -> measures.Figures:
    if figures.context.get("registered") is None:
        return figures
    return measures.per_population(figures)


def _size(reading: Reading, known: list[dict[str, Any]], context: Any) -> str:
    if not known:
        return ""
    total = sum(r["fte_place"] for r in known)
    here = reading.place.name
    said = f"Partners whose staff are known have {words.whole(total)} {naming.fte()} serving {here}"
    registered = context.get("registered")
    if not registered:
        return f"{said}."
    return f"{said}, and {words.whole(registered)} patients are registered with its practices."
