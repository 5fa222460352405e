"""Errors that a planner can act on.

Every error that reaches a person names the file, the row, the value and the cure. A room raises
`SkillmixError` (or one of its kinds below) and never prints; `cli/` and `web/` decide how it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Where:
    """Where a problem stands in what was sent.

    Attributes:
        file: name of the file as the sender knows it.
        row: row number as a spreadsheet shows it (the header of a plain table is row 1).
        column: column heading as sent.
        value: the value as sent; never an identifier, a name or a birth date.
    """

    file: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        """The place in words, such as ``staff.csv, row 7, column FTE, value '1,0'``."""
        parts = []
        if self.file:
            parts.append(self.file)
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(f"column {self.column}")
        if self.value is not None:
            parts.append(f"value {self.value!r}")
        return ", ".join(parts)


@dataclass
class SkillmixError(Exception):
    """Something is wrong that the reader can put right.

    Args:
        problem: what is wrong, in one plain sentence.
        cure: what to do about it, in one plain sentence.
        where: the places concerned, the first few of them.

    >>> str(SkillmixError("The file is empty.", cure="Export it again.", where=[Where(file="staff.csv")]))
    'staff.csv: The file is empty. Export it again.'
    """

    problem: str
    cure: str = ""
    where: list[Where] = field(default_factory=list)

    #: The exit code of the command line for this kind of error.
    exit_code = 1

    def __str__(self) -> str:
        """Place, problem and cure on one line."""
        place = f"{self.where[0]}: " if self.where and str(self.where[0]) else ""
        return f"{place}{self.problem} {self.cure}".strip()


class InputError(SkillmixError):
    """What was sent cannot be read or holds values that cannot stand."""

    exit_code = 3


class PlaceError(SkillmixError):
    """The place folder is missing, damaged, or of another format."""

    exit_code = 4


class ScopeError(SkillmixError):
    """The reader may not read this."""

    exit_code = 5


class RefusedError(SkillmixError):
    """The data cannot support the figure that was asked for; the reason is in `problem`."""

    exit_code = 6


class ReferenceListError(SkillmixError):
    """A code or figure is not in the reference lists valid on that date."""

    exit_code = 7


class LossyCastError(PlaceError):
    """A value would change when stored as its column's declared type."""
