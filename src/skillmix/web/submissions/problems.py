"""What failed in a staged file, for the page that shows it, and the fields in which it is cured."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from skillmix import intake, reference
from skillmix.intake import Correction, Staged
from skillmix.intake.findings import SETTLED
from skillmix.intake.rules.code_lists import listed

#: As many kinds of problem with a field each are shown, and as many single rows.
MOST_VALUES, MOST_ROWS = 60, 50
#: As many rows are named for each problem, and as many words stand first in a list.
_FIRST_ROWS, _NEAREST = 5, 6
#: Rules whose values are all cured in one way, so that one question does for a column.
_ALIKE = frozenset({"two_digit_year"})
#: Families whose cure differs from row to row.
_OF_ROWS = frozenset({"cross_field", "cross_row"})


@dataclass(frozen=True)
class Field:
    """A field of the form of corrections.

    Attributes:
        name: its name in the form.
        label: what it is about.
        was: the value as sent; None for an empty cell.
        column: heading as sent.
        row: the one row that it is about; None for every row with the value.
        suggestion: what may be meant; empty where nobody can tell.
        nearest: allowed words most like the value, where there is a list.
        others: the other allowed words.
        filled: what stands in it.
        alike: values that are answered together, each with what is meant; none for a value of its own.
    """

    name: str
    label: str
    was: str | None
    column: str
    row: int | None = None
    suggestion: str = ""
    nearest: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    filled: str = ""
    alike: tuple[tuple[str, str], ...] = ()

    def corrections(self, meant: str) -> list[Correction]:
        """The corrections that the field asks for."""
        if self.alike:
            each = self.alike if meant else tuple((was, "") for was, _ in self.alike)
            return [Correction(column=self.column, meant=to, value=was) for was, to in each]
        if self.row is not None:
            return [Correction(column=self.column, meant=meant, row=self.row)]
        return [Correction(column=self.column, meant=meant, value=self.was)]


@dataclass(frozen=True)
class Problem:
    """A problem, counted.

    Attributes:
        reason: what is wrong.
        cure: what to do about it.
        column: heading as sent.
        value: value as sent, or why it is not shown.
        rows: rows that have it.
        first: the first of them.
        aside: whether the rows were set aside.
        settled: whether the rows were set aside and nothing need be done about them.
        elsewhere: whether it can be cured only in the system that the file comes from.
        fields: where it is cured here: one for the value, or one for each of the first rows.
    """

    reason: str
    cure: str
    column: str
    value: str
    rows: int
    first: tuple[int, ...]
    aside: bool
    settled: bool
    elsewhere: bool
    fields: tuple[Field, ...] = field(default=())


def _name(column: str, value: str | None, row: int | None = None) -> str:
    """A field's name: short, and the same for the same problem on every page."""
    said = f"{column}\x1f{'' if value is None else 'v' + value}\x1f{row}"
    return f"c-{hashlib.sha256(said.encode()).hexdigest()[:20]}"


def allowed(staged: Staged, rule: str, column: str) -> list[str]:
    """The words that a column may hold, by the rule that was broken; none where there is no list.

    Args:
        staged: the file.
        rule: name of the rule.
        column: heading as sent.
    """
    for declared in intake.rules_of(staged.source):
        if declared.name == rule and "lists" in declared.settings:
            words = listed(declared.settings["lists"], staged.as_of)
            return sorted({*words, *declared.settings.get("besides", [])})
    for key, heading in staged.taken.text.headings.items():
        if heading != column:
            continue
        declaration = staged.understood.source.columns[key]
        if declaration.codes:
            return sorted(declaration.codes)
        if declaration.reference:
            return sorted(reference.table(declaration.reference, staged.as_of).get_column("code").to_list())
    return []


def likest(value: str | None, words: list[str], suggestion: str = "") -> tuple[str, ...]:
    """The words most like a value, the likest first.

    >>> likest("Physiotherapst", ["Midwife", "Physiotherapist", "Porter"])[0]
    'Physiotherapist'
    """
    from rapidfuzz import fuzz, process, utils

    first = [suggestion] if suggestion in words else []
    if not value:
        return tuple(first)
    found = process.extract(value, words, scorer=fuzz.WRatio, processor=utils.default_process, limit=_NEAREST)
    return tuple(dict.fromkeys([*first, *(word for word, _, _ in found)]))[:_NEAREST]


