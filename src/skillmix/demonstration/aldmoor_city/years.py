"""Two and a half years of Aldmoor, a quarter at a time: who leaves, moves, converts, rises and joins."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from skillmix import reference
from skillmix.demonstration.aldmoor_city.events import (
    DESTINATIONS,
    GOING,
    KINDS,
    LEAVING,
    MOVING,
    QUARTERS,
    REASONS,
    RETIRING,
    Events,
    Snapshot,
    Years,
)
from skillmix.demonstration.aldmoor_city.figures import LEVELS, PARTNERS, Assumptions
from skillmix.demonstration.aldmoor_city.organisations import Organisation
from skillmix.demonstration.aldmoor_city.people import (
    NOT_STATED,
    cells,
    choose_levels,
    day,
    draw,
    month_of,
)


class _Simulation:
    def __init__(self, seed: int, size: float, given: Assumptions, listed: list[Organisation]) -> None:
        streams = np.random.SeedSequence([seed, 1]).spawn(2)
        self.rng = np.random.default_rng(streams[0])
        self.given = given
        self.size = size
        self.listed = listed
        self.grid = cells(given, listed, size)
        self.professions = given.workforce.get_column("profession").to_list()
        self.events: list[Events] = []
        self.to_network = 0.0
        first = day(*QUARTERS[0])
        people = np.repeat(np.arange(len(self.grid)), self.grid.heads)
        self.people = draw(
            np.random.default_rng(streams[1]),
            given,
            self.grid,
            people,
            np.full(len(people), first),
            joining=False,
        )
        self._plant_near_retirement(first, given["near_retirement.aged_53_to_56"])
        self._plant_single_handed()
        self._prepare()

    # What is planted at the first snapshot -----------------------------------------------------------

    def _in(self, profession: str, organisation: int | None = None) -> np.ndarray:
        row = self.professions.index(profession)
        chosen = self.people.active & (self.grid.profession[self.people.cell] == row)
        if organisation is not None:
            chosen &= self.grid.organisation[self.people.cell] == organisation
        return np.flatnonzero(chosen)

    def _plant_near_retirement(self, first: int, share: float) -> None:
        """The operating department practitioners: most of an intake of one generation."""
        who = self._in("operating_department_practitioner")
        older = who[: round(len(who) * share)]
        self.people.birth[older] = month_of(first) - self.rng.integers(53 * 12, 57 * 12, len(older))
        others = who[len(older) :]
        self.people.birth[others] = month_of(first) - self.rng.integers(23 * 12, 49 * 12, len(others))

    def _plant_single_handed(self) -> None:
        """The prosthetists and orthotists: four at first, one leaves a year, none is replaced."""
        who = self._in("prosthetist_orthotist")
        self.people.hundredths[who] = 100
        self.people.level[who] = LEVELS.index("band_6")
        self.leaving_on = dict(
            zip(who[:3].tolist(), (day(2024, 5, 17), day(2025, 2, 28), day(2026, 1, 30)), strict=True)
        )

    def _prepare(self) -> None:
        grid, workforce = self.grid, self.given.workforce
        self.partner = np.array(PARTNERS)[grid.partner]
        self.growth = workforce.get_column("growth").to_numpy()[grid.profession]
        self.leaving = workforce.get_column("leaving").to_numpy()[grid.profession]
        self.filling = np.full(len(grid), self.given["filling.vacancy"])
        physiotherapist = self.professions.index("physiotherapist")
        self.acute_physiotherapist = self.grid.find(0, physiotherapist)
        self.filling[self.acute_physiotherapist] = self.given["filling.acute_physiotherapist"]
        self.network_physiotherapists = np.flatnonzero(
            (self.partner == "network") & (grid.profession == physiotherapist)
        )
        broad = reference.table("ethnic_groups").get_column("broad").to_numpy()
        self.minority = broad != "white"
        self.frozen = grid.profession == self.professions.index("prosthetist_orthotist")
        targets = {
            row["from_profession"]: row["to_profession"]
            for row in reversed(reference.table("ladders").rows(named=True))
        }
        self.converts = {
            support: (rate, targets[support])
            for support, rate in self.given.starting("conversion").items()
            if support in targets
        }

    # A quarter --------------------------------------------------------------------------------------

    def quarter(self, number: int) -> None:
        """From one snapshot to the next."""
        self.first, self.last = day(*QUARTERS[number - 1]) + 1, day(*QUARTERS[number])
        movers = self._leave()
        self._convert()
        self._promote()
        slots = self._recruit_to_networks(self._needs(number))
        self._newcomers(self._move(movers, slots))

    def _age(self, who: np.ndarray) -> np.ndarray:
        return np.asarray((month_of(self.last) - self.people.birth[who]) / 12)

    def _days(self, n: int) -> np.ndarray:
        return self.rng.integers(self.first, self.last + 1, n)

    def _record(self, kind: str, who: np.ndarray, date: np.ndarray, **known: np.ndarray | int) -> None:
        n = len(who)

        def column(name: str, default: np.ndarray | int) -> np.ndarray:
            return np.broadcast_to(np.asarray(known.get(name, default)), (n,)).astype(np.int64)

        people = self.people
        self.events.append(
            Events(
                person=who,
                kind=np.full(n, KINDS.index(kind)),
                date=date,
                from_cell=column("from_cell", -1),
                to_cell=column("to_cell", -1),
                level=column("level", people.level[who]),
                to_level=column("to_level", -1),
                hundredths=people.hundredths[who].copy(),
                start=column("start", people.start[who]),
                reason=column("reason", -1),
                destination=column("destination", -1),
            )
        )

    def _leave(self) -> np.ndarray:
        """Leavers go; those who would move within the place are returned, still in post."""
        rng, people, given = self.rng, self.people, self.given
        who = np.flatnonzero(people.active & ~self.frozen[people.cell])
        age, cell = self._age(who), people.cell[who]
        rate = self.leaving[cell] * np.where(age < 30, given["leaving.under_30"], 1.0)
        rate = rate * np.where(age >= 45, given["leaving.over_45"], 1.0)
        rate = rate * np.where(self.first - people.start[who] < 365, given["leaving.first_year"], 1.0)
        retire = np.select(
            [age >= 65, age >= 60, age >= 55],
            [given["retirement.65_over"], given["retirement.60_64"], given["retirement.55_59"]],
            0.0,
        )
        resigns = rng.random(len(who)) < 1 - (1 - np.minimum(rate, 0.9)) ** 0.25
        retires = ~resigns & (rng.random(len(who)) < 1 - (1 - retire) ** 0.25)
        moves = resigns & (rng.random(len(who)) < given["moving.share"]) & (age < 60)
        self._go(who[retires], retiring=True)
        self._go(who[resigns & ~moves], retiring=False)
        certain = [p for p, on in self.leaving_on.items() if self.first <= on <= self.last]
        for person in certain:
            self._go(np.array([person]), retiring=True, on=np.array([self.leaving_on[person]]))
        return np.asarray(who[moves])

    def _shares(self, of: str, codes: tuple[str, ...]) -> np.ndarray:
        """How often each of some reasons or destinations is given."""
        shares = np.array([self.given[f"{of}.{code}"] for code in codes])
        return np.asarray(shares / shares.sum())

    def _go(self, who: np.ndarray, *, retiring: bool, on: np.ndarray | None = None) -> None:
        rng, people = self.rng, self.people
        shares = self._shares("retiring", RETIRING) if retiring else self._shares("reason", LEAVING)
        chosen = rng.choice(len(shares), len(who), p=shares)
        reason = chosen + (0 if retiring else len(RETIRING))
        # Aldmoor Hospitals seldom asks: the planted share of reasons that are not known.
        careless = (self.grid.organisation[people.cell[who]] == 0) & (
            rng.random(len(who)) < self.given["not_asked.share"]
        )
        reason = np.where(careless, REASONS.index("unknown"), reason)
        going = self._shares("destination", GOING)
        destination = rng.choice(len(going), len(who), p=going)
        destination = np.where(careless, DESTINATIONS.index("unknown"), destination)
        if retiring:
            destination = np.full(len(who), DESTINATIONS.index("no_employment"))
        dead = reason == REASONS.index("death_in_service")
        destination = np.where(dead, DESTINATIONS.index("death_in_service"), destination)
        date = self._days(len(who)) if on is None else on
        date = np.maximum(date, people.start[who])
        self._record("left", who, date, from_cell=people.cell[who], reason=reason, destination=destination)
        people.active[who] = False

    def _convert(self) -> None:
        people = self.people
        for support, (rate, target) in self.converts.items():
            who = self._in(support)
            who = who[(self.rng.random(len(who)) < rate / 4) & (people.start[who] < self.first - 365)]
            row = self.professions.index(target)
            to = np.array(
                [self.grid.find(int(o), row) for o in self.grid.organisation[people.cell[who]]],
                dtype=np.int64,
            )
            who, to = who[to >= 0], to[to >= 0]
            if not len(who):
                continue
            lowest = np.argmax(self.grid.ladder[to] > 0, axis=1)
            date = self._days(len(who))
            self._record("converted", who, date, from_cell=people.cell[who], to_cell=to, to_level=lowest)
            people.cell[who], people.level[who], people.level_start[who] = to, lowest, date
            if target != "nursing_associate":
                people.new_until[who] = date + 365

    def _promote(self) -> None:
        people, given = self.people, self.given
        who = np.flatnonzero(people.active & (people.level_start < self.first - 365))
        higher = people.level[who] + 1
        can = (higher < LEVELS.index("medical")) & (
            self.grid.ladder[people.cell[who], np.minimum(higher, len(LEVELS) - 1)] > 0
        )
        minority = self.minority[people.ethnicity[who]] & (people.ethnicity[who] != NOT_STATED)
        rate = given["promotion.rate"] * np.where(minority, given["promotion.minority"], 1.0)
        rises = can & (self.rng.random(len(who)) < rate / 4)
        who, higher = who[rises], higher[rises]
        date = self._days(len(who))
        cell = people.cell[who]
        self._record("promoted", who, date, from_cell=cell, to_cell=cell, to_level=higher)
        people.level[who], people.level_start[who] = higher, date

    def _needs(self, number: int) -> np.ndarray:
        """Heads to recruit in each cell this quarter, after what stays vacant."""
        heads = np.bincount(self.people.cell[self.people.active], minlength=len(self.grid))
        planned = self.grid.heads * (1 + self.growth) ** (number / 4)
        gap = np.floor(planned + self.rng.random(len(self.grid))).astype(np.int64) - heads
        gap = np.where(self.frozen, 0, np.maximum(gap, 0))
        return np.asarray(self.rng.binomial(gap, self.filling))

    def _recruit_to_networks(self, needs: np.ndarray) -> np.ndarray:
        """Networks recruit physiotherapists: a planted share of them from Aldmoor Hospitals.

        Returns:
            The cell of every other head to recruit, in random order.
        """
        rng, people = self.rng, self.people
        where = self.network_physiotherapists
        now = int(people.active[np.isin(people.cell, where)].sum())
        quarters_left = sum(day(*q) >= self.last for q in QUARTERS)
        final = max(4, round(self.given["network.physiotherapists_final"] * self.size))
        wanted = max(0, round((final - now) / quarters_left))
        to = where[np.argsort(np.bincount(people.cell[people.active], minlength=len(self.grid))[where])]
        to = np.resize(to, wanted)
        self.to_network += wanted * self.given["network.physiotherapists_from_acute"]
        known = self._in("physiotherapist", 0)
        level = people.level[known]
        steady = people.level_start[known] < self.first
        known = known[(level >= LEVELS.index("band_6")) & (level <= LEVELS.index("band_7")) & steady]
        from_acute = min(int(self.to_network + 1e-9), wanted, len(known))
        self.to_network -= from_acute
        movers = rng.permutation(known)[:from_acute]
        self._place(movers, to[:from_acute], reason="voluntary_resignation_promotion")
        self._newcomers(to[from_acute:])
        needs[where] = 0
        slots = np.repeat(np.arange(len(self.grid)), needs)
        return np.asarray(rng.permutation(slots))

    def _place(self, who: np.ndarray, to: np.ndarray, reason: str | None = None) -> None:
        """People move to cells of other organisations."""
        rng, people = self.rng, self.people
        date = np.maximum(self._days(len(who)), people.start[who])
        if reason is None:
            shares = self._shares("reason", LEAVING[:MOVING])
            why = rng.choice(MOVING, len(who), p=shares) + len(RETIRING)
        else:
            why = np.full(len(who), REASONS.index(reason))
        goes = self.partner[to]
        destination = np.select(
            [np.isin(goes, ["network", "practice"]), np.char.startswith(goes, "social_care")],
            [DESTINATIONS.index("general_practice"), DESTINATIONS.index("social_services")],
            DESTINATIONS.index("nhs_organisation"),
        )
        same = self.grid.ladder[to, people.level[who]] > 0
        level = np.where(same, people.level[who], choose_levels(rng, self.grid.ladder[to]))
        self._record(
            "moved",
            who,
            date,
            from_cell=people.cell[who],
            to_cell=to,
            to_level=level,
            reason=why,
            destination=destination,
        )
        people.cell[who], people.level[who] = to, level
        people.start[who] = people.level_start[who] = date

    def _move(self, movers: np.ndarray, slots: np.ndarray) -> np.ndarray:
        """Movers take slots of their profession elsewhere, or stay; returns the slots that are left."""
        people = self.people
        movers = movers[people.active[movers] & (people.level_start[movers] < self.first)]
        wanted = self.grid.profession[slots]
        offered = self.grid.profession[self.people.cell[movers]]
        taken, who, to = np.zeros(len(slots), dtype=bool), [], []
        for row in np.unique(offered):
            choice = np.flatnonzero(wanted == row)
            for mover, slot in zip(movers[offered == row], choice, strict=False):
                here = self.grid.organisation[self.people.cell[mover]]
                if self.grid.organisation[slots[slot]] != here:
                    taken[slot] = True
                    who.append(mover)
                    to.append(slots[slot])
        if who:
            self._place(np.array(who), np.array(to))
        return np.asarray(slots[~taken])

    def _newcomers(self, to: np.ndarray) -> None:
        if not len(to):
            return
        date = self._days(len(to))
        who = self.people.add(draw(self.rng, self.given, self.grid, to, date, joining=True))
        self._record("joined", who, date, to_cell=to, level=self.people.level[who])

    def snapshot(self, number: int) -> Snapshot:
        """Who is in post at a quarter-end."""
        who = np.flatnonzero(self.people.active)
        people = self.people
        return Snapshot(
            day(*QUARTERS[number]),
            who,
            people.cell[who],
            people.level[who],
            people.hundredths[who],
            people.start[who],
            people.level_start[who],
            people.contract[who],
        )


def simulate(
    seed: int,
    size: float,
    given: Assumptions,
    listed: list[Organisation],
    progress: Callable[[str], None] | None = None,
) -> Years:
    """Grows Aldmoor from its first snapshot to its last.

    Args:
        seed: the same seed gives the same people, on any machine.
        size: 1 for the whole city, less for tests.
        given: the assumptions.
        listed: the organisations.
        progress: called with a short message for each snapshot.

    Returns:
        Everyone, every snapshot and every event; each change between two snapshots has its event.
    """
    simulation = _Simulation(seed, size, given, listed)
    snapshots = [simulation.snapshot(0)]
    for number in range(1, len(QUARTERS)):
        if progress is not None:
            progress(f"Aldmoor: quarter {number} of {len(QUARTERS) - 1}")
        simulation.quarter(number)
        snapshots.append(simulation.snapshot(number))
    names = list(Events.__dataclass_fields__)
    together = Events(
        **{name: np.concatenate([getattr(e, name) for e in simulation.events]) for name in names}
    )
    return Years(listed, simulation.grid, simulation.people, snapshots, together)
