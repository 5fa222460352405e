"""Django made ready outside a web server: for commands, the worker and whoever serves."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from skillmix.web.site.served import PLACES

MODULE = "skillmix.web.site.settings"


def environment(places: Iterable[Path], **further: str) -> dict[str, str]:
    """The variables under which Django serves these places; the first one keeps the accounts."""
    named = os.pathsep.join(str(Path(p).resolve()) for p in places)
    return {PLACES: named, "DJANGO_SETTINGS_MODULE": MODULE, **further}


def prepare(places: Iterable[Path], **further: str) -> None:
    """Make Django ready in this process for these places.

    Args:
        places: place folders; the first one's database holds the accounts.
        further: further variables, such as ``SKILLMIX_PERSONAS="1"``.
    """
    os.environ.update(environment(places, **further))
    import django

    django.setup()


def migrate() -> None:
    """Bring the database to this version, under the name that owns its tables.

    Raises:
        PlaceError: when the database's account could pass row-level security by.
    """
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from skillmix.web.site.database import grant_to, refuse_superuser

    web = connections["default"]
    refuse_superuser(web)
    if settings.DATABASES["default"] == settings.OWNER_DATABASE or web.vendor != "postgresql":
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    else:
        # Migrations of others reach for the default connection whatever alias they are run on, and would wait
        # for ever for what the owner has locked: while it migrates, the owner is the default.
        mine = connections.databases["default"]
        web.close()
        del connections["default"]
        connections.databases["default"] = {**mine, **settings.OWNER_DATABASE}
        try:
            call_command("migrate", verbosity=0, interactive=False)
            call_command("createcachetable", verbosity=0)
            grant_to(connections["default"], str(mine["USER"]))
        finally:
            connections["default"].close()
            del connections["default"]
            connections.databases["default"] = mine
    connections.close_all()
