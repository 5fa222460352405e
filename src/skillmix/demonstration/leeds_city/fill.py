"""The neutral fill: one row a job, from an organisation's totals and the national patterns of its kind.

The rows depend on the kind of organisation, its totals and the seed, never on which organisation it is: two
trusts of one kind with the same totals get the same rows. So nothing invented distinguishes them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillmix.demonstration.leeds_city.rounding import ONE, Carry, apportion, exact_fte, uniform
from skillmix.demonstration.leeds_city.shapes import Job, Shapes
from skillmix.errors import InputError


@dataclass(frozen=True, slots=True)
class Group:
    """People and FTE of a staff group, as published."""

    headcount: int
    fte: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """What is published of an organisation, and what the fill must give back exactly.

    Attributes:
        kind: code of the list `organisation_kinds`.
        headcount: people in all; less than the groups' sum where people have jobs in two groups.
        groups: people and FTE by staff group; the key None stands for all staff where no group is published.
    """

    kind: str
    headcount: int
    groups: Mapping[str | None, Group]

    def scaled(self, share: Decimal) -> Totals:
        """The totals of a share of the organisation: FTE exact, people rounded so that they fit together.

        A group with any FTE keeps at least one person; the people in two groups are scaled as well.
        """
        if share == 1:
            return self
        groups = {k: g for k, g in self.groups.items() if g.fte > 0 and g.headcount > 0}
        twice = sum(g.headcount for g in self.groups.values()) - self.headcount
        people = max(len(groups), int((self.headcount * share).to_integral_value()))
        jobs = people + int((twice * share).to_integral_value())
        counts = apportion(jobs - len(groups), [g.headcount for g in groups.values()])
        step = Decimal(1).scaleb(-9)
        return Totals(
            self.kind,
            people,
            {
                k: Group(n + 1, (g.fte * share).quantize(step))
                for (k, g), n in zip(groups.items(), counts, strict=True)
            },
        )


def fill(totals: Totals, shapes: Shapes, *, as_of: dt.date, seed: int) -> pl.DataFrame:
    """The jobs of one organisation.

    Args:
        totals: what is published of it.
        shapes: the national patterns.
        as_of: the day on which the jobs are true.
        seed: the seed of the run.

    Returns:
        One row a job: ``person`` (number within the organisation), ``staff_group, role, profession,
        registered, level, setting, stage, fte`` (Decimal, nine places), ``sex, birth_year, start_date``.
        Rows of a staff group add up to its headcount and to its FTE exactly; distinct persons to the
        headcount in all.

    Raises:
        InputError: when the totals cannot belong together.
        ReferenceListError: when no pattern is known for a staff group.
    """
    jobs = sum(g.headcount for g in totals.groups.values())
    if not jobs / 2 <= totals.headcount <= jobs:
        raise InputError(
            f"{totals.headcount} people cannot hold {jobs} jobs in staff groups.",
            cure="Give the headcount of the organisation, and of each of its groups.",
        )
    cells = [
        _cell(totals.kind, group, found, shapes, seed)
        for group, found in totals.groups.items()
        if found.headcount
    ]
    rows = pl.concat(cells).with_row_index("person")
    rows = rows.with_columns(pl.col("person").cast(pl.Int64))
    rows = _in_two_groups(rows, jobs - totals.headcount, seed)
    start = as_of.year * 12 + as_of.month - 1 - pl.col("months")
    return rows.with_columns(
        (as_of.year - pl.col("age")).alias("birth_year"),
        pl.date(start // 12, start % 12 + 1, 1).alias("start_date"),
        _decimal(rows.get_column("fte")),
    ).drop("age", "months")


def _decimal(steps: pl.Series) -> pl.Series:
    """Steps of `ONE` as a decimal of nine places, without passing through a float."""
    return pl.Series("fte", [Decimal(s).scaleb(-9) for s in steps.to_list()], dtype=pl.Decimal(18, 9))


def _cell(kind: str, group: str | None, found: Group, shapes: Shapes, seed: int) -> pl.DataFrame:
    """The jobs of one staff group."""
    steps = int(found.fte.scaleb(9))
    roles = shapes.roles_of(kind, group)
    counts = apportion(found.headcount, list(roles.values()))
    working = _working_time(found, shapes)
    carry = {what: Carry() for what in ("level", "age", "sex", "fte", "setting", "tenure")}
    frames = []
    for role, count in zip(roles, counts, strict=True):
        if count:
            frames.append(_jobs(kind, group, shapes.jobs[role], count, working, carry, shapes, seed))
    cell = pl.concat(frames)
    return cell.with_columns(pl.Series("fte", exact_fte(cell.get_column("fte").to_numpy(), steps)))


def _working_time(found: Group, shapes: Shapes) -> dict[str, float]:
    """Share of full-time and of part-time jobs whose mean is the group's FTE a person."""
    mean = float(found.fte) / found.headcount
    part = sum(fte * share for fte, share in shapes.part_time.items())
    full = min(1.0, max(0.0, (mean - part) / (1 - part)))
    return {"1.0": full} | {str(fte): (1 - full) * share for fte, share in shapes.part_time.items()}


