"""Check the audit of a place from outside the server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from skillmix.errors import PlaceError, Where
from skillmix.web.site.setup import prepare

if TYPE_CHECKING:  # nothing of Django is loaded before `prepare`
    from skillmix.web.audit.verify import Walked


def check(place: Path) -> Walked:
    """Walk along the audit that the place's database holds.

    Args:
        place: the folder of the place that is served first: its database holds the audit of all.

    Raises:
        PlaceError: when it is no place, or was never served.
    """
    from skillmix.place import Place

    Place.open(place)
    prepare([place])
    from django.conf import settings
    from django.db import connection

    file = settings.DATABASES["default"]["NAME"]
    never = connection.vendor == "sqlite" and not Path(file).is_file()
    if never or "audit_entry" not in connection.introspection.table_names():
        raise PlaceError(
            "This place was never served, so there is no audit.",
            cure="Name the place that 'skillmix serve' is given first: its database holds the audit of all.",
            where=[Where(file=str(place))],
        )
    from skillmix.web.audit.verify import walk

    return walk()
