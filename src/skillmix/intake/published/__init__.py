"""What does a place look like in published figures alone? A place for any sub-ICB location of England."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skillmix.intake.published.build import published_place, refresh
    from skillmix.intake.published.places import find_sub_icb, sub_icbs
    from skillmix.intake.published.serving import council_shares, service_map

__all__ = ["council_shares", "find_sub_icb", "published_place", "refresh", "service_map", "sub_icbs"]

_HOMES = {
    "council_shares": "serving",
    "find_sub_icb": "places",
    "published_place": "build",
    "refresh": "build",
    "service_map": "serving",
    "sub_icbs": "places",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"skillmix.intake.published.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
