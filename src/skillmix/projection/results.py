"""What the runs of a plan came to: every slice by month, with its quantiles, and what a scenario changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from skillmix.errors import SkillmixError
from skillmix.projection.expectation import Expectation
from skillmix.projection.specification import Cell, Floats

#: Kinds of slice: what the rows of a result are by. Those of the second kind are kept each 31 March alone.
MONTHLY = ("place", "sector", "serves", "organisation", "profession")
YEARLY = ("organisation,profession",)
MEASURES = ("jobs", "fte", "fte_place")
FLOWS = ("joined", "left", "retired", "moved_in", "moved_out")
QUANTILES = {"p5": 0.05, "p10": 0.10, "p25": 0.25, "p50": 0.50, "p75": 0.75, "p90": 0.90, "p95": 0.95}
#: Financial years shown in summaries.
HORIZONS = (1, 3, 5, 10)


def month_end(starts: dt.date, months: int) -> dt.date:
    """Last day of the month that many months after the start."""
    index = starts.year * 12 + starts.month - 1 + months + 1
    return dt.date(index // 12, index % 12 + 1, 1) - dt.timedelta(days=1)


def marches(starts: dt.date, months: int) -> list[int]:
    """Months after the start that end on 31 March, in order."""
    return [m for m in range(1, months + 1) if month_end(starts, m).month == 3]


def _key(by: str, cell: Cell) -> tuple[str, str, str]:
    """Organisation, profession and sector that name a cell's slice of one kind; empty where they do not."""
    if by == "place":
        return "", "", ""
    if by == "sector":
        return "", "", cell.sector
    if by == "serves":
        return "", "", cell.serves or cell.sector
    if by == "organisation":
        return cell.organisation, "", cell.sector
    if by == "profession":
        return "", cell.profession, ""
    return cell.organisation, cell.profession, cell.sector


@dataclass(frozen=True)
class Slices:
    """Slices of the cells, and how a row of cells adds up to them.

    Attributes:
        by: kind of each slice.
        keys: organisation, profession and sector of each.
        of: for each kind, the slice of every cell.
    """

    by: tuple[str, ...]
    keys: tuple[tuple[str, str, str], ...]
    of: tuple[np.ndarray[Any, Any], ...]

    @classmethod
    def over(cls, cells: Iterable[Cell], kinds: Iterable[str]) -> Slices:
        """The slices of some kinds, each in the order of its keys."""
        cells = list(cells)
        by: list[str] = []
        keys: list[tuple[str, str, str]] = []
        of = []
        for kind in kinds:
            named = [_key(kind, cell) for cell in cells]
            mine = sorted(set(named))
            place = {key: len(keys) + i for i, key in enumerate(mine)}
            of.append(np.array([place[key] for key in named], dtype=np.int64))
            by += [kind] * len(mine)
            keys += mine
        return cls(tuple(by), tuple(keys), tuple(of))

    def add(self, values: Floats) -> Floats:
        """Values by month and cell, added up by month and slice, in a fixed order."""
        out = np.zeros((len(values), len(self.by)))
        for of in self.of:
            order = np.argsort(of, kind="stable")
            starts = np.flatnonzero(np.diff(of[order], prepend=-1))
            out[:, int(of.min()) : int(of.max()) + 1] = np.add.reduceat(values[:, order], starts, axis=1)
        return out


