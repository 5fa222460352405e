"""A lever, and its range, hold in the lever's own months and nowhere else."""

from __future__ import annotations

import dataclasses
import datetime as dt
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from skillmix.errors import InputError
from skillmix.projection import assumptions as assumed
from skillmix.projection.entitlement import PlannedRole
from skillmix.projection.montecarlo import simulate
from skillmix.projection.randomness import Luck
from skillmix.projection.routes import under
from skillmix.projection.running import run_plan
from skillmix.projection.runs import hash_of
from skillmix.projection.scenario import apply, parse
from skillmix.projection.specification import Plan, Uncertain
from skillmix.projection.state import State, drawn

pytestmark = pytest.mark.unit

#: The model starts at 31 March 2026: the levers hold from month 10 to month 21.
FIRST, LAST, MONTHS, RUNS = 10, 21, 36, 12
DATED = "from = 2027-01-01\nuntil = 2027-12-31"
RANGED = {
    "leaver_rate": f'kind = "leaver_rate"\nsector = "acute"\n{DATED}\nfactor = 0.8\nlow = 0.4\nhigh = 1.6',
    "joiners": f'kind = "joiners"\nsector = "acute"\n{DATED}\nfactor = 1.5\nlow = 0.8\nhigh = 2.5',
}
UNCERTAIN = (("every", "leavers", (0, 1, 2), 0.8, 1.3), ("supply", "joiners", (0, 1), 0.7, 1.4))


def scenario(lever: str):
    return parse(f'name = "Test"\n[[lever]]\n{lever}')


def certain(lever: str) -> str:
    """The lever without a range: low, amount and high are one."""
    lines = lever.split("\n")
    amount = next(line for line in lines if line.startswith("factor")).split(" = ")[1]
    kept = [line for line in lines if not line.startswith(("low", "high"))]
    return "\n".join([*kept, f"low = {amount}", f"high = {amount}"])


@pytest.fixture
def spec(model):
    return model((60, 80, 30), posts=(None, None, 33), local=0.5, uncertain=UNCERTAIN)


@pytest.mark.parametrize("kind", RANGED)
def test_no_run_differs_before_the_levers_first_month(spec, kind):
    plan, base = apply(scenario(RANGED[kind]), spec, MONTHS), Plan.of(spec, MONTHS)
    later = []
    for run in range(RUNS):
        one, other = (simulate(p, seed=4, run=run)[0] for p in (plan, base))
        for name in ("stock", "joined", "left", "moved_in", "moved_out"):
            assert (getattr(one, name)[:FIRST] == getattr(other, name)[:FIRST]).all(), (run, name)
        later.append(np.abs(one.stock[FIRST:] - other.stock[FIRST:]).sum())
    assert sum(later) > 0, "the lever does something once it holds"


@pytest.mark.parametrize("kind", RANGED)
def test_the_kept_difference_is_nought_until_then_and_only_until_then(spec, kind):
    plan, base = apply(scenario(RANGED[kind]), spec, MONTHS), Plan.of(spec, MONTHS)
    change = run_plan(plan, runs=RUNS, seed=4).change(run_plan(base, runs=RUNS, seed=4))
    figures = pl.max_horizontal(pl.col("expected", "mean", "p5", "p25", "p50", "p75", "p95").abs())
    before = change.filter(pl.col("month") < FIRST).select(figures.max()).item()
    assert before == 0
    assert change.filter(pl.col("month") > FIRST).select(figures.max()).item() > 0


def test_after_its_last_month_the_rate_is_the_bases_again(spec):
    for kind, lever in RANGED.items():
        plan, base = apply(scenario(lever), spec, MONTHS), Plan.of(spec, MONTHS)
        for run in range(RUNS):
            one, other = State(plan, 4, run), State(base, 4, run)
            name = {"leaver_rate": "leaver_factor", "joiners": "joiner_factor"}[kind]
            mine, theirs = getattr(one, name), getattr(other, name)
            outside = np.r_[0 : FIRST - 1, LAST:MONTHS]
            assert (mine[outside] == theirs[outside]).all()
            assert (mine[FIRST - 1 : LAST, :2] != theirs[FIRST - 1 : LAST, :2]).all()
            assert (mine[:, 2] == theirs[:, 2]).all()


@pytest.mark.parametrize("kind", RANGED)
def test_a_range_adds_its_own_draw_and_changes_no_other(spec, kind):
    ranged, exact = (apply(scenario(text), spec, MONTHS) for text in (RANGED[kind], certain(RANGED[kind])))
    assert exact.specification.uncertain == spec.uncertain
    (added,) = set(ranged.specification.uncertain) - set(spec.uncertain)
    assert added.months == (FIRST, LAST)
    assert (ranged.leaver_factor == exact.leaver_factor).all()
    name = {"leaver_rate": "leaver_factor", "joiners": "joiner_factor"}[kind]
    for run in range(RUNS):
        factor = drawn(Luck(4, run), added)
        assert factor not in {drawn(Luck(4, run), other) for other in spec.uncertain}
        one, other = State(ranged, 4, run), State(exact, 4, run)
        by_hand = np.ones((MONTHS, 3))
        by_hand[FIRST - 1 : LAST, :2] = factor
        assert getattr(one, name) == pytest.approx(getattr(other, name) * by_hand)
        for same in ("fill", "sources", "move_factor", "learner_factor", "born", "bears"):
            assert (getattr(one, same)[: one.size] == getattr(other, same)[: one.size]).all(), same
    without = [simulate(p, seed=4, run=0, uncertainty=False)[0].stock for p in (ranged, exact)]
    assert (without[0] == without[1]).all(), "without draws, a range is nothing"


def test_a_lever_that_never_holds_changes_no_run(spec):
    lever = RANGED["leaver_rate"].replace("2027-", "2040-")
    plan, base = apply(scenario(lever), spec, MONTHS), Plan.of(spec, MONTHS)
    for run in range(3):
        assert (simulate(plan, seed=4, run=run)[0].stock == simulate(base, seed=4, run=run)[0].stock).all()


def test_a_lever_without_dates_holds_in_every_month(spec):
    plan = apply(scenario(RANGED["leaver_rate"].replace(DATED, "")), spec, MONTHS)
    assert plan.specification.uncertain[-1].months == (1, MONTHS)


def test_the_months_of_a_range_are_part_of_the_hash(spec):
    def under_months(months):
        return hash_of(
            dataclasses.replace(spec, uncertain=(Uncertain("x", "leavers", (0,), 0.8, 1.3, months),))
        )

    assert len({under_months(None), under_months((1, 36)), under_months((10, 36))}) == 3


def test_a_range_that_cannot_vary_by_month_is_refused(spec):
    with pytest.raises(InputError, match="some months only"):
        dataclasses.replace(spec, uncertain=(Uncertain("x", "fill", (2,), 0.8, 1.3, (10, 36)),))


def test_the_range_of_a_lever_reaches_no_planned_post_for_its_amount_does_not(spec):
    lever = RANGED["leaver_rate"].replace('sector = "acute"\n', "")
    plan = apply(scenario(lever), spec, MONTHS)
    role = PlannedRole("physiotherapist", "physiotherapist", 4.0, 6e4, "published", 4.0, 4.0)
    planned = SimpleNamespace(starts=dt.date(2026, 10, 1), roles=(role,))
    whole = under(plan, planned, assumed.defaults(), route="network_employs").specification
    cells = {u.name: u.cells for u in whole.uncertain}
    assert cells["lever 1: leaver_rate"] == (0, 1, 2)
    assert cells["every"] == (0, 1, 2, 3), "assumptions reach planned posts"
