"""Which place, which partners, who may read what? The place folder and its lake of facts."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skillmix.place.agreements import Agreement
    from skillmix.place.backups import Backup, backup
    from skillmix.place.checks import Finding, check
    from skillmix.place.facts import Facts
    from skillmix.place.folder import Place
    from skillmix.place.organisations import PlaceOrganisation
    from skillmix.place.place_file import FORMAT
    from skillmix.place.purging import purge
    from skillmix.place.restores import restore
    from skillmix.place.scope import Scope
    from skillmix.place.submissions import Draft, Receipt
    from skillmix.place.upgrades import upgrade
    from skillmix.place.verification import verify

_HOME = {
    "Agreement": "agreements",
    "Backup": "backups",
    "Draft": "submissions",
    "FORMAT": "place_file",
    "Facts": "facts",
    "Finding": "checks",
    "Place": "folder",
    "PlaceOrganisation": "organisations",
    "Receipt": "submissions",
    "Scope": "scope",
    "backup": "backups",
    "check": "checks",
    "purge": "purging",
    "restore": "restores",
    "upgrade": "upgrades",
    "verify": "verification",
}

__all__ = [
    "FORMAT",
    "Agreement",
    "Backup",
    "Draft",
    "Facts",
    "Finding",
    "Place",
    "PlaceOrganisation",
    "Receipt",
    "Scope",
    "backup",
    "check",
    "purge",
    "restore",
    "upgrade",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f"skillmix.place.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
