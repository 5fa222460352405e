"""How a reference list is declared: `lists.toml`, one table a list, one line a column.

A list of one room alone may stand in a file of its own beside it, named `lists_<room>.toml`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from skillmix.errors import InputError, ReferenceListError, Where

#: Kinds of column: a code in snake case or as published, words, a whole number, a number, yes or no, a date.
KINDS = ("code", "text", "integer", "number", "boolean", "date")

#: How far a row may be trusted; never raised without its source.
CONFIDENCES = ("published", "seen", "calculated", "recalled", "assumed")

#: Columns that every list ends with.
KEEPING = ("valid_from", "valid_to", "source", "confidence")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list.

    Attributes:
        name: heading in the CSV.
        kind: one of `KINDS`.
        description: what it says, in a planner's words.
        required: whether every row has a value.
        refers_to: list whose codes the column holds.
        many: whether it holds several codes, parted by ``;``.
        allowed: the values allowed, where they are few.
        low: least value allowed.
        high: greatest value allowed.
    """

    name: str
    kind: str
    description: str
    required: bool = False
    refers_to: str | None = None
    many: bool = False
    allowed: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """A list: what it is for, its key and its columns.

    Attributes:
        name: name of the list and of its CSV.
        description: what the list is for.
        key: columns that name a row at one date.
        columns: the columns in order, `KEEPING` last.
        code: the column whose values are the list's codes.
        found_by: columns in which a suggestion is sought.
        gaps: whether a key may be without a row for a while.
    """

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    code: str | None
    found_by: tuple[str, ...]
    gaps: bool = False

    def column(self, name: str) -> Column:
        """One column by its name.

        Raises:
            ReferenceListError: when the list has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise ReferenceListError(
            f"The list {self.name!r} has no column {name!r}.",
            cure=f"Choose one of {', '.join(c.name for c in self.columns)}.",
        )


_KEPT = (
    Column("valid_from", "date", "First day on which the row holds.", required=True),
    Column("valid_to", "date", "Last day on which the row holds; empty: until further notice."),
    Column("source", "text", "Where the row comes from.", required=True),
    Column("confidence", "code", "How far it may be trusted.", required=True, allowed=CONFIDENCES),
)


def _column(file: str, listed: str, name: str, about: dict[str, object]) -> Column:
    kind = str(about.get("type", "text"))
    if kind not in KINDS:
        raise InputError(
            f"The column {name!r} of the list {listed!r} has no known type.",
            cure=f"Give one of {', '.join(KINDS)}.",
            where=[Where(file=file, column=name, value=kind)],
        )
    low, high = about.get("low"), about.get("high")
    allowed = about.get("allowed", ())
    refers_to = about.get("list")
    return Column(
        name=name,
        kind=kind,
        description=str(about.get("description", "")),
        required=bool(about.get("required", False)),
        refers_to=None if refers_to is None else str(refers_to),
        many=bool(about.get("many", False)),
        allowed=tuple(str(a) for a in allowed) if isinstance(allowed, list) else (),
        low=float(str(low)) if low is not None else None,
        high=float(str(high)) if high is not None else None,
    )


def read_declarations(folder: Path) -> dict[str, Declared]:
    """Every list that `lists.toml` and `lists_*.toml` of a folder declare, by name.

    Raises:
        InputError: when a declaration cannot be read, or two files declare one list.
    """
    declared: dict[str, Declared] = {}
    for file in sorted(folder.glob("lists*.toml")):
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise InputError(
                f"The declarations are no TOML: {error}.",
                cure="Put the line right.",
                where=[Where(file=file.name)],
            ) from None
        for name, about in content.items():
            if name in declared:
                raise InputError(
                    f"The list {name!r} is declared twice.",
                    cure="Keep one of the declarations.",
                    where=[Where(file=file.name)],
                )
            columns = tuple(_column(file.name, name, c, a) for c, a in about["columns"].items())
            own = [c.name for c in columns]
            code = about.get("code", "code" if "code" in own else None)
            declared[name] = Declared(
                name=name,
                description=str(about["description"]),
                key=tuple(about["key"]),
                columns=columns + _KEPT,
                code=code,
                found_by=tuple(about.get("found_by", [c for c in ("code", "label") if c in own])),
                gaps=bool(about.get("gaps", False)),
            )
    return declared
