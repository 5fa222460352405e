"""Ages by the month: the grid that both engines share, and tables over it.

Five-year bands with geometric ageing are biased, because people near a band's end leave it sooner than the
rate says; a grid by the month is exact for ages known by the month and costs little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: Youngest and oldest age on the grid, in years; whoever reaches the oldest retires.
YOUNGEST, OLDEST = 16, 76
#: Ages on the grid: one a month, the last of which is left at once.
AGES = (OLDEST - YOUNGEST) * 12 + 1

#: Age bands of the published turnover, as first and last whole year of age.
BANDS = {
    "under_25": (YOUNGEST, 24),
    "25-34": (25, 34),
    "35-44": (35, 44),
    "45-54": (45, 54),
    "55-64": (55, 64),
    "65_and_over": (65, OLDEST - 1),
}


def index_of(years: float) -> int:
    """Place on the grid of an age in years, kept within it."""
    return int(min(max(round((years - YOUNGEST) * 12), 0), AGES - 2))


def by_band(values: Mapping[str, float]) -> Floats:
    """A table over the grid, constant within each band.

    Args:
        values: by the bands of `BANDS`; absent bands are nought.
    """
    table = np.zeros(AGES)
    for band, (first, last) in BANDS.items():
        table[(first - YOUNGEST) * 12 : (last + 1 - YOUNGEST) * 12] = values.get(band, 0.0)
    return table


def monthly_hazard(annual: Floats) -> Floats:
    """Hazard a month such that the yearly probability of leaving is `annual`: ``-log(1 - r) / 12``.

    The probability of leaving in a month is then ``1 - (1 - r)^(1/12)``. Rounded to ten places, so that both
    engines and every machine read the same numbers.
    """
    rates = np.clip(annual, 0.0, 0.999)
    return np.round(-np.log1p(-rates) / 12, 10)


def hazard_of_rate(rate: Floats) -> Floats:
    """Hazard a month of a published leaver rate: leavers in a year over the mean of the stocks of the year.

    Such a rate is already a hazard a year (leavers a person-year), so it is divided by twelve; read as the
    probability that somebody in post leaves within a year it would count those twice who leave soon after
    joining. Rounded as `monthly_hazard`.
    """
    return np.round(rate / 12, 10)


def distribution(people: Mapping[str, float] | Sequence[float] | Floats) -> Floats:
    """Share of people at each age: by band (spread evenly within it) or by place on the grid.

    Within the youngest and oldest bands few are at the far ends: people are spread over 20-24 and 65-69.
    """
    if isinstance(people, Mapping):
        table = np.zeros(AGES)
        for band, (first, last) in BANDS.items():
            first, last = max(first, 20), min(last, 69)
            span = slice((first - YOUNGEST) * 12, (last + 1 - YOUNGEST) * 12)
            table[span] = people.get(band, 0.0) / (span.stop - span.start)
    else:
        table = np.asarray(people, dtype=np.float64).copy()
    total = table.sum()
    if total <= 0:
        raise ValueError("an age distribution needs people")
    return np.asarray(table / total)
