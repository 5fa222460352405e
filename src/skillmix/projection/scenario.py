"""Scenarios: what is changed, as a list of levers in TOML, each with its range.

name = "Fewer leavers"

[[lever]]
kind = "leaver_rate"        # leaver_rate | joiners | posts | learners
sector = "acute"            # any of organisation, sector, profession, staff_group; none: everybody
from = 2027-04-01
factor = 0.9                # leaver_rate, joiners: what the rate is multiplied by
low = 0.85                  # 5 in 100 runs below, 5 in 100 above
high = 0.97
source = "Retention programme, board paper"
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from skillmix.errors import InputError, Where
from skillmix.projection.ages import index_of
from skillmix.projection.specification import Cohort, Plan, Specification, Uncertain

KINDS = ("leaver_rate", "joiners", "posts", "learners")
SELECTORS = ("organisation", "sector", "profession", "staff_group")
#: Name of a lever's amount, by its kind.
AMOUNTS = {"leaver_rate": "factor", "joiners": "factor", "posts": "people", "learners": "people"}
_FURTHER = {"learners": ("completion", "age", "every_year")}
#: Scenarios that the package carries; a new place gets a copy of each.
CARRIED = ("no_change", "primary_care_plan")


@dataclass(frozen=True, slots=True)
class Lever:
    """One change.

    Attributes:
        kind: one of `KINDS`.
        amount: factor on a rate; people added to posts (below nought: taken away); learners a cohort.
        where: which cells, by `SELECTORS`.
        starts: first day on which it holds; learners: the day they qualify.
        ends: last day on which it holds; None: for good.
        low: lower end of the amount's range.
        high: upper end.
        source: where the amount comes from.
        completion: learners: share who qualify and take up the post.
        age: learners: age in years on qualifying.
        every_year: learners: whether a cohort qualifies every year from then on.
        note: what its writer says of it; it changes nothing.
    """

    kind: str
    amount: float
    where: dict[str, str] = field(default_factory=dict)
    starts: dt.date | None = None
    ends: dt.date | None = None
    low: float | None = None
    high: float | None = None
    source: str = ""
    completion: float | None = None
    age: float = 23.0
    every_year: bool = False
    note: str = ""

    @property
    def factors(self) -> tuple[float, float]:
        """The range as multiples of the amount."""
        low = self.amount if self.low is None else self.low
        high = self.amount if self.high is None else self.high
        ends = sorted((low / self.amount, high / self.amount)) if self.amount else [1.0, 1.0]
        return ends[0], ends[1]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named list of levers, and a recruitment plan for primary care where there is one.

    Attributes:
        name: as shown.
        description: what it is, in a sentence.
        levers: in the order in which they are applied.
        plan: the table ``[plan]`` as given; `routes.recruitment` reads it.
    """

    name: str
    description: str = ""
    levers: tuple[Lever, ...] = ()
    plan: dict[str, Any] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """SHA-256 of what the scenario changes (not of its name)."""
        plain = [
            {name: str(getattr(lever, name)) for name in Lever.__slots__ if name not in ("source", "note")}
            for lever in self.levers
        ]
        text = json.dumps([plain, self.plan], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def _refuse(problem: str, cure: str, file: str, column: str, value: object) -> InputError:
    return InputError(problem, cure=cure, where=[Where(file, column=column, value=str(value))])


def read_lever(entry: Mapping[str, Any], file: str = "scenario.toml") -> Lever:
    """A lever from its entry.

    Args:
        entry: as TOML has it.
        file: file that it stands in, for errors.

    Raises:
        InputError: whose first ``where`` names the part of the entry that cannot stand.
    """
    kind = str(entry.get("kind", ""))
    if kind not in KINDS:
        raise _refuse(
            "A lever's kind is not known.", f"Choose one of {', '.join(KINDS)}.", file, "kind", kind
        )
    amount = AMOUNTS[kind]
    known = {"kind", amount, *SELECTORS, "from", "until", "low", "high", "source", "note"}
    known |= set(_FURTHER.get(kind, ()))
    for name in entry:
        if name not in known:
            raise _refuse(
                f"A lever on {kind} has no {name}.",
                f"Choose from {', '.join(sorted(known))}.",
                file,
                name,
                entry[name],
            )
    for name in (amount, "low", "high", "completion", "age"):
        value = entry.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise _refuse(f"{name} of a lever is not a number.", "Write digits.", file, name, value)
    if amount not in entry:
        raise _refuse(f"A lever on {kind} says nothing of how much.", f"Give {amount}.", file, amount, "")
    value = float(entry[amount])
    if amount == "factor" and not 0.01 <= value <= 100:
        raise _refuse("The factor is out of bounds.", "Give 0.9 for a tenth less.", file, "factor", value)
    low, high = float(entry.get("low", value)), float(entry.get("high", value))
    if not low <= value <= high:
        raise _refuse(
            "The amount lies outside its own range.", "Give low <= amount <= high.", file, "low", low
        )
    for name in ("from", "until"):
        if name in entry and not isinstance(entry[name], dt.date):
            raise _refuse("This is not a date.", "Write 2027-04-01, without quotes.", file, name, entry[name])
    return Lever(
        kind,
        value,
        {s: str(entry[s]) for s in SELECTORS if s in entry},
        entry.get("from"),
        entry.get("until"),
        low,
        high,
        str(entry.get("source", "")),
        entry.get("completion"),
        float(entry.get("age", 23)),
        bool(entry.get("every_year", False)),
        str(entry.get("note", "")),
    )


def parse(text: str, file: str = "scenario.toml") -> Scenario:
    """A scenario from its TOML.

    Raises:
        InputError: naming file, entry, value and cure.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise InputError(
            f"The scenario is not TOML: {wrong}.", cure="Mend that line.", where=[Where(file)]
        ) from None
    unknown = sorted(set(document) - {"name", "description", "lever", "plan"})
    if unknown:
        raise _refuse(
            "The scenario has an entry that is not known.",
            "Choose from name, description, lever, plan.",
            file,
            unknown[0],
            "",
        )
    if not document.get("name"):
        raise InputError(
            "The scenario has no name.", cure='Add name = "...".', where=[Where(file, column="name")]
        )
    return Scenario(
        str(document["name"]),
        str(document.get("description", "")),
        tuple(read_lever(entry, file) for entry in document.get("lever", [])),
        dict(document.get("plan", {})),
    )


def load(path: Path | str) -> Scenario:
    """Read a scenario from a file, or by name one that the package carries (``no_change``).

    Raises:
        InputError: when there is no such file or it cannot stand.
    """
    name = str(path)
    if name in CARRIED:
        return parse(carried(name), f"{name}.toml")
    try:
        return parse(Path(path).read_text(encoding="utf-8"), Path(path).name)
    except (OSError, UnicodeDecodeError):
        raise InputError(
            "The scenario cannot be read.",
            cure=f"Check its name, or choose one that is carried: {', '.join(CARRIED)}.",
            where=[Where(name)],
        ) from None


def carried(name: str) -> str:
    """The text of a scenario that the package carries."""
    file = resources.files("skillmix.projection") / "scenarios" / f"{name}.toml"
    return file.read_text(encoding="utf-8")


def copy_carried(folder: Path) -> list[Path]:
    """Copy the carried scenarios into a place's folder `scenarios`; those already there are left alone."""
    written = []
    for name in CARRIED:
        path = folder / f"{name}.toml"
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(carried(name), encoding="utf-8")
            written.append(path)
    return written


def month_of(starts: dt.date, day: dt.date) -> int:
    """Months from the start of a projection to a day: month 1 is the first that is projected."""
    return (day.year - starts.year) * 12 + day.month - starts.month


def _months(lever: Lever, spec: Specification, months: int) -> slice:
    first = 1 if lever.starts is None else max(1, month_of(spec.starts, lever.starts))
    last = months if lever.ends is None else min(months, month_of(spec.starts, lever.ends))
    return slice(first - 1, max(last, first - 1))


def apply(scenario: Scenario, specification: Specification, months: int, *, completion: float = 1.0) -> Plan:
    """A specification under a scenario, month by month.

    Args:
        scenario: its levers; the recruitment plan is applied by `routes.under`.
        specification: what the projection starts from.
        months: how many months are projected.
        completion: of learners, where a lever does not say.

    Returns:
        The plan. Without levers it is the specification carried on, and every run of it is the same to the
        last person.

    Raises:
        InputError: when a lever finds no cell, or asks for posts where the supply drives and none are known.
    """
    plan = Plan.of(specification, months)
    leaver_factor, joiners, posts = plan.leaver_factor.copy(), plan.joiners.copy(), plan.posts.copy()
    uncertain, cohorts = list(specification.uncertain), list(specification.cohorts)
    for number, lever in enumerate(scenario.levers, start=1):
        cells = specification.find(**lever.where)
        if not cells:
            words = ", ".join(f"{k} {v}" for k, v in lever.where.items())
            raise InputError(
                f"Lever {number} of '{scenario.name}' finds nobody: {words}.",
                cure="Check the codes with `skillmix overview DIR --by organisation,profession`.",
            )
        span = _months(lever, specification, months)
        low, high = lever.factors
        ranged = low < 1 or high > 1
        what = ""
        if lever.kind == "leaver_rate":
            leaver_factor[span, cells] *= lever.amount
            what = "leavers"
        elif lever.kind == "joiners":
            supplied = np.isnan(specification.posts[cells]) & (specification.joiners[cells] > 0)
            if not supplied.any():
                raise InputError(
                    f"Lever {number} is on joiners where joiners fill posts.",
                    cure="Use a lever on posts there, or change months_to_fill in the assumptions.",
                )
            joiners[span, cells] *= lever.amount
            what = "joiners"
        elif lever.kind == "posts":
            _add_posts(posts, specification, cells, span, lever, number)
        else:
            cohorts += _cohorts(lever, specification, cells, months, completion, number)
        if ranged and what:
            name = f"lever {number}: {lever.kind}"
            held = (span.start + 1, span.stop)
            uncertain.append(Uncertain(name, what, tuple(cells), max(low, 1e-6), high, held))
    spec = replace(specification, uncertain=tuple(uncertain), cohorts=tuple(cohorts))
    return Plan(spec, months, posts, joiners, leaver_factor)


def _shares(people: np.ndarray[Any, Any], total: float) -> np.ndarray[Any, Any]:
    """Whole numbers in proportion to people that add to a total: the largest remainders are rounded up."""
    weights = people / people.sum() if people.sum() else np.full(len(people), 1 / len(people))
    exact = weights * abs(round(total))
    whole = np.floor(exact)
    for i in np.argsort(-(exact - whole), kind="stable")[: int(abs(round(total)) - whole.sum())]:
        whole[i] += 1
    return np.asarray(whole * np.sign(total))


def _add_posts(
    posts: np.ndarray[Any, Any], spec: Specification, cells: list[int], span: slice, lever: Lever, number: int
) -> None:
    driven = [i for i in cells if not np.isnan(spec.posts[i])]
    if not driven:
        raise InputError(
            f"Lever {number} adds posts where none are known: joiners there come as the supply brings them.",
            cure="Send the establishment, or use a lever on joiners.",
        )
    added = _shares(spec.headcount[driven].astype(np.float64), lever.amount)
    posts[span, driven] = np.maximum(posts[span, driven] + added, 0)


def _cohorts(
    lever: Lever, spec: Specification, cells: list[int], months: int, completion: float, number: int
) -> list[Cohort]:
    if lever.starts is None:
        raise InputError(f"Lever {number} does not say when its learners qualify.", cure="Give 'from'.")
    people = _shares(spec.headcount[cells].astype(np.float64), lever.amount)
    first = month_of(spec.starts, lever.starts)
    last = months if lever.ends is None else min(months, month_of(spec.starts, lever.ends))
    when = range(first, last + 1, 12) if lever.every_year else [first]
    done = completion if lever.completion is None else lever.completion
    return [
        Cohort(
            cell, month, int(count), done, index_of(lever.age), f"{number}/{month}/{spec.cells[cell].words}"
        )
        for month in when
        if 1 <= month <= months
        for cell, count in zip(cells, people, strict=True)
        if count > 0
    ]