@dataclass
class Results:
    """The runs of one plan.

    Attributes:
        starts: date of the stock at month 0.
        months: how many months were projected.
        scenario: its name.
        runs: how many runs.
        cells: the cells.
        monthly, yearly: slices kept each month, and each 31 March (and at the start).
        stock: by measure: runs x months x monthly slices.
        stock_yearly: by measure: runs x (start and 31 Marches) x yearly slices.
        flows: mean over the runs by flow: months x monthly slices, people.
        expectation: the expected course.
        manifest: what the runs can be repeated from.
        notes: what was assumed, in words.
        invented: whether any fact behind the results is synthetic.
    """

    starts: dt.date
    months: int
    scenario: str
    runs: int
    cells: tuple[Cell, ...]
    monthly: Slices
    yearly: Slices
    stock: dict[str, Floats]
    stock_yearly: dict[str, Floats]
    flows: dict[str, Floats]
    expectation: Expectation
    expected: dict[str, Floats]
    manifest: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    invented: bool = False

    @property
    def marks(self) -> list[int]:
        """Months of the yearly slices: the start and every 31 March."""
        return [0, *marches(self.starts, self.months)]

    def frame(self) -> pl.DataFrame:
        """Every slice, month and measure with its quantiles.

        Returns:
            ``by, organisation, profession, sector, month, date, measure, expected, exact, mean, p5 ... p95,
            invented``: `by` is the kind of slice (place, sector, serves: the sector worked for,
            organisation, profession, and ``organisation,profession`` at the start and each 31 March);
            `month` counts from the start; measures are jobs (held by people; a person may hold two), fte, and
            fte_place (what serves the place).
        """
        return self._frame

    @cached_property
    def _frame(self) -> pl.DataFrame:
        whole = [self._long(self.monthly, self.stock[m], list(range(self.months + 1)), m) for m in MEASURES]
        whole += [self._long(self.yearly, self.stock_yearly[m], self.marks, m) for m in MEASURES]
        return pl.concat(whole).with_columns(pl.lit(self.invented).alias("invented"))

    def _long(self, slices: Slices, values: Floats, months: list[int], measure: str) -> pl.DataFrame:
        count, width = len(months), len(slices.by)
        columns: dict[str, Any] = {
            "by": np.tile(np.array(slices.by, dtype=object), count).astype(str),
            **{
                name: np.tile(np.array([key[i] for key in slices.keys], dtype=object), count).astype(str)
                for i, name in enumerate(("organisation", "profession", "sector"))
            },
            "month": np.repeat(np.array(months), width),
            "date": [day for m in months for day in [month_end(self.starts, m)] * width],
            "measure": np.full(count * width, measure),
            "expected": self._expected(slices, measure if measure in MEASURES else "jobs")[months].ravel(),
            "exact": np.full(count * width, self.expectation.exact),
            "mean": values.mean(axis=0).ravel(),
        }
        quantiles = np.quantile(values, list(QUANTILES.values()), axis=0)
        columns |= {name: quantiles[i].ravel() for i, name in enumerate(QUANTILES)}
        empty = pl.col("organisation", "profession", "sector")
        return pl.DataFrame(columns).with_columns(
            pl.when(empty.str.len_chars() > 0).then(empty).name.keep(), pl.col("month").cast(pl.Int64)
        )

    def _expected(self, slices: Slices, measure: str) -> Floats:
        return slices.add(self.expected[measure])

    def flow_frame(self) -> pl.DataFrame:
        """Mean flows by month: ``by, organisation, profession, sector, month, date, flow, mean`` people."""
        slices = self.monthly
        parts = []
        for name, values in self.flows.items():
            base = self._long(slices, self.stock["jobs"][:1], list(range(self.months + 1)), name)
            parts.append(
                base.select(
                    "by",
                    "organisation",
                    "profession",
                    "sector",
                    "month",
                    "date",
                    pl.col("measure").alias("flow"),
                )
                .with_columns(pl.Series("mean", values.ravel()))
                .filter(pl.col("month") > 0)
            )
        return pl.concat(parts).with_columns(pl.lit(self.invented).alias("invented"))

    def horizons(self) -> dict[int, int]:
        """Month of the 31 March that ends the first, third, fifth and tenth financial year."""
        found = marches(self.starts, self.months)
        return {n: found[n - 1] for n in HORIZONS if n <= len(found)}

    def summary(self) -> pl.DataFrame:
        """The start and the 31 March after one, three, five and ten financial years: `frame` with ``years``.

        Year 1 ends on the first 31 March after the start, year 3 two years later, and so on.
        """
        at = pl.DataFrame(
            {"month": [0, *self.horizons().values()], "years": [0, *self.horizons()]},
            schema={"month": pl.Int64, "years": pl.Int64},
        )
        return self.frame().join(at, on="month", how="inner", maintain_order="left")

    def change(self, base: Results) -> pl.DataFrame:
        """What this differs from another by, run by run: both met the same luck.

        Returns:
            ``by, organisation, profession, sector, month, date, measure, expected, mean, p5 ... p95`` of the
            difference (this less base), for the slices kept monthly that both have; exactly nought where the
            scenario changes nothing.

        Raises:
            SkillmixError: when the two are not of the same start, length, seed and runs.
        """
        same = (self.starts, self.months, self.runs, self.manifest.get("seed"), self.manifest.get("number"))
        if same != (
            base.starts,
            base.months,
            base.runs,
            base.manifest.get("seed"),
            base.manifest.get("number"),
        ):
            raise SkillmixError(
                "The two projections did not meet the same luck.",
                cure="Run both from the same facts with the same seed, runs and years.",
            )
        mine = {k: i for i, k in enumerate(zip(self.monthly.by, self.monthly.keys, strict=True))}
        theirs = {k: i for i, k in enumerate(zip(base.monthly.by, base.monthly.keys, strict=True))}
        shared = sorted(set(mine) | set(theirs))
        parts = []
        slices = Slices(tuple(k[0] for k in shared), tuple(k[1] for k in shared), ())
        for measure in MEASURES:
            here, there = self.stock[measure], base.stock[measure]
            gap = np.zeros((self.runs, self.months + 1, len(shared)))
            expected = np.zeros((self.months + 1, len(shared)))
            own, other = self._expected(self.monthly, measure), base._expected(base.monthly, measure)
            for i, key in enumerate(shared):
                if key in mine:
                    gap[:, :, i] += here[:, :, mine[key]]
                    expected[:, i] += own[:, mine[key]]
                if key in theirs:
                    gap[:, :, i] -= there[:, :, theirs[key]]
                    expected[:, i] -= other[:, theirs[key]]
            count, width = self.months + 1, len(shared)
            columns: dict[str, Any] = {
                "by": [slices.by[i] for _ in range(count) for i in range(width)],
                **{
                    name: [slices.keys[i][n] or None for _ in range(count) for i in range(width)]
                    for n, name in enumerate(("organisation", "profession", "sector"))
                },
                "month": np.repeat(np.arange(count), width),
                "date": [d for m in range(count) for d in [month_end(self.starts, m)] * width],
                "measure": [measure] * (count * width),
                "expected": expected.ravel(),
                "mean": gap.mean(axis=0).ravel(),
            }
            quantiles = np.quantile(gap, list(QUANTILES.values()), axis=0)
            columns |= {name: quantiles[i].ravel() for i, name in enumerate(QUANTILES)}
            kinds = dict.fromkeys(("organisation", "profession", "sector"), pl.String)
            parts.append(pl.DataFrame(columns, schema_overrides=kinds))
        return pl.concat(parts)
