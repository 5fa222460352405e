"""Where the workforce is heading: the latest projection without change, with its range."""

from __future__ import annotations

from typing import Any

import polars as pl

from skillmix.report import charts, outlook, words
from skillmix.report.document import Column, Table
from skillmix.web.figures import naming, runs
from skillmix.web.panels.panel import Panel, Parameters, panel
from skillmix.web.panels.reading import Reading

EMPTY = (
    "There is no projection of the place as it is now. Open Scenarios and run 'No change' for five years or "
    "more, or have the place's planner do so."
)
#: Financial years that a chart reaches.
YEARS = 5


@panel("outlook", "run")
def place(reading: Reading, given: Parameters) -> Panel:
    """The workforce that serves the place, to March in one, three and five years."""
    title = f"The workforce that serves {reading.place.name}"
    if not given.get("run"):
        return _none(title)
    run = runs.run_of(reading, given["run"])
    told = outlook.headline(run, reading.place.name, YEARS)
    answer = outlook.answer(run, reading.place.name)
    return Panel(
        title=title,
        table=Table(
            told.table.title,
            told.table.columns,
            _within(list(told.table.rows)),
            told.table.note,
            run.invented,
        ),
        released=[run.summary, run.monthly],
        sentence=answer.sentence,
        chart=told.specification,
        summary=told.summary,
        notes=[str(n) for n in run.manifest.get("notes", [])],
    )


def _none(title: str) -> Panel:
    return Panel(title=title, table=Table(title, [], []), empty=EMPTY)


def _within(rows: list[Any]) -> list[Any]:
    return [r for r in rows if r["years"] <= YEARS]


@panel("outlook-profession", "profession", "run")
def profession(reading: Reading, given: Parameters) -> Panel:
    """Where one profession is heading."""
    code = naming.profession_asked(given.get("profession", ""))
    title = "Where it is heading if nothing changes"
    if not given.get("run"):
        return _none(title)
    run = runs.run_of(reading, given["run"])
    mine = pl.col("profession") == code
    marks = _within(run.slices("profession").filter(mine).sort("years").to_dicts())
    plural = naming.plurals().get(code, code)
    empty = f"The projection holds no {naming.lower(plural)}: nobody's profession is known well enough."
    if not marks or not marks[0]["p50"]:
        return Panel(title=title, table=Table(title, [], []), empty=empty)
    until = marks[-1]["date"]
    months = (
        run.slices("profession", monthly=True)
        .filter(mine, pl.col("date") <= until)
        .select("date", pl.col("p50").alias("middle"), pl.col("p5").alias("low"), pl.col("p95").alias("high"))
        .sort("date")
        .to_dicts()
    )
    table = Table(
        f"{plural} serving {reading.place.name}, projected",
        [
            Column("date", "Date", "date"),
            Column("p50", "Middle", "number"),
            Column("p5", "Low", "number"),
            Column("p95", "High", "number"),
        ],
        marks,
        note=f"{outlook.INTERVAL}. {run.manifest['runs']} runs. Small professions move by whole people: read "
        "their ranges, not their middles.",
        synthetic=run.invented,
    )
    return Panel(
        title=title,
        table=table,
        released=[run.summary, run.monthly],
        sentence=f"If things go on as they do now, their number {outlook.course(marks[0], marks[-1])}.",
        chart=charts.fan(
            months, unit=f"{naming.fte()} for this place", invented=run.invented, width=520, height=220
        ),
        summary=f"{naming.fte()} of {naming.lower(plural)}: {words.write(marks[0]['p50'], 'number')} now; "
        f"by {words.month(until)} {words.write(marks[-1]['p50'], 'number')} in the middle, from "
        f"{words.write(marks[-1]['p5'], 'number')} to {words.write(marks[-1]['p95'], 'number')}.",
    )


@panel("outlook-professions", "family", "run")
def professions(reading: Reading, given: Parameters) -> Panel:
    """Where each profession of a family is heading, the largest falls first."""
    family = naming.family_asked(given.get("family", "") or "ahp")
    title = "Where each profession is heading if nothing changes"
    if not given.get("run"):
        return _none(title)
    run = runs.run_of(reading, given["run"])
    names = naming.names("profession")
    rows: list[dict[str, Any]] = []
    mine = run.slices("profession").filter(pl.col("profession").is_in(sorted(naming.members(family))))
    for (code,), slices in mine.sort("years").group_by(["profession"], maintain_order=True):
        at = {r["years"]: r for r in slices.to_dicts()}
        last = at.get(YEARS)
        if last is None or not at[0]["p50"]:
            continue
        row: dict[str, Any] = {
            "profession": code,
            "name": names[str(code)],
            "change": last["p50"] - at[0]["p50"],
        }
        row |= {f"p50_{n}": r["p50"] for n, r in at.items()} | {"low": last["p5"], "high": last["p95"]}
        row |= {"date": last["date"], "sure": last["p95"] < at[0]["p50"]}
        rows.append(row)
    rows.sort(key=lambda r: r["change"])
    dates = dict(run.slices("place").select("years", "date").iter_rows())
    shown = [n for n in (1, 3, YEARS) if n in dates]
    sure = [r for r in rows if r["sure"]]
    return Panel(
        title=title,
        table=Table(
            f"{naming.fte()} for this place by profession, projected",
            [
                Column("name", "Profession"),
                Column("p50_0", words.month(dates[0]) if dates else "Start", "number"),
                *(Column(f"p50_{n}", words.month(dates[n]), "number") for n in shown),
                Column("low", f"Low, {words.month(dates[shown[-1]])}" if shown else "Low", "number"),
                Column("high", f"High, {words.month(dates[shown[-1]])}" if shown else "High", "number"),
            ],
            rows,
            note=f"{outlook.INTERVAL}.",
            synthetic=run.invented,
        ),
        released=[run.summary],
        sentence=_falling(len(sure), len(rows), words.month(dates[shown[-1]])) if rows and shown else "",
        empty="The projection holds nobody of this family.",
        links={n: f"/{reading.slug}/professions/{r['profession']}/" for n, r in enumerate(rows)},
    )


def _falling(sure: int, every: int, by: str) -> str:
    """How many professions fall, whatever luck they meet.

    >>> _falling(0, 26, "March 2031")
    'None of 26 professions is sure to fall by March 2031: each may grow.'
    """
    if not sure:
        return f"None of {every} professions is sure to fall by {by}: each may grow."
    fall = "profession falls" if sure == 1 else "professions fall"
    return f"{sure} of {every} {fall} by {by} in all but the most hopeful runs."