def _spread(shares: Mapping[str, int]) -> list[str]:
    """Each category as often as it was given."""
    return [category for category, count in shares.items() for _ in range(count)]


def _jobs(
    kind: str,
    group: str | None,
    job: Job,
    count: int,
    working: Mapping[str, float],
    carry: Mapping[str, Carry],
    shapes: Shapes,
    seed: int,
) -> pl.DataFrame:
    """The jobs of one role: each attribute in its shares, tied to the others only as the parameters say."""
    held = shapes.parameters

    def chance(what: str) -> NDArray[np.float64]:
        return uniform(seed, f"{group}:{job.role}:{what}", count)

    women = shapes.women_of(job, group)
    levels = carry["level"].share_out(count, shapes.levels_of(job, group))
    sexes = carry["sex"].share_out(count, {"female": women, "male": 1 - women})
    settings = carry["setting"].share_out(count, shapes.settings[kind])
    pattern = carry["fte"].share_out(count, working)
    base = chance("person")
    rank = base.argsort(kind="stable").argsort(kind="stable") / count

    ages = np.empty(count, dtype=np.int64)
    ages[base.argsort(kind="stable")] = _ages(job, group, count, carry["age"], shapes, chance("age"))

    in_order = sorted(_spread(levels), key=lambda level: shapes.ranks[level])
    weight = held["age_by_level"]
    level = np.empty(count, dtype=object)
    level[(weight * rank + (1 - weight) * chance("level")).argsort(kind="stable")] = in_order

    sex = np.empty(count, dtype=object)
    sex[chance("sex").argsort(kind="stable")] = _spread(sexes)

    # longest hours last: those with the highest score get them
    weight = held["part_time_women"]
    fte = np.empty(count, dtype=np.int64)
    score = weight * (sex == "male").astype(np.float64) + (1 - weight) * chance("fte")
    fte[score.argsort(kind="stable")] = sorted(round(float(f) * ONE) for f in _spread(pattern))

    weight = held["tenure_by_age"]
    months = np.empty(count, dtype=np.int64)
    score = weight * rank + (1 - weight) * chance("tenure")
    months[score.argsort(kind="stable")] = _months(job, count, carry["tenure"], shapes, chance("month"))
    longest = (ages - int(held["youngest_other"]) + 1) * 12 - 1
    months = np.where(months > longest, np.floor(chance("capped") * (longest + 1)).astype(np.int64), months)

    setting = np.empty(count, dtype=object)
    setting[chance("setting").argsort(kind="stable")] = _spread(settings)
    return pl.DataFrame(
        {
            "staff_group": pl.Series([group or job.staff_group] * count, dtype=pl.String),
            "role": [job.role] * count,
            "profession": [job.profession] * count,
            "registered": [job.registered] * count,
            "level": pl.Series(level.tolist(), dtype=pl.String),
            "setting": pl.Series(setting.tolist(), dtype=pl.String),
            "stage": [job.stage] * count,
            "fte": fte,
            "sex": pl.Series(sex.tolist(), dtype=pl.String),
            "age": ages,
            "months": months,
        }
    )


