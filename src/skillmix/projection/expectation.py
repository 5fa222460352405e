"""The expected course of a plan: ages by the month, no luck.

Exact (the mean of infinitely many runs) when pools are unlimited, nobody is drawn from another employer and
people cannot outnumber posts; otherwise a fluid approximation, and `Expectation.inexact` says why.

People are kept by month of birth, so that ageing moves no memory: at month t the grid of ages is the window
of columns that starts t places earlier.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skillmix.projection.ages import AGES
from skillmix.projection.specification import SOURCES, Floats, Plan, Specification

#: So few people in expectation are nobody: dividing by them would say nothing.
_NOBODY = 1e-12


@dataclass(frozen=True)
class Course:
    """Stocks and flows of every cell by month: row 0 is the start, flows of row t are those of month t.

    Attributes:
        stock: people in post.
        joined: people who joined from outside the place, learners who qualified among them.
        left: people who left the place, retirement among it.
        moved_in: people who came from another cell of the place.
        moved_out: people who went to another cell of the place.
    """

    stock: Floats
    joined: Floats
    left: Floats
    moved_in: Floats
    moved_out: Floats

    @classmethod
    def empty(cls, months: int, cells: int) -> Course:
        """All nought."""
        return cls(*(np.zeros((months + 1, cells)) for _ in range(5)))


@dataclass(frozen=True)
class Expectation:
    """The expected course, and why it is an approximation; `inexact` is empty where it is exact."""

    course: Course
    inexact: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Whether the course is the mean of infinitely many runs."""
        return not self.inexact


def opening(spec: Specification) -> Floats:
    """Expected people at the start by cell and age (cells x ages)."""
    known = spec.person_age >= 0
    people = np.zeros((len(spec.cells), AGES))
    np.add.at(people, (spec.person_cell[known], spec.person_age[known]), 1.0)
    unknown = np.bincount(spec.person_cell[~known], minlength=len(spec.cells))
    with_unknown = np.flatnonzero(unknown)
    people[with_unknown] += unknown[with_unknown, None] * spec.age_tables[spec.age_table_of[with_unknown]]
    return people


def _groups(plan: Plan, month: int) -> list[tuple[npt.NDArray[np.int64], int, float]]:
    """Cells that share a table of hazards and a factor: number of cells, table, factor."""
    table, factor = plan.specification.hazard_of, plan.leaver_factor[month]
    pairs = np.stack([table.astype(np.float64), factor], axis=1)
    unique, inverse = np.unique(pairs, axis=0, return_inverse=True)
    return [
        (np.flatnonzero(inverse.ravel() == i), int(pair[0]), float(pair[1])) for i, pair in enumerate(unique)
    ]


def _together(members: npt.NDArray[np.int64]) -> slice | npt.NDArray[np.int64]:
    """Cells that lie side by side as a slice, which moves no memory."""
    first, last = int(members[0]), int(members[-1])
    return slice(first, last + 1) if len(members) == last - first + 1 else members


def _leave(
    window: Floats, groups: list[tuple[npt.NDArray[np.int64], int, float]], spec: Specification
) -> None:
    for members, table, factor in groups:
        stay = np.exp(-spec.hazards[table] * factor)
        stay[-1] = 0.0
        window[_together(members)] *= stay


class _Movers:
    """The phase `convert_and_promote` as one small sparse product over the rows that move."""

    def __init__(self, spec: Specification) -> None:
        from scipy.sparse import csr_array

        total = np.zeros(len(spec.cells))
        for move in spec.moves:
            total[move.origin] += move.hazard
        self.origins = np.flatnonzero(total)
        self.targets = np.array(sorted({m.target for m in spec.moves}), dtype=np.int64)
        self.share = 1 - np.exp(-total[self.origins])
        row = {int(cell): i for i, cell in enumerate(self.targets)}
        column = {int(cell): i for i, cell in enumerate(self.origins)}
        part = [m.hazard / total[m.origin] if total[m.origin] else 0.0 for m in spec.moves]
        self.to = csr_array(
            (part, ([row[m.target] for m in spec.moves], [column.get(m.origin, 0) for m in spec.moves])),
            shape=(len(self.targets), len(self.origins)),
        )

    def apply(self, window: Floats, course: Course, month: int) -> None:
        going = window[self.origins] * self.share[:, None]
        window[self.origins] -= going
        coming = self.to @ going
        window[self.targets] += coming
        course.moved_out[month, self.origins] += going.sum(axis=1)
        course.moved_in[month, self.targets] += coming.sum(axis=1)


