"""How do I use it? The pages and the API over a place: thin, they hold no arithmetic."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skillmix.web.site.serving import serve

_HOMES = {"serve": "site.serving"}

__all__ = ["serve"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"skillmix.web.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
