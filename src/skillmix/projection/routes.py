"""A recruitment plan by route: the network employs, a partner supplies under contract, or staff rotate.

The plan's posts are cells of their own, so that what happens to everybody else can be told apart. Routes
differ in who employs, in how many of the recruits come from other employers of the place, in whether those
are replaced, and in how long people stay.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from skillmix import reference
from skillmix.errors import InputError, RefusedError, Where
from skillmix.projection.assumptions import Assumptions
from skillmix.projection.entitlement import Entitlement, PlannedRole
from skillmix.projection.places import DONORS, donors_of
from skillmix.projection.scenario import Scenario, month_of
from skillmix.projection.specification import SOURCES, Cell, Plan, Specification, Uncertain

#: Routes, and the assumption that holds the share of their recruits who come from employers of the place.
ROUTES = {
    "network_employs": "local_share",
    "partner_supplies": "local_share.partner",
    "staff_rotate": "local_share.rotation",
}
#: Level of the cells that hold a plan's posts.
PLANNED = "plan"
_ENGLAND = SOURCES.index("england")


def route_of(scenario: Scenario) -> str:
    """The route that a scenario's plan names; the network employs where it names none.

    Raises:
        InputError: when the route is not known.
    """
    route = str(scenario.plan.get("route", "network_employs"))
    if route not in ROUTES:
        raise InputError(
            "The plan's route is not known.",
            cure=f"Choose from {', '.join(ROUTES)}.",
            where=[Where(scenario.name, column="route", value=route)],
        )
    return route


def _supplier(
    spec: Specification, role: PlannedRole, donors: tuple[int, ...], wanted: str | None
) -> Cell | None:
    """The cell whose employer supplies: as named, else the partner with most of the profession."""
    named = [i for i in donors if wanted in (None, spec.cells[i].organisation)]
    if named:
        return spec.cells[max(named, key=lambda i: (spec.headcount[i], spec.cells[i].words))]
    if wanted is not None:
        raise RefusedError(
            f"The supplier has nobody of the profession {role.profession}.",
            cure="Name another supplier, or none: then the partner with most of the profession supplies.",
            where=[Where(column="supplier", value=wanted)],
        )
    return None


def _template(spec: Specification, cell: Cell) -> int:
    """A cell whose hazards, ages and FTE the new one takes: the nearest there is."""

    def likeness(i: int) -> tuple[bool, bool, bool, bool]:
        other = spec.cells[i]
        return (
            other.profession == cell.profession and other.organisation == cell.organisation,
            other.profession == cell.profession and other.sector == cell.sector,
            other.profession == cell.profession,
            other.sector == cell.sector,
        )

    return max(range(len(spec.cells)), key=likeness)


def _planned_cell(
    spec: Specification, role: PlannedRole, route: str, supplier: str | None, place: str
) -> Cell:
    groups = {c.profession: c.staff_group for c in spec.cells if c.staff_group}
    group = groups.get(role.profession) or _staff_group(role.profession)
    network = Cell(place, role.profession, PLANNED, "primary_care", group, "primary_care")
    if route == "network_employs":
        return network
    employer = _supplier(spec, role, donors_of(spec.cells, network), supplier)
    if employer is None:
        return network
    return Cell(employer.organisation, role.profession, PLANNED, employer.sector, group, "primary_care")


def _staff_group(profession: str) -> str:
    return (
        dict(reference.table("professions").select("code", "staff_group").iter_rows()).get(profession) or ""
    )


def _donors(spec: Specification, cell: Cell) -> tuple[int, ...]:
    """Who can be drawn into a planned cell: every partner's own staff, the employer's among them."""
    others = [(i, c) for i, c in enumerate(spec.cells) if c.sector in DONORS and c.level != PLANNED]
    same = tuple(i for i, c in others if c.profession == cell.profession)
    return same or tuple(i for i, c in others if cell.staff_group and c.profession == cell.staff_group)


def _append(
    spec: Specification, cell: Cell, role: PlannedRole, share: float, backfill: bool
) -> Specification:
    """The specification with one more cell, empty at the start."""
    like, number = _template(spec, cell), len(spec.cells)
    donors = _donors(spec, cell)
    sources = np.zeros(len(SOURCES))
    sources[0], sources[_ENGLAND] = (share, 1 - share) if donors else (0.0, 1.0)
    return replace(
        spec,
        cells=(*spec.cells, cell),
        age_table_of=np.append(spec.age_table_of, spec.age_table_of[like]),
        hazard_of=np.append(spec.hazard_of, spec.hazard_of[like]),
        joiner_table_of=np.append(spec.joiner_table_of, spec.joiner_table_of[like]),
        joiners=np.append(spec.joiners, 0.0),
        posts=np.append(spec.posts, 0.0),
        fill=np.append(spec.fill, spec.fill[like]),
        sources=np.vstack([spec.sources, sources]),
        backfill=np.append(spec.backfill, backfill),
        fte=np.append(spec.fte, role.fte / people_for(spec, role)),
        share_place=np.append(spec.share_place, 1.0),
        donors={**spec.donors, number: donors} if donors and share > 0 else spec.donors,
        uncertain=tuple(
            # A lever does not reach the planned cells, so neither does its range.
            replace(u, cells=(*u.cells, number))
            if like in u.cells and u.kind in ("leavers", "fill") and u.months is None
            else u
            for u in spec.uncertain
        ),
    )


def people_for(spec: Specification, role: PlannedRole) -> int:
    """Whole people who make up a role's FTE, at the FTE a person that the profession has."""
    mine = [i for i, c in enumerate(spec.cells) if c.profession == role.profession] or range(len(spec.cells))
    weights = spec.headcount[list(mine)]
    each = np.average(spec.fte[list(mine)], weights=weights) if weights.sum() else 1.0
    return max(1, round(role.fte / each))


