"""Whom do we have? Staff in post, the grid, turnover, vacancy; each measure returns `Figures`.

No module is named like a public function: importing a module sets its name here, and would hide the function.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skillmix.measures.ages import age_shape
    from skillmix.measures.catalogue import MEASURES, Measure
    from skillmix.measures.coverage_strip import coverage
    from skillmix.measures.figures import PEOPLE_CANNOT_BE_COUNTED, Figures
    from skillmix.measures.grids import grid, grid_wide
    from skillmix.measures.learner_counts import learners
    from skillmix.measures.population import patients, per_population, residents
    from skillmix.measures.staff_in_post import overview
    from skillmix.measures.trends import snapshot_dates, staff_over_time
    from skillmix.measures.turnovers import leaver_rate, turnover
    from skillmix.measures.vacancies import vacancy, vacancy_rate

_HOMES = {
    "Figures": "figures",
    "MEASURES": "catalogue",
    "Measure": "catalogue",
    "PEOPLE_CANNOT_BE_COUNTED": "figures",
    "age_shape": "ages",
    "coverage": "coverage_strip",
    "grid": "grids",
    "grid_wide": "grids",
    "leaver_rate": "turnovers",
    "learners": "learner_counts",
    "overview": "staff_in_post",
    "patients": "population",
    "per_population": "population",
    "residents": "population",
    "snapshot_dates": "trends",
    "staff_over_time": "trends",
    "turnover": "turnovers",
    "vacancy": "vacancies",
    "vacancy_rate": "vacancies",
}

__all__ = [
    "MEASURES",
    "PEOPLE_CANNOT_BE_COUNTED",
    "Figures",
    "Measure",
    "age_shape",
    "coverage",
    "grid",
    "grid_wide",
    "learners",
    "leaver_rate",
    "overview",
    "patients",
    "per_population",
    "residents",
    "snapshot_dates",
    "staff_over_time",
    "turnover",
    "vacancy",
    "vacancy_rate",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"skillmix.measures.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
