"""A board member's page: one sentence, one number with its range, one chart; then what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from skillmix.report import outlook, words
from skillmix.web.figures import naming, runs
from skillmix.web.figures.homes.home import Home, Link, links
from skillmix.web.panels.panel import Placed, placed
from skillmix.web.panels.reading import Reading


@dataclass(frozen=True)
class Mark:
    """The workforce at one 31 March.

    Attributes:
        when: the month, in words.
        years: after how many financial years, in words.
        middle: the middle of the runs.
        range: the range that 9 runs in 10 fall in.
    """

    when: str
    years: str
    middle: str
    range: str


@dataclass(frozen=True)
class Board(Home):
    """A home of one side.

    Attributes:
        sentence: the answer.
        number: the one number.
        unit: what it is a number of.
        range: its range.
        chart: the one chart; None without a projection.
        marks: the start, and March in one, three and five years.
        decision: what is recommended, what it costs, who must agree: labelled sentences; empty without a
            comparison of routes that is kept already.
        assumed: what is assumed, in a few sentences.
        empty: what to do, where there is no projection.
    """

    sentence: str = ""
    number: str = ""
    unit: str = ""
    range: str = ""
    chart: Placed | None = None
    marks: tuple[Mark, ...] = ()
    decision: Mapping[str, str] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()
    empty: str = ""
    invented: bool = False
    template: str = "figures/board.jinja"


def home(reading: Reading, asked: str) -> Home:
    """The board member's page; ``asked`` is not used."""
    further: list[Link] = links(
        reading, ("The grid", "grid", "figures"), ("Every organisation", "organisations", "figures")
    )
    name = runs.latest(reading)
    title = f"The health and care workforce of {reading.place.name}"
    chart = placed(reading, "outlook", run=name)
    if not name:
        return Board(title=title, empty=chart.panel.empty, panels=[placed(reading, "partners")], next=further)
    run = runs.run_of(reading, name)
    answer = outlook.answer(run, reading.place.name)
    return Board(
        title=title,
        sentence=answer.sentence,
        number=answer.number,
        unit=answer.unit,
        range=answer.interval,
        chart=chart,
        marks=tuple(_mark(row) for row in chart.panel.table.rows),
        # The routes themselves stand on the pages of scenarios, not below.
        decision={k: v.replace(": see the routes below", "") for k, v in runs.decision(reading).items()},
        assumed=tuple(chart.panel.notes),
        invented=run.invented,
        next=further,
    )


def _mark(row: Any) -> Mark:
    years = int(row["years"])
    told = {0: "where it starts"}
    told |= {n: f"end of the {word} financial year" for n, word in ((1, "first"), (3, "third"), (5, "fifth"))}
    return Mark(
        when=words.month(row["date"]),
        years=told.get(years, f"end of financial year {years}"),
        middle=f"{words.whole(row['p50'])} {naming.fte()}",
        range="" if not years else f"{words.whole(row['p5'])} to {words.whole(row['p95'])}",
    )