class _Fields:
    """Makes the fields of a page, as many as a page holds."""

    def __init__(self, staged: Staged, suggested: bool) -> None:
        self.staged, self.suggested = staged, suggested
        self.values, self.rows = MOST_VALUES, MOST_ROWS
        self._made: set[str] = set()
        self._words: dict[tuple[str, str], list[str]] = {}

    def of(self, problem: Mapping[str, Any], numbers: list[int]) -> Iterator[Field]:
        """The fields of a problem."""
        if not problem["correctable"]:
            return
        column, value = problem["column"], problem["value"]
        key = (problem["rule"], column)
        if key not in self._words:
            self._words[key] = allowed(self.staged, *key)
        words, suggestion = self._words[key], problem["suggestion"] or ""
        each = problem["family"] in _OF_ROWS or value is None
        for row in numbers if each else [None]:
            name = _name(column, value, row)
            if name in self._made or (self.rows if each else self.values) <= 0:
                continue
            self._made.add(name)
            if each:
                self.rows -= 1
            else:
                self.values -= 1
            near = likest(value, words, suggestion)
            yield Field(
                name=name,
                label=f"Row {row}: {column}" if row is not None else f"{column}: {value}",
                was=value,
                column=column,
                row=row,
                suggestion=suggestion,
                nearest=near,
                others=tuple(word for word in words if word not in near),
                filled=suggestion if self.suggested else "",
            )

    def together(self, group: list[dict[str, Any]]) -> Iterator[Field]:
        """The one field of problems that are all cured alike."""
        column, was, meant = group[0]["column"], group[0]["value"], group[0]["suggestion"]
        if self.values <= 0:
            return
        self.values -= 1
        said = f"Read {was} as {meant}, and all others of this kind alike"
        yield Field(
            name=_name(f"{column}\x1f{group[0]['rule']}", None),
            label=f"{column}: {was} and {len(group) - 1:,} other values",
            was=was,
            column=column,
            suggestion=said,
            nearest=(said,),
            filled=said if self.suggested else "",
            alike=tuple((one["value"], one["suggestion"]) for one in group),
        )


def _together(counted: list[dict[str, Any]]) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Problems, each with those that one question answers: the dates of a column, of one kind of fault."""
    groups: dict[Any, list[dict[str, Any]]] = {}
    for number, one in enumerate(counted):
        joined = one["rule"] in _ALIKE and one["correctable"] and one["suggestion"] and one["value"]
        key = (one["rule"], one["column"], one["reason"], one["aside"]) if joined else number
        groups.setdefault(key, []).append(one)
    return [(group[0], group) for group in groups.values()]


def problems(staged: Staged, suggested: bool = False) -> list[Problem]:
    """What failed, worst first, with the fields that cure it.

    Args:
        staged: the file.
        suggested: whether the fields come filled with what may be meant.

    Returns:
        Those that set rows aside first, and of them the commonest; then those that were loaded all the same.
    """
    makes, found = _Fields(staged, suggested), []
    counted = staged.problems.sort(["aside", "rows"], descending=[True, True], maintain_order=True)
    rows = staged.findings.group_by("rule", "column", "value", "reason", "aside").agg(pl.col("row").sort())
    numbered = {
        (r["rule"], r["column"], r["value"], r["reason"], r["aside"]): r["row"] for r in rows.to_dicts()
    }
    for one, group in _together(counted.to_dicts()):
        numbers: list[int] = []
        for each in group:
            of = (each["rule"], each["column"], each["value"], each["reason"], each["aside"])
            numbers += numbered.get(of, [each["first_row"]])
        others = f" and {len(group) - 1:,} other values" if len(group) > 1 else ""
        found.append(
            Problem(
                reason=one["reason"],
                cure=one["cure"],
                column=one["column"],
                value=("an empty cell" if one["value"] is None else one["value"]) + others,
                rows=sum(each["rows"] for each in group),
                first=tuple(sorted(numbers)[:_FIRST_ROWS]),
                aside=one["aside"],
                settled=one["aside"] and one["cure"].startswith(SETTLED),
                elsewhere=not one["correctable"],
                fields=tuple(makes.of(one, numbers) if len(group) == 1 else makes.together(group)),
            )
        )
    return found


def corrections(staged: Staged, filled: Mapping[str, str]) -> list[Correction]:
    """The corrections that somebody filled in.

    Args:
        staged: the file.
        filled: what was sent, by name of the field; a name that the page does not have is passed over, and so
            is a field left empty. ``(empty)`` empties a cell.
    """
    found = []
    for problem in problems(staged):
        for one in problem.fields:
            meant = filled.get(one.name, "").strip()
            if meant:
                found += one.corrections("" if meant == EMPTIED else meant)
    return found


#: What is written into a field to say that the cell should hold nothing.
EMPTIED = "(empty)"
