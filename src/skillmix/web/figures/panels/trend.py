"""How many there were: staff in post at the dates of which they are known, and the shape of their ages."""

from __future__ import annotations

from typing import Any

import polars as pl

from skillmix import measures
from skillmix.measures.ages import UNKNOWN
from skillmix.measures.dimensions import listed
from skillmix.report import charts, words
from skillmix.report.document import Column, Table
from skillmix.web.figures import naming
from skillmix.web.figures.panels.columns import telling
from skillmix.web.panels.panel import Panel, Parameters, panel
from skillmix.web.panels.reading import Reading

#: As many dates are shown, the latest: two years of quarters.
POINTS = 9
#: As many people leave no shape.
FEWEST = 20


@panel("trend", "profession")
def trend(reading: Reading, given: Parameters) -> Panel:
    """Staff in post of one profession over time, of the same organisations at every date."""
    code = naming.profession_asked(given.get("profession", ""))
    released = reading.released("staff over time", lambda facts: measures.staff_over_time(facts, POINTS))
    mine = released.frame.filter(pl.col("profession") == code, pl.col("fte_place").is_not_null())
    rows = mine.to_dicts() if mine.height > 1 else []
    plural = naming.plurals().get(code, code)
    synthetic = any(r["origin"] in ("synthetic", "mixed") for r in rows)
    return Panel(
        title="How many there were",
        table=Table(
            f"{plural} in post over time",
            telling(
                [
                    Column("date", "Date", "date"),
                    Column("fte", f"{naming.fte()}, whole organisations", "quantity"),
                    Column("fte_place", f"{naming.fte()} for this place", "quantity"),
                ],
                rows,
            ),
            rows,
            synthetic=synthetic,
        ),
        released=[released] if rows else [],
        sentence=_course(rows, plural),
        chart=charts.line(
            [{"date": r["date"], "value": round(r["fte_place"], 2)} for r in rows],
            unit=f"{naming.fte()} for this place",
            invented=synthetic,
        )
        if rows
        else None,
        summary=f"{naming.fte()} of {naming.lower(plural)} at {len(rows)} dates." if rows else "",
        notes=released.notes,
        empty=f"{plural} are known of the same organisations at one date alone: no trend can be told.",
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
