"""What is planted on top of the simulation: second jobs, and staff whom trusts lend to networks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from skillmix.demonstration.aldmoor_city.events import Years
from skillmix.demonstration.aldmoor_city.figures import LEVELS, Assumptions


@dataclass(frozen=True)
class Overlays:
    """Second jobs, and contracted lines.

    Attributes:
        second_person: people with a second job; the same people at every snapshot.
        second_cell: the cell of the second job.
        second_level: its level.
        second_hundredths: its FTE times 100.
        second_start: the day on which it started.
        two_employers: how many of the second jobs, from the first, are at another employer.
        line_cell: the network's cell of each line without a person.
        line_employer: the trust that supplies it.
        line_hundredths: its FTE times 100.
        lent_person: people whom a trust reports in post, and a network as a line: counted twice.
        lent_cell: their cell at the trust.
        lent_to: the network where they work.
    """

    second_person: np.ndarray
    second_cell: np.ndarray
    second_level: np.ndarray
    second_hundredths: np.ndarray
    second_start: np.ndarray
    two_employers: int
    line_cell: np.ndarray
    line_employer: list[str]
    line_hundredths: np.ndarray
    lent_person: np.ndarray
    lent_cell: np.ndarray
    lent_to: list[str]

    def lines(self, on: dt.date) -> pl.DataFrame:
        """The lines without a person, in the columns that the assignments are made from."""
        return pl.DataFrame(
            {
                "cell": self.line_cell,
                "level_number": np.full(len(self.line_cell), LEVELS.index("band_7")),
                "hundredths": self.line_hundredths,
                "line_employer": self.line_employer,
            }
        ).with_columns(as_of=pl.lit(on))

    def lent(self) -> pl.DataFrame:
        """Where the people work whom a trust lends: ``person, cell, lent_to``."""
        return pl.DataFrame(
            {"person": self.lent_person, "cell": self.lent_cell, "lent_to": self.lent_to},
            schema_overrides={"lent_to": pl.String},
        )


def overlays(years: Years, given: Assumptions, seed: int, size: float) -> Overlays:
    """Chooses who has a second job and who is lent, among people who never left, moved or changed.

    Args:
        years: the simulation.
        given: the assumptions.
        seed: the seed of the city.
        size: the size of the city; at least two of everything are planted.
    """
    rng = np.random.default_rng([seed, 3])
    first, last = years.snapshots[0], years.snapshots[-1]
    people, grid = years.people, years.grid
    changed = np.unique(years.events.person)
    steady = np.setdiff1d(np.intersect1d(first.person, last.person), changed)
    professions = given.workforce.get_column("profession").to_list()

    def many(name: str) -> int:
        return max(2, round(given[name] * size))

    # Lent: physiotherapists of Aldmoor Hospitals, at Band 7 or near it, who work at networks.
    physiotherapist = professions.index("physiotherapist")
    acute = grid.find(0, physiotherapist)
    candidates = steady[people.cell[steady] == acute]
    nearest = np.argsort(np.abs(people.level[candidates] - LEVELS.index("band_7")), kind="stable")
    twice = min(many("contracted.counted_twice"), len(candidates))
    lent = candidates[nearest[:twice]]
    networks = [n for n, o in enumerate(years.organisations) if o.partner == "network"]
    lines = max(many("contracted.physiotherapist_lines"), twice)
    where = [networks[(5 * n) % len(networks)] for n in range(lines)]
    line_cell = [grid.find(n, physiotherapist) for n in where]
    hundredths = [*people.hundredths[lent], *rng.choice([40, 60, 80, 100], lines - twice)]
    employer = ["ALD-01"] * lines
    therapist = professions.index("occupational_therapist")
    for n in range(many("contracted.occupational_therapist_lines")):
        line_cell.append(grid.find(networks[(7 * n + 2) % len(networks)], therapist))
        hundredths.append(60)
        employer.append("ALD-02")

    # Second jobs: part-timers with room for one, and a few full-timers who go above 1.0.
    free = np.setdiff1d(steady, lent)
    other, same = many("two_employers.people"), many("two_jobs_one_employer.people")
    by_profession: dict[int, np.ndarray] = {
        row: np.flatnonzero(grid.profession == row) for row in range(len(professions))
    }
    second: list[tuple[int, int, int]] = []
    for person in rng.permutation(free).tolist():
        if len(second) == other + same:
            break
        cell = int(people.cell[person])
        full = people.hundredths[person] == 100
        # One in four goes above full time: enough to find, few enough to be a fault.
        if (full and len(second) % 4) or (people.hundredths[person] > 60 and not full):
            continue
        if len(second) < other:
            choice = by_profession[int(grid.profession[cell])]
            choice = choice[grid.organisation[choice] != grid.organisation[cell]]
            # A second job in the same kind of grade, so that the level stands.
            choice = choice[grid.ladder[choice, people.level[person]] > 0]
            if not len(choice):
                continue
            second.append((person, int(rng.choice(choice)), 20))
        else:
            second.append((person, cell, 20))
    who = np.array([p for p, _, _ in second], dtype=np.int64)
    return Overlays(
        second_person=who,
        second_cell=np.array([c for _, c, _ in second], dtype=np.int64),
        second_level=people.level[who],
        second_hundredths=np.array([h for _, _, h in second], dtype=np.int64),
        second_start=np.maximum(people.start[who], first.date - 400),
        two_employers=min(other, len(second)),
        line_cell=np.array(line_cell, dtype=np.int64),
        line_employer=employer,
        line_hundredths=np.array(hundredths, dtype=np.int64),
        lent_person=lent,
        lent_cell=people.cell[lent],
        lent_to=[years.organisations[n].code for n in where[:twice]],
    )
