"""Movement into, out of and between employers in a projection."""

from __future__ import annotations

from skillmix.errors import InputError, Where
from skillmix.projection.keeping import PROJECTION
from skillmix.report import words
from skillmix.report.document import Column, Table
from skillmix.web.panels.panel import Panel, Parameters, panel
from skillmix.web.panels.reading import Reading
from skillmix.web.scenarios import results
from skillmix.web.scenarios.panels import tables

_COLUMNS = [
    Column("joined", "Joined", "number"),
    Column("left", "Left", "number"),
    Column("retired", "Of whom retired", "number"),
    Column("moved_in", "Moved in from another job here", "number"),
    Column("moved_out", "Moved out to another job here", "number"),
    Column("net", "Change in jobs", "number"),
]


def years_of(given: dict[str, str] | object, offered: dict[int, int]) -> int:
    """The financial years that movements are added up to: as asked, else five or the last.

    Raises:
        InputError: when the run does not reach so far.
    """
    asked = str(given.get("years", "")) if hasattr(given, "get") else ""
    default = 5 if 5 in offered else max(offered)
    if asked and (not asked.isdigit() or int(asked) not in offered):
        raise InputError(
            "The run does not reach so far.",
            cure=f"Choose {', '.join(map(str, offered))} years.",
            where=[Where(column="years", value=asked)],
        )
    return int(asked) if asked else default


@panel("projection-moves", "run", "by", "years")
def moves(reading: Reading, given: Parameters) -> Panel:
    """Who joins, leaves, retires and moves between partners."""
    run = tables.run_of(reading, given, PROJECTION)
    by = tables.by_of(given, "sector")
    if by == "serves":
        by = "sector"
    offered = results.horizons(run)
    years = years_of(given, offered)
    shown = results.moves(reading, run, by, years)
    whole = results.moves(reading, run, "place", years).frame.to_dicts()
    until = words.month(tables.dates(run)[years])
    rows = [
        {
            "name": tables.row_name(reading, by, row),
            **row,
            "net": None
            if row["joined"] is None
            else row["joined"] + row["moved_in"] - row["left"] - row["moved_out"],
        }
        for row in shown.frame.to_dicts()
    ]
    rows = sorted(rows, key=lambda r: (r["joined"] is None, -((r["moved_in"] or 0) + (r["moved_out"] or 0))))
    sentence = ""
    if whole and whole[0]["joined"] is not None:
        one = whole[0]
        sentence = (
            f"By {until}, {words.whole(one['joined'])} people are expected to join, "
            f"{words.whole(one['left'])} to leave ({words.whole(one['retired'])} of them to retire), and "
            f"{words.whole(one['moved_in'])} to change jobs within {reading.place.name}."
        )
    return Panel(
        title="Who joins, leaves and moves between employers?",
        table=Table(
            f"Movement of people to {until}, by {tables.BY[by].lower()}",
            [Column("name", tables.BY[by]), *_COLUMNS],
            rows,
            note=f"People, added up from {words.month(results.starts_of(run))} to {until}: "
            "the mean of the runs. Runs keep the mean of movements and no range.",
            synthetic=run.invented,
        ),
        released=[shown],
        sentence=sentence,
        notes=[
            "Whole organisations: also what does not serve this place.",
            "A change of job counts as moving out of one and into another; within one organisation or sector "
            "it counts in both columns of the same row.",
            *tables.said(run)[1:],
            *shown.notes,
        ],
        empty="No movement may be shown to you by this. Look at the place as a whole.",
    )
