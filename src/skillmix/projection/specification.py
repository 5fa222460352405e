"""What a projection is of: cells of people, what moves them, and the limits they meet.

A `Specification` is plain arrays. It does not know where its figures came from (`places.specify` does), nor
how it is computed (`expectation` and `montecarlo` do), nor what a scenario is (`scenario` turns one into a
`Plan`, the same arrays by month).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from skillmix.errors import InputError
from skillmix.projection.ages import AGES
from skillmix.projection.randomness import entity

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

#: Where the person who fills a vacancy comes from, in the order in which they are asked.
SOURCES = ("place", "newly_qualified", "returner", "england", "abroad")

#: Kinds of `Uncertain` whose factor may hold in some months only.
BY_MONTH = ("leavers", "joiners")


@dataclass(frozen=True, slots=True)
class Cell:
    """Jobs that are told apart by nothing but their holders.

    Attributes:
        organisation: the employer.
        profession: national profession or support family, or the staff group where no profession is known.
        level: band or its equivalent; empty where not told apart.
        sector: of the employer.
        staff_group: national staff group, where known.
        serves: sector that the work is done for; empty: the employer's own.
    """

    organisation: str
    profession: str
    level: str = ""
    sector: str = ""
    staff_group: str = ""
    serves: str = ""

    @property
    def words(self) -> tuple[str, str, str, str, str]:
        """What tells the cell from every other."""
        return self.organisation, self.profession, self.staff_group, self.level, self.serves or self.sector


@dataclass(frozen=True, slots=True)
class Move:
    """A hazard of changing cell: conversion, promotion.

    Attributes:
        origin: number of the cell left.
        target: number of the cell entered.
        hazard: hazard a month.
        kind: ``converted`` or ``promoted``.
    """

    origin: int
    target: int
    hazard: float
    kind: str = "converted"


@dataclass(frozen=True, slots=True)
class Cohort:
    """Learners who qualify together into a cell.

    Attributes:
        cell: number of the cell that they join.
        month: months after the start (the first month is 1).
        people: how many are learning.
        completion: share who qualify and join.
        age: place on the grid of ages at which they join.
        name: names the cohort in the random stream.
    """

    cell: int
    month: int
    people: int
    completion: float
    age: int
    name: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """An assumption, or the amount of a lever, with a range: its factor is drawn once a run.

    Attributes:
        name: names it in the random stream and in the manifest.
        kind: ``leavers``, ``joiners``, ``fill``, ``moves``, ``local_share``, ``posts`` or ``learners``: what
            is multiplied in the cells (moves: those out of the cells).
        cells: numbers of the cells concerned.
        low: factor that 5 in 100 runs fall below.
        high: factor that 5 in 100 runs exceed.
        months: of a lever on leavers or joiners, the first and last month in which the factor holds (the
            first projected is 1); None, of every assumption: it holds throughout.
    """

    name: str
    kind: str
    cells: tuple[int, ...]
    low: float
    high: float
    months: tuple[int, int] | None = None


def _nought(cells: int) -> Floats:
    return np.zeros(cells)


def _end_to_end(tables: Floats) -> Floats:
    upto = np.cumsum(tables, axis=1)
    upto[:, -1] = 1.0
    return np.asarray((upto + np.arange(len(tables))[:, None]).ravel())


@dataclass(frozen=True)
class Specification:
    """Everything that a projection starts from; arrays over the cells in the order of `cells`.

    Attributes:
        starts: date at which the stock is true; month 1 ends a month later.
        cells: the cells, each told apart by `Cell.words`.
        person_cell: cell of each person at the start.
        person_age: place on the grid of each person's age; -1 where unknown, then drawn once a run from the
            cell's age table, which widens the intervals as it should.
        person_entity: number that names each person in the random streams.
        age_tables, age_table_of: distributions of unknown ages (tables x ages), and each cell's table.
        hazards, hazard_of: hazard a month of leaving by age (tables x ages), and each cell's table.
        retire_share: share of leavers who retire, by the same tables.
        joiner_tables, joiner_table_of: ages of joiners from outside the place.
        joiners: expected joiners a month from outside, where the supply drives the cell.
        posts: posts that vacancies are measured against; nan where the supply drives the cell.
        fill: hazard a month that a vacant post is filled.
        sources: shares of `SOURCES` among those who fill posts (cells x sources), each row adding to 1.
        backfill: whether a person whom the cell draws from another employer of the place is replaced there.
        pools: most people a month from a source into a profession, by (source, profession).
        donors: cells that people come from within the place, by cell; absent: none known.
        moves: hazards of changing cell.
        cohorts: learners on their way.
        fte: full-time equivalent a person.
        share_place: share of the cell that serves this place.
        uncertain: assumptions with a range.
        notes: what was assumed, in words, for the report.
        invented: whether any fact behind it is synthetic.
    """

    starts: dt.date
    cells: tuple[Cell, ...]
    person_cell: Integers
    person_age: Integers
    person_entity: Keys
    age_tables: Floats
    age_table_of: Integers
    hazards: Floats
    hazard_of: Integers
    retire_share: Floats
    joiner_tables: Floats
    joiner_table_of: Integers
    joiners: Floats
    posts: Floats
    fill: Floats
    sources: Floats
    backfill: npt.NDArray[np.bool_]
    pools: dict[tuple[str, str], float] = field(default_factory=dict)
    donors: dict[int, tuple[int, ...]] = field(default_factory=dict)
    moves: tuple[Move, ...] = ()
    cohorts: tuple[Cohort, ...] = ()
    fte: Floats = field(default_factory=lambda: _nought(0))
    share_place: Floats = field(default_factory=lambda: _nought(0))
    uncertain: tuple[Uncertain, ...] = ()
    notes: tuple[str, ...] = ()
    invented: bool = False

    def __post_init__(self) -> None:
        """Refuse what no engine could compute.

        Raises:
            InputError: naming the cell and the cure.
        """
        cells = len(self.cells)
        if not self.fte.size:
            object.__setattr__(self, "fte", np.ones(cells))
        if not self.share_place.size:
            object.__setattr__(self, "share_place", np.ones(cells))
        words = [cell.words for cell in self.cells]
        if len(set(words)) < cells:
            twice = next(word for i, word in enumerate(words) if word in words[:i])
            raise InputError(
                f"The cell {', '.join(filter(None, twice))} is there twice.", cure="Put its people together."
            )
        for name in ("age_table_of", "hazard_of", "joiner_table_of", "joiners", "posts", "fill", "backfill"):
            if len(getattr(self, name)) != cells:
                raise InputError(f"{name} is not given for every cell.", cure=f"Give {cells} values.")
        for name in ("age_tables", "hazards", "retire_share", "joiner_tables"):
            if getattr(self, name).shape[1] != AGES:
                raise InputError(f"{name} does not span the ages.", cure=f"Give {AGES} columns.")
        if self.sources.shape != (cells, len(SOURCES)) or not np.allclose(self.sources.sum(axis=1), 1):
            raise InputError(
                "The sources of recruits do not add to 1 in every cell.",
                cure=f"Give a share for each of {', '.join(SOURCES)}.",
            )
        if (self.hazards < 0).any() or (self.joiners < 0).any() or (self.fill < 0).any():
            raise InputError("A rate is below nought.", cure="Give rates of nought or more.")
        for uncertain in self.uncertain:
            if uncertain.months is not None and uncertain.kind not in BY_MONTH:
                raise InputError(
                    f"The range of {uncertain.name} cannot hold in some months only.",
                    cure=f"Give months to ranges of {' and '.join(BY_MONTH)} alone.",
                )

    @cached_property
    def entities(self) -> Keys:
        """A number for each cell, made of its words, so that the order of cells changes nothing."""
        return np.array([entity("cell", *cell.words) for cell in self.cells], dtype=np.uint64)

    @cached_property
    def headcount(self) -> Integers:
        """People in each cell at the start."""
        return np.bincount(self.person_cell, minlength=len(self.cells)).astype(np.int64)

    @cached_property
    def ages_upto(self) -> Floats:
        """Cumulated shares of the tables of unknown ages, laid end to end: table n runs from n to n + 1."""
        return _end_to_end(self.age_tables)

    @cached_property
    def joiner_ages_upto(self) -> Floats:
        """The same of joiners' ages."""
        return _end_to_end(self.joiner_tables)

    @cached_property
    def word_rank(self) -> Integers:
        """Place of each cell when all are sorted by their words."""
        rank = np.empty(len(self.cells), dtype=np.int64)
        rank[sorted(range(len(self.cells)), key=lambda i: self.cells[i].words)] = np.arange(len(self.cells))
        return rank

    @cached_property
    def donor_groups(self) -> tuple[tuple[Integers, Integers], ...]:
        """Cells that draw on the same donors, and those donors; their order does not follow the cells'."""
        groups: dict[tuple[int, ...], list[int]] = {}
        for cell, donors in self.donors.items():
            if donors and self.sources[cell, 0] > 0:
                groups.setdefault(tuple(sorted(donors)), []).append(cell)
        named = sorted(groups.items(), key=lambda item: min(self.cells[i].words for i in item[1]))
        return tuple(
            (
                np.array(sorted(cells, key=lambda i: self.cells[i].words), dtype=np.int64),
                np.array(donors, dtype=np.int64),
            )
            for donors, cells in named
        )

    def find(self, **words: str) -> list[int]:
        """Numbers of the cells whose attributes equal `words`, such as ``organisation="RR8"``."""
        return [
            i for i, cell in enumerate(self.cells) if all(getattr(cell, k) == v for k, v in words.items())
        ]

    def reordered(self, order: list[int]) -> Specification:
        """The same specification with its cells, and their people, in another order."""
        place = {old: new for new, old in enumerate(order)}
        renumber = np.array([place[i] for i in range(len(self.cells))], dtype=np.int64)
        person_cell = renumber[self.person_cell]
        people = np.argsort(person_cell, kind="stable")
        take = np.array(order, dtype=np.int64)
        arrays = ("age_table_of", "hazard_of", "joiner_table_of", "joiners", "posts", "fill", "sources")
        return replace(
            self,
            cells=tuple(self.cells[i] for i in order),
            person_cell=person_cell[people],
            person_age=self.person_age[people],
            person_entity=self.person_entity[people],
            backfill=self.backfill[take],
            fte=self.fte[take],
            share_place=self.share_place[take],
            donors={place[i]: tuple(sorted(place[d] for d in ds)) for i, ds in self.donors.items()},
            moves=tuple(replace(m, origin=place[m.origin], target=place[m.target]) for m in self.moves),
            cohorts=tuple(replace(c, cell=place[c.cell]) for c in self.cohorts),
            uncertain=tuple(
                replace(u, cells=tuple(sorted(place[i] for i in u.cells))) for u in self.uncertain
            ),
            **{name: getattr(self, name)[take] for name in arrays},
        )


