"""Disclosure policy: for each kind of fact, from how many people it may be shown, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from skillmix import reference
from skillmix.errors import InputError

#: Dimensions that make every count a count of a protected characteristic, or of age.
PROTECTED_WORDS = frozenset(
    {"sex", "ethnicity", "ethnic_group", "disability", "religion", "sexual_orientation"}
)
AGE_WORDS = frozenset({"age", "age_band", "birth_year"})

#: Kinds whose figures are about nobody among the staff, or are public already.
OPEN = frozenset({"published", "population"})


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for one kind of fact.

    Attributes:
        kind: kind of fact, as in `measures.figures.KINDS`.
        minimum: fewest people that a figure may rest on; none at all may be shown.
        place_only: whether it is shown for the place alone, never by organisation.
        years_pooled: fewest years of events pooled in a figure.
        rate_base: smallest base that a rate is shown for.
        source: where the rule comes from.
    """

    kind: str
    minimum: int
    place_only: bool
    years_pooled: int
    rate_base: int
    source: str


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules in force.

    Attributes:
        name: what the policy is called.
        rules: rule by kind of fact.
    """

    name: str
    rules: Mapping[str, Rule]

    @classmethod
    def default(cls, as_of: date | None = None) -> Policy:
        """The policy of the reference list `disclosure_minimums` valid on a date, or its newest."""
        rows = reference.table("disclosure_minimums", as_of).sort("valid_from")
        rules = {
            row["code"]: Rule(
                row["code"],
                row["minimum"],
                row["place_only"],
                row["years_pooled"],
                row["rate_base"],
                row["source"],
            )
            for row in rows.iter_rows(named=True)
        }
        return cls("by kind of fact", rules)

    def rule(self, kind: str) -> Rule:
        """The rule of a kind of fact.

        Raises:
            InputError: when the policy has none; nothing is shown without a rule.
        """
        try:
            return self.rules[kind]
        except KeyError:
            raise InputError(
                f"The disclosure policy has no rule for {kind!r}.",
                cure=f"Give one; it has rules for {', '.join(sorted(self.rules))}.",
            ) from None

    def stricter(self, **minimum: int) -> Policy:
        """The same policy with higher minimums, such as ``leaving=10``.

        Raises:
            InputError: when a minimum would be lower than it is.

        >>> Policy.default().stricter(leaving=10).rule("leaving").minimum
        10
        """
        rules = dict(self.rules)
        for kind, fewest in minimum.items():
            if fewest < self.rule(kind).minimum:
                raise InputError(
                    f"The minimum of {kind} would fall from {self.rule(kind).minimum} to {fewest}.",
                    cure="A place may show less than the policy allows, not more.",
                )
            rules[kind] = replace(self.rule(kind), minimum=fewest)
        return Policy(f"{self.name}, stricter", rules)
