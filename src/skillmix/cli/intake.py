"""What did partners send? Submit a file to a place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillmix.cli import output, terminal
from skillmix.cli.arguments import AsOf, PlaceFolder
from skillmix.cli.output import Format, FormatOption

app = typer.Typer(no_args_is_help=True, help="Load what partners and publishers send.")


@app.command("submit")
def submit(
    place: PlaceFolder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What was sent.", show_default=False)],
    source: Annotated[
        str, typer.Option("--source", metavar="NAME", help="What kind of file it is; see 'intake sources'.")
    ],
    organisation: Annotated[
        str | None,
        typer.Option("--organisation", metavar="ODS", help="ODS code of the organisation reported on."),
    ] = None,
    as_of: AsOf = None,
    form: FormatOption = Format.table,
) -> None:
    """Load a file into the place; rows that fail are kept with the reason and the cure."""
    from skillmix import intake
    from skillmix.place import Place

    with terminal.progress(f"Loading {file.name}"):
        receipt = intake.submit(
            Place.open(place), file, source=source, organisation=organisation, as_of=as_of
        )
    output.emit(output.records([receipt]), form)


@app.command("sources")
def sources(form: FormatOption = Format.table) -> None:
    """The kinds of file that can be loaded."""
    from skillmix import intake

    output.emit(output.records(intake.sources()), form)