def _fill(plan: Plan, window: Floats, stock: Floats, owed: Floats, month: int, course: Course) -> Floats:
    """Fill vacancies from within the place; returns who comes from outside, within each pool."""
    spec = plan.specification
    posts = plan.posts[month - 1]
    vacant = np.where(np.isnan(posts), owed, np.maximum(posts + owed - stock, 0.0))
    found: Floats = vacant * (1 - np.exp(-spec.fill))
    if not found.any():
        return found
    arriving = found[:, None] * spec.sources
    alone = arriving[:, 0].copy()
    for cells, donors in spec.donor_groups:
        wanted, there = arriving[cells, 0], float(stock[donors].sum())
        if wanted.sum() < _NOBODY or there < _NOBODY:
            continue
        alone[cells] = 0.0
        going = window[donors] * min(wanted.sum() / there, 1.0)
        window[donors] -= going
        lost = going.sum(axis=1)
        taken = wanted * (lost.sum() / wanted.sum())
        window[cells] += np.outer(taken / lost.sum(), going.sum(axis=0))
        course.moved_out[month, donors] += lost
        course.moved_in[month, cells] += taken
        replaced = taken[spec.backfill[cells]].sum() / taken.sum()
        owed[donors] += np.where(np.isnan(posts[donors]), lost * replaced, -lost * (1 - replaced))
        stock[donors] -= lost
    # Where nobody is there to draw on, everybody comes from elsewhere in England.
    arriving[:, SOURCES.index("england")] += alone
    _limit(spec, arriving)
    outside = np.asarray(arriving[:, 1:].sum(axis=1))
    owed -= np.where(np.isnan(posts), outside, 0.0)
    return outside


def _limit(spec: Specification, arriving: Floats) -> None:
    for (source, profession), limit in sorted(spec.pools.items()):
        column = SOURCES.index(source)
        cells = [i for i, cell in enumerate(spec.cells) if cell.profession == profession]
        wanted = arriving[cells, column].sum()
        if wanted > limit:
            arriving[cells, column] *= limit / wanted


def _join(spec: Specification, window: Floats, people: Floats) -> None:
    for table in range(len(spec.joiner_tables)):
        members = np.flatnonzero((spec.joiner_table_of == table) & (people > 0))
        if members.size:
            ages = np.flatnonzero(spec.joiner_tables[table])
            first, last = int(ages[0]), int(ages[-1]) + 1
            joining = np.outer(people[members], spec.joiner_tables[table, first:last])
            window[_together(members), first:last] += joining


def expect(plan: Plan, *, progress: Callable[[str], None] | None = None) -> Expectation:
    """The expected course of a plan.

    Args:
        plan: a specification under a scenario.
        progress: called with a short message a year.

    Returns:
        The course, and why it is an approximation, if it is.
    """
    spec, months = plan.specification, plan.months
    cells = len(spec.cells)
    people = np.zeros((cells, AGES + months))
    people[:, months:] = opening(spec)
    course = Course.empty(months, cells)
    stock = people.sum(axis=1)
    course.stock[0] = stock
    owed = np.zeros(cells)
    movers = _Movers(spec) if any(m.hazard > 0 for m in spec.moves) else None
    groups: list[tuple[npt.NDArray[np.int64], int, float]] = []
    for month in range(1, months + 1):
        if progress and month % 12 == 1:
            progress(f"Expectation: year {month // 12 + 1} of {-(-months // 12)}")
        if month == 1 or not np.array_equal(plan.leaver_factor[month - 1], plan.leaver_factor[month - 2]):
            groups = _groups(plan, month - 1)
        window = people[:, months - month : months - month + AGES]
        _leave(window, groups, spec)
        after = window.sum(axis=1)
        course.left[month] = stock - after
        for cohort in spec.cohorts:
            if cohort.month == month:
                window[cohort.cell, cohort.age] += cohort.people * cohort.completion
                course.joined[month, cohort.cell] += cohort.people * cohort.completion
                after[cohort.cell] += cohort.people * cohort.completion
        if movers is not None:
            movers.apply(window, course, month)
            after = after + course.moved_in[month] - course.moved_out[month]
        joining = np.where(np.isnan(plan.posts[month - 1]), plan.joiners[month - 1], 0.0)
        joining += _fill(plan, window, after.copy(), owed, month, course)
        _join(spec, window, joining)
        course.joined[month] += joining
        stock = (
            course.stock[month - 1]
            + course.joined[month]
            - course.left[month]
            + course.moved_in[month]
            - course.moved_out[month]
        )
        course.stock[month] = stock
    return Expectation(course, plan.inexact)
