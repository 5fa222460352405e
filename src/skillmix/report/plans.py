"""The recruitment plan of the networks by route: what each does to the partners, and what changes that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from skillmix import reference
from skillmix.disclosure import release
from skillmix.errors import InputError, RefusedError
from skillmix.measures.dimensions import labels
from skillmix.place import Facts, Place
from skillmix.projection import as_figures, compare_routes
from skillmix.projection.comparing import JUDGED_AT, Comparison
from skillmix.projection.scenario import load
from skillmix.report import charts, words
from skillmix.report.document import Chart, Column, Section, Table

#: A change of fewer FTE is not shown as one.
_FELT = 0.05

#: The plan that a place's report is about; the file of this name in its folder `scenarios/` is its own.
PLAN = "primary_care_plan"

#: Runs of each route in a report.
RUNS = 40

ROUTES = {
    "network_employs": "The networks employ",
    "partner_supplies": "A partner supplies under contract",
    "staff_rotate": "Staff rotate",
}
_BACKFILL = {True: "replaced", False: "not replaced"}
SERVES = {"primary_care": "Primary care", "partners": "Other partners", "place": "The place together"}


@dataclass(frozen=True, slots=True)
class Told:
    """A plan as the report tells it.

    Attributes:
        section: its part of the report.
        decision: recommendation, cost, agreement, assumption; empty where nothing can be recommended.
    """

    section: Section
    decision: dict[str, str]


def plan_of(place: Place, manifest: Mapping[str, Any]) -> Path | str:
    """The scenario whose plan a report is about: the run's own where it has one, else the place's."""
    for file in sorted((place.path / "scenarios").glob("*.toml")):
        scenario = load(file)
        if scenario.plan and scenario.hash == manifest.get("scenario_hash"):
            return file
    return PLAN


def compared(
    place: Place,
    facts: Facts,
    scenario: Path | str = PLAN,
    progress: Callable[[str], None] | None = None,
) -> Told:
    """Compare the routes of a recruitment plan; says why where it cannot be done.

    Args:
        place: the place.
        facts: what may be read of it.
        scenario: the scenario with the plan.
        progress: told each step.
    """
    try:
        comparison = compare_routes(
            place, scenario, runs=RUNS, scope=facts.scope, at=facts.number, progress=progress
        )
    except (InputError, RefusedError) as refused:
        return Told(
            Section(
                "A recruitment plan of the networks",
                [f"No plan is compared here: {refused.problem} {refused.cure}"],
            ),
            {},
        )
    return Told(_section(comparison), decision(comparison))


def _changes(comparison: Comparison) -> pl.DataFrame:
    """What each route changes after three financial years, all planned professions together, released."""
    frame = comparison.frame.filter(pl.col("profession").is_null(), pl.col("years") == JUDGED_AT)
    return _released(comparison, frame)


def _released(comparison: Comparison, frame: pl.DataFrame) -> pl.DataFrame:
    about = comparison.manifest
    return release(as_figures(frame, place=about["place"], number=about["number"])).frame


def _expected(comparison: Comparison) -> dict[tuple[str, bool], float]:
    """Expected gain of the place, in FTE, by route and whether staff drawn from partners are replaced."""
    return {(route, row["backfill"]): row[route] for row in comparison.answer.to_dicts() for route in ROUTES}


def _ripple(comparison: Comparison) -> Table:
    """What each route does to each sector after three financial years."""
    frame = _released(
        comparison,
        comparison.ripple.filter(pl.col("organisation").is_null(), pl.col("years") == JUDGED_AT),
    )
    names = dict(labels("sector").select("sector", "sector_name").iter_rows())
    moved = frame.filter(pl.max_horizontal(pl.col("mean", "p5", "p95").abs()) >= _FELT)
    touched = set(moved["sector"])
    return Table(
        "The ripple: change in FTE of each sector by route",
        [
            Column("sector", "Sector"),
            Column("route", "Route"),
            Column("backfill", "Staff drawn from it are"),
            Column("mean", "Change in FTE", "number"),
            Column("p5", "Low", "number"),
            Column("p95", "High", "number"),
        ],
        [
            {
                **row,
                "sector": names.get(row["sector"], row["sector"]),
                "route": ROUTES[row["route"]],
                "backfill": _BACKFILL[row["backfill"]],
            }
            for row in frame.sort("sector", "backfill", maintain_order=True).to_dicts()
            if row["sector"] in touched
        ],
        note="Movement between partners, work done for primary care left out; against no plan, after three "
        "financial years. Sectors that lose and gain nothing are left out.",
        synthetic=comparison.invented,
    )


def _example_note(comparison: Comparison) -> list[str]:
    if not _is_example(comparison):
        return []
    return [
        "This is an example: no network has sent a plan. Put your own roles and numbers into "
        f"scenarios/{PLAN}.toml in the place's folder, and the report is about them."
    ]


def _section(comparison: Comparison) -> Section:
    changes = _changes(comparison)
    date = changes["date"].max()
    expected = _expected(comparison)
    rows = [
        {
            "route": ROUTES[r["route"]],
            "backfill": _BACKFILL[r["backfill"]],
            "serves": SERVES[r["serves"]],
            "expected": expected[r["route"], r["backfill"]] if r["serves"] == "place" else None,
            **{k: r[k] for k in ("mean", "p5", "p95")},
        }
        for r in changes.to_dicts()
    ]
    entitlement = comparison.entitlement
    table = Table(
        "Change in FTE by route",
        [
            Column("route", "Route"),
            Column("backfill", "Staff drawn from partners are"),
            Column("serves", "Where"),
            Column("expected", "Expected change in FTE", "blank"),
            Column("mean", "Mean of the runs", "number"),
            Column("p5", "Low", "number"),
            Column("p95", "High", "number"),
        ],
        rows,
        note=f"Against no plan, at {words.month(date)}; 9 runs in 10 fall between low and high. "  # type: ignore[arg-type]
        f"{comparison.manifest['runs']} runs of each, on the same random draws.",
        synthetic=comparison.invented,
    )
    partners = [r for r in rows if r["serves"] == SERVES["partners"]]
    picture = Chart(
        charts.bars(
            [
                {
                    "label": f"{r['route']}; {r['backfill']}",
                    "value": r["mean"],
                    "low": r["p5"],
                    "high": r["p95"],
                }
                for r in partners
            ],
            unit="change in FTE of other partners",
            invented=comparison.invented,
            low="low",
            high="high",
        ),
        "What each route does to the hospital, community, mental health and social care partners together, "
        "where staff drawn from them are replaced and where they are not.",
        table,
    )
    labels = dict(reference.table("arrs_roles").select("code", "label").iter_rows())
    roles = Table(
        "Roles of the plan",
        [
            Column("role", "Role"),
            Column("fte", "FTE planned", "number"),
            Column("maximum", "Most that may be claimed for 1.0 FTE in a year", "money"),
            Column("affordable", "FTE that what is left would pay, if all went to this role", "number"),
            Column("confidence", "Confidence of the maximum"),
        ],
        [
            {
                "role": labels.get(r.role, r.role),
                "fte": r.fte,
                "maximum": r.maximum,
                "affordable": r.affordable_alone,
                "confidence": r.confidence,
            }
            for r in entitlement.roles
        ],
        note=f"Entitlement {entitlement.year}: £{entitlement.rate:,.3f} x "
        f"{words.whole(entitlement.patients)} patients ({entitlement.basis}) = "
        f"{words.write(entitlement.amount, 'money')} "
        f"({words.write(entitlement.low, 'money')} to {words.write(entitlement.high, 'money')}); "
        f"{words.write(entitlement.committed, 'money')} is taken to be committed. {words.CONFIDENCES}",
    )
    return Section(
        "An example of a recruitment plan, by route"
        if _is_example(comparison)
        else "A recruitment plan of the networks, by route",
        [*_example_note(comparison), *(str(a["says"]) for a in comparison.answer.to_dicts())],
        points=[*comparison.notes],
        charts=[picture],
        tables=[_ripple(comparison), roles],
    )


def _recommended(
    size: str, best: str, gain: float, by_route: float, by_backfill: float, example: bool
) -> str:
    """What to do, and which of the two choices decides more: the route, or replacing who is drawn."""
    plan = f"an example plan of {size}" if example else f"the networks' plan of {size}"
    if by_backfill > by_route:
        return (
            f"Replacing the staff whom {plan} draws from partners decides more (up to {by_backfill:.1f} FTE "
            f"for the place) than the route ({by_route:.1f} FTE). With it, the place gains most if {best} "
            f"({gain:.1f} FTE by the third financial year)."
        )
    return f"For {plan}: {best}. The place then gains {gain:.1f} FTE by the third financial year."


def decision(comparison: Comparison) -> dict[str, str]:
    """What is recommended, what it costs, who must agree, what is assumed: each a labelled sentence."""
    answer = comparison.answer.filter("backfill").row(0, named=True)
    gains = _expected(comparison)
    replaced = [gains[route, True] for route in ROUTES]
    by_route = max(replaced) - min(replaced)
    by_backfill = max(gains[route, True] - gains[route, False] for route in ROUTES)
    route = ROUTES[answer["best"]]
    best = f"{route[0].lower()}{route[1:]}"
    cost = words.write(comparison.entitlement.cost * comparison.entitlement.scale, "money")
    roles = comparison.entitlement.roles
    fte, wanted = sum(r.fte for r in roles), sum(r.wanted for r in roles)
    size = f"{fte:,.0f} FTE"
    if comparison.entitlement.scale < 1:
        size = f"{size} (cut from {wanted:,.0f}: what the entitlement can pay)"
    who = {
        "network_employs": "The networks, which employ; the partners, whose staff may apply.",
        "partner_supplies": "The networks and the partner that supplies, under one contract.",
        "staff_rotate": "The networks and every partner whose staff rotate, on supervision and backfill.",
    }[answer["best"]]
    safe = "" if answer["holds"] else " The answer is not safe within the assumed range."
    example = _is_example(comparison)
    said = _recommended(size, best, answer["gain"], by_route, by_backfill, example)
    assumed = f"The share of recruits who come from local employers, by route: see the routes below.{safe}"
    if example:
        assumed = f"The plan: it is an example, and no network's own. {assumed}"
    costs = (
        f"{cost} a year within the {comparison.entitlement.year} entitlement; the cost of backfill and of "
        "supervision is not in this figure."
    )
    return dict(zip(_EXAMPLE if example else _DECISION, (said, costs, who, assumed), strict=True))


#: Labels of the decision: for a plan of the place, and for the one that the software carries as an example.
_DECISION = ("We recommend", "What it costs", "Who must agree", "What is assumed")
_EXAMPLE = ("An example of a plan", "What it would cost", "Who would have to agree", "What is assumed")


def _is_example(comparison: Comparison) -> bool:
    """Whether the plan is still the one that the software carries."""
    return bool(comparison.manifest["scenario_hash"] == load(PLAN).hash)
