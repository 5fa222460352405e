"""Would it have been right? Past years projected from what was known then, against what came.

England's trusts and core organisations by staff group, head-count: rates from the two years to September
2023 only, projected from the stock of September 2023 to 2024 and 2025. Nothing later than the start is read
before the errors are taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from skillmix import reference
from skillmix.errors import RefusedError
from skillmix.projection.randomness import Luck, Stream, entity, keys
from skillmix.projection.table import project_table

#: The staff groups of the back-test, in the order in which they are printed.
GROUPS = {
    "nurses_health_visitors": "Nurses and health visitors",
    "scientific_therapeutic_technical": "Scientific, therapeutic and technical",
    "midwives": "Midwives",
    "ambulance": "Ambulance",
    "support_doctors_nurses_midwives": "Support to doctors, nurses and midwives",
    "support_scientific_therapeutic_technical": "Support to scientific, therapeutic and technical",
    "all": "All staff",
}
Method = Literal["no_change", "joiners_and_leavers", "with_conversion", "with_conversion_recent"]
METHODS: tuple[Method, ...] = (
    "no_change",
    "joiners_and_leavers",
    "with_conversion",
    "with_conversion_recent",
)
Weighting = Literal["equal", "latest"]


@dataclass(frozen=True, slots=True)
class Year:
    """One group's year: people at its start and end, and those who joined and left in it."""

    start: float
    end: float
    joiners: float
    leavers: float

    @property
    def conversion(self) -> float:
        """People from other staff groups less those who went there: what joiners and leavers leave over."""
        return self.end - self.start - self.joiners + self.leavers


@dataclass(frozen=True, slots=True)
class Rates:
    """What a group is projected with: joiners and conversions a year, share of the stock that leaves."""

    joiners: float
    leaver_rate: float
    conversion: float


def rates(years: list[Year], weighting: Weighting = "equal") -> Rates:
    """A group's rates from its past years.

    Args:
        years: in time.
        weighting: ``equal``, or ``latest``: each year counts twice the one before it.

    Returns:
        Mean joiners and conversion a year; leavers over the stocks that the years began with.
    """
    weights = [2.0**i if weighting == "latest" else 1.0 for i in range(len(years))]
    total = sum(weights)
    return Rates(
        joiners=sum(w * y.joiners for w, y in zip(weights, years, strict=True)) / total,
        leaver_rate=sum(w * y.leavers for w, y in zip(weights, years, strict=True))
        / sum(w * y.start for w, y in zip(weights, years, strict=True)),
        conversion=sum(w * y.conversion for w, y in zip(weights, years, strict=True)) / total,
    )


def _history() -> pl.DataFrame:
    """England by staff group and year to September: ``staff_group, kind, year, headcount``."""
    frame: pl.DataFrame = reference.published("hchs_turnover_england_annual")
    everyone = pl.col("main_group") == "All staff groups"
    return (
        frame.with_columns(
            pl.when(everyone).then(pl.lit("all")).otherwise("staff_group").alias("staff_group")
        )
        .filter(pl.col("staff_group").is_not_null(), pl.col("ends").dt.month() == 9)
        .select("staff_group", "kind", pl.col("ends").dt.year().alias("year"), "headcount")
    )


def _years(history: pl.DataFrame, group: str, wanted: list[int]) -> list[Year]:
    rows = history.filter(pl.col("staff_group") == group)
    value: Mapping[tuple[str, int], float] = {
        (kind, year): float(headcount)
        for kind, year, headcount in rows.select("kind", "year", "headcount").iter_rows()
    }
    try:
        return [
            Year(value["end", y - 1], value["end", y], value["joiners", y], value["leavers", y])
            for y in wanted
        ]
    except KeyError as missing:
        raise RefusedError(
            f"The published turnover of {group} has no {missing.args[0][0]} for {missing.args[0][1]}.",
            cure="Choose years that the table holds: reference.published('hchs_turnover_england_annual').",
        ) from None


def _inputs(method: Method, start: float, known: Rates, horizon: list[int], first: int) -> pl.DataFrame:
    flows: dict[str, float] = {}
    if method != "no_change":
        flows = {"joiners": known.joiners, "leaver_rate": known.leaver_rate}
    if method.startswith("with_conversion"):
        flows["conversions"] = known.conversion
    return pl.DataFrame(
        {
            "group": "group",
            "period": [first, *horizon],
            "stock": [start] + [None] * len(horizon),
            **{name: [None] + [value] * len(horizon) for name, value in flows.items()},
        }
    )


