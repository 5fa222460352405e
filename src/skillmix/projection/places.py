"""From the facts of a place to the specification of its projection."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from skillmix import reference
from skillmix.place import Facts
from skillmix.projection import england
from skillmix.projection.ages import by_band, distribution, hazard_of_rate
from skillmix.projection.assumptions import Assumptions
from skillmix.projection.establishment import fill_of, posts_of
from skillmix.projection.people import people_of
from skillmix.projection.specification import SOURCES, Cell, Floats, Move, Specification, Uncertain

#: Sectors whose joiners are known from England's trusts, by staff group.
TRUSTS = frozenset({"acute", "community", "mental_health", "ambulance"})
#: Employers that networks draw from.
DONORS = TRUSTS | {"social_care_council"}
_SOCIAL_CARE = {"social_care_council", "social_care_independent"}


def level_of(cell: Cell, assumptions: Assumptions) -> str:
    """Name of the assumption that sets how many leave a cell's employer a year."""
    if cell.sector in _SOCIAL_CARE:
        return f"leaver_rate.{cell.sector}"
    name = f"leaver_rate.{cell.staff_group}"
    return name if name in assumptions else "leaver_rate.all"


def _hazard(cell: Cell, assumptions: Assumptions) -> tuple[str, Floats, Floats]:
    """Name, hazard by age and share retiring of a cell: England's shape at the level assumed."""
    name = level_of(cell, assumptions)
    group = "" if cell.sector in _SOCIAL_CARE else cell.staff_group
    shape = england.shape(group)
    factor = 1.0
    if cell.sector == "primary_care":
        factor = assumptions["leaver_factor.primary_care"].value
    elif cell.sector not in TRUSTS | _SOCIAL_CARE:
        factor = assumptions["leaver_factor.other"].value
    scale = factor * assumptions[name].value / shape.overall_now
    rates = by_band({band: rate * scale for band, rate in shape.leaving.items()})
    return f"{name} {group} x {factor:g}", hazard_of_rate(rates), by_band(shape.retiring)


class _Tables:
    """Tables shared by cells: each once, by name."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.rows: list[tuple[Floats, ...]] = []

    def number(self, name: str, *row: Floats) -> int:
        if name not in self.names:
            self.names[name] = len(self.rows)
            self.rows.append(row)
        return self.names[name]

    def column(self, index: int) -> Floats:
        return np.stack([row[index] for row in self.rows])


def _supplied(cell: Cell, assumptions: Assumptions) -> bool:
    known = f"joiner_rate.{cell.staff_group}" in assumptions or cell.staff_group == "doctors"
    return cell.sector in TRUSTS and known


def _joiners(cells: tuple[Cell, ...], headcount: Floats, leaving: Floats, assumptions: Assumptions) -> Floats:
    """Joiners a month where the supply drives the cell: England's joiners over stock, by staff group."""
    joiners = np.zeros(len(cells))
    for i, cell in enumerate(cells):
        if not _supplied(cell, assumptions):
            continue
        if cell.staff_group == "doctors":
            joiners[i] = leaving[i] * assumptions["doctor_joiner_balance"].value
        else:
            joiners[i] = headcount[i] * assumptions[f"joiner_rate.{cell.staff_group}"].value / 12
    return joiners


def _conversions(
    cells: tuple[Cell, ...], headcount: Floats, assumptions: Assumptions
) -> tuple[tuple[Move, ...], dict[str, list[int]]]:
    """Moves between staff groups of a trust: whoever leaves a group that loses goes to those that gain.

    From a support family people go to the profession that its ladder leads to, where the trust has it; else
    to all that gain, as England's gains and the trust's own staff have it.
    """
    ladder = dict(reference.table("professions").select("code", "ladder_to").iter_rows())
    by_organisation: dict[str, list[int]] = defaultdict(list)
    for i, cell in enumerate(cells):
        if cell.sector in TRUSTS and f"conversion_rate.{cell.staff_group}" in assumptions:
            by_organisation[cell.organisation].append(i)
    moves = []
    movers: dict[str, list[int]] = defaultdict(list)
    for members in by_organisation.values():
        rate = {i: assumptions[f"conversion_rate.{cells[i].staff_group}"].value for i in members}
        gaining = {i: rate[i] * headcount[i] for i in members if rate[i] > 0 and headcount[i] > 0}
        for i in members:
            if rate[i] >= 0 or not gaining:
                continue
            up = [j for j in gaining if cells[j].profession == ladder.get(cells[i].profession)]
            targets = {j: gaining[j] for j in up} or gaining
            hazard = -np.log1p(rate[i]) / 12
            total = sum(targets.values())
            moves += [Move(i, j, round(hazard * part / total, 10)) for j, part in targets.items()]
            movers[cells[i].staff_group].append(i)
    return tuple(m for m in moves if m.hazard > 0), movers


def donors_of(cells: tuple[Cell, ...], target: Cell) -> tuple[int, ...]:
    """Cells of other employers that a network's recruits of a profession come from.

    The same profession; where no employer tells it apart, the staff group it belongs to.
    """
    others = [
        (i, c)
        for i, c in enumerate(cells)
        if c.organisation != target.organisation and c.sector in DONORS and not c.level
    ]
    same = tuple(i for i, c in others if c.profession == target.profession)
    if same or not target.staff_group:
        return same
    return tuple(i for i, c in others if c.profession == target.staff_group)


