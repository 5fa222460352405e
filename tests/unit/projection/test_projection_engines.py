from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillmix.errors import InputError
from skillmix.projection import montecarlo
from skillmix.projection.ages import AGES, by_band, distribution, index_of, monthly_hazard
from skillmix.projection.expectation import Course, expect
from skillmix.projection.montecarlo import IdentityError, simulate
from skillmix.projection.randomness import Luck, Stream, keys
from skillmix.projection.specification import Plan
from skillmix.projection.state import State, drawn

pytestmark = pytest.mark.unit


def within_four_standard_errors(
    plan: Plan, runs: int, names=("stock", "joined", "left", "moved_in", "moved_out")
) -> None:
    expected = expect(plan)
    courses = [simulate(plan, seed=3, run=r, uncertainty=False)[0] for r in range(runs)]
    for name in names:
        found = np.stack([getattr(c, name) for c in courses])
        error = np.sqrt(found.var(axis=0, ddof=1) / runs)
        gap = np.abs(found.mean(axis=0) - getattr(expected.course, name))
        # Four standard errors, and a share of a person for cells where no run has met a rare event yet.
        assert (gap <= 4 * error + 4 / runs).all(), (name, (gap / (error + 1e-9)).max())


def test_the_mean_of_the_runs_is_the_expectation(model):
    plan = Plan.of(model(), 36)
    assert expect(plan).exact
    within_four_standard_errors(plan, 150)


def test_the_mean_of_the_runs_is_the_expectation_with_posts(model):
    spec = model(posts=(70, 50, 35), moves=False, cohorts=())
    plan = Plan.of(spec, 36)
    assert expect(plan).exact
    within_four_standard_errors(plan, 150)


def test_the_expectation_is_a_fair_approximation_where_colleagues_are_drawn_from_a_partner(model):
    plan = Plan.of(model((60, 80, 30), posts=(None, None, 45), local=0.6, moves=False), 36)
    result = expect(plan)
    assert not result.exact
    assert any("other employers" in why for why in result.inexact)
    mean = np.mean([simulate(plan, seed=1, run=r)[0].stock for r in range(120)], axis=0)
    assert np.abs(mean - result.course.stock).max() < 1.0


def test_one_cell_by_hand(model):
    # One person of 30 exactly, nobody joins: the chance of being in post after a year is 1 - r.
    spec = model((1, 0, 0), moves=False, unknown=False, joiners=np.zeros(3), cohorts=())
    spec = dataclasses.replace(spec, person_age=np.array([index_of(30)]))
    stock = expect(Plan.of(spec, 12)).course.stock[:, 0]
    assert stock[12] == pytest.approx(1 - 0.15, abs=1e-8)
    assert stock[6] == pytest.approx((1 - 0.15) ** 0.5, abs=1e-8)


def test_whoever_reaches_the_oldest_age_retires(model):
    spec = model((5, 0, 0), moves=False, unknown=False, joiners=np.zeros(3), cohorts=())
    spec = dataclasses.replace(
        spec,
        person_age=np.full(5, AGES - 3),
        hazards=np.zeros_like(spec.hazards),
        retire_share=np.ones((2, AGES)),
    )
    plan = Plan.of(spec, 4)
    course, retired = simulate(plan, seed=1, run=0)
    assert course.stock[:, 0].tolist() == [5, 5, 0, 0, 0] == expect(plan).course.stock[:, 0].tolist()
    assert retired[2, 0] == 5


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(*[st.integers(0, 25)] * 3),
    st.tuples(*[st.one_of(st.none(), st.integers(0, 40))] * 3),
    st.floats(0, 1),
    st.integers(0, 10**9),
)
def test_people_are_conserved_and_moves_cancel(model, people, posts, local, seed):
    if sum(people) == 0:
        people = (1, 0, 0)
    spec = model(people, posts=posts, local=local, pools={("england", "physiotherapist"): 0.7})
    plan = Plan.of(spec, 18)
    course, _ = simulate(plan, seed=seed, run=0)
    for result in (course, expect(plan).course):
        change = result.joined[1:] - result.left[1:] + result.moved_in[1:] - result.moved_out[1:]
        np.testing.assert_allclose(np.diff(result.stock, axis=0), change, atol=1e-9)
        np.testing.assert_allclose(result.moved_in.sum(axis=1), result.moved_out.sum(axis=1), atol=1e-9)
        assert (result.stock >= -1e-9).all()
    for cell, limit in enumerate(posts):
        if limit is not None and cell != 1 and people[cell] <= limit and cell == 0:
            assert course.stock[:, cell].max() <= limit


