"""Whom the place will have: the projection of a run, read from its folder, with its intervals."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from skillmix.disclosure import Released, release
from skillmix.errors import InputError, Where
from skillmix.measures.dimensions import labels, listed
from skillmix.projection import as_figures
from skillmix.report import charts, words
from skillmix.report.document import Answer, Chart, Column, Section, Table

#: A change below this share is about the same.
_SAME = 0.01

#: Name of the scenario that changes nothing.
NO_CHANGE = "No change"

#: What the two ends of an interval mean, in words.
INTERVAL = "9 runs in 10 fall between low and high"


@dataclass(frozen=True, slots=True)
class Run:
    """A projection as its folder keeps it, released.

    Attributes:
        manifest: what the run can be repeated from.
        summary: the start and 31 March of years 1, 3, 5 and 10, by slice.
        monthly: every month, by slice.
    """

    manifest: Mapping[str, Any]
    summary: Released
    monthly: Released

    @property
    def invented(self) -> bool:
        """Whether any fact behind it is synthetic."""
        return bool(self.manifest.get("invented"))

    @property
    def starts(self) -> dt.date:
        """The date of the stock that it starts from."""
        return dt.date.fromisoformat(self.manifest["starts"])

    def slices(self, by: str, measure: str = "fte_place", *, monthly: bool = False) -> pl.DataFrame:
        """Rows of one kind of slice and one measure."""
        frame = (self.monthly if monthly else self.summary).frame
        return frame.filter(pl.col("by") == by, pl.col("measure") == measure)


def read_run(folder: Path | str) -> Run:
    """Read a projection from its folder.

    Args:
        folder: the folder that `projection.project` wrote.

    Raises:
        InputError: when it holds no projection.
    """
    folder = Path(folder)
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        summary, monthly = (
            pl.read_parquet(folder / "results" / f"{n}.parquet") for n in ("summary", "monthly")
        )
    except (OSError, json.JSONDecodeError, pl.exceptions.PolarsError):
        raise InputError(
            "This folder holds no projection.",
            cure="Name the folder that `skillmix project` wrote.",
            where=[Where(file=str(folder))],
        ) from None
    place, number = str(manifest["place"]), int(manifest["number"])
    shown = [release(as_figures(f, place=place, number=number)) for f in (summary, monthly)]
    return Run(manifest, *shown)


def _under(run: Run) -> str:
    """Under what the answer holds, in words: nothing changed, or a scenario by its name."""
    scenario = str(run.manifest["scenario"])
    return "If things go on as they do now" if scenario == NO_CHANGE else f"Under the scenario '{scenario}'"


def course(first: Mapping[str, Any], last: Mapping[str, Any]) -> str:
    """Where it goes, in words; growth and decline are told only where the interval does not hold both."""
    start = f"the {words.whole(first['p50'])} FTE of {words.month(first['date'])}"
    horizon = words.month(last["date"])
    change = last["p50"] / first["p50"] - 1
    if last["p5"] <= first["p50"] <= last["p95"]:
        if abs(change) < _SAME:
            return f"stays about the same as {start} until {horizon}, and may grow or fall"
        side = "above" if change > 0 else "below"
        return f"may grow or fall by {horizon}: the middle of the runs is {abs(change):.1%} {side} {start}"
    return f"{'grows' if change > 0 else 'falls'} by {abs(change):.1%} from {start} by {horizon}"


def answer(run: Run, place: str, without: str = "") -> Answer:
    """The one sentence and the one number: the workforce that serves the place, at the fifth year's end."""
    rows = run.slices("place").sort("years").to_dicts()
    first = rows[0]
    last = next((r for r in rows if r["years"] == 5), rows[-1])
    return Answer(
        sentence=f"{_under(run)}, the workforce known to serve {place} {course(first, last)}.",
        number=f"{words.whole(last['p50'])} FTE",
        unit=f"serving {place} in {words.month(last['date'])}: the middle of the runs, of partners whose "
        "staff are known",
        interval=f"9 runs in 10 fall between {words.whole(last['p5'])} and {words.whole(last['p95'])}",
        without=without,
    )


def headline(run: Run, place: str, years: int = 5) -> Chart:
    """The one chart: FTE that serves the place, to the fifth 31 March."""
    until = run.slices("place").filter(pl.col("years") <= years)["date"].max()
    rows = (
        run.slices("place", monthly=True)
        .filter(pl.col("date") <= until)
        .select("date", pl.col("p50").alias("middle"), pl.col("p5").alias("low"), pl.col("p95").alias("high"))
        .sort("date")
        .to_dicts()
    )
    marks = run.slices("place").sort("years").to_dicts()
    table = Table(
        f"FTE serving {place}, projected",
        [
            Column("date", "Date", "date"),
            Column("p50", "Middle", "quantity"),
            Column("p5", "Low", "quantity"),
            Column("p95", "High", "quantity"),
            Column("expected", "Expected", "quantity"),
        ],
        marks,
        note=f"{INTERVAL}. Scenario: {run.manifest['scenario']}; {run.manifest['runs']} runs.",
        synthetic=run.invented,
    )
    last = next((m for m in marks if m["years"] == years), marks[-1])
    return Chart(
        charts.fan(rows, unit=f"FTE serving {place}", invented=run.invented),
        f"FTE serving {place}: {words.whole(marks[0]['p50'])} in {words.month(marks[0]['date'])}; by "
        f"{words.month(last['date'])} the middle of the runs is {words.whole(last['p50'])}, and {INTERVAL} "
        f"({words.whole(last['p5'])} and {words.whole(last['p95'])}). The axis does not start at nought.",
        table,
    )