def _uncertain(
    cells: tuple[Cell, ...],
    assumptions: Assumptions,
    movers: dict[str, list[int]],
    supplied: npt.NDArray[np.bool_],
) -> list[Uncertain]:
    """The ranges that are drawn, each over the cells that it is of."""
    of: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, cell in enumerate(cells):
        of[level_of(cell, assumptions), "leavers"].append(i)
        if cell.sector == "primary_care":
            of["leaver_factor.primary_care", "leavers"].append(i)
        elif cell.sector not in TRUSTS | _SOCIAL_CARE:
            of["leaver_factor.other", "leavers"].append(i)
        if supplied[i]:
            group = cell.staff_group
            name = "doctor_joiner_balance" if group == "doctors" else f"joiner_rate.{group}"
            of[name, "joiners"].append(i)
        else:
            of["months_to_fill", "fill"].append(i)
        if cell.sector == "primary_care":
            of["local_share", "local_share"].append(i)
    for group, members in movers.items():
        of[f"conversion_rate.{group}", "moves"] = members
    drawn = []
    for (name, kind), members in of.items():
        low, high = sorted(assumptions[name].factors)
        if kind == "fill":
            low, high = 1 / high, 1 / low
        if low < 1 or high > 1:
            drawn.append(Uncertain(name, kind, tuple(members), max(low, 1e-6), high))
    return drawn


def specify(
    facts: Facts,
    assumptions: Assumptions,
    *,
    as_of: dt.date | None = None,
    progress: Callable[[str], None] | None = None,
) -> Specification:
    """The specification of a place's projection.

    Cells are organisations and professions (staff groups where no profession is known). Hazards of leaving
    take England's shape by age for the staff group, at the level assumed. In trusts, joiners come as in
    England by staff group, as people a month, and staff change group as in England (support to registered);
    elsewhere vacancies against posts are filled. A group known only by its totals is given people of
    England's ages, drawn anew each run, so its intervals are wider.

    Args:
        facts: what may be read of the place.
        assumptions: with their ranges.
        as_of: the date; the newest figures where none is given.
        progress: called with a short message a step.

    Returns:
        The specification; its notes say what was assumed.

    Raises:
        RefusedError: when the place holds no staff.
        InputError: when an assumption is missing.
    """
    say = progress or (lambda message: None)
    say("Reading staff in post")
    people = people_of(facts, as_of=as_of, fte_per_person=assumptions["fte_per_person"].value)
    notes = list(people.notes)
    cells = people.cells
    headcount = np.bincount(people.cell, minlength=len(cells)).astype(np.float64)
    say("Setting hazards")
    hazards, age_tables, joiner_tables = _Tables(), _Tables(), _Tables()
    hazard_of, age_of, joiner_of = (np.zeros(len(cells), dtype=np.int64) for _ in range(3))
    leaving = np.zeros(len(cells))
    for i, cell in enumerate(cells):
        name, hazard, retiring = _hazard(cell, assumptions)
        hazard_of[i] = hazards.number(name, hazard, retiring)
        group = "" if cell.sector in _SOCIAL_CARE else cell.staff_group
        shape = england.shape(group)
        age_of[i] = age_tables.number(group, distribution(shape.stock))
        joiner_of[i] = joiner_tables.number(group, distribution(shape.joining))
        known = people.age[(people.cell == i) & (people.age >= 0)]
        at = hazard[known].mean() if known.size else float(hazard @ distribution(shape.stock))
        leaving[i] = headcount[i] * at
    moves, movers = _conversions(cells, headcount, assumptions)
    going = leaving.copy()
    for move in moves:
        going[move.origin] += move.hazard * headcount[move.origin]
        going[move.target] -= move.hazard * headcount[move.origin]
    months_to_fill = assumptions["months_to_fill"].value
    supplied = np.array([_supplied(cell, assumptions) for cell in cells])
    posts, sent = posts_of(facts, people, supplied, leaving, months_to_fill, notes)
    sources = np.zeros((len(cells), len(SOURCES)))
    sources[:, SOURCES.index("england")] = 1.0
    donors = {}
    for i, cell in enumerate(cells):
        if cell.sector == "primary_care":
            found = donors_of(cells, cell)
            if found:
                donors[i] = found
                share = assumptions["local_share"].value
                sources[i, 0], sources[i, SOURCES.index("england")] = share, 1 - share
    if people.oldest < people.as_of:
        notes.append(
            f"Figures of {people.oldest:%B %Y} to {people.as_of:%B %Y} are taken to stand at "
            f"{people.as_of:%B %Y}."
        )
    unknown = int((people.age < 0).sum())
    if unknown:
        notes.append(
            f"The ages of {unknown:,} of {len(people.age):,} people are not known: England's ages of their "
            "staff group are drawn, anew each run."
        )
    return Specification(
        starts=people.as_of,
        cells=cells,
        person_cell=people.cell,
        person_age=people.age,
        person_entity=people.entity,
        age_tables=age_tables.column(0),
        age_table_of=age_of,
        hazards=hazards.column(0),
        hazard_of=hazard_of,
        retire_share=hazards.column(1),
        joiner_tables=joiner_tables.column(0),
        joiner_table_of=joiner_of,
        joiners=_joiners(cells, headcount, leaving, assumptions),
        posts=posts,
        fill=fill_of(cells, headcount, np.where(sent, posts, np.nan), going, months_to_fill),
        sources=sources,
        backfill=np.ones(len(cells), dtype=np.bool_),
        donors=donors,
        moves=moves,
        fte=people.fte,
        share_place=people.share_place,
        uncertain=tuple(_uncertain(cells, assumptions, movers, np.isnan(posts))),
        notes=tuple(notes),
        invented=people.invented,
    )
