"""What the simulation hands on: snapshots of who is in post, and everything that happened between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skillmix.demonstration.aldmoor_city.organisations import Organisation
from skillmix.demonstration.aldmoor_city.people import Cells, People

#: The quarter-ends of the snapshots.
QUARTERS = tuple(
    (year, month, last)
    for year in (2023, 2024, 2025, 2026)
    for month, last in ((3, 31), (6, 30), (9, 30), (12, 31))
    if (2023, 12) <= (year, month) <= (2026, 6)
)
KINDS = ("joined", "left", "moved", "promoted", "converted")
#: Why people leave, with how often; the first group is for retirement.
RETIRING = (("retirement_age", 0.62), ("flexi_retirement", 0.12), ("retirement_ill_health", 0.09))
RETIRING_EARLY = "voluntary_early_retirement_with_actuarial_reduction"
LEAVING = (
    ("voluntary_resignation_work_life_balance", 0.21),
    ("voluntary_resignation_relocation", 0.17),
    ("voluntary_resignation_promotion", 0.11),
    ("voluntary_resignation_other_not_known", 0.11),
    ("voluntary_resignation_pay_and_reward_related", 0.08),
    ("voluntary_resignation_to_undertake_further_education_or_training", 0.06),
    ("voluntary_resignation_child_dependants", 0.05),
    ("voluntary_resignation_health", 0.05),
    ("end_of_fixed_term_contract", 0.08),
    ("dismissal_capability", 0.02),
    ("death_in_service", 0.006),
    ("unknown", 0.054),
)
REASONS = (
    *(reason for reason, _ in RETIRING),
    RETIRING_EARLY,
    *(reason for reason, _ in LEAVING),
)
#: Destinations, and how often people who leave the place (and do not retire) go there.
GOING = (
    ("nhs_organisation", 0.38),
    ("private_health_social_care", 0.14),
    ("other_private_sector", 0.14),
    ("other_public_sector", 0.06),
    ("education_training", 0.05),
    ("abroad_non_eu", 0.03),
    ("self_employed", 0.02),
    ("no_employment", 0.08),
    ("unknown", 0.10),
)
DESTINATIONS = (*(going for going, _ in GOING), "general_practice", "social_services", "death_in_service")


@dataclass(frozen=True)
class Snapshot:
    """Who is in post on a day: numbers of people, and their jobs as they stand."""

    date: int
    person: np.ndarray
    cell: np.ndarray
    level: np.ndarray
    hundredths: np.ndarray
    start: np.ndarray
    level_start: np.ndarray
    contract: np.ndarray


@dataclass(frozen=True)
class Events:
    """What happened, one element an event; -1 stands for no cell, no level, no reason, no destination."""

    person: np.ndarray
    kind: np.ndarray
    date: np.ndarray
    from_cell: np.ndarray
    to_cell: np.ndarray
    level: np.ndarray
    to_level: np.ndarray
    hundredths: np.ndarray
    start: np.ndarray
    reason: np.ndarray
    destination: np.ndarray


@dataclass(frozen=True)
class Years:
    """All of it: organisations, cells, people, snapshots and events."""

    organisations: list[Organisation]
    grid: Cells
    people: People
    snapshots: list[Snapshot]
    events: Events