def _wide(rows: pl.DataFrame, key: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """One row a slice, with the start and each horizon's middle, low and high."""
    out: list[dict[str, Any]] = []
    for (code,), group in rows.sort("years").group_by([key], maintain_order=True):
        row: dict[str, Any] = {"name": names.get(str(code), str(code))}
        for one in group.iter_rows(named=True):
            row |= {f"{v}_{one['years']}": one[v] for v in ("p50", "p5", "p95")}
        out.append(row)
    return out


def _columns(first: str, dates: Mapping[int, dt.date]) -> list[Column]:
    columns = [Column("name", first), Column("p50_0", f"{words.month(dates[0])}", "number")]
    for years, date in dates.items():
        if years:
            columns += [
                Column(f"p50_{years}", f"{words.month(date)}", "number"),
                Column(f"p5_{years}", f"Low, {date:%b %Y}", "number"),
                Column(f"p95_{years}", f"High, {date:%b %Y}", "number"),
            ]
    return columns


def _dates(run: Run) -> dict[int, dt.date]:
    return dict(run.slices("place").sort("years").select("years", "date").iter_rows())


def by_partner(run: Run) -> Section:
    """Where each kind of partner is heading."""
    rows = run.slices("sector").filter(pl.col("sector").is_not_null())
    names = dict(labels("sector").select("sector", "sector_name").iter_rows())
    dates = _dates(run)
    table = Table(
        "FTE for this place by sector, projected",
        _columns("Sector", dates),
        _wide(rows, "sector", names),
        note=f"{INTERVAL}.",
        synthetic=run.invented,
    )
    monthly = (
        run.slices("sector", monthly=True)
        .filter(pl.col("sector").is_not_null())
        .join(
            rows.filter(pl.col("years") == 0).select("sector", pl.col("p50").alias("first")),
            on="sector",
            how="inner",
        )
        .filter(pl.col("first") > 0)
        .with_columns(
            *(
                (pl.col(v) / pl.col("first") * 100).alias(n)
                for v, n in zip(("p50", "p5", "p95"), _BAND, strict=True)
            ),
            pl.col("sector").replace(names).alias("series"),
        )
    )
    drawn = monthly.select("date", *_BAND, "series").sort("series", "date").to_dicts()
    approximate = run.manifest.get("approximate_because") or []
    paragraphs = [
        "Each panel is the FTE of a sector that serves this place, with what it is today set to 100.",
        "The expected course is exact."
        if not approximate
        else "The expected course is an approximation: " + "; ".join(str(a) for a in approximate) + ".",
    ]
    picture = Chart(
        charts.fan(drawn, unit="today = 100", invented=run.invented),
        f"Projected FTE by sector from {words.month(dates[0])}, today being 100, with intervals.",
        table,
    )
    return Section("Where each sector is heading", paragraphs, charts=[picture] if drawn else [])


_BAND = ("middle", "low", "high")


def professions(run: Run) -> Section | None:
    """Where the allied health professions are heading; None where no profession is known."""
    known = listed("professions").filter(pl.col("ahp").is_not_null())
    names = dict(known.select("code", "label").iter_rows())
    rows = run.slices("profession").filter(pl.col("profession").is_in(list(names)))
    if rows.is_empty():
        return None
    order = pl.DataFrame({"profession": list(names)}).with_row_index("_order")
    ordered = rows.join(order, on="profession").sort("_order", "years")
    table = Table(
        "FTE of allied health professions for this place, projected",
        _columns("Profession", _dates(run)),
        _wide(ordered, "profession", names),
        note=f"{INTERVAL}. Small professions move by whole people: read their ranges, not their middles.",
        synthetic=run.invented,
    )
    return Section("Where each allied health profession is heading", tables=[table])


def table_of(assumptions: Mapping[str, Any]) -> Table:
    """What was assumed: value, range, unit, source, date, confidence."""
    rows = [
        {
            "name": a.name.replace("_", " ").replace(".", ": "),
            "value": a.value,
            "low": a.low,
            "high": a.high,
            "unit": a.unit,
            "confidence": a.confidence,
            "source": a.source,
            "date": a.date,
        }
        for a in assumptions.values()
    ]
    return Table(
        "Assumptions of the projection",
        [
            Column("name", "Assumption"),
            Column("value", "Value", "precise"),
            Column("low", "Low", "precise"),
            Column("high", "High", "precise"),
            Column("unit", "Unit"),
            Column("confidence", "Confidence"),
            Column("source", "Source"),
            Column("date", "Date", "date"),
        ],
        rows,
        note="Low and high: 5 runs in 100 fall below, 5 above; ranges of published rates are "
        "widened by assumption. Confidence: published (or one line of "
        "arithmetic on it), local (the place's own), or assumed. Change them in the place's folder "
        "assumptions/.",
    )
