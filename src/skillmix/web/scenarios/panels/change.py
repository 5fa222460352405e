"""What one scenario changes against another, run by run with the same luck."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl

from skillmix.disclosure import Released
from skillmix.projection import KeptRun
from skillmix.projection.keeping import DIFFERENCE
from skillmix.report import charts, words
from skillmix.report.document import Column, Table
from skillmix.report.outlook import INTERVAL, NO_CHANGE
from skillmix.web.panels.panel import Panel, Parameters, panel
from skillmix.web.panels.reading import Reading
from skillmix.web.scenarios import results
from skillmix.web.scenarios.panels import tables

#: A change of fewer FTE is not told as one.
FELT = 0.05
_SAME_LUCK = (
    "Both scenarios were projected from the same facts with the same luck: what differs is their own doing."
)


def sentence_of(a: str, b: str, place: str, row: Mapping[str, Any]) -> str:
    """What the first scenario changes, in one sentence.

    Args:
        a: name of the scenario.
        b: name of the one that it is compared with.
        place: name of the place.
        row: ``date, mean, p5, p50, p95`` of the difference at the horizon.

    >>> row = {"date": dt.date(2031, 3, 31), "p50": 120.2, "p5": 80.1, "p95": 160.0, "mean": 121.0}
    >>> sentence_of("Fewer leavers", "No change", "Leeds", row)
    "'Fewer leavers' gives Leeds 120 more FTE in March 2031; 9 runs in 10 between 80 and 160 more."
    """
    month = words.month(row["date"])
    against = "" if b == NO_CHANGE else f" than '{b}'"
    low, middle, high = row["p5"], row["p50"], row["p95"]
    if max(abs(low), abs(middle), abs(high)) < FELT:
        other = "no change" if b == NO_CHANGE else f"'{b}'"
        return f"'{a}' makes no difference to {place} by {month}: every run is the same as with {other}."
    much = "no more" if abs(middle) < FELT else f"{_told(abs(middle))} {_way(middle)}"
    return f"'{a}' gives {place} {much} FTE{against} in {month}; 9 runs in 10 {_between(low, middle, high)}."


def _way(value: float) -> str:
    return "more" if value >= 0 else "fewer"


def _between(low: float, middle: float, high: float) -> str:
    """The range in words, the end nearer to nought first where the middle is a loss."""
    first, last = (low, high) if middle >= 0 else (high, low)
    if min(abs(first), abs(last)) >= FELT and _way(first) == _way(last):
        return f"between {_told(abs(first))} and {_told(abs(last))} {_way(last)}"
    ends = ["no change" if abs(end) < FELT else f"{_told(abs(end))} {_way(end)}" for end in (first, last)]
    return f"between {ends[0]} and {ends[1]}"


def _told(value: float) -> str:
    return words.whole(value) if abs(value) >= 10 else f"{value:.1f}"


def _names(run: KeptRun) -> tuple[str, str]:
    return str(run.manifest["a"]["scenario"]), str(run.manifest["b"]["scenario"])


def _marks(run: KeptRun, shown: Released) -> pl.DataFrame:
    """Rows at the horizons, with ``years``."""
    at = {month: years for years, month in results.horizons(run).items()}
    return shown.frame.filter(pl.col("month").is_in(list(at))).with_columns(
        pl.col("month").replace_strict(at, return_dtype=pl.Int64).alias("years")
    )


@panel("difference-course", "run")
def course(reading: Reading, given: Parameters) -> Panel:
    """The difference for the whole place."""
    run = tables.run_of(reading, given, DIFFERENCE)
    shown = results.released(reading, run, "change", "place")
    marks = _marks(run, shown).sort("years").to_dicts()
    a, b = _names(run)
    place = reading.place.name
    last = next((m for m in marks if m["years"] == 5), marks[-1] if marks else None)
    return Panel(
        title=f"What does '{a}' change?",
        table=Table(
            f"Difference in FTE that serves {place}: {a}, less {b}",
            [
                Column("date", "Date", "date"),
                Column("p50", "Middle", "number"),
                Column("p5", "Low", "number"),
                Column("p95", "High", "number"),
                Column("expected", "Expected", "number"),
            ],
            marks,
            note=f"{INTERVAL}.",
            synthetic=run.invented,
        ),
        released=[shown],
        sentence=sentence_of(a, b, place, last) if last else "",
        chart=charts.fan(
            tables.fan_rows(shown.frame),
            unit="Difference in FTE that serves the place",
            invented=run.invented,
        ),
        summary=f"The line is the middle of the differences, and {INTERVAL}. Nought is no difference.",
        notes=[_SAME_LUCK, *tables.said(run)],
        empty="Nothing of this comparison may be shown to you.",
    )


@panel("difference-by", "run", "by")
def by_slice(reading: Reading, given: Parameters) -> Panel:
    """The difference by sector, partner or profession."""
    run = tables.run_of(reading, given, DIFFERENCE)
    by = tables.by_of(given, "serves")
    shown = results.released(reading, run, "change", by)
    marks = _marks(run, shown)
    by_key: dict[tuple[Any, ...], dict[str, Any]] = {}
    for one in marks.sort("years").to_dicts():
        key = tuple(one.get(k) for k in ("organisation", "profession", "sector"))
        row = by_key.setdefault(key, {"name": tables.row_name(reading, by, one), "felt": False})
        row |= {f"{v}_{one['years']}": one[v] for v in ("p50", "p5", "p95")}
        known = [abs(one[v]) for v in ("p50", "p5", "p95") if one[v] is not None]
        row["felt"] = row["felt"] or not known or max(known) >= FELT
        row["size"] = known[0] if known else 0.0
    rows = sorted((r for r in by_key.values() if r["felt"]), key=lambda r: -r["size"])
    left = len(by_key) - len(rows)
    found = [c for c in tables.columns(tables.BY[by], _dates(run)) if c.key != "p50_0"]
    return Panel(
        title={
            "serves": "Which sectors feel it?",
            "sector": "Which employing sectors feel it?",
            "organisation": "Which partners feel it?",
            "profession": "Which professions feel it?",
        }[by],
        table=Table(
            f"Difference in FTE that serves {reading.place.name}, by {tables.BY[by].lower()}",
            found,
            rows,
            note=f"{INTERVAL}." + (f" {left} rows without any difference are left out." if left else ""),
            synthetic=run.invented,
        ),
        released=[shown],
        notes=[_SAME_LUCK, *tables.said(run), *shown.notes],
        empty="Nothing differs by this.",
    )


def _dates(run: KeptRun) -> dict[int, dt.date]:
    return tables.dates(run)
