"""What is a fact here? The canonical tables, each column declared once."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skillmix.schema.catalogue import FACTS, KEEPERS, TABLES, dictionary, table

__all__ = ["FACTS", "KEEPERS", "TABLES", "dictionary", "table"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(importlib.import_module("skillmix.schema.catalogue"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
