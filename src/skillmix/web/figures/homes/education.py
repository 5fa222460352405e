"""An education lead's home: learners against posts by profession; no row of staff."""

from __future__ import annotations

from skillmix.web.figures import runs
from skillmix.web.figures.homes.home import Home, links
from skillmix.web.panels.panel import placed
from skillmix.web.panels.reading import Reading


def home(reading: Reading, asked: str) -> Home:
    """The education lead's home; ``asked`` is not used."""
    return Home(
        title=f"Learners and posts in {reading.place.name}",
        panels=[
            placed(reading, "learners"),
            placed(reading, "shortages", largest="1"),
            placed(reading, "outlook-professions", family="ahp", run=runs.latest(reading)),
            placed(reading, "coverage", topic="learners"),
        ],
        next=links(reading, ("Every profession", "professions", "figures"), ("The grid", "grid", "figures")),
    )
