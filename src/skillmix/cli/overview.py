"""Who do we have? Staff in post, the grid, joiners and leavers, vacancy, and what is known at all."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from skillmix.cli import output, terminal
from skillmix.cli.arguments import AsOf, AtNumber, PlaceFolder, words
from skillmix.cli.output import Format, FormatOption

By = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="WORDS",
        help="What to tell apart, parted by commas ('' for the whole place): organisation, employer, "
        "workplace, payer, sector, partner, kind, staff_group, profession, ahp, role, level, setting, "
        "registered.",
    ),
]


class Denominator(StrEnum):
    """Whom staff are counted against."""

    registered = "registered"
    resident = "resident"


class Cell(StrEnum):
    """What fills the cells of the grid."""

    fte = "fte"
    fte_place = "fte_place"
    headcount = "headcount"


#: As many rows are named in a note.
_FEW = 6


def _facts(place: Path, at: int | None) -> Any:
    from skillmix.place import Place, Scope

    return Place.open(place).read(Scope.controller(purpose="command line"), at=at)


def overview(
    place: PlaceFolder,
    by: By = "organisation",
    per_10000: Annotated[
        Denominator | None, typer.Option("--per-10000", help="Add FTE for every 10,000 people: whose?")
    ] = None,
    as_of: AsOf = None,
    at: AtNumber = None,
    form: FormatOption = Format.table,
) -> None:
    """Staff in post: people, lines without a person, FTE and patients."""
    from skillmix import disclosure, measures

    with terminal.progress("Counting"):
        figures = measures.overview(_facts(place, at), words(by), as_of)
        if per_10000 is not None:
            figures = measures.per_population(figures, per_10000.value)
        released = disclosure.release(figures)
    if form is not Format.table:
        output.emit_released(released, form)
        return
    # What is counted is said once below the table, not in every row of it.
    shown = released.frame.drop("basis", "oldest_as_of").rename({"newest_as_of": "as_of"})
    output.emit(shown, form, title=output.face(released))
    output.notes(released)
    for words_of in _counted(released.frame):
        terminal.note(words_of)


def _counted(frame: Any) -> list[str]:
    """What each basis counts, with the slices that it holds for."""
    if "headcount" in frame.columns[:1]:
        return [f"{basis}." for basis in frame["basis"].drop_nulls()]
    name = frame.columns[1] if f"{frame.columns[0]}_name" == frame.columns[1] else frame.columns[0]
    whose: dict[str, list[str]] = {}
    for row in frame.iter_rows(named=True):
        if row["basis"]:
            whose.setdefault(row["basis"], []).append(str(row[name]))
    return [
        f"{', '.join(names) if len(names) <= _FEW else f'{len(names)} rows'}: {basis}."
        for basis, names in whose.items()
    ]


def grid(
    place: PlaceFolder,
    family: Annotated[
        str, typer.Option("--family", metavar="NAME", help="'ahp', 'all', or a family of professions.")
    ] = "ahp",
    by_organisation: Annotated[
        bool, typer.Option("--by-organisation", help="A column for each organisation, not each kind.")
    ] = False,
    cell: Annotated[
        Cell,
        typer.Option(
            "--cell", help="What fills the cells: FTE for this place, of the whole organisations, or people."
        ),
    ] = Cell.fte_place,
    as_of: AsOf = None,
    at: AtNumber = None,
    form: FormatOption = Format.table,
) -> None:
    """Every profession against every partner, registered and support: empty is unknown, 0 is none."""
    from skillmix import disclosure, measures

    with terminal.progress("Counting"):
        figures = measures.grid(_facts(place, at), family, as_of, by_organisation=by_organisation)
        released = disclosure.release(figures)
    if form is not Format.table:
        output.emit_released(released, form)
        return
    wide = measures.grid_wide(released.frame, cell.value).drop("profession", "ahp", "supports", "unknown")
    names = dict(released.frame.select("partner", "partner_name").iter_rows())
    output.emit(wide.rename(names, strict=False), form, title=output.face(released))
    output.notes(released)


def turnover(
    place: PlaceFolder,
    by: By = "organisation",
    as_of: AsOf = None,
    at: AtNumber = None,
    form: FormatOption = Format.table,
) -> None:
    """Joiners, leavers, leaver rate and stability, or why there is no rate."""
    from skillmix import disclosure, measures

    with terminal.progress("Counting"):
        released = disclosure.release(measures.turnover(_facts(place, at), words(by), as_of))
    output.emit_released(released, form)


def vacancy(
    place: PlaceFolder,
    by: By = "organisation",
    as_of: AsOf = None,
    at: AtNumber = None,
    form: FormatOption = Format.table,
) -> None:
    """Vacancies by what they are reckoned from, or why there is no rate."""
    from skillmix import disclosure, measures

    with terminal.progress("Counting"):
        released = disclosure.release(measures.vacancy(_facts(place, at), words(by), as_of))
    output.emit_released(released, form)


def coverage(place: PlaceFolder, at: AtNumber = None, form: FormatOption = Format.table) -> None:
    """What is known of which partner, how old it is, and what is missing."""
    from skillmix import measures

    found = measures.coverage(_facts(place, at))
    if form is Format.table:
        shown = (
            "partner_name",
            "kind_name",
            "organisations",
            "topic_name",
            "known",
            "invented",
            "months_old",
        )
        found = found.select(*shown, "missing")
    output.emit(found, form)
