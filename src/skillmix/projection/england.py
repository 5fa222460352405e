"""Rates of England's trusts by staff group and age, as published: the shape that a place's hazards take.

The shape of leaving by age pools three years; its level is the latest year's, because leaver rates have
fallen each year. Doctors are read from 35 on: below, nearly all are residents on rotation, whom the stocks of
trusts leave out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from skillmix import reference
from skillmix.projection.ages import BANDS

SOURCE = "NHS England, NHS HCHS Workforce Statistics, Turnover, England"
_LABELS = {
    "Under 25": "under_25",
    "25 to 34": "25-34",
    "35 to 44": "35-44",
    "45 to 54": "45-54",
    "55 to 64": "55-64",
    "65 and over": "65_and_over",
}
_INFRASTRUCTURE = ("senior_managers", "managers", "central_functions", "hotel_property_estates")
#: Bands in which most doctors are residents.
_RESIDENTS = ("under_25", "25-34")


@dataclass(frozen=True, slots=True)
class Shape:
    """A staff group by age, as shares of 1.

    Attributes:
        leaving: leavers a year by band, over the years pooled.
        overall: leavers a year over all bands, at the same years.
        stock: people by band, at the latest date.
        joining: joiners by band.
    """

    leaving: dict[str, float]
    overall: float
    stock: dict[str, float]
    joining: dict[str, float]

    @property
    def overall_now(self) -> float:
        """Leavers a year over all bands if the latest people left at the pooled rates."""
        return sum(self.leaving[b] * n for b, n in self.stock.items()) / sum(self.stock.values())

    @property
    def retiring(self) -> dict[str, float]:
        """Share of leavers who retire: from 55, what their rate exceeds that of 45 to 54 by."""
        usual = self.leaving["45-54"]
        return {
            band: max(0.0, 1 - usual / self.leaving[band]) if self.leaving[band] else 0.0
            for band in ("55-64", "65_and_over")
        }


@dataclass(frozen=True, slots=True)
class Year:
    """A staff group's year in England, people."""

    ends: int
    start: float
    end: float
    joiners: float
    leavers: float

    @property
    def leaver_rate(self) -> float:
        """Leavers over the mean of the stocks at start and end, as published rates are."""
        return 2 * self.leavers / (self.start + self.end)

    @property
    def conversion(self) -> float:
        """People who came from other staff groups less those who went there."""
        return self.end - self.start - self.joiners + self.leavers


def _group(staff_group: str) -> pl.Expr:
    """The rows of the by-age table that stand for a staff group."""
    main, group = pl.col("main_group"), pl.col("group")
    if staff_group in _INFRASTRUCTURE:
        return (main == "NHS infrastructure support") & (group == "All staff groups")
    if staff_group in ("", "all", "unknown_classification"):
        return main == "All staff groups"
    if staff_group == "support_ambulance":  # no stocks by age are published for it
        return (main == "Support to clinical staff") & (group == "All staff groups")
    return pl.col("staff_group") == staff_group


@lru_cache(maxsize=64)
def shape(staff_group: str) -> Shape:
    """A staff group by age.

    Args:
        staff_group: code of the scheme `hchs`; empty for all staff. Managers and other infrastructure staff
            share one shape, because no finer one is published.
    """
    table = reference.published("hchs_turnover_by_age").filter(
        _group(staff_group), pl.col("grade") == "All grades", pl.col("age_band") != "All age bands"
    )
    value = {
        (_LABELS[band], kind, ends.year): float(people)
        for band, kind, ends, people in table.select("age_band", "kind", "ends", "headcount").iter_rows()
    }
    years = sorted({year for _, _, year in value})
    for band in _LABELS.values():
        for year in years[:-1]:
            value[band, "end", year] = value[band, "start", year + 1]
    bands = [b for b in BANDS if not (staff_group == "doctors" and b in _RESIDENTS)]
    leavers = {b: sum(value[b, "leavers", y] for y in years) for b in bands}
    exposed = {b: sum((value[b, "start", y] + value[b, "end", y]) / 2 for y in years) for b in bands}
    leaving = {b: leavers[b] / exposed[b] for b in bands}
    for band in BANDS:
        leaving.setdefault(band, leaving["35-44"])
    return Shape(
        leaving=leaving,
        overall=sum(leavers.values()) / sum(exposed.values()),
        stock={b: value[b, "end", years[-1]] for b in bands},
        joining={b: sum(value[b, "joiners", y] for y in years) for b in bands},
    )


@lru_cache(maxsize=64)
def years(staff_group: str) -> tuple[Year, ...]:
    """A staff group's years to September, oldest first; doctors from 35 on, where ages are published."""
    if staff_group == "doctors":
        table = reference.published("hchs_turnover_by_age").filter(
            _group(staff_group),
            pl.col("grade") == "All grades",
            ~pl.col("age_band").is_in(["All age bands", "Under 25", "25 to 34"]),
        )
    else:
        everyone = pl.col("main_group") == "All staff groups"
        mine = everyone if staff_group in ("", "all") else pl.col("staff_group") == staff_group
        table = reference.published("hchs_turnover_england_annual").filter(mine)
    summed = (
        table.filter(pl.col("ends").dt.month() == 9)
        .group_by("kind", pl.col("ends").dt.year().alias("year"))
        .agg(pl.col("headcount").sum())
    )
    value = {(kind, year): float(people) for kind, year, people in summed.iter_rows()}
    for kind, year in list(value):
        if kind == "start":
            value.setdefault(("end", year - 1), value[kind, year])
    found = []
    for year in sorted({y for kind, y in value if kind == "joiners"}):
        start = value.get(("start", year), value.get(("end", year - 1)))
        if start is not None:
            found.append(
                Year(year, start, value["end", year], value["joiners", year], value["leavers", year])
            )
    return tuple(found)
