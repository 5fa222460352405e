"""The reference Monte Carlo: one run of a plan, person by person, in NumPy.

The phases of a month are named functions, in the order in which they are worked through; each draws from its
own stream. A person leaves when the hazard met since joining exceeds a threshold drawn once, so that one
number a person serves the whole run, and a scenario that raises a hazard brings the same person's leaving
forward.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from skillmix.errors import SkillmixError
from skillmix.projection.expectation import Course
from skillmix.projection.randomness import Stream, entity, keys
from skillmix.projection.specification import SOURCES, Integers, Plan
from skillmix.projection.state import NEVER, State

_ENGLAND = SOURCES.index("england")


class IdentityError(SkillmixError):
    """A run broke one of its own rules: a fault of the program, never of the data."""


def age(state: State, month: int) -> None:
    """Everyone is a month older, and the month's rates are taken up."""
    if month % 12 == 1 and month > 1:
        state.pack()
    state.month = month
    state.change_rates(month)


def leave(state: State, month: int) -> None:
    """Leave the place, to retire or for another reason."""
    going = np.flatnonzero(state.leave_at[: state.size] == month)
    cell = state.cell[going]
    state.left += np.bincount(cell, minlength=state.cells)
    share = state.spec.retire_share[state.spec.hazard_of[cell], state.born[going] + month]
    retiring = state.luck.uniform(Stream.REASON, state.entity[going]) < share
    state.retired += np.bincount(cell[retiring], minlength=state.cells)
    state.cell[going] = state.cells
    state.leave_at[going] = state.move_at[going] = NEVER


def qualify(state: State, month: int) -> None:
    """Learners qualify and join."""
    for cohort in state.spec.cohorts:
        if cohort.month == month:
            base = np.full(cohort.people, entity("cohort", cohort.name), dtype=np.uint64)
            learners = keys(base, np.arange(cohort.people))
            completing = cohort.completion * state.learner_factor[cohort.cell]
            done = learners[state.luck.uniform(Stream.QUALIFY, learners) < completing]
            cell = np.full(len(done), cohort.cell, dtype=np.int64)
            first = state.size
            state.add(cell, np.full(len(done), cohort.age, dtype=np.int64), done)
            # They qualify before the month's conversions, so that month counts.
            state.look_up_moving(np.arange(first, state.size), month - 1)
            state.joined[cohort.cell] += len(done)


def convert_and_promote(state: State, month: int) -> None:
    """Support to registered, band to band."""
    if not state.has_moves:
        return
    going = np.flatnonzero(state.move_at[: state.size] == month)
    if not going.size:
        return
    key = state.rank[state.cell[going]] + state.luck.uniform(
        Stream.MOVE_TO, state.entity[going], state.moves[going]
    )
    edge = np.minimum(np.searchsorted(state.move_edges, key, side="right"), len(state.move_edges) - 1)
    state.transfer(going, state.move_targets[edge])


def open_and_close_posts(state: State, month: int) -> None:
    """Take up the month's posts; whoever holds a closed post stays until leaving."""
    state.posts_now = state.posts[month - 1]


def _vacancies(state: State) -> Integers:
    posts = state.posts_now
    driven = ~np.isnan(posts)
    free = np.where(driven, posts, 0).astype(np.int64) + state.owed - np.where(driven, state.now(), 0)
    return np.asarray(np.maximum(free, 0), dtype=np.int64)


def _from_place(state: State, cells: Integers, month: int) -> Integers:
    """Fill from other employers of the place; returns which could not be, as places in `cells`."""
    group_of = state.donor_group_of
    unmet = [np.flatnonzero(group_of[cells] < 0)]
    for number in range(len(state.is_donor)):
        places = np.flatnonzero(group_of[cells] == number)
        if not places.size:
            continue
        places = places[np.argsort(state.spec.word_rank[cells[places]], kind="stable")]
        people = np.flatnonzero(state.is_donor[number][state.cell[: state.size]])
        luck = state.luck.uniform(Stream.DONOR, state.entity[people], month)
        chosen = people[np.argsort(luck, kind="stable")[: len(places)]]
        target = cells[places[: len(chosen)]]
        supplied = np.isnan(state.posts_now)
        kept = state.spec.backfill[target]
        from_cell = state.cell[chosen]
        replaced = np.bincount(from_cell[kept], minlength=state.cells)
        lost = np.bincount(from_cell[~kept], minlength=state.cells)
        state.owed += np.where(supplied, replaced, -lost)
        state.transfer(chosen, target)
        unmet.append(places[len(chosen) :])
    return np.concatenate(unmet)


