"""A profession lead's home: the family across partners, where posts stand empty, who left, what is thin."""

from __future__ import annotations

from skillmix.web.figures import naming, runs
from skillmix.web.figures.homes.home import Home, links
from skillmix.web.panels.panel import placed
from skillmix.web.panels.reading import Reading


def family_of(reading: Reading) -> str:
    """The family that the reader leads, as `naming.families` has it."""
    found = [h.family for h in reading.principal.held if h.family]
    family = found[0].removesuffix("_support") if found else "ahp"
    return "ahp" if family == "allied_health" else family


def home(reading: Reading, asked: str) -> Home:
    """The profession lead's home; ``asked`` is not used."""
    family = family_of(reading)
    name = naming.families().get(family, "Professions")
    return Home(
        title=f"{name} in {reading.place.name}",
        panels=[
            placed(reading, "grid", family=family),
            placed(reading, "shortages", family=family),
            placed(reading, "flows", family=family),
            placed(reading, "single-handed", family=family),
            placed(reading, "outlook-professions", family=family, run=runs.latest(reading)),
        ],
        next=links(
            reading,
            ("Every profession", "professions", "figures"),
            ("What is known of whom", "coverage", "figures"),
        ),
    )