def backtest(
    *,
    learn: tuple[int, int] = (2022, 2023),
    until: int = 2025,
    history: pl.DataFrame | None = None,
    progress: Callable[[str], None] | None = None,
) -> pl.DataFrame:
    """Project past years from what was known at their start, and compare.

    The stock is projected by `project_table`, a year at a time: joiners and conversions as people a year,
    leavers as a share of the stock. Conversion is what joiners and leavers do not explain: end - start -
    joiners + leavers, mainly support staff who register or change group. ``with_conversion`` weighs the years
    learned from equally and is what `project` does; ``with_conversion_recent`` counts the latest year twice
    and stands beside it as a sensitivity, because its weight is a choice that two years cannot support.

    Args:
        learn: first and last year (ending in September) that the rates are taken from; the projection starts
            from the stock at the end of the last.
        until: last year that is compared.
        history: ``staff_group, kind (joiners|leavers|end), year, headcount``; England as published by
            default.
        progress: called with a short message a step.

    Returns:
        One row for each staff group, method and year: ``staff_group, label, method, year, projected, actual,
        error_percent`` (of the actual). `summary` gives the mean absolute errors.

    Raises:
        RefusedError: when the published table lacks a year that is asked for.
    """
    history = _history() if history is None else history
    known_years = list(range(learn[0], learn[1] + 1))
    horizon = list(range(learn[1] + 1, until + 1))
    records = []
    for group, label in GROUPS.items():
        if progress:
            progress(label)
        past = _years(history, group, known_years)
        start = past[-1].end
        projections = {}
        for method in METHODS:
            known = rates(past, "latest" if method.endswith("recent") else "equal")
            inputs = _inputs(method, start, known, horizon, learn[1])
            projections[method] = project_table(inputs)["stock"].to_list()[1:]
        actual = [year.end for year in _years(history, group, horizon)]
        for method in METHODS:
            for year, projected, came in zip(horizon, projections[method], actual, strict=True):
                error = 100 * (projected - came) / came
                records.append((group, label, method, year, projected, came, error))
    names = ("staff_group", "label", "method", "year", "projected", "actual", "error_percent")
    return pl.DataFrame(records, schema=list(names), orient="row")


def summary(result: pl.DataFrame) -> pl.DataFrame:
    """Mean absolute error by method over every group and year.

    Args:
        result: what `backtest` returns.

    Returns:
        ``method, figures, mean_absolute_error_percent, mean_error_percent``, least error first.
    """
    return (
        result.group_by("method", maintain_order=True)
        .agg(
            pl.len().alias("figures"),
            pl.col("error_percent").abs().mean().alias("mean_absolute_error_percent"),
            pl.col("error_percent").mean().alias("mean_error_percent"),
        )
        .sort("mean_absolute_error_percent")
    )


def wide(result: pl.DataFrame) -> pl.DataFrame:
    """One row a staff group, one column for each method and year, in per cent of the actual.

    Args:
        result: what `backtest` returns.

    Returns:
        ``staff_group, label`` and columns such as ``with_conversion_2024``.
    """
    named = result.with_columns(pl.format("{}_{}", "method", "year").alias("column"))
    return named.pivot("column", index=["staff_group", "label"], values="error_percent")


def coverage(
    *,
    learn: tuple[int, int] = (2022, 2023),
    until: int = 2025,
    draws: int = 4000,
    seed: int = 1,
    history: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Would the intervals have held what came?

    Joiners, leaver rate and conversion of the method with conversion are drawn within the least ranges that
    `project` gives to published rates, and the stock projected with each draw. The ranges were set with these
    figures in view, so this shows that they are wide enough for the past, not that they will be.

    Args:
        learn: as `backtest`.
        until: as `backtest`.
        history: as `backtest`.
        draws: how many draws.
        seed: the seed.

    Returns:
        ``staff_group, label, year, low, high, actual, inside``: 5 in 100 draws lie below low, 5 above high.
    """
    history = _history() if history is None else history
    known_years = list(range(learn[0], learn[1] + 1))
    horizon = list(range(learn[1] + 1, until + 1))
    numbers = np.arange(draws, dtype=np.uint64)
    records = []
    for group, label in GROUPS.items():
        past = _years(history, group, known_years)
        known = rates(past)
        factor = {
            kind: _factors(kind, keys(numbers, entity("back-test", group, kind) % 2**32), seed)
            for kind in ("joiner_rate", "leaver_rate", "conversion_rate")
        }
        stock = np.full(draws, past[-1].end)
        actual = [year.end for year in _years(history, group, horizon)]
        for year, came in zip(horizon, actual, strict=True):
            stock = (
                stock * (1 - known.leaver_rate * factor["leaver_rate"])
                + known.joiners * factor["joiner_rate"]
                + known.conversion * factor["conversion_rate"]
            )
            low, high = np.quantile(stock, [0.05, 0.95])
            records.append((group, label, year, low, high, came, bool(low <= came <= high)))
    names = ["staff_group", "label", "year", "low", "high", "actual", "inside"]
    return pl.DataFrame(records, schema=names, orient="row")


def _factors(kind: str, entities: npt.NDArray[np.uint64], seed: int) -> npt.NDArray[np.float64]:
    """Draws of the factor of a rate within its least range, as `state.drawn` does a run."""
    table = reference.table("projection_assumptions").filter(pl.col("name") == f"least_range.{kind}")
    low, high = table.select("low", "high").row(0)
    normal = NormalDist()
    z = np.array([normal.inv_cdf(u) for u in Luck(seed, 0).uniform(Stream.ASSUMPTIONS, entities)])
    ends = np.where(z < 0, low, high)
    return np.asarray(ends ** (np.abs(z) / normal.inv_cdf(0.95)))
