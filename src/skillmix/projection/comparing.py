"""The routes of a recruitment plan side by side, and the local share at which the answer changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from skillmix.place import Place, Scope
from skillmix.projection import assumptions as assumed
from skillmix.projection import scenario as scenarios
from skillmix.projection.assumptions import Assumptions
from skillmix.projection.entitlement import Entitlement, recruitment
from skillmix.projection.expectation import expect
from skillmix.projection.montecarlo import simulate
from skillmix.projection.places import specify
from skillmix.projection.results import HORIZONS, QUANTILES, marches, month_end
from skillmix.projection.routes import ROUTES, concerned, restrict, under
from skillmix.projection.runs import find_scenario, versions
from skillmix.projection.scenario import Scenario
from skillmix.projection.specification import Cell, Floats, Plan

#: Horizon, in financial years, at which the routes are judged.
JUDGED_AT = 3
#: Columns of a ripple that nobody feels: the place has networks and no other partner.
_RIPPLE: dict[str, Any] = {
    **{"route": pl.String, "backfill": pl.Boolean, "sector": pl.String, "organisation": pl.String},
    **{"years": pl.Int64, "mean": pl.Float64, **dict.fromkeys(QUANTILES, pl.Float64)},
}
#: Steps of the share of local recruits at which the answer is looked for.
_SHARES = np.linspace(0.0, 1.0, 11)


@dataclass(frozen=True)
class Comparison:
    """A recruitment plan by route.

    Attributes:
        entitlement: what may be spent, and the roles planned.
        frame: what each route changes against no plan, in FTE: ``route, backfill, profession`` (null: all
            planned), ``serves`` (``primary_care``, ``partners``: the rest of the place, ``place``: both),
            ``years, date, mean, p5 ... p95, invented``.
        answer: with and without backfill: ``backfill, best, gain, local_share, low, high, changes_at,
            becomes, holds, says`` and ``margin``, FTE more than the next route, and the
            expected gain of the place by each route. `best` is the route that
            gains the place most after three years;
            `changes_at` is the share of the network's recruits from local employers at which `becomes` is
            better (null: at none).
        ripple: the same change among partners, by whom it falls on: ``route, backfill, sector,
            organisation`` (null: the whole sector), ``years, date, mean, p5 ... p95, invented`` in FTE.
        notes: what must be said.
        manifest: what it can be repeated from.
        invented: whether any fact behind it is synthetic.
    """

    entitlement: Entitlement
    frame: pl.DataFrame
    answer: pl.DataFrame
    ripple: pl.DataFrame
    notes: tuple[str, ...]
    manifest: dict[str, Any] = field(default_factory=dict)
    invented: bool = False


def _serves_primary_care(cells: tuple[Cell, ...]) -> np.ndarray[Any, Any]:
    return np.array([(cell.serves or cell.sector) == "primary_care" for cell in cells])


def _stocks(plan: Plan, marks: list[int], runs: int, seed: int) -> Floats:
    """FTE by run, mark and cell."""
    out = np.zeros((runs, len(marks), len(plan.specification.cells)))
    for run in range(runs):
        out[run] = simulate(plan, seed=seed, run=run)[0].stock[marks] * plan.specification.fte
    return out


def _rows(
    planned: Floats, base: Floats, cells: tuple[Cell, ...], before: int, horizons: dict[int, int]
) -> list[dict[str, Any]]:
    """The change in FTE by profession and by whom the work is for, at each horizon."""
    added = sorted({cell.profession for cell in cells[before:]})
    own = np.array([cell.profession for cell in cells])
    primary = _serves_primary_care(cells)
    change = planned.copy()
    change[:, :, :before] -= base
    rows = []
    for at, (years, _) in enumerate(horizons.items()):
        for profession in [None, *added]:
            mine = np.ones(len(cells), dtype=np.bool_) if profession is None else own == profession
            for serves, who in (
                ("primary_care", mine & primary),
                ("partners", mine & ~primary),
                ("place", mine),
            ):
                values = change[:, at, who].sum(axis=1)
                rows.append({"profession": profession, "serves": serves, "years": years, **_told(values)})
    return rows


def _told(values: Floats) -> dict[str, float]:
    """Mean and quantiles over the runs."""
    quantiles = np.quantile(values, list(QUANTILES.values()))
    return {"mean": float(values.mean()), **dict(zip(QUANTILES, map(float, quantiles), strict=True))}


def _ripple(
    planned: Floats, base: Floats, cells: tuple[Cell, ...], before: int, horizons: dict[int, int]
) -> list[dict[str, Any]]:
    """The change in FTE of each partner sector and each partner, work done for primary care left out."""
    change = planned.copy()
    change[:, :, :before] -= base
    primary = _serves_primary_care(cells)
    members: dict[tuple[str, str | None], list[int]] = {}
    for i in np.flatnonzero(~primary):
        cell = cells[i]
        members.setdefault((cell.sector, None), []).append(int(i))
        members.setdefault((cell.sector, cell.organisation), []).append(int(i))
    return [
        {
            "sector": sector,
            "organisation": organisation,
            "years": years,
            **_told(change[:, at, who].sum(axis=1)),
        }
        for at, years in enumerate(horizons)
        for (sector, organisation), who in sorted(
            members.items(), key=lambda item: (item[0][0], item[0][1] or "")
        )
    ]


def _gain(base: Plan, planned: Plan, month: int) -> float:
    """Expected FTE that the plan adds to the place."""

    def fte(plan: Plan) -> float:
        return float(expect(plan).course.stock[month] @ plan.specification.fte)

    return fte(planned) - fte(base)


def _answer(
    base: Plan,
    entitlement: Entitlement,
    assumptions: Assumptions,
    backfill: bool,
    month: int,
    supplier: str | None,
) -> dict[str, Any]:
    """The route that gains the place most, and the network's local share at which another becomes better."""
    short = replace(
        base,
        months=month,
        posts=base.posts[:month],
        joiners=base.joiners[:month],
        leaver_factor=base.leaver_factor[:month],
    )

    def gain(route: str, share: float | None = None) -> float:
        planned = under(
            short,
            entitlement,
            assumptions,
            route=route,
            backfill=backfill,
            supplier=supplier,
            local_share=share,
        )
        return _gain(short, planned, month)

    assumption = assumptions["local_share"]
    gains = {route: gain(route) for route in ROUTES}
    best = max(gains, key=lambda route: gains[route])
    others = max((r for r in gains if r != "network_employs"), key=lambda route: gains[route])
    over = np.array([gain("network_employs", float(share)) for share in _SHARES]) - gains[others]
    crossing = np.flatnonzero(np.sign(over[:-1]) != np.sign(over[1:]))
    changes_at = None
    if crossing.size:
        i = int(crossing[0])
        changes_at = float(
            _SHARES[i] + (_SHARES[i + 1] - _SHARES[i]) * over[i] / (over[i] - over[i + 1])
            if over[i] != over[i + 1]
            else _SHARES[i]
        )
    becomes = None if changes_at is None else (others if best == "network_employs" else "network_employs")
    holds = changes_at is None or not assumption.low <= changes_at <= assumption.high
    return {
        "backfill": backfill,
        "best": best,
        "gain": gains[best],
        "margin": gains[best] - sorted(gains.values())[-2],
        "local_share": assumption.value,
        "low": assumption.low,
        "high": assumption.high,
        "changes_at": changes_at,
        "becomes": becomes,
        "holds": holds,
        "says": _says(best, gains, changes_at, becomes, holds, backfill),
        **gains,
    }


