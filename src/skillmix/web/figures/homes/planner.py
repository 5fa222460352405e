"""The place planner's home: what has changed, what is short everywhere, the grid; then a scenario."""

from __future__ import annotations

from skillmix.web.figures.homes.home import Home, links
from skillmix.web.panels.panel import placed
from skillmix.web.panels.reading import Reading


def home(reading: Reading, asked: str) -> Home:
    """The planner's home; ``asked`` is not used."""
    return Home(
        title=reading.place.name,
        panels=[
            placed(reading, "changes"),
            placed(reading, "shortages", largest="1"),
            placed(reading, "grid", largest="1"),
            placed(reading, "partners"),
        ],
        next=links(
            reading,
            ("Open a scenario: what if?", "scenarios", "scenarios"),
            ("The whole grid", "grid", "figures"),
            ("Every profession", "professions", "figures"),
            ("Every organisation", "organisations", "figures"),
        ),
    )
