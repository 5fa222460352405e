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
#: Why people retire and why else they leave; how often stands in `aldmoor_assumptions`.
RETIRING = (
    "retirement_age",
    "flexi_retirement",
    "retirement_ill_health",
    "voluntary_early_retirement_with_actuarial_reduction",
)
LEAVING = (
    "voluntary_resignation_work_life_balance",
    "voluntary_resignation_relocation",
    "voluntary_resignation_promotion",
    "voluntary_resignation_other_not_known",
    "voluntary_resignation_pay_and_reward_related",
    "voluntary_resignation_to_undertake_further_education_or_training",
    "voluntary_resignation_child_dependants",
    "voluntary_resignation_health",
    "end_of_fixed_term_contract",
    "dismissal_capability",
    "death_in_service",
    "unknown",
)
REASONS = (*RETIRING, *LEAVING)
#: The first so many of `LEAVING` are resignations that people give who move within the place.
MOVING = 6
#: Where people go who leave the place and do not retire.
GOING = (
    "nhs_organisation",
    "private_health_social_care",
    "other_private_sector",
    "other_public_sector",
    "education_training",
    "abroad_non_eu",
    "self_employed",
    "no_employment",
    "unknown",
)
DESTINATIONS = (*GOING, "general_practice", "social_services", "death_in_service")


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
