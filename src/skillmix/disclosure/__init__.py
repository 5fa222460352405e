"""What may we show? Policy by kind of fact, suppression, and the type that alone may leave."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skillmix.disclosure.policy import Policy, Rule
    from skillmix.disclosure.readers import Reader
    from skillmix.disclosure.releases import Released, release

_HOMES = {
    "Policy": "policy",
    "Reader": "readers",
    "Released": "releases",
    "Rule": "policy",
    "release": "releases",
}

__all__ = ["Policy", "Reader", "Released", "Rule", "release"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"skillmix.disclosure.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
