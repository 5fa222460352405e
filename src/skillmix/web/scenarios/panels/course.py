"""Whom the place will have: a projection's course, by sector, partner and profession."""

from __future__ import annotations

import polars as pl

from skillmix.errors import InputError, Where
from skillmix.projection.keeping import PROJECTION
from skillmix.report import charts, words
from skillmix.report.document import Column, Table
from skillmix.report.outlook import INTERVAL, NO_CHANGE
from skillmix.report.outlook import course as course_words
from skillmix.web.panels.panel import Panel, Parameters, panel
from skillmix.web.panels.reading import Reading
from skillmix.web.scenarios import naming, results
from skillmix.web.scenarios.panels import tables

_MARKS = [
    Column("date", "Date", "date"),
    Column("p50", "Middle", "number"),
    Column("p5", "Low", "number"),
    Column("p95", "High", "number"),
    Column("expected", "Expected", "number"),
]


def sentence_of(scenario: str, subject: str, marks: list[dict[str, object]], years: int = 5) -> str:
    """The answer in one sentence, to the fifth financial year or the last that was projected.

    Args:
        scenario: name of the scenario.
        subject: what is projected, such as ``the workforce that serves Leeds``.
        marks: the start and each horizon, in order: ``years, date, p5, p50, p95``.
        years: the financial year to tell of.
    """
    under = "If things go on as they do now" if scenario == NO_CHANGE else f"Under the scenario '{scenario}'"
    last = next((m for m in marks if m["years"] == years), marks[-1])
    if len(marks) < 2 or not marks[0]["p50"]:
        return f"{under}, {subject} is not projected to any 31 March."
    between = f"9 runs in 10 fall between {words.whole(last['p5'])} and {words.whole(last['p95'])} FTE"  # type: ignore[arg-type]
    return f"{under}, {subject} {course_words(marks[0], last)}; {between}."


@panel("projection-course", "run")
def course(reading: Reading, given: Parameters) -> Panel:
    """The whole place: one sentence, one fan."""
    run = tables.run_of(reading, given, PROJECTION)
    summary = results.released(reading, run, "summary", "place")
    monthly = results.released(reading, run, "monthly", "place")
    place = reading.place.name
    marks = summary.frame.sort("years").to_dicts()
    sentence = sentence_of(str(run.manifest["scenario"]), f"the workforce that serves {place}", marks)
    return Panel(
        title=f"How many staff will serve {place}?",
        table=Table(f"FTE that serves {place}, projected", _MARKS, marks, synthetic=run.invented),
        released=[summary, monthly],
        sentence=sentence,
        chart=charts.fan(
            tables.fan_rows(monthly.frame), unit=f"FTE that serves {place}", invented=run.invented
        ),
        summary=f"The line is the middle of the runs, and {INTERVAL}. The axis does not start at nought.",
        notes=[*tables.said(run), "FTE that serves the place: of each partner, the share that works for it."],
        empty="This run holds no results. Run the scenario again.",
    )


@panel("projection-by", "run", "by")
def by_slice(reading: Reading, given: Parameters) -> Panel:
    """The place by sector, partner or profession, at each horizon."""
    run = tables.run_of(reading, given, PROJECTION)
    by = tables.by_of(given, "serves")
    shown = results.released(reading, run, "summary", by)
    rows = tables.wide(reading, shown, by)
    rows = [row for row in rows if any(row.get(f"p95_{n}") != 0 for n in tables.dates(run))]
    title = {
        "serves": "Where is each sector heading?",
        "sector": "Where is each employing sector heading?",
        "organisation": "Where is each partner heading?",
        "profession": "Where is each profession heading?",
    }[by]
    links = {}
    if by == "profession":
        known = naming.names(reading.place)["profession_name"]
        links = {
            at: f"/{reading.slug}/runs/{run.id}/?profession={row['profession']}#profession"
            for at, row in enumerate(rows)
            if row["profession"] in known
        }
    small = "Small groups move by whole people: read their ranges, not their middles."
    return Panel(
        title=title,
        table=Table(
            f"FTE that serves {reading.place.name}, projected, by {tables.BY[by].lower()}",
            tables.columns(tables.BY[by], tables.dates(run)),
            rows,
            note=f"{INTERVAL}.",
            synthetic=run.invented,
        ),
        released=[shown],
        notes=[*tables.said(run), small, *shown.notes],
        links=links,
        empty="No figure of this kind may be shown to you. Look at the place as a whole.",
    )


@panel("projection-profession", "run", "profession")
def profession(reading: Reading, given: Parameters) -> Panel:
    """One profession: its course by month."""
    run = tables.run_of(reading, given, PROJECTION)
    wanted = given.get("profession", "")
    names = naming.names(reading.place)
    summary = results.released(reading, run, "summary", "profession")
    monthly = results.released(reading, run, "monthly", "profession")
    mine = pl.col("profession") == wanted
    marks = summary.frame.filter(mine).sort("years").to_dicts()
    if not marks:
        raise InputError(
            "This run has no such profession, or it may not be shown to you.",
            cure="Choose one from the table of professions.",
            where=[Where(column="profession", value=wanted)],
        )
    plural = names["profession"].get(wanted, wanted)
    place = reading.place.name
    known = marks[0]["p50"] is not None
    return Panel(
        title=f"How many {plural} will serve {place}?",
        table=Table(f"FTE of {plural} that serves {place}, projected", _MARKS, marks, synthetic=run.invented),
        released=[summary, monthly],
        sentence=sentence_of(
            str(run.manifest["scenario"]), f"the number of {plural} that serve {place}", marks
        )
        if known
        else "",
        chart=charts.fan(
            tables.fan_rows(monthly.frame.filter(mine)), unit=f"FTE, {plural}", invented=run.invented
        )
        if known
        else None,
        summary=f"The line is the middle of the runs, and {INTERVAL}. The axis does not start at nought.",
        notes=tables.said(run),
    )