def _words(route: str | None) -> str:
    return {
        "network_employs": "the networks employ",
        "partner_supplies": "a partner supplies under contract",
        "staff_rotate": "staff rotate",
    }.get(route or "", "")


def _says(
    best: str,
    gains: dict[str, float],
    changes_at: float | None,
    becomes: str | None,
    holds: bool,
    backfill: bool,
) -> str:
    lost = "are replaced" if backfill else "are not replaced"
    most = f"the place gains most ({gains[best]:.1f} FTE)"
    first = f"Where staff drawn from partners {lost}, {most} if {_words(best)}"
    margin = gains[best] - sorted(gains.values())[-2]
    if margin < 1:
        first += f", though by only {margin:.1f} FTE"
    if changes_at is None:
        return f"{first}, whatever share of the networks' recruits comes from local employers."
    side = "at least" if best == "network_employs" else "at most"
    inside = "outside the range assumed" if holds else "within the range assumed, so the answer is not safe"
    return (
        f"{first}. The answer changes if {side} {100 * changes_at:.0f} per cent of the networks' own "
        f"recruits come from local employers ({inside}): then it is best that {_words(becomes)}."
    )


def compare_routes(
    place: Place | Path | str,
    scenario: Scenario | Path | str = "primary_care_plan",
    *,
    years: int = 5,
    runs: int = 100,
    seed: int = 1,
    scope: Scope | None = None,
    at: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> Comparison:
    """Compare the routes by which a recruitment plan can be carried out.

    Only the cells that the plan can reach are projected; every route, with and without backfill, meets the
    same luck as the projection without the plan, so the differences are the plan's own.

    Args:
        place: the place, or its folder.
        scenario: with a recruitment plan; levers in it apply to every route and to the base.
        years: how many years, at least 4, so that three financial years are reached.
        runs: how many runs of each.
        seed: the seed.
        scope: who reads, and what for; the folder's controller where none is given.
        at: publication number; the latest where none is given.
        progress: called with short messages.

    Returns:
        The comparison.

    Raises:
        RefusedError, InputError: as `entitlement.recruitment` and `runs.project`.
    """
    say = progress or (lambda message: None)
    place = place if isinstance(place, Place) else Place.open(Path(place))
    scenario = scenario if isinstance(scenario, Scenario) else find_scenario(place.path, scenario)
    facts = place.read(scope or Scope.controller("comparison of routes of recruitment"), at)
    assumptions = assumed.of_place(place.path)
    specification = specify(facts, assumptions, progress=progress)
    entitlement = recruitment(scenario, facts, assumptions)
    reached = restrict(specification, concerned(specification, entitlement))
    months = max(years, JUDGED_AT + 1) * 12
    base = scenarios.apply(
        replace(scenario, plan={}), reached, months, completion=assumptions["learner_completion"].value
    )
    supplier = scenario.plan.get("supplier")
    ends = marches(reached.starts, months)
    horizons = {n: ends[n - 1] for n in HORIZONS if n <= len(ends)}
    marks = list(horizons.values())
    say("Projecting without the plan")
    without = _stocks(base, marks, runs, seed)
    rows: list[dict[str, Any]] = []
    ripples: list[dict[str, Any]] = []
    for route in ROUTES:
        for backfill in (True, False):
            say(f"Projecting: {_words(route)}, {'with' if backfill else 'without'} backfill")
            planned = under(
                base,
                entitlement,
                assumptions,
                route=route,
                backfill=backfill,
                supplier=supplier,
                place=place.code,
            )
            cells, stocks = planned.specification.cells, _stocks(planned, marks, runs, seed)
            about = (stocks, without, cells, len(reached.cells), horizons)
            rows += [{"route": route, "backfill": backfill, **row} for row in _rows(*about)]
            ripples += [{"route": route, "backfill": backfill, **row} for row in _ripple(*about)]
    say("Looking for the share at which the answer changes")
    answers = [
        _answer(base, entitlement, assumptions, backfill, horizons[JUDGED_AT], supplier)
        for backfill in (True, False)
    ]
    dates = {n: month_end(reached.starts, month) for n, month in horizons.items()}
    dated = pl.col("years").replace_strict(dates).alias("date")
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(dated)
    ripple = pl.DataFrame(ripples or [], schema=None if ripples else _RIPPLE, infer_schema_length=None)
    ripple = ripple.with_columns(dated)
    told = pl.lit(specification.invented).alias("invented")
    order = ["route", "backfill", "profession", "serves", "years", "date", "mean", *QUANTILES]
    of_partners = ["route", "backfill", "sector", "organisation", "years", "date", "mean", *QUANTILES]
    return Comparison(
        entitlement=entitlement,
        frame=frame.select(*order, told),
        answer=pl.DataFrame(answers, infer_schema_length=None),
        ripple=ripple.select(*of_partners, told),
        notes=(*entitlement.notes, *_notes(assumptions), *specification.notes),
        manifest={
            "place": place.code,
            "number": facts.number,
            "scenario": scenario.name,
            "scenario_hash": scenario.hash,
            "assumptions_hash": assumptions.hash,
            "seed": seed,
            "runs": runs,
            "years": years,
            "versions": versions(),
        },
        invented=specification.invented,
    )


def _notes(assumptions: Assumptions) -> list[str]:
    shares = {route: assumptions[name] for route, name in ROUTES.items()}
    return [
        f"If {_words(route)}, {100 * a.value:.0f} per cent of recruits ({100 * a.low:.0f} to "
        f"{100 * a.high:.0f}) are taken to come from employers of the place ({a.confidence})."
        for route, a in shares.items()
    ]
