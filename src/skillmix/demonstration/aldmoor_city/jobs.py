"""Which job a profession does at which partner, and at which levels that job stands."""

from __future__ import annotations

import numpy as np
import polars as pl

from skillmix import reference
from skillmix.demonstration.aldmoor_city.figures import LEVELS

#: Jobs by partner, where they are not called after the profession.
_JOBS: dict[str, dict[str, str]] = {
    "practice": {
        "nurse_general_practice": "practice_nurse",
        "support_nursing": "healthcare_support_worker",
        "management": "manager",
        "administration": "admin_other",
    },
    "network": {
        "nurse_general_practice": "enhanced_practice_nurse",
        "pharmacist": "clinical_pharmacist",
        "mental_health_practitioner": "mhp_wellbeing_practitioner",
        "management": "manager",
        "administration": "admin_other",
    },
    "social_care": {
        "management": "asc_registered_manager",
        "social_worker": "asc_social_worker",
        "occupational_therapist": "asc_occupational_therapist",
        "nurse_adult": "asc_registered_nurse",
        "nursing_associate": "asc_nursing_associate",
        "social_care_support": "asc_support_worker",
        "support_occupational_therapy": "asc_ot_assistant",
        "care_coordinator": "asc_care_coordinator",
        "administration": "asc_administrative",
        "information_technology": "asc_it_support",
        "catering_domestic": "asc_ancillary",
    },
}
#: Professions whose jobs at Band 8a in a network are advanced ones.
_ADVANCED = (
    "dietitian",
    "occupational_therapist",
    "paramedic",
    "pharmacist",
    "physiotherapist",
    "podiatrist",
)


def job(partner: str, profession: str) -> str:
    """The code of the job that a profession does at a partner."""
    kind = "social_care" if partner.startswith("social_care") else partner
    return _JOBS.get(kind, {}).get(profession, profession)


def at_level(partner: pl.Expr, profession: pl.Expr, role: pl.Expr, level: pl.Expr) -> pl.Expr:
    """The job once the level is known: advanced practice in networks, senior managers in trusts."""
    return (
        pl.when((partner == "network") & (level == "band_8a") & profession.is_in(_ADVANCED))
        .then(pl.lit("advanced_") + profession)
        .when((profession == "management") & level.is_in(("band_8b", "band_8c", "band_8d", "band_9")))
        .then(pl.lit("senior_manager"))
        .otherwise(role)
    )


def within_range(shape: np.ndarray, role: str, ranges: dict[str, tuple[str, str]]) -> np.ndarray:
    """A ladder cut to the levels at which a job stands; its middle level where none is left.

    Args:
        shape: share of people at each of `LEVELS`.
        role: the job.
        ranges: lowest and highest level by job.
    """
    low, high = ranges[role]
    if shape[LEVELS.index("local")] or low not in LEVELS or high not in LEVELS:
        return shape
    first, last = LEVELS.index(low), LEVELS.index(high)
    kept = np.zeros_like(shape)
    kept[first : last + 1] = shape[first : last + 1]
    if not kept.sum():
        kept[(first + last) // 2] = 1.0
    return np.asarray(kept / kept.sum())


def level_ranges() -> dict[str, tuple[str, str]]:
    """Lowest and highest level of each job."""
    listed = reference.table("roles").select("code", "level_low", "level_high")
    return {code: (low, high) for code, low, high in listed.rows()}
