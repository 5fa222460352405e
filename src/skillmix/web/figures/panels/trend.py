"""How many there were: staff in post at the dates of which they are known, and the shape of their ages."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from skillmix import measures
from skillmix.disclosure import Released
from skillmix.measures.ages import UNKNOWN
from skillmix.measures.dimensions import listed
from skillmix.report import charts, words
from skillmix.report.document import Column, Table
from skillmix.web.figures import naming
from skillmix.web.panels.panel import Panel, Parameters, panel
from skillmix.web.panels.reading import Reading

#: As many dates are shown, the latest: two years of quarters.
POINTS = 9
#: As many people leave no shape.
FEWEST = 20


def _at(reading: Reading, day: dt.date) -> Released:
    return reading.released(("overview at", day), lambda facts: measures.overview(facts, ["profession"], day))


@panel("trend", "profession")
def trend(reading: Reading, given: Parameters) -> Panel:
    """Staff in post of one profession at each date of which it is known."""
    code = naming.profession_asked(given.get("profession", ""))
    days = reading.keep("snapshot dates", lambda: measures.snapshot_dates(reading.facts, POINTS))
    several = [_at(reading, day) for day in days]
    rows: list[dict[str, Any]] = []
    for day, released in zip(days, several, strict=True):
        mine = released.frame.filter(pl.col("profession") == code)
        rows += [{**r, "date": day} for r in mine.to_dicts() if r["fte_place"] is not None]
    plural = naming.plurals().get(code, code)
    synthetic = any(r["origin"] in ("synthetic", "mixed") for r in rows)
    if len(rows) < 2:
        rows = []
    return Panel(
        title="How many there were",
        table=Table(
            f"{plural} in post over time",
            [
                Column("date", "Date", "date"),
                Column("headcount", "People", "people"),
                Column("fte", f"{naming.fte()}, whole organisations", "quantity"),
                Column("fte_place", f"{naming.fte()} for this place", "quantity"),
            ],
            rows,
            synthetic=synthetic,
        ),
        released=several if rows else [],
        sentence=_course(rows, plural),
        chart=charts.line(
            [{"date": r["date"], "value": round(r["fte_place"], 2)} for r in rows],
            unit=f"{naming.fte()} for this place",
            invented=synthetic,
        )
        if rows
        else None,
        summary=f"{naming.fte()} of {naming.lower(plural)} at {len(rows)} dates." if rows else "",
        notes=["A step may be a partner that began to send its staff, and not people who came."],
        empty=f"{plural} are known at fewer than two dates, so no trend can be told.",
    )


def _course(rows: list[dict[str, Any]], plural: str) -> str:
    if not rows:
        return ""
    first, last = rows[0], rows[-1]
    change = last["fte_place"] - first["fte_place"]
    way = "more" if change > 0 else "fewer"
    since = f"than in {words.month(first['date'])}"
    if abs(change) < 0.05:
        return f"{plural}: as many as in {words.month(first['date'])}."
    now = words.month(last["date"])
    return f"{plural}: {words.write(abs(change), 'number')} {naming.fte()} {way} in {now} {since}."


@panel("ages", "profession")
def ages(reading: Reading, given: Parameters) -> Panel:
    """The people of one profession by band of age, for the place as a whole."""
    code = naming.profession_asked(given.get("profession", ""))
    released = reading.released("age shape", measures.age_shape)
    mine = released.frame.filter(pl.col("profession") == code)
    bands = dict(listed("age_bands").select("code", "label").iter_rows())
    rows = [
        {**r, "name": bands.get(r["age_band"], "Not known")}
        for r in mine.to_dicts()
        if r["age_band"] != UNKNOWN or r["headcount"]
    ]
    told = [r for r in rows if r["headcount"] is not None and r["age_band"] != UNKNOWN]
    total = sum(r["headcount"] for r in told)
    plural = naming.plurals().get(code, code)
    if total < FEWEST:
        rows = []
    older = [r for r in told if r["age_band"] in ("55-64", "65_and_over")]
    return Panel(
        title="How old they are",
        table=Table(
            f"{plural} by age",
            [Column("name", "Age"), Column("headcount", "People", "people")],
            rows,
            synthetic=any(r["origin"] in ("synthetic", "mixed") for r in rows),
        ),
        released=[released] if rows else [],
        sentence=f"{sum(r['headcount'] for r in older):,} of the {total:,} whose age is told are 55 or older."
        if rows
        else "",
        chart=charts.bars(
            [{"label": r["name"], "value": r["headcount"]} for r in told],
            unit="people",
            invented=released.synthetic,
            width=420,
        )
        if rows
        else None,
        summary=f"People by band of age among {naming.lower(plural)}, the place as a whole.",
        notes=released.notes,
        empty=f"The ages of fewer than {FEWEST} {naming.lower(plural)} are known, so no shape is shown.",
    )
