"""What do we all agree on? Dated code lists and figures, each row with its source and confidence."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skillmix.reference.check import problems
    from skillmix.reference.figures import Figure, value
    from skillmix.reference.lists import (
        codes,
        describe,
        labels,
        names,
        normalise,
        published,
        published_names,
        suggest,
        table,
    )

__all__ = [
    "Figure",
    "codes",
    "describe",
    "labels",
    "names",
    "normalise",
    "problems",
    "published",
    "published_names",
    "suggest",
    "table",
    "value",
]

_HOMES = {"Figure": "figures", "value": "figures", "problems": "check"}


def __getattr__(name: str) -> Any:
    if name in __all__:
        home = _HOMES.get(name, "lists")
        return getattr(importlib.import_module(f"skillmix.reference.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
