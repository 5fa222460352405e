"""The functions that rules name: checks, suggestions, derivations; the file of each family adds its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from skillmix.intake.declarations import Column
from skillmix.intake.rules.declared import Rule

#: Typed cells stand under this prefix, the text as sent under the column's own name.
TYPED = "@"


@dataclass(frozen=True)
class About:
    """What a check is told.

    Attributes:
        rule: the rule.
        columns: the columns of the field map that the file has.
        as_of: the date the content is true for, where it is known.
    """

    rule: Rule
    columns: Mapping[str, Column]
    as_of: dt.date | None = None

    def text(self, place: int = 0) -> pl.Expr:
        """The text of one of the rule's columns."""
        return pl.col(self.rule.columns[place])

    def typed(self, place: int = 0) -> pl.Expr:
        """The value that was read of one of the rule's columns; at the door there is only the text."""
        return pl.col(TYPED + self.rule.columns[place])

    def setting(self, name: str) -> Any:
        """What the rule tells the check besides."""
        return self.rule.settings[name]

    def number(self, name: str) -> pl.Expr:
        """A number that the rule tells the check."""
        return pl.lit(self.rule.settings[name])


Check = Callable[[About], pl.Expr]
Suggestion = Callable[[About, pl.DataFrame], pl.Series]

#: Each answers with an expression that is true for rows that break the rule.
CHECKS: dict[str, Check] = {}
#: Each gives for failing rows what may be meant, null where it cannot tell.
SUGGESTIONS: dict[str, Suggestion] = {}
#: Each gives the value that is loaded in the first column's place.
DERIVATIONS: dict[str, Check] = {}


def check(function: Check) -> Check:
    """Make a function a check, by its own name."""
    CHECKS[function.__name__] = function
    return function


def suggestion(function: Suggestion) -> Suggestion:
    """Make a function a suggestion, by its own name."""
    SUGGESTIONS[function.__name__] = function
    return function


def derivation(function: Check) -> Check:
    """Make a function a derivation, by its own name."""
    DERIVATIONS[function.__name__] = function
    return function


@derivation
def nothing(about: About) -> pl.Expr:
    """The value is not known."""
    return pl.lit(None)
