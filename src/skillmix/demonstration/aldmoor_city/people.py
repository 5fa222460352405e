"""The people of Aldmoor: cells of establishment, and who is drawn to fill them."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from skillmix import reference
from skillmix.demonstration.aldmoor_city.figures import LEVELS, PARTNERS, SENIOR, Assumptions
from skillmix.demonstration.aldmoor_city.jobs import job, level_ranges, within_range
from skillmix.demonstration.aldmoor_city.organisations import Organisation, spread

#: Sexes in the order of their numbers in the arrays.
SEXES = ("female", "male")
#: Number that stands for an ethnic group that was not stated.
NOT_STATED = -1
#: Contracts in the order of their numbers in the arrays.
CONTRACTS = ("permanent", "fixed_term")
#: Professions whose heads are the same at every size, because an answer is planted on them.
WHOLE = ("prosthetist_orthotist",)


@dataclass(frozen=True)
class Cells:
    """The establishment in heads: one cell an organisation and profession.

    Attributes:
        organisation: number of the organisation.
        profession: row of the profession in the workforce list.
        heads: people at the first snapshot.
        ladder: share of people at each level.
        partner: number of the partner in `PARTNERS`.
    """

    organisation: np.ndarray
    profession: np.ndarray
    heads: np.ndarray
    ladder: np.ndarray
    partner: np.ndarray

    def __len__(self) -> int:
        """How many cells."""
        return len(self.organisation)

    def find(self, organisation: int, profession: int) -> int:
        """Number of a cell, or -1 where the organisation has no such profession."""
        found = np.flatnonzero((self.organisation == organisation) & (self.profession == profession))
        return int(found[0]) if len(found) else -1


@dataclass
class People:
    """Everyone who ever worked in Aldmoor, one element a person, and the job that they hold.

    Attributes:
        cell: number of the cell.
        level: number of the level.
        hundredths: FTE times 100.
        start: first day with the employer, in days since 1970.
        level_start: first day at the level.
        birth: month of birth, in months since year 0.
        sex: number of the sex.
        ethnicity: number of the ethnic group, or `NOT_STATED`.
        contract: number of the contract.
        new_until: day on which a newly qualified person is established; 0 for others.
        active: whether in post.
    """

    cell: np.ndarray
    level: np.ndarray
    hundredths: np.ndarray
    start: np.ndarray
    level_start: np.ndarray
    birth: np.ndarray
    sex: np.ndarray
    ethnicity: np.ndarray
    contract: np.ndarray
    new_until: np.ndarray
    active: np.ndarray

    def add(self, more: People) -> np.ndarray:
        """Adds people; returns their numbers."""
        before = len(self.cell)
        for field in fields(self):
            both = np.concatenate([getattr(self, field.name), getattr(more, field.name)])
            setattr(self, field.name, both)
        return np.arange(before, len(self.cell))


def day(year: int, month: int, day_of_month: int = 1) -> int:
    """Days since 1970 of a date."""
    return int(np.datetime64(f"{year:04d}-{month:02d}-{day_of_month:02d}", "D").astype(np.int64))


def month_of(days: np.ndarray | int) -> np.ndarray:
    """Months since year 0 of days since 1970."""
    months = np.asarray(days).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray(months + 1970 * 12)


def ladder_of(profession: str, own: str, partner: str, registered: bool) -> str:
    """The ladder that a profession climbs at a partner: bands in the NHS, grades of their own elsewhere."""
    if own == "medical":
        return "medical"
    if partner == "practice":
        return "local"
    if partner == "network":
        return "network_registered" if registered else "network_support"
    if partner.startswith("social_care"):
        if own.startswith("asc_"):
            return own
        if profession == "management":
            return "asc_manager"
        return "asc_professional" if registered else "local"
    return own


def cells(given: Assumptions, listed: list[Organisation], size: float) -> Cells:
    """Heads of every organisation and profession, which add up to the partner's heads times the size."""
    registered = dict(reference.table("professions").select("code", "registered").rows())
    ranges = level_ranges()
    partners = [o.partner for o in listed]
    organisation, profession, heads, ladder, partner_number = [], [], [], [], []
    for number, partner in enumerate(PARTNERS):
        members = np.array([n for n, p in enumerate(partners) if p == partner])
        weights = np.array([listed[n].weight for n in members])
        for row, (name, own, total) in enumerate(
            given.workforce.select("profession", "ladder", partner).rows()
        ):
            if total == 0:
                continue
            whole = total if name in WHOLE else max(1, round(total * size))
            # A rota of starting points, so that small professions are not all at the same few members.
            turned = np.roll(weights, row) if whole < len(members) else weights
            shape = within_range(
                given.ladders[ladder_of(name, own, partner, bool(registered[name]))],
                job(partner, name),
                ranges,
            )
            for member, count in zip(members, spread(whole, turned), strict=True):
                # Every network may recruit to every role that networks have, also one it starts without.
                if count or partner == "network":
                    organisation.append(member)
                    profession.append(row)
                    heads.append(count)
                    ladder.append(shape)
                    partner_number.append(number)
    return Cells(
        np.array(organisation),
        np.array(profession),
        np.array(heads),
        np.array(ladder),
        np.array(partner_number),
    )


