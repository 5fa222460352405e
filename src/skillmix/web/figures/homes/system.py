"""A system lead's home: several places side by side, on the same definitions."""

from __future__ import annotations

from skillmix.web.figures.homes.home import Home, Link, links
from skillmix.web.figures.panels.places import led
from skillmix.web.panels.panel import placed
from skillmix.web.panels.reading import Reading


def home(reading: Reading, asked: str) -> Home:
    """The system lead's home; ``asked`` is not used."""
    others = [Link(one.place.name, f"/{one.slug}/") for one in led(reading) if one.slug != reading.slug]
    return Home(
        title="Places side by side",
        panels=[
            placed(reading, "places"),
            placed(reading, "changes"),
            placed(reading, "shortages", largest="1"),
        ],
        rest=f"What stands out in {reading.place.name}",
        others=others,
        next=links(reading, ("The grid", "grid", "figures"), ("Every profession", "professions", "figures")),
    )
