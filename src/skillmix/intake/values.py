"""Where a value of a canonical column comes from: a column, a constant, a sum, a reference list, a date."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from skillmix.intake.declared_reading import Part, Since


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class Lookup(Part):
    """A value found in a reference list.

    Attributes:
        list: name of the reference list.
        where: its rows to use, such as ``{scheme = "nwrs"}``.
        value: its column to take.
        on: what to look for, tried in turn: a column of the source or a value already made, or a pattern of
            several, such as ``"{group}: {role}"``.
        key: for each of `on`, the list's column to match, or a pattern of several. A word that the list gives
            two meanings is not used.
        unmapped: what to do with a word that is not there: keep the row and say so, or set it aside.
        silent: words that stand for nothing and are not reported.
    """

    list: str
    where: dict[str, str] = {}
    value: str
    on: Annotated[tuple[str, ...], BeforeValidator(_several)] = Field(min_length=1)
    key: Annotated[tuple[str, ...], BeforeValidator(_several)] = Field(min_length=1)
    unmapped: Literal["keep", "set_aside", "quiet"] = "keep"
    silent: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _pairs(self) -> Lookup:
        if len(self.on) != len(self.key):
            raise ValueError("give one key for each of on")
        return self


class DateParts(Part):
    """A date made of a year and a month: each a column's name or a number; `day` may be ``last``."""

    year: str | int
    month: str | int
    day: int | Literal["last"] = "last"


def _whole(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


class Value(Part):
    """Where a value of a canonical column comes from: exactly one of these.

    Attributes:
        column: a column of the source, by its name in the map.
        constant: the same in every row.
        first: columns of which the first that holds something is taken.
        total: columns to add; nothing where one of them holds nothing.
        lookup: a value from a reference list.
        date: a date made of parts.
        map: with `column`: words and what they become.
        otherwise: with `map`: what every other word becomes.
        either: values of which the first that holds something is taken.
        since: whole months or years from one column to another.
        when: with any: only where a column holds one of these words; else nothing.
    """

    column: str | None = None
    constant: str | int | bool | None = None
    first: tuple[str, ...] = ()
    total: tuple[str, ...] = ()
    lookup: Lookup | None = None
    date: DateParts | None = None
    map: dict[str, str] | None = None
    otherwise: str | None = None
    either: tuple[Annotated[Value, BeforeValidator(_whole)], ...] = ()
    since: Since | None = None
    when: dict[str, tuple[str, ...]] = {}

    @model_validator(mode="after")
    def _one(self) -> Value:
        one = [self.column, self.constant, self.lookup, self.date, self.since]
        given = [*one, self.first or None, self.total or None, self.either or None]
        if sum(g is not None for g in given) != 1:
            raise ValueError(
                "give exactly one of column, constant, first, total, lookup, date, since, either"
            )
        return self

    @property
    def named(self) -> set[str]:
        """The columns of the source that it names."""
        since = (self.since.start, self.since.end) if self.since else ()
        own = {c for c in (self.column, *self.first, *self.total, *self.when, *since) if c}
        return own.union(*(value.named for value in self.either))


ValueOf = Annotated[Value, BeforeValidator(_whole)]
