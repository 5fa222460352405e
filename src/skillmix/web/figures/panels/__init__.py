"""Panels of who we have; importing this package declares them."""

from skillmix.web.figures.panels import (
    coverage,
    flows,
    gaps,
    grid,
    learners,
    networks,
    organisations,
    outlook,
    places,
    professions,
    staff,
    thin,
    trend,
)

__all__ = [
    "coverage",
    "flows",
    "gaps",
    "grid",
    "learners",
    "networks",
    "organisations",
    "outlook",
    "places",
    "professions",
    "staff",
    "thin",
    "trend",
]
