"""Figures of staff: in post, the grid, joiners and leavers, vacancies, and what is known at all."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from django.http import HttpRequest
from ninja import Query
from pydantic import Field

from skillmix import measures
from skillmix.errors import InputError, Where
from skillmix.place import Facts
from skillmix.web.api import columns
from skillmix.web.api.answers import Answer, Paging
from skillmix.web.api.operations import operation
from skillmix.web.site.pages import reading_of

TAG = "Staff"
#: Days that figures may be asked for.
FIRST, LAST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)


class Dated(Paging):
    """Rows at a date."""

    as_of: dt.date | None = Field(None, description="The date; the newest figures of each when left out.")


class Sliced(Dated):
    """Rows by words, at a date."""

    by: str = Field(
        "organisation",
        max_length=200,
        description="What to tell apart, parted by commas; empty for the whole place. Words: organisation, "
        "sector, partner, kind, staff_group, profession, level, registered; for staff in post also employer, "
        "workplace, payer, ahp, role, setting; for vacancies also ahp, role, setting. Employer, workplace "
        "and payer are told of your own organisations alone, beside organisation; a role about some "
        "professions adds profession to any other word of the job.",
        examples=["organisation,profession"],
    )


class OverviewAsked(Sliced):
    """What to count of staff in post."""

    per_10000: Literal["registered", "resident"] | None = Field(
        None, description="Adds FTE for every 10,000 registered patients or residents."
    )


class GridAsked(Dated):
    """Which grid."""

    family: str = Field(
        "ahp", max_length=60, description="ahp (the fourteen and their support), all, or a family's code."
    )
    by_organisation: bool = Field(False, description="A row for each organisation, not each kind of partner.")


def day(asked: Dated) -> dt.date | None:
    """The date that was asked for.

    Raises:
        InputError: when it is no date that figures could be of.
    """
    if asked.as_of is not None and not FIRST <= asked.as_of <= LAST:
        raise InputError(
            "There are no figures of that date.",
            cure=f"Give a date from {FIRST.isoformat()} to {LAST.isoformat()}.",
            where=[Where(column="as_of", value=asked.as_of.isoformat())],
        )
    return asked.as_of


def words(by: str) -> tuple[str, ...]:
    """The words of ``by``: known to be words before they become part of any name."""
    return tuple(dict.fromkeys(w for word in by.split(",") if (w := word.strip())))


@operation("/places/{place}/overview", needs="figures", row=columns.OverviewRow, tag=TAG)
def overview(request: HttpRequest, place: str, asked: Query[OverviewAsked]) -> Answer:
    """Staff in post: people, lines without a person, FTE and patients.

    As `skillmix overview`. By organisation, every partner has a row, with nulls where nothing is known.
    """
    on, by = day(asked), words(asked.by)

    def measure(facts: Facts) -> measures.Figures:
        found = measures.overview(facts, by, on)
        return measures.per_population(found, asked.per_10000) if asked.per_10000 else found

    return Answer.of(reading_of(request).released(("api", "overview", by, on, asked.per_10000), measure))


@operation("/places/{place}/grid", needs="figures", row=columns.GridRow, tag=TAG)
def grid(request: HttpRequest, place: str, asked: Query[GridAsked]) -> Answer:
    """Every profession against every partner, registered and support workforce.

    As `skillmix grid`, in long form: null is unknown, 0 is none.
    """
    on = day(asked)
    name = ("api", "grid", asked.family, asked.by_organisation, on)
    return Answer.of(
        reading_of(request).released(
            name,
            lambda facts: measures.grid(facts, asked.family, on, by_organisation=asked.by_organisation),
        )
    )


@operation("/places/{place}/turnover", needs="figures", row=columns.TurnoverRow, tag=TAG)
def turnover(request: HttpRequest, place: str, asked: Query[Sliced]) -> Answer:
    """Joiners, leavers, leaver rate and stability over twelve months, or why there is no rate.

    As `skillmix turnover`.
    """
    on, by = day(asked), words(asked.by)
    return Answer.of(
        reading_of(request).released(
            ("api", "turnover", by, on), lambda facts: measures.turnover(facts, by, on)
        )
    )


@operation("/places/{place}/vacancy", needs="figures", row=columns.VacancyRow, tag=TAG)
def vacancy(request: HttpRequest, place: str, asked: Query[Sliced]) -> Answer:
    """Vacancies by what they are reckoned from, or why there is no rate.

    As `skillmix vacancy`. Bases are never added.
    """
    on, by = day(asked), words(asked.by)
    return Answer.of(
        reading_of(request).released(
            ("api", "vacancy", by, on), lambda facts: measures.vacancy(facts, by, on)
        )
    )


@operation("/places/{place}/coverage", needs="figures", row=columns.CoverageRow, tag=TAG)
def coverage(request: HttpRequest, place: str, asked: Query[Paging]) -> Answer:
    """What is known of which kind of partner, how old it is, and what is missing.

    As `skillmix coverage`. It counts organisations, not staff.
    """
    reading = reading_of(request)
    found = reading.keep(("api", "coverage"), lambda: measures.coverage(reading.facts, reading.on))
    return Answer(
        frame=found,
        place=reading.place.name,
        publication=reading.number,
        synthetic=bool(found["invented"].fill_null(0).sum()),
        oldest=found["oldest_as_of"].min(),  # type: ignore[arg-type]
        newest=found["newest_as_of"].max(),  # type: ignore[arg-type]
    )
