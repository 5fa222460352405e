"""Can I try it now? Two demonstration places: Leeds from published figures, and Aldmoor, invented."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skillmix.demonstration.aldmoor_city.build import aldmoor, answers
    from skillmix.demonstration.aldmoor_city.generation import generate
    from skillmix.demonstration.extracts.folder import write_extracts
    from skillmix.demonstration.leeds_city.build import leeds, refill

# A module must not bear the name of a function here: importing it would put the module in its place.
_HOME = {
    "aldmoor": "aldmoor_city.build",
    "answers": "aldmoor_city.build",
    "generate": "aldmoor_city.generation",
    "write_extracts": "extracts.folder",
    "leeds": "leeds_city.build",
    "refill": "leeds_city.build",
}

__all__ = ["aldmoor", "answers", "generate", "leeds", "refill", "write_extracts"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f"skillmix.demonstration.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
