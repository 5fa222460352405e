"""The first answers of each place, worked out before anybody asks for them."""

from __future__ import annotations

from skillmix.web.panels.reading import Reading
from skillmix.web.people.access import Held, Principal
from skillmix.web.site.served import served

#: Panels that most people see first, with their parameters.
FIRST: tuple[tuple[str, dict[str, str]], ...] = (
    ("grid", {}),
    ("grid", {"largest": "1"}),
    ("changes", {}),
    ("shortages", {"largest": "1"}),
    ("partners", {}),
    ("organisations", {}),
    ("professions", {"family": "ahp"}),
    ("trend", {"profession": "physiotherapist"}),
)


def warm_up() -> None:
    """Work out the panels that a planner sees first, for every place that is served."""
    from skillmix.web.figures import panels as _declared
    from skillmix.web.panels.panel import placed

    _ = _declared
    for slug, place in served().items():
        reading = Reading(place, Principal(None, "", slug, (Held("place_planner"),)))
        for name, parameters in FIRST:
            placed(reading, name, **parameters)