def under(
    plan: Plan,
    entitlement: Entitlement,
    assumptions: Assumptions,
    *,
    route: str,
    backfill: bool = True,
    supplier: str | None = None,
    place: str = "networks",
    local_share: float | None = None,
) -> Plan:
    """A plan with a recruitment plan's posts added by one route.

    Args:
        plan: a specification under a scenario's levers.
        entitlement: the roles planned.
        assumptions: with the shares of recruits from employers of the place, and what rotation does.
        route: one of `ROUTES`.
        backfill: whether those who come from another employer of the place are replaced there.
        supplier: partner that supplies or rotates; the one with most of the profession where none is named.
        place: code under which the networks' planned posts are kept.
        local_share: in place of the route's assumption.

    Returns:
        The plan; its planned cells have level ``plan`` and serve primary care. Where no partner has anybody
        of a profession, the networks employ whatever the route, and its recruits all come from outside.
    """
    assumption = assumptions[ROUTES[route]]
    share = assumption.value if local_share is None else local_share
    spec, cells = plan.specification, len(plan.specification.cells)
    for role in entitlement.roles:
        cell = _planned_cell(spec, role, route, supplier, place)
        if any(cell.words == other.words for other in spec.cells):
            raise InputError(
                f"The profession {role.profession} is planned twice.",
                cure="Put its FTE into one role of the plan.",
            )
        spec = _append(spec, cell, role, share, backfill)
    added = len(spec.cells) - cells
    numbers = tuple(range(cells, cells + added))
    if local_share is None:
        low, high = assumption.factors
        spec = replace(
            spec, uncertain=(*spec.uncertain, Uncertain(assumption.name, "local_share", numbers, low, high))
        )
    factor = np.ones(added)
    if route == "staff_rotate":
        rotation = assumptions["leaver_factor.rotation"]
        factor[:] = rotation.value
        low, high = rotation.factors
        spec = replace(
            spec, uncertain=(*spec.uncertain, Uncertain(rotation.name, "leavers", numbers, low, high))
        )
    posts = np.zeros((plan.months, added))
    first = max(month_of(spec.starts, entitlement.starts), 1)
    posts[first - 1 :] = [people_for(plan.specification, role) for role in entitlement.roles]
    return Plan(
        spec,
        plan.months,
        posts=np.hstack([plan.posts, posts]),
        joiners=np.hstack([plan.joiners, np.zeros((plan.months, added))]),
        leaver_factor=np.hstack([plan.leaver_factor, np.tile(factor, (plan.months, 1))]),
    )


def concerned(spec: Specification, entitlement: Entitlement) -> list[int]:
    """Cells that a plan can reach: its professions, whom they draw from, and who converts into them."""
    reached = set()
    for role in entitlement.roles:
        network = Cell("", role.profession, PLANNED, "primary_care", _staff_group(role.profession))
        reached |= set(_donors(spec, network)) | set(spec.find(profession=role.profession))
    while True:
        more = {m.origin for m in spec.moves if m.target in reached} | {
            d for i in reached for d in spec.donors.get(i, ())
        }
        if more <= reached:
            return sorted(reached)
        reached |= more


def restrict(spec: Specification, cells: list[int]) -> Specification:
    """The specification of some cells alone; moves and donors beyond them are dropped."""
    take = np.array(cells, dtype=np.int64)
    place = {old: new for new, old in enumerate(cells)}
    keep = np.isin(spec.person_cell, take)
    lookup = np.full(len(spec.cells), -1, dtype=np.int64)
    lookup[take] = np.arange(len(cells))
    arrays = (
        "age_table_of",
        "hazard_of",
        "joiner_table_of",
        "joiners",
        "posts",
        "fill",
        "sources",
        "backfill",
        "fte",
        "share_place",
    )
    changes: dict[str, Any] = {name: getattr(spec, name)[take] for name in arrays}
    return replace(
        spec,
        **changes,
        cells=tuple(spec.cells[i] for i in cells),
        person_cell=lookup[spec.person_cell[keep]],
        person_age=spec.person_age[keep],
        person_entity=spec.person_entity[keep],
        donors={
            place[i]: tuple(place[d] for d in ds if d in place) for i, ds in spec.donors.items() if i in place
        },
        moves=tuple(
            replace(m, origin=place[m.origin], target=place[m.target])
            for m in spec.moves
            if m.origin in place and m.target in place
        ),
        cohorts=tuple(replace(c, cell=place[c.cell]) for c in spec.cohorts if c.cell in place),
        uncertain=tuple(
            replace(u, cells=tuple(place[i] for i in u.cells if i in place))
            for u in spec.uncertain
            if any(i in place for i in u.cells)
        ),
    )
