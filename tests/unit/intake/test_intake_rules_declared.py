"""Declared rules: what a file of rules may say, and that every finding belongs to a family."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from skillmix import intake
from skillmix.errors import InputError
from skillmix.intake.rules.declared import EVERYWHERE, family_of, read
from skillmix.intake.rules.families import CHECKS, DERIVATIONS, SUGGESTIONS

pytestmark = pytest.mark.unit

RULE = """
[[rules]]
name = "a_rule"
family = "ranges"
severity = "keep"
columns = ["fte"]
check = "between"
reason = "It is wrong."
cure = "Mend it."
"""


def test_a_rule_is_read() -> None:
    (rule,) = read(RULE, "a_source")
    assert (rule.source, rule.name, rule.family, rule.severity) == ("a_source", "a_rule", "ranges", "keep")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("check = ", "check = 1 #"), "cannot be used"),
        (('"ranges"', '"feelings"'), "cannot be used"),
        (('"keep"', '"shout"'), "cannot be used"),
        (('["fte"]', "[]"), "cannot be used"),
        (('cure = "Mend it."', ""), "cannot be used"),
        (('"between"', '"no_such_check"'), "no_such_check"),
        (("check =", 'suggest = "nobody"\ncheck ='), "nobody"),
        (("check =", 'derive = "nowhere"\ncheck ='), "nowhere"),
        (("[[rules]]", "[[rules"), "cannot be used"),
    ],
)
def test_a_rule_that_cannot_stand_is_refused(change: tuple[str, str], problem: str) -> None:
    with pytest.raises(InputError, match=problem) as refused:
        read(RULE.replace(*change), "a_source")
    assert refused.value.where[0].file == "a_source.toml"


def test_every_rule_names_columns_of_its_source_and_ends_its_sentences() -> None:
    for rule in intake.rules_of():
        columns = intake.field_map(rule.source).columns
        assert set(rule.columns) <= set(columns), rule.name
        hidden = any(columns[c].identifier or columns[c].private for c in rule.columns)
        assert hidden or not rule.door, rule.name
        assert all(words.endswith((".", ")")) for words in (rule.reason, rule.cure)), rule.name
    names = [(rule.source, rule.name) for rule in intake.rules_of()]
    assert len(names) == len(set(names))
    assert not {name for _, name in names} & (set(EVERYWHERE) - {"no_person"})


def test_every_function_of_the_rules_is_used() -> None:
    rules = intake.rules_of()
    assert {rule.check for rule in rules} == set(CHECKS)
    assert {rule.suggest for rule in rules if rule.suggest} == set(SUGGESTIONS)
    assert {rule.derive for rule in rules if rule.derive} == set(DERIVATIONS)


def test_every_finding_that_the_code_makes_has_a_family() -> None:
    folder = Path(intake.__file__).parent
    code = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    made = {*re.findall(r'rule="(\w+)"', code), *re.findall(r'return\s*\(?\s*"(\w+)",\s*f?"', code)}
    assert made <= set(EVERYWHERE)
    assert {"comma", "two_digit_year", "identifier_elsewhere"} <= made
    assert family_of("two_digit_year", "esr_staff_in_post") == "dates"