def ethnic_shares(given: Assumptions) -> np.ndarray:
    """The share of each ethnic group among minority people, then among white people (two rows)."""
    groups = reference.table("ethnic_groups").get_column("broad").to_list()
    shares = np.zeros((2, len(groups)))
    for n, broad in enumerate(groups):
        alike = groups.count(broad)
        if broad == "white":
            first = given["ethnicity.first_of_white"]
            shares[1, n] = first if n == groups.index("white") else (1 - first) / (alike - 1)
        else:
            shares[0, n] = given[f"ethnicity.{broad}"] / alike
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def choose_levels(rng: np.random.Generator, ladder: np.ndarray) -> np.ndarray:
    """A level for each row of shares."""
    drawn = rng.random(len(ladder))
    return np.asarray((drawn[:, None] > np.cumsum(ladder, axis=1)[:, :-1]).sum(axis=1))


def draw(
    rng: np.random.Generator,
    given: Assumptions,
    grid: Cells,
    cell: np.ndarray,
    on: np.ndarray,
    *,
    joining: bool,
) -> People:
    """Draws people for cells.

    Args:
        rng: where the chances come from.
        given: the assumptions.
        grid: the cells.
        cell: the cell of each person.
        on: the day on which each is seen: the first snapshot, or the day of joining.
        joining: whether they join now (and many are newly qualified) or have been in post for years.
    """
    n = len(cell)
    workforce = given.workforce
    row = grid.profession[cell]
    level = choose_levels(rng, grid.ladder[cell])
    mean_age = workforce.get_column("age").to_numpy()[row]
    first = LEVELS.index("band_5")
    lowest = np.argmax(grid.ladder > 0, axis=1)[cell]
    new = joining & (level == first) & (lowest == first) & (rng.random(n) < given["joining.newly_qualified"])
    if joining:
        # Those who come from outside are mostly at the lower half of the ladder, and younger.
        again = choose_levels(rng, grid.ladder[cell])
        level = np.where(new, level, np.minimum(level, again))
        mean_age = np.where(new, 24.0, np.minimum(mean_age, 38.0) - 2)
    age = mean_age + (level >= SENIOR) * (level < LEVELS.index("medical")) * 3 + rng.normal(0, 1, n) * 10.5
    age = np.where(new, 21.5 + rng.gamma(1.6, 1.6, n), np.clip(age, 19.5, 69))
    registered_least = (lowest >= first) & (lowest < LEVELS.index("local"))
    age = np.where(registered_least, np.maximum(age, 21.5 + rng.random(n) * 2), age)
    part_time = workforce.get_column("part_time").to_numpy()[row] * np.where(new, 0.3, 1.0)
    # Hundredths of full time that part-time people work.
    some = given.starting("part_time_fte")
    hours, hours_shares = np.array([int(name) for name in some]), np.array(list(some.values()))
    shares = ethnic_shares(given)
    minority_share = np.where(
        _senior(level), given["ethnicity.minority_senior"], given["ethnicity.minority_junior"]
    )
    minority = rng.random(n) < minority_share
    ethnicity = np.where(
        minority, rng.choice(shares.shape[1], n, p=shares[0]), rng.choice(shares.shape[1], n, p=shares[1])
    )
    ethnicity = np.where(rng.random(n) < given["ethnicity.unknown"], NOT_STATED, ethnicity)
    if joining:
        start = on.copy()
    else:
        years = np.minimum(rng.gamma(1.1, 6.5, n), np.maximum(age - 21, 0.2))
        start = on - (years * 365.25).astype(np.int64)
    level_start = start + ((on - start) * rng.random(n) * 0.7).astype(np.int64)
    return People(
        cell=cell.astype(np.int64),
        level=level.astype(np.int64),
        hundredths=np.where(rng.random(n) < part_time, rng.choice(hours, n, p=hours_shares), 100),
        start=start.astype(np.int64),
        level_start=level_start.astype(np.int64),
        birth=month_of(on) - (age * 12).astype(np.int64),
        sex=(rng.random(n) >= workforce.get_column("female").to_numpy()[row]).astype(np.int64),
        ethnicity=ethnicity.astype(np.int64),
        contract=(rng.random(n) < given["contract.fixed_term"]).astype(np.int64),
        new_until=np.where(new, start + 365, 0).astype(np.int64),
        active=np.ones(n, dtype=bool),
    )


def _senior(level: np.ndarray) -> np.ndarray:
    """Band 7 and above; medical and local grades are not on that scale."""
    return np.asarray((level >= SENIOR) & (level < LEVELS.index("medical")))


def ethnic_codes() -> pl.Series:
    """The codes of ethnic groups in the order of their numbers."""
    return reference.table("ethnic_groups").get_column("code")