def _ages(
    job: Job, group: str | None, count: int, carry: Carry, shapes: Shapes, chance: NDArray[np.float64]
) -> list[int]:
    """Ages in whole years, in order, spread evenly within each band."""
    held = shapes.parameters
    youngest = held["youngest_registered"] if job.registered else held["youngest_other"]
    if job.family == "medical":
        youngest = held["youngest_medical"]
    bands = carry.share_out(count, shapes.ages_of(job, group))
    ages: list[int] = []
    for band in shapes.bands:
        people = bands.get(band.code, 0)
        low = min(max(band.youngest, int(youngest)), band.oldest)
        width = band.oldest - low + 1
        ages += [low + int((i + chance[0]) * width / people) for i in range(people)]
    return sorted(ages)


def _months(job: Job, count: int, carry: Carry, shapes: Shapes, chance: NDArray[np.float64]) -> list[int]:
    """Whole months with the employer, in order, spread evenly within each band."""
    bands = shapes.tenure["asc" if job.staff_group else "nhs"]
    named = {f"{low}-{below}": (low, below) for low, below in bands}
    shares = {name: bands[span] for name, span in named.items()}
    months: list[int] = []
    for name, people in carry.share_out(count, shares).items():
        low, below = named[name]
        months += [low + int((i + chance[0]) * (below - low) / people) for i in range(people)]
    return sorted(months)


def _in_two_groups(rows: pl.DataFrame, twice: int, seed: int) -> pl.DataFrame:
    """Give some people jobs in two staff groups, so that people in all are fewer than the groups' sum.

    The second jobs fall on groups in proportion to their people; the two jobs are of one sex and age, and as
    short as can be found, so that nobody works much beyond full time.
    """
    if twice == 0:
        return rows
    sizes = dict(rows.group_by("staff_group", maintain_order=True).len().iter_rows())
    wanted = apportion(2 * twice, list(sizes.values()))
    slots = [g for g, n in zip(sizes, wanted, strict=True) for _ in range(min(n, twice, sizes[g]))]
    spare = [g for g in sizes for _ in range(min(twice, sizes[g]) - slots.count(g))]
    slots = sorted(slots + spare[: 2 * twice - len(slots)], key=list(sizes).index)
    if len(slots) < 2 * twice:
        raise InputError(
            f"{twice} people cannot have jobs in two of these staff groups.",
            cure="Check the published totals.",
        )
    order = uniform(seed, "two groups", rows.height)
    queue = rows.with_columns(pl.Series("order", order)).sort("fte", "order")
    by_group: dict[str, list[tuple[int, str, int, int, int]]] = {}
    for group, *rest in queue.select("staff_group", "person", "sex", "age", "fte", "months").iter_rows():
        by_group.setdefault(group, []).append(tuple(rest))
    changed: dict[int, tuple[int, str, int, int]] = {}
    used: set[int] = set()
    for first, second in zip(slots[:twice], slots[twice:], strict=True):
        one, two = _pair(by_group[first], by_group[second], used)
        months = max(one[4], two[4])
        used |= {one[0], two[0]}
        changed[one[0]] = (one[0], one[1], one[2], months)
        changed[two[0]] = (one[0], one[1], one[2], months)
    moved = pl.DataFrame(
        [(row, *to) for row, to in changed.items()],
        schema=["row", "to_person", "to_sex", "to_age", "to_months"],
        orient="row",
    )
    rows = rows.join(moved, left_on="person", right_on="row", how="left", maintain_order="left")
    rows = rows.with_columns(pl.coalesce(f"to_{c}", c).alias(c) for c in ("person", "sex", "age", "months"))
    return rows.drop("to_person", "to_sex", "to_age", "to_months")


_Row = tuple[int, str, int, int, int]


def _pair(first: list[_Row], second: list[_Row], used: set[int]) -> tuple[_Row, _Row]:
    """Two unused jobs of one sex and age, the shortest first; else the shortest two."""
    free = [row for row in second if row[0] not in used]
    alike: dict[tuple[str, int], _Row] = {}
    for row in free:
        alike.setdefault((row[1], row[2]), row)
    for row in first:
        if row[0] not in used and (other := alike.get((row[1], row[2]))) and row[3] + other[3] <= ONE:
            return row, other
    return next(row for row in first if row[0] not in used), free[0]
