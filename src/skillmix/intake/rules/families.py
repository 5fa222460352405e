"""Every family of checks: importing this registers the functions of each."""

from __future__ import annotations

from skillmix.intake.rules import (
    books,
    code_lists,
    cross_field,
    cross_row,
    dates,
    leaving,
    orders,
    ranges,
    structure,
)
from skillmix.intake.rules.checks import CHECKS, DERIVATIONS, SUGGESTIONS

__all__ = [
    "CHECKS",
    "DERIVATIONS",
    "SUGGESTIONS",
    "books",
    "code_lists",
    "cross_field",
    "cross_row",
    "dates",
    "leaving",
    "orders",
    "ranges",
    "structure",
]
