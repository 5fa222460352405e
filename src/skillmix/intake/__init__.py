"""What did partners send, and can we trust it? Field maps, readers, casts, pseudonyms, submissions."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skillmix.intake.corrections import Correction, correct
    from skillmix.intake.fieldmap import field_map, sources
    from skillmix.intake.published import published_place, refresh
    from skillmix.intake.rules.declared import Rule, rules_of
    from skillmix.intake.sent import Sent
    from skillmix.intake.staging import Staged, stage
    from skillmix.intake.storing import store
    from skillmix.intake.submission import Intake, submit
    from skillmix.intake.templates import template
    from skillmix.intake.understanding import Understood, understand

__all__ = [
    "Correction",
    "Intake",
    "Rule",
    "Sent",
    "Staged",
    "Understood",
    "correct",
    "field_map",
    "published_place",
    "refresh",
    "rules_of",
    "sources",
    "stage",
    "store",
    "submit",
    "template",
    "understand",
]

_HOMES = {
    "Correction": "corrections",
    "Intake": "submission",
    "Rule": "rules.declared",
    "Sent": "sent",
    "Staged": "staging",
    "Understood": "understanding",
    "correct": "corrections",
    "field_map": "fieldmap",
    "published_place": "published",
    "refresh": "published",
    "rules_of": "rules.declared",
    "sources": "fieldmap",
    "stage": "staging",
    "store": "storing",
    "submit": "submission",
    "template": "templates",
    "understand": "understanding",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"skillmix.intake.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
