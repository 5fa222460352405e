"""Who do we have? Staff in post by whatever is asked, and the grid of professions and partners."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from skillmix.cli import output, terminal
from skillmix.cli.arguments import AtNumber, PlaceFolder, words
from skillmix.cli.output import Format, FormatOption


def _facts(place: Path, at: int | None) -> Any:
    from skillmix.place import Place, Scope

    return Place.open(place).read(Scope.controller(purpose="command line"), at=at)


def overview(
    place: PlaceFolder,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="WORDS",
            help="Parted by commas: organisation, employer, workplace, payer, sector, profession, "
            "staff_group, role, level, setting, registered.",
        ),
    ] = "organisation",
    at: AtNumber = None,
    form: FormatOption = Format.table,
) -> None:
    """Staff in post: people, lines without a person, FTE and patients."""
    from skillmix import disclosure, measures

    with terminal.progress("Counting"):
        released = disclosure.release(measures.overview(_facts(place, at), by=words(by)))
    output.emit_released(released, form)


def grid(place: PlaceFolder, at: AtNumber = None, form: FormatOption = Format.table) -> None:
    """Every profession against every partner, registered and support."""
    from skillmix import disclosure, measures

    with terminal.progress("Counting"):
        released = disclosure.release(measures.grid(_facts(place, at)))
    output.emit_released(released, form)
