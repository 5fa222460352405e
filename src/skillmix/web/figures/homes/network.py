"""A primary care network's home: who works for its patients, who employs them, whom it serves."""

from __future__ import annotations

from skillmix.web.figures.homes.home import Home, links
from skillmix.web.figures.homes.organisation import own, standing
from skillmix.web.panels.panel import placed
from skillmix.web.panels.reading import Reading


def home(reading: Reading, asked: str) -> Home:
    """The primary care lead's home: of one network, or of all."""
    code, others = own(reading, asked)
    further = links(
        reading,
        ("Submit data", "submit", "submit"),
        ("Submissions and their history", "submissions", "rows"),
        ("The grid", "grid", "figures"),
    )
    if not code:
        return Home(
            title=f"Primary care in {reading.place.name}", panels=[placed(reading, "networks")], next=further
        )
    return Home(
        title=reading.place.organisations[code].name,
        panels=[
            placed(reading, "network-staff", organisation=code),
            placed(reading, "networks", organisation=code),
            placed(reading, "practices", organisation=code),
            placed(reading, "flows", organisation=code),
        ],
        standing=standing(reading, code),
        others=others,
        next=further,
    )