@settings(max_examples=10, deadline=None)
@given(st.permutations([0, 1, 2]), st.integers(0, 1000))
def test_the_order_of_organisations_changes_nothing(model, order, seed):
    spec = model(posts=(None, 45, 33), local=0.5, uncertain=(("l", "leavers", (0, 2), 0.8, 1.3),))
    first, _ = simulate(Plan.of(spec, 24), seed=seed, run=4)
    second, _ = simulate(Plan.of(spec.reordered(list(order)), 24), seed=seed, run=4)
    for name in ("stock", "joined", "left", "moved_in", "moved_out"):
        assert (getattr(first, name)[:, order] == getattr(second, name)).all()


def test_a_plan_that_changes_nothing_differs_by_nothing_and_luck_is_shared(model):
    spec = model(posts=(None, None, 33), local=0.5)
    base, _ = simulate(Plan.of(spec, 24), seed=5, run=2)
    again, _ = simulate(Plan.of(dataclasses.replace(spec), 24), seed=5, run=2)
    assert (base.stock == again.stock).all()
    worse = Plan.of(spec, 24)
    factor = worse.leaver_factor.copy()
    factor[:, 0] = 1.5
    raised, _ = simulate(dataclasses.replace(worse, leaver_factor=factor), seed=5, run=2)
    # Nobody enters the first cell from another: more leaving there means fewer in post, every month.
    assert (raised.stock[:, 0] <= base.stock[:, 0]).all()
    assert raised.stock[-1, 0] < base.stock[-1, 0]


def test_runs_and_seeds_differ(model):
    plan = Plan.of(model(), 12)
    stocks = {tuple(simulate(plan, seed=s, run=r)[0].left.sum(axis=0)) for s in (1, 2) for r in range(6)}
    assert len(stocks) > 6


def test_a_broken_identity_is_caught(model, monkeypatch):
    def lose_somebody(state: State, month: int) -> None:
        state.cell[0] = state.cells

    monkeypatch.setattr(montecarlo, "PHASES", (*montecarlo.PHASES, lose_somebody))
    with pytest.raises(IdentityError, match="flows make"):
        simulate(Plan.of(model(unknown=False), 3), seed=1, run=0)


def test_limited_pools_bind(model):
    spec = model(
        (10, 0, 0),
        posts=(None, 100, None),
        moves=False,
        cohorts=(),
        pools={("england", "physiotherapist"): 2.0},
    )
    plan = Plan.of(spec, 12)
    course, _ = simulate(plan, seed=1, run=0)
    assert course.joined[:, 1].max() == 2
    assert expect(plan).course.joined[1:, 1].max() <= 2 + 1e-9
    assert "a pool of recruits is limited" in expect(plan).inexact


def test_uniform_numbers_are_uniform_and_independent_of_neighbours():
    entities = np.arange(200_000, dtype=np.uint64)
    first = Luck(1, 0).uniform(Stream.LEAVE, entities)
    second = Luck(1, 1).uniform(Stream.LEAVE, entities)
    counted = Luck(1, 0).uniform(Stream.LEAVE, entities, keys(entities, 1))
    for numbers in (first, second, counted):
        histogram = np.histogram(numbers, bins=50, range=(0, 1))[0]
        chi_square = ((histogram - 4000) ** 2 / 4000).sum()
        assert chi_square < 100  # 49 degrees of freedom: beyond 85 once in a thousand
    for one, other in ((first, second), (first[:-1], first[1:]), (first, counted)):
        assert abs(np.corrcoef(one, other)[0, 1]) < 4 / np.sqrt(len(one))


def test_a_range_is_drawn_with_five_in_a_hundred_beyond_each_end(model):
    spec = model(uncertain=(("leavers", "leavers", (0,), 0.8, 1.5),))
    factors = np.array([drawn(Luck(9, run), spec.uncertain[0]) for run in range(4000)])
    assert np.mean(factors < 0.8) == pytest.approx(0.05, abs=0.015)
    assert np.mean(factors > 1.5) == pytest.approx(0.05, abs=0.015)
    assert np.median(factors) == pytest.approx(1, abs=0.03)


def test_tables_of_ages():
    annual = by_band({"25-34": 0.19})
    assert annual[index_of(25)] == annual[index_of(34.9)] == 0.19
    assert annual[index_of(35)] == 0
    assert (1 - np.exp(-12 * monthly_hazard(annual)[index_of(30)])) == pytest.approx(0.19, abs=1e-8)
    spread = distribution({"25-34": 3, "35-44": 1})
    assert spread.sum() == pytest.approx(1)
    assert spread[: index_of(35)].sum() == pytest.approx(0.75)


def test_a_specification_that_cannot_be_computed_is_refused(model):
    with pytest.raises(InputError, match="add to 1"):
        model(sources=np.full((3, 5), 0.3))
    spec = model()
    with pytest.raises(InputError, match="twice"):
        model(cells=(spec.cells[0], spec.cells[0], spec.cells[2]))
    with pytest.raises(InputError, match="below nought"):
        model(joiners=np.array([0.0, -1.0, 0.0]))


def test_an_empty_course_is_nought():
    assert Course.empty(2, 3).stock.sum() == 0
