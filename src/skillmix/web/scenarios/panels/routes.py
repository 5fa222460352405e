"""A recruitment plan by route: what each adds for primary care and does to the partners."""

from __future__ import annotations

from typing import Any

import polars as pl

from skillmix.projection import KeptRun
from skillmix.projection.comparing import JUDGED_AT
from skillmix.projection.keeping import ROUTES
from skillmix.projection.lever_words import ROUTE_WORDS
from skillmix.report import charts, words
from skillmix.report.document import Column, Table
from skillmix.report.outlook import INTERVAL
from skillmix.web.panels.panel import Panel, Parameters, panel
from skillmix.web.panels.reading import Reading
from skillmix.web.scenarios import naming, results
from skillmix.web.scenarios.panels import tables

_BACKFILL = {True: "Replaced", False: "Not replaced"}
_SERVES = {"primary_care": "Primary care", "partners": "Other partners", "place": "The place together"}
_FELT = 0.05
#: Routes in a narrow heading.
_SHORT = {"network_employs": "networks", "partner_supplies": "contract", "staff_rotate": "rotation"}
_CHANGE = [
    Column("mean", "Change in FTE", "number"),
    Column("p5", "Low", "number"),
    Column("p95", "High", "number"),
]


def answers(run: KeptRun) -> list[str]:
    """The answer in words, with and without replacing the staff who are drawn from partners."""
    return [str(says) for says in run.scan("answer").select("says").collect()["says"].to_list()]


def _said(run: KeptRun) -> list[str]:
    return [
        f"Against no plan; {INTERVAL}: {run.manifest['runs']} runs of each route, with the same luck.",
        "Movement between partners counts where the people work, not where they came from.",
    ]


@panel("routes-answer", "run")
def answer(reading: Reading, given: Parameters) -> Panel:
    """Each route's change in FTE after three financial years."""
    run = tables.run_of(reading, given, ROUTES)
    shown = results.of_routes(reading, run, "routes")
    frame = shown.frame.filter(pl.col("profession").is_null(), pl.col("years") == JUDGED_AT)
    rows = [
        {
            "route": ROUTE_WORDS[row["route"]],
            "backfill": _BACKFILL[row["backfill"]],
            "serves": _SERVES[row["serves"]],
            **{v: row[v] for v in ("mean", "p5", "p95")},
        }
        for row in frame.to_dicts()
    ]
    month = words.month(frame["date"][0]) if frame.height else ""
    drawn = [
        {
            "label": f"{r['route']}; {r['backfill'].lower()}",
            "value": r["mean"],
            "low": r["p5"],
            "high": r["p95"],
        }
        for r in rows
        if r["serves"] == _SERVES["place"]
    ]
    return Panel(
        title="Which route gives the place most?",
        table=Table(
            f"Change in FTE by route, {month}",
            [
                Column("route", "Route"),
                Column("backfill", "Staff drawn from partners are"),
                Column("serves", "Where"),
                *_CHANGE,
            ],
            rows,
            note=f"{INTERVAL}.",
            synthetic=run.invented,
        ),
        released=[shown],
        sentence=" ".join(answers(run)),
        chart=charts.bars(
            drawn, unit="change in FTE of the whole place", low="low", high="high", invented=run.invented
        ),
        summary="What each route adds to the place as a whole, where staff drawn from partners are replaced "
        "and where they are not.",
        notes=_said(run),
    )


@panel("routes-ripple", "run", "by", "backfill")
def ripple(reading: Reading, given: Parameters) -> Panel:
    """What each route changes for each sector or partner, the routes beside each other."""
    run = tables.run_of(reading, given, ROUTES)
    by = "organisation" if given.get("by") == "organisation" else "sector"
    backfill = given.get("backfill", "yes") != "no"
    shown = results.of_routes(reading, run, "ripple", by_partner=by == "organisation")
    frame = shown.frame.filter(pl.col("years") == JUDGED_AT, pl.col("backfill") == backfill)
    by_name: dict[str, dict[str, Any]] = {}
    for row in frame.to_dicts():
        name = tables.row_name(reading, by, row)
        mine = by_name.setdefault(name, {"name": name, "felt": 0.0})
        mine |= {f"{v}_{row['route']}": row[v] for v in ("mean", "p5", "p95")}
        mine["felt"] = max(mine["felt"], *(abs(row[v] or 0) for v in ("mean", "p5", "p95")))
    rows = sorted((r for r in by_name.values() if r["felt"] >= _FELT), key=lambda r: -r["felt"])
    month = words.month(frame["date"][0]) if frame.height else ""
    lost = "are replaced" if backfill else "are not replaced"
    columns = [Column("name", tables.BY[by])]
    for route, label in ROUTE_WORDS.items():
        columns += [
            Column(f"mean_{route}", label, "number"),
            Column(f"p5_{route}", f"Low, {_SHORT[route]}", "number"),
            Column(f"p95_{route}", f"High, {_SHORT[route]}", "number"),
        ]
    return Panel(
        title=f"What does the plan change for each {'partner' if by == 'organisation' else 'sector'}, "
        f"where staff drawn from it {lost}?",
        table=Table(
            f"Change in FTE by {tables.BY[by].lower()} and route, {month}; staff drawn from it {lost}",
            columns,
            rows,
            note="Work done for primary care is left out, and so is whoever gains and loses nothing.",
            synthetic=run.invented,
        ),
        released=[shown],
        notes=[*_said(run), *shown.notes],
        empty="No partner is changed by the plan.",
    )


@panel("routes-roles", "run")
def roles(reading: Reading, given: Parameters) -> Panel:
    """The roles planned, and what the entitlement can pay."""
    run = tables.run_of(reading, given, ROUTES)
    names = naming.names(reading.place)["role_name"]
    frame = run.scan("roles").collect()
    rows = [{**row, "name": names.get(row["role"], row["role"])} for row in frame.to_dicts()]
    told = run.manifest["entitlement"]
    left, cost = (words.write(told[k], "money") for k in ("left", "cost"))
    cut = f" The plan is cut to {told['scale']:.0%} of it." if told["scale"] < 1 else ""
    return Panel(
        title="What can the entitlement pay?",
        table=Table(
            "Roles of the plan",
            [
                Column("name", "Role"),
                Column("wanted", "FTE wanted", "number"),
                Column("fte", "FTE planned", "number"),
                Column("maximum", "Most that may be claimed for 1.0 FTE in a year", "money"),
                Column("confidence", "Confidence of the maximum"),
            ],
            rows,
            note=f"Entitlement {told['year']}: {words.write(told['amount'], 'money')} "
            f"({words.write(told['low'], 'money')} to {words.write(told['high'], 'money')}), of which "
            f"{words.write(told['committed'], 'money')} is taken to be committed.",
            synthetic=run.invented,
        ),
        sentence=f"The plan would claim {cost} a year; {left} of the entitlement is left.{cut}",
        notes=[words.CONFIDENCES],
    )
