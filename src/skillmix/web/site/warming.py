"""The first answers of each place, worked out before anybody asks for them, and anew when it has changed."""

from __future__ import annotations

import logging
import time
from collections.abc import Hashable

from django.db import close_old_connections
from django.utils import timezone

from skillmix.errors import SkillmixError
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


#: How often a place is looked at, in seconds.
EVERY = 5.0
logger = logging.getLogger("skillmix.web")


def keep_warm() -> None:
    """Work the first answers out now, and again whenever a place or the day has changed; does not return."""
    seen: dict[str, Hashable] = {}
    while True:
        for slug, place in served().items():
            try:
                now = (place.stamp, timezone.localdate())
                if seen.get(slug) != now:
                    warm_up(slug)
                    seen[slug] = now
            except SkillmixError:  # whoever opens the page is told what is wrong with the place
                seen.pop(slug, None)
            except Exception as error:
                logger.error("warming", exc_info=error)
                seen[slug] = None
        close_old_connections()
        time.sleep(EVERY)


def warm_up(slug: str) -> None:
    """Work out the panels that a planner sees first in a place."""
    from skillmix.web.figures import panels as _declared
    from skillmix.web.panels.panel import placed

    _ = _declared
    reading = Reading(served()[slug], Principal(None, "", slug, (Held("place_planner"),)))
    for name, parameters in FIRST:
        placed(reading, name, **parameters)
