"""What a measure returns: a frame of figures with everything that must travel with them.

`Figures` are not shown to anybody. `disclosure.release` turns them into `Released`, which is what pages,
files and the command line take.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from skillmix.errors import SkillmixError

#: Kinds of fact that disclosure policy tells apart.
KINDS = frozenset(
    {
        "published",
        "staff_in_post",
        "vacancy",
        "leaving",
        "absence",
        "age",
        "pay",
        "protected",
        "population",
    }
)

#: Shown wherever the people of a slice are not known; never replaced by a sum of headcounts.
PEOPLE_CANNOT_BE_COUNTED = "people cannot be counted here"

#: Dimensions that name an organisation, or a group of organisations, rather than the place.
#: A place may have one trust of a kind: figures by kind of partner are then that trust's.
ORGANISATION_WORDS = frozenset(
    {"organisation", "employer", "workplace", "payer", "sector", "partner", "kind"}
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of one measure, not yet released.

    Attributes:
        frame: one row a slice: the dimensions, then the values.
        measure: name of the measure, a key of `measures.catalogue`.
        dimensions: columns that name the slice, in order.
        kinds: kind of fact of each value column (see `KINDS`); a value column without a kind is not released.
        rests_on: for a value column, the columns holding the counts of people that it rests on; where one of
            them may not be shown, neither may the value. The first is the value's own; the others are those
            that the value, with what stands beside it, would give away. A column of counts rests on itself.
        denominators: for a rate, the column of the base that it is measured against.
        notes: what must be said beside the figures.
        sources: sources that the figures come from.
        oldest_as_of: the oldest date among the facts used.
        newest_as_of: the newest date among the facts used.
        synthetic: whether any fact used is synthetic.
        years_pooled: years of events pooled in one figure.
        context: further single figures that belong to the measure, such as the place's registered patients;
            what starts with ``_`` is for measures alone and is not released.
        place: name of the place.
        number: publication number that the facts were read at.
    """

    frame: pl.DataFrame
    measure: str
    dimensions: tuple[str, ...]
    kinds: Mapping[str, str]
    rests_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    denominators: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    oldest_as_of: date | None = None
    newest_as_of: date | None = None
    synthetic: bool = False
    years_pooled: int = 1
    context: Mapping[str, float | int | str | None] = field(default_factory=dict)
    place: str = ""
    number: int | None = None

    def __post_init__(self) -> None:
        """Refuse a column or a kind that does not exist."""
        counts = [c for columns in self.rests_on.values() for c in columns]
        for what, names in (
            ("dimension", self.dimensions),
            ("value", self.kinds),
            # A count that is not there would be judged by nobody, and nothing would be hidden.
            ("count", counts),
            ("base", self.denominators.values()),
        ):
            if missing := [name for name in names if name not in self.frame.columns]:
                raise SkillmixError(
                    f"{self.measure}: the {what} {missing[0]!r} is not a column of the figures.",
                    cure=f"Choose among {', '.join(self.frame.columns)}.",
                )
        if unknown := sorted(set(self.kinds.values()) - KINDS):
            raise SkillmixError(
                f"{self.measure}: there is no kind of fact {unknown[0]!r}.",
                cure=f"Choose one of {', '.join(sorted(KINDS))}.",
            )

    @property
    def by_organisation(self) -> bool:
        """Whether any row is about a single organisation."""
        return bool(ORGANISATION_WORDS & set(self.dimensions))


def say_once(notes: Iterable[str]) -> tuple[str, ...]:
    """The notes in order, each once."""
    return tuple(dict.fromkeys(note for note in notes if note))


def spell_date(day: date) -> str:
    """A date as it is shown.

    >>> spell_date(date(2026, 6, 30))
    '30 June 2026'
    """
    return f"{day.day} {day:%B %Y}"
