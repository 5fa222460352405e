"""Which home a person sees first: that of the first role that they hold."""

from __future__ import annotations

from collections.abc import Mapping

from skillmix.web.figures.homes import board, education, network, organisation, planner, profession, system
from skillmix.web.figures.homes.home import Home, Make
from skillmix.web.panels.reading import Reading

#: Home by the word that a role names; roles without one of their own see the planner's.
HOMES: Mapping[str, Make] = {
    "planner": planner.home,
    "organisation": organisation.home,
    "network": network.home,
    "profession": profession.home,
    "education": education.home,
    "board": board.home,
    "system": system.home,
}


def home_of(reading: Reading, asked: str = "") -> Home:
    """The home of whoever reads.

    Args:
        reading: who looks.
        asked: the organisation that an address names, for those who have several.
    """
    return HOMES.get(reading.principal.home, planner.home)(reading, asked)
