"""The organisations of Aldmoor. Their codes hold a hyphen, which no ODS code does, so none can be real."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Code of the city, in the place of a sub-ICB location, and of the system around it.
CITY, SYSTEM = "ALD-00", "ALD-ICB"
#: Code of the council area whose residents the city serves.
AREA = "ALD-A1"

_NETWORKS = (
    "Ashbeck",
    "Brindlecross",
    "Coldharrow",
    "Dunmerrow",
    "Eastwoldby",
    "Fernlowick",
    "Gallowbeck",
    "Hartsikeby",
    "Inglefoldham",
    "Junipergill",
    "Kettlemoor",
    "Larkriggs",
)
PRACTICES_PER_NETWORK = 5
CARE_HOMES, HOME_CARE = 6, 5


@dataclass(frozen=True, slots=True)
class Organisation:
    """One invented organisation.

    Attributes:
        code: its code, with a hyphen.
        name: its name.
        kind: a code of `organisation_kinds`.
        sector: a code of `sectors`.
        partner: the column of `aldmoor_workforce` that its staff come from.
        setting: where most of its work is done, a code of `settings`.
        parent: network of a practice, the city of a network, the system of a trust.
        weight: its size among the organisations of the same partner.
    """

    code: str
    name: str
    kind: str
    sector: str
    partner: str
    setting: str
    parent: str
    weight: float = 1.0


def organisations() -> list[Organisation]:
    """Every organisation of Aldmoor, the same on every machine and for every seed and size."""
    listed = [
        Organisation("ALD-01", "Aldmoor Hospitals", "acute_trust", "acute", "acute", "hospital", SYSTEM),
        Organisation(
            "ALD-02",
            "Aldmoor Community Health",
            "community_trust",
            "community",
            "community",
            "community",
            SYSTEM,
        ),
        Organisation(
            "ALD-03",
            "Aldmoor Mental Health",
            "mental_health_trust",
            "mental_health",
            "mental_health",
            "mental_health",
            SYSTEM,
        ),
        Organisation(
            "ALD-04",
            "Three Rivers Ambulance",
            "ambulance_trust",
            "ambulance",
            "ambulance",
            "ambulance",
            SYSTEM,
        ),
        Organisation(
            "ALD-05",
            "Aldmoor City Council, adult social care",
            "council",
            "social_care_council",
            "social_care_council",
            "home_care",
            CITY,
        ),
        Organisation("ALD-H1", "Aldmoor Hospice", "charity", "voluntary", "voluntary", "community", CITY),
    ]
    for n in range(1, CARE_HOMES + HOME_CARE + 1):
        home = n <= CARE_HOMES
        listed.append(
            Organisation(
                f"ALD-C{n:02d}",
                f"Aldmoor care provider {n} ({'care homes' if home else 'home care'})",
                "care_provider",
                "social_care_independent",
                "social_care_independent",
                "care_home" if home else "home_care",
                CITY,
                weight=2.0 / (1 + n % 6),
            )
        )
    for n, name in enumerate(_NETWORKS, start=1):
        listed.append(
            Organisation(
                f"ALD-N{n:02d}",
                f"{name} Network",
                "network",
                "primary_care",
                "network",
                "general_practice",
                CITY,
                weight=0.75 + 0.5 * ((n * 5) % 12) / 11,
            )
        )
    for n, name in enumerate(_NETWORKS, start=1):
        for k in range(1, PRACTICES_PER_NETWORK + 1):
            listed.append(
                Organisation(
                    f"ALD-P{n:02d}{k}",
                    f"{name} Practice {k}",
                    "practice",
                    "primary_care",
                    "practice",
                    "general_practice",
                    f"ALD-N{n:02d}",
                    weight=(0.75 + 0.5 * ((n * 5) % 12) / 11) * (0.5 + 0.25 * k),
                )
            )
    return listed


def spread(total: int, weights: np.ndarray, minimum: int = 0) -> np.ndarray:
    """Whole numbers in proportion to weights that add up to the total exactly (largest remainders).

    Args:
        total: what they add up to.
        weights: one weight each, not all zero.
        minimum: the least that each may be; where the total is too small for it, the largest get it.
    """
    if minimum and total >= minimum * len(weights):
        return minimum + spread(total - minimum * len(weights), weights)
    share = weights / weights.sum() * total
    whole = np.floor(share).astype(np.int64)
    order = np.argsort(-(share - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return np.asarray(whole)
