"""The people of one run: arrays that grow as people join and are packed once a year.

Nobody is asked every month. When a person comes into a cell, the month of leaving is looked up once: the
first in which the hazard met exceeds the person's threshold. It is looked up again only when the hazard
changes: on changing cell, or where a scenario changes a rate.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from skillmix.projection.ages import AGES
from skillmix.projection.randomness import Keys, Luck, Stream, entity, keys
from skillmix.projection.specification import Floats, Integers, Plan, Uncertain

#: A month that never comes.
NEVER = np.iinfo(np.int32).max
#: Arrivals are counted in whole parts of a billionth, so that sums are exact in any order.
_PARTS = 10**9


def drawn(luck: Luck, uncertain: Uncertain) -> float:
    """The factor of an uncertain assumption in this run.

    Lognormal to each side of 1, with 5 in 100 below ``low`` and 5 in 100 above ``high``, so that a range need
    not be even. The draw is named by the assumption, so that every scenario meets the same.
    """
    key = np.array([entity("assumption", uncertain.name)], dtype=np.uint64)
    z = NormalDist().inv_cdf(float(luck.uniform(Stream.ASSUMPTIONS, key)[0])) / NormalDist().inv_cdf(0.95)
    end = uncertain.low if z < 0 else uncertain.high
    return float(max(end, 1e-6) ** abs(z))


class State:
    """One run's people and limits.

    Args:
        plan: what is run.
        seed: the seed of all runs.
        run: number of the run.
        uncertainty: whether the ranges of assumptions and levers are drawn.

    Attributes:
        leaver_factor: what the hazard of leaving is multiplied by in this run, at each month (rows) and cell.
        joiner_factor: what the supply's joiners are multiplied by, likewise.
        factor: row of `leaver_factor` that holds now.
        month: the month that has begun.
        cell: cell of each person; the number of cells for one who left.
        born: place on the grid of ages at month 0, were the person there; the age at a month is this plus it.
        leave_at: month in which the person leaves the place.
        bears: hazard that the person still bears at `since`.
        since: month up to which hazard has been taken off what the person bears.
        move_at, moves: month in which the person changes cell, and how often that was drawn.
        size: how many of each array are in use.
    """

    def __init__(self, plan: Plan, seed: int, run: int, *, uncertainty: bool = True) -> None:
        spec = plan.specification
        self.plan, self.spec, self.luck = plan, spec, Luck(seed, run)
        self.supplied_key, self.vacancy_key, self.hired_key = (keys(spec.entities, n) for n in (1, 2, 3))
        self.cells = len(spec.cells)
        self.posts = plan.posts
        self.posts_now = plan.posts[0]
        self.owed = np.zeros(self.cells, dtype=np.int64)
        self.filled = np.zeros(self.cells, dtype=np.int64)
        self._draw_assumptions(uncertainty)
        self.month = 0
        self.factor = self.leaver_factor[0]
        heard = np.cumsum(spec.hazards, axis=1)
        self.apart = float(np.ceil(heard.max())) + 1.0
        self.heard = heard.ravel()
        self.searched = (heard + self.apart * np.arange(len(heard))[:, None]).ravel()
        self.donor_group_of = np.full(self.cells, -1, dtype=np.int64)
        self.is_donor = np.zeros((len(spec.donor_groups), self.cells + 1), dtype=np.bool_)
        for number, (cells, donors) in enumerate(spec.donor_groups):
            self.donor_group_of[cells] = number
            self.is_donor[number, donors] = True
        self._moves()
        self._people()
        self._arrivals()
        self.before = np.zeros(self.cells, dtype=np.int64)
        self.joined, self.left, self.retired, self.moved_in, self.moved_out = (
            np.zeros(self.cells, dtype=np.int64) for _ in range(5)
        )

    def _draw_assumptions(self, uncertainty: bool) -> None:
        spec = self.spec
        self.leaver_factor, self.joiner_factor = (np.ones((self.plan.months, self.cells)) for _ in range(2))
        fill_factor, local_factor, self.move_factor, post_factor, self.learner_factor = (
            np.ones(self.cells) for _ in range(5)
        )
        named = {
            "moves": self.move_factor,
            "posts": post_factor,
            "learners": self.learner_factor,
            "leavers": self.leaver_factor,
            "joiners": self.joiner_factor,
            "fill": fill_factor,
            "local_share": local_factor,
        }
        if uncertainty:
            for uncertain in spec.uncertain:
                first, last = uncertain.months or (1, self.plan.months)
                # Factors without months have one axis, of cells; the others have months before it.
                factors = named[uncertain.kind].reshape(-1, self.cells)
                factors[first - 1 : last, list(uncertain.cells)] *= drawn(self.luck, uncertain)
        self.leaver_factor *= self.plan.leaver_factor
        if (post_factor != 1).any():
            self.posts = np.round(self.posts * post_factor)
        self.fill = 1 - np.exp(-spec.fill * fill_factor)
        local = np.minimum(spec.sources[:, 0] * local_factor, 1.0)
        outside = 1 - spec.sources[:, 0]
        scale = np.divide(1 - local, outside, out=np.zeros(self.cells), where=outside > 0)
        sources = np.column_stack([local, spec.sources[:, 1:] * scale[:, None]])
        sources[:, 3] += 1 - sources.sum(axis=1)
        self.sources = np.cumsum(sources, axis=1)
        # Where all come from one source, nothing is drawn.
        self.only_source = np.where(sources.max(axis=1) >= 1.0, sources.argmax(axis=1), -1)

    def _moves(self) -> None:
        """Flat tables for changing cell: total hazard by cell, and whereto by share."""
        moves = sorted(
            (m for m in self.spec.moves if m.hazard > 0),
            key=lambda m: (m.origin, self.spec.cells[m.target].words, m.kind),
        )
        self.move_hazard = np.zeros(self.cells + 1)
        for move in moves:
            self.move_hazard[move.origin] += move.hazard * self.move_factor[move.origin]
        self.has_moves = bool(moves)
        origins = sorted({m.origin for m in moves})
        self.rank = np.full(self.cells + 1, -1, dtype=np.int64)
        self.rank[origins] = np.arange(len(origins))
        upto, edges = dict.fromkeys(origins, 0.0), []
        for move in moves:
            factor = self.move_factor[move.origin]
            upto[move.origin] += move.hazard * factor / self.move_hazard[move.origin]
            edges.append(float(self.rank[move.origin]) + min(upto[move.origin], 1.0))
        self.move_edges = np.array(edges)
        self.move_targets = np.array([m.target for m in moves], dtype=np.int64)

    def _people(self) -> None:
        spec = self.spec
        people = len(spec.person_cell)
        age = spec.person_age.copy()
        unknown = np.flatnonzero(age < 0)
        if unknown.size:
            table = spec.age_table_of[spec.person_cell[unknown]]
            age[unknown] = self._age_from(spec.ages_upto, table, Stream.AGE, spec.person_entity[unknown])
        room = people + int(self.plan.joiners.sum() * 1.5) + people // 2 + 64
        self.size = 0
        self.cell = np.zeros(room, dtype=np.int64)
        self.born = np.zeros(room, dtype=np.int64)
        self.entity = np.zeros(room, dtype=np.uint64)
        self.leave_at = np.zeros(room, dtype=np.int64)
        self.bears = np.zeros(room)
        self.since = np.zeros(room, dtype=np.int64)
        self.move_at = np.full(room, NEVER, dtype=np.int64)
        self.moves = np.zeros(room, dtype=np.uint64)
        self.add(spec.person_cell, age, spec.person_entity)

    def _age_from(self, upto: Floats, table: Integers, stream: Stream, entities: Keys) -> Integers:
        place = np.searchsorted(upto, table + self.luck.uniform(stream, entities), side="left")
        return np.asarray(np.minimum(place - table * AGES, AGES - 2), dtype=np.int64)

    def _arrivals(self) -> None:
        """When everyone comes whom the supply brings: a Poisson process in each cell, laid out beforehand."""
        driven = np.isnan(self.posts)
        rate = np.where(driven, self.plan.joiners, 0.0) * self.joiner_factor
        months, cells, counts = [], [], []
        for cell in np.flatnonzero(rate.sum(axis=0)):
            total = np.cumsum(np.round(rate[:, cell] * _PARTS).astype(np.int64))
            most = total[-1] / _PARTS
            number = np.arange(int(most + 8 * most**0.5 + 12), dtype=np.uint64)
            gaps = self.luck.exponential(
                Stream.ARRIVE, keys(np.full(len(number), self.supplied_key[cell]), number)
            )
            when = np.cumsum(np.round(gaps * _PARTS).astype(np.int64))
            when = when[when < total[-1]]
            months.append(np.searchsorted(total, when, side="right"))
            cells.append(np.full(len(when), cell, dtype=np.int64))
            counts.append(number[: len(when)])
        if not months:
            months, cells = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
            counts = [np.zeros(0, dtype=np.uint64)]
        month, cell_of, count = np.concatenate(months), np.concatenate(cells), np.concatenate(counts)
        order = np.argsort(month, kind="stable")
        self.arrival_cell = cell_of[order]
        self.arrival_entity = keys(self.supplied_key[self.arrival_cell], count[order])
        self.arrival_from = np.searchsorted(month[order], np.arange(self.plan.months + 1), side="left")

    def add(self, cell: Integers, age: Integers, entities: Keys) -> None:
        """People who come into post: cell, place on the grid of ages, and what names them."""
        needed = self.size + len(cell)
        if needed > len(self.cell):
            self._grow(needed)
        span = slice(self.size, needed)
        self.cell[span], self.entity[span] = cell, entities
        self.born[span] = age - self.month
        self.bears[span] = self.luck.exponential(Stream.LEAVE, entities)
        self.since[span] = self.month
        self.moves[span] = 0
        self.size = needed
        people = np.arange(span.start, span.stop)
        self._look_up_leaving(people)
        self.look_up_moving(people, self.month)

    def _look_up_leaving(self, people: npt.NDArray[np.intp]) -> None:
        """The first month by which a person has met as much hazard as is left to bear."""
        cell = self.cell[people]
        row = self.spec.hazard_of[cell]
        at = row * AGES + self.born[people] + self.since[people]
        target = self.heard[at] + self.bears[people] / self.factor[cell]
        place = np.searchsorted(self.searched, np.minimum(target, self.apart) + row * self.apart, side="left")
        age = np.clip(place - row * AGES, self.born[people] + self.since[people] + 1, AGES - 1)
        self.leave_at[people] = age - self.born[people]

    def look_up_moving(self, people: npt.NDArray[np.intp], since: int) -> None:
        """The month in which a person changes cell, from a new draw: the hazard does not change with age."""
        if not self.has_moves:
            return
        hazard = self.move_hazard[self.cell[people]]
        movers = people[hazard > 0]
        self.move_at[people] = NEVER
        bears = self.luck.exponential(Stream.MOVE, self.entity[movers], self.moves[movers])
        wait = np.ceil(bears / self.move_hazard[self.cell[movers]])
        self.move_at[movers] = since + np.clip(wait, 1, 1e6).astype(np.int64)

    def settle(self, people: npt.NDArray[np.intp]) -> None:
        """Take the hazard met since the last time off what people still bear."""
        row = self.spec.hazard_of[self.cell[people]] * AGES + self.born[people]
        met = self.heard[row + self.month] - self.heard[row + self.since[people]]
        self.bears[people] -= met * self.factor[self.cell[people]]
        self.since[people] = self.month

    def change_rates(self, month: int) -> None:
        """Take up the leaver factors of a month, where the plan or the range of a lever changes them."""
        factors = self.leaver_factor
        if month == 1 or (factors[month - 1] == factors[month - 2]).all():
            return
        changed = np.append(factors[month - 1] != factors[month - 2], False)
        people = np.flatnonzero(changed[self.cell[: self.size]])
        self.month = month - 1
        self.settle(people)
        self.month = month
        self.factor = factors[month - 1]
        self._look_up_leaving(people)

    def join(self, cell: Integers, entities: Keys) -> None:
        """People who come from outside the place, of the ages that joiners have."""
        table = self.spec.joiner_table_of[cell]
        self.add(
            cell, self._age_from(self.spec.joiner_ages_upto, table, Stream.JOINER_AGE, entities), entities
        )

    @property
    def _arrays(self) -> tuple[str, ...]:
        return ("cell", "born", "entity", "leave_at", "bears", "since", "move_at", "moves")

    def _grow(self, needed: int) -> None:
        for name in self._arrays:
            old = getattr(self, name)
            new = np.zeros(max(needed, 2 * len(old)), dtype=old.dtype)
            new[: self.size] = old[: self.size]
            setattr(self, name, new)

    def pack(self) -> None:
        """Drop those who left."""
        here = np.flatnonzero(self.cell[: self.size] < self.cells)
        for name in self._arrays:
            array = getattr(self, name)
            array[: len(here)] = array[here]
        self.size = len(here)

    def transfer(self, people: npt.NDArray[np.intp], target: Integers) -> None:
        """People of the place who change cell: counted out of one and into the other."""
        self.moved_out += np.bincount(self.cell[people], minlength=self.cells)[: self.cells]
        self.moved_in += np.bincount(target, minlength=self.cells)
        self.settle(people)
        self.cell[people] = target
        self._look_up_leaving(people)
        self.moves[people] += np.uint64(1)
        self.look_up_moving(people, self.month)

    def now(self) -> Integers:
        """People in post by cell, from the flows of the month so far."""
        return self.before + self.joined - self.left + self.moved_in - self.moved_out

    def stock(self) -> Integers:
        """People in post by cell, counted."""
        return np.bincount(self.cell[: self.size], minlength=self.cells + 1)[: self.cells].astype(np.int64)