@dataclass(frozen=True)
class Plan:
    """A specification under a scenario: what varies by month, laid out by month (rows) and cell.

    Attributes:
        specification: what the projection starts from, with the scenario's cells added.
        months: how many months are projected.
        posts: as in `Specification`, at each month.
        joiners: as in `Specification`, at each month.
        leaver_factor: what the hazard of leaving is multiplied by, at each month.
    """

    specification: Specification
    months: int
    posts: Floats
    joiners: Floats
    leaver_factor: Floats

    @classmethod
    def of(cls, specification: Specification, months: int) -> Plan:
        """The specification carried on as it is."""
        cells = len(specification.cells)
        return cls(
            specification,
            months,
            posts=np.tile(np.round(specification.posts), (months, 1)),
            joiners=np.tile(specification.joiners, (months, 1)),
            leaver_factor=np.ones((months, cells)),
        )

    @cached_property
    def inexact(self) -> tuple[str, ...]:
        """Why the expectation is an approximation, in words; empty where it is exact."""
        spec = self.specification
        why = []
        driven = ~np.isnan(self.posts)
        if any(limit < np.inf for limit in spec.pools.values()):
            why.append("a pool of recruits is limited")
        local = [i for i in spec.donors if spec.sources[i, 0] > 0 and driven[:, i].any()]
        if local:
            why.append("recruits from other employers of the place are shared among them by their stock")
        open_posts = np.where(driven, self.posts, 1e12)
        fallen = (open_posts[1:] < open_posts[:-1]).any()
        into = {m.target for m in spec.moves} | {c.cell for c in spec.cohorts}
        if fallen or (spec.headcount > open_posts[0]).any() or any(driven[:, i].any() for i in into):
            why.append("people may outnumber posts")
        return tuple(why)
