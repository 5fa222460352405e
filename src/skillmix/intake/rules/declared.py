"""Declared rules: name, family, severity, reason and cure in plain words, and the check that answers."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillmix.errors import InputError, Where

Family = Literal["structure", "code_lists", "ranges", "dates", "cross_field", "cross_row"]
Severity = Literal["set_aside", "keep"]


#: Families of the rules that every source is asked by how its columns are declared.
EVERYWHERE: dict[str, Family] = {
    "too_many_cells": "structure",
    "repeated_headings": "structure",
    "no_person": "structure",
    "missing_value": "structure",
    "identifier_elsewhere": "structure",
    "comma": "ranges",
    "space": "ranges",
    "percent": "ranges",
    "formula_error": "ranges",
    "minus_behind": "ranges",
    "number_with_words": "ranges",
    "not_a_number": "ranges",
    "exponent": "ranges",
    "too_large": "ranges",
    "too_small": "ranges",
    "implausible": "ranges",
    "serial_date": "dates",
    "not_a_date": "dates",
    "two_digit_year": "dates",
    "not_a_month": "dates",
    "month_of_financial_year": "dates",
    "form": "code_lists",
    "unknown_code": "code_lists",
    "unmapped": "code_lists",
}


class Rule(BaseModel):
    """One rule of a source.

    Attributes:
        name: its name, unique in the source.
        source: the source whose rows it is asked of.
        family: what kind of rule it is.
        severity: whether a row that breaks it is set aside, or kept and told.
        columns: the columns of the field map that it looks at; the first is named to the sender.
        check: the function of `rules/` that answers it.
        settings: what the check is told besides.
        suggest: the function that says what may be meant, where one can tell.
        derive: the function whose value is loaded in the first column's place for rows that break it;
            ``nothing`` leaves the cell unknown.
        door: whether it looks at cells before they are hashed or reduced.
        absent: whether it is asked although the file lacks the first column.
        reason: what is wrong, in plain words.
        cure: what to do about it, in plain words.
        why: why it matters.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    source: str = ""
    family: Family
    severity: Severity
    columns: tuple[str, ...] = Field(min_length=1)
    check: str
    settings: dict[str, Any] = {}
    suggest: str = ""
    derive: str = ""
    door: bool = False
    absent: bool = False
    reason: str
    cure: str
    why: str = ""


def read(text: str, source: str) -> list[Rule]:
    """The rules of a source from TOML.

    Raises:
        InputError: when the TOML or what it declares cannot stand.
    """
    from skillmix.intake.rules.families import CHECKS, DERIVATIONS, SUGGESTIONS

    try:
        entries = tomllib.loads(text).get("rules", [])
        rules = [Rule.model_validate({**entry, "source": source}) for entry in entries]
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        first = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
        raise InputError(
            f"The rules cannot be used: {first}.", cure="Mend them.", where=[Where(file=f"{source}.toml")]
        ) from None
    for rule in rules:
        named = {rule.check: CHECKS.keys(), rule.suggest: SUGGESTIONS.keys(), rule.derive: DERIVATIONS.keys()}
        if lost := [name for name, functions in named.items() if name and name not in functions]:
            raise InputError(
                f"The rule {rule.name} names {lost[0]!r}, which no function of the rules has.",
                cure="Name one of the functions in intake/rules/.",
                where=[Where(file=f"{source}.toml", value=lost[0])],
            )
    return rules


@lru_cache(maxsize=1)
def _carried() -> dict[str, tuple[Rule, ...]]:
    folder = resources.files("skillmix.intake") / "rules"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    carried: dict[str, list[Rule]] = {}
    for file in files:
        # A source with many rules has several files: its name, a point, what they are about.
        source = file.name.split(".")[0]
        carried.setdefault(source, []).extend(read(file.read_text(encoding="utf-8"), source))
    order = get_args(Family)
    return {s: tuple(sorted(rules, key=lambda r: order.index(r.family))) for s, rules in carried.items()}


def rules_of(source: str | None = None) -> list[Rule]:
    """The rules that are asked of the rows of a source, or of every source.

    >>> {rule.severity for rule in rules_of("esr_staff_in_post")} == {"set_aside", "keep"}
    True
    """
    if source is not None:
        return list(_carried().get(source, ()))
    return [rule for rules in _carried().values() for rule in rules]


def family_of(name: str, source: str) -> str:
    """The family of a rule: one of the source, or one that every source is asked.

    >>> family_of("comma", "esr_staff_in_post"), family_of("band_unknown", "esr_staff_in_post")
    ('ranges', 'code_lists')
    """
    own = {rule.name: rule.family for rule in _carried().get(source, ())}
    return own.get(name) or EVERYWHERE.get(name, "structure")