def fill_vacancies(state: State, month: int) -> None:
    """Fill posts from the place and from outside, each within its pool; and let the supply's joiners in."""
    vacant = _vacancies(state)
    holders = np.repeat(np.arange(state.cells), vacant)
    number = np.arange(len(holders)) - np.repeat(np.cumsum(vacant) - vacant, vacant)
    post = keys(state.vacancy_key[holders], number)
    found = state.luck.uniform(Stream.FILL, post, month) < state.fill[holders]
    cell, post = holders[found], post[found]
    source = state.only_source[cell]
    several = np.flatnonzero(source < 0)
    key = state.luck.uniform(Stream.SOURCE, post[several], month)
    drawn = (state.sources[cell[several]] <= key[:, None]).sum(axis=1)
    source[several] = np.minimum(drawn, len(SOURCES) - 1)
    here = np.flatnonzero(source == 0)
    source[here[_from_place(state, cell[here], month)]] = _ENGLAND
    kept = source > 0
    for (name, profession), limit in sorted(state.spec.pools.items()):
        mine = np.array([c.profession == profession for c in state.spec.cells])
        wanted = np.flatnonzero((source == SOURCES.index(name)) & mine[cell])
        if len(wanted) > limit:
            luck = state.luck.uniform(Stream.POOL, post[wanted], month)
            # A limit of 2.5 a month is two or three people, so that the mean is the limit.
            whole = int(limit) + int(
                state.luck.uniform(Stream.POOL, np.array([entity(name, profession)], dtype=np.uint64), month)[
                    0
                ]
                < limit % 1
            )
            kept[wanted[np.argsort(luck, kind="stable")[whole:]]] = False
    cell = cell[kept]
    order = np.argsort(cell, kind="stable")
    cell = cell[order]
    hired = np.bincount(cell, minlength=state.cells)
    nth = np.arange(len(cell)) - np.repeat(np.cumsum(hired) - hired, hired) + state.filled[cell]
    state.filled += hired
    state.owed -= np.where(np.isnan(state.posts_now), hired, 0)
    state.join(cell, keys(state.hired_key[cell], nth))
    arriving = slice(state.arrival_from[month - 1], state.arrival_from[month])
    state.join(state.arrival_cell[arriving], state.arrival_entity[arriving])
    state.joined += hired + np.bincount(state.arrival_cell[arriving], minlength=state.cells)


def lend_and_return(state: State, month: int) -> None:
    """Nobody is lent yet: who rotates stays in the employer's cell that serves the other sector."""


def check(state: State, before: Integers, after: Integers) -> None:
    """What holds every month.

    Raises:
        IdentityError: when people appear or vanish, or moves within the place do not cancel.
    """
    expected = before + state.joined - state.left + state.moved_in - state.moved_out
    if (after != expected).any():
        worst = int(np.argmax(np.abs(after - expected)))
        raise IdentityError(
            f"{state.spec.cells[worst].words}: {after[worst]} people where the flows make {expected[worst]}.",
            cure="Report this with the manifest; the result is not to be used.",
        )
    if state.moved_in.sum() != state.moved_out.sum():
        raise IdentityError(
            "Moves within the place do not cancel.",
            cure="Report this with the manifest; the result is not to be used.",
        )


Phase = Callable[[State, int], None]
#: The phases of a month, in order; `record` and `check` follow.
PHASES: tuple[Phase, ...] = (
    age,
    leave,
    qualify,
    convert_and_promote,
    open_and_close_posts,
    fill_vacancies,
    lend_and_return,
)


def simulate(plan: Plan, *, seed: int, run: int, uncertainty: bool = True) -> tuple[Course, Integers]:
    """One run.

    Args:
        plan: a specification under a scenario.
        seed: the seed of all runs.
        run: number of the run.
        uncertainty: whether the ranges of assumptions are drawn; without, the mean over runs is the exact
            expectation where that is exact.

    Returns:
        The run's course (whole people), and those among the leavers who retired, by month and cell.

    Raises:
        IdentityError: when the run breaks an identity.
    """
    state = State(plan, seed, run, uncertainty=uncertainty)
    course = Course.empty(plan.months, state.cells)
    retired = np.zeros((plan.months + 1, state.cells), dtype=np.int64)
    before = state.stock()
    state.before = before
    course.stock[0] = before
    for month in range(1, plan.months + 1):
        for flow in (state.joined, state.left, state.retired, state.moved_in, state.moved_out):
            flow[:] = 0
        for phase in PHASES:
            phase(state, month)
        after = state.stock()
        check(state, before, after)
        course.stock[month], course.joined[month], course.left[month] = after, state.joined, state.left
        course.moved_in[month], course.moved_out[month] = state.moved_in, state.moved_out
        retired[month] = state.retired
        state.before = before = after
    return course, retired
