"""What do we all agree on? The lists of codes and figures, as of a date."""

from __future__ import annotations

from typing import Annotated

import typer

from skillmix.cli import output
from skillmix.cli.arguments import AsOf
from skillmix.cli.output import Format, FormatOption

app = typer.Typer(
    no_args_is_help=True, help="Look up the lists of codes and figures that everyone agrees on."
)


@app.command("list")
def list_(form: FormatOption = Format.table) -> None:
    """The lists, and what each holds."""
    from skillmix import reference
    from skillmix.reference.lists import library

    rows = [{"name": n, "description": library().declaration(n).description} for n in reference.names()]
    output.emit(rows, form)


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A list's name.", show_default=False)],
    as_of: AsOf = None,
    form: FormatOption = Format.table,
) -> None:
    """One list: all its rows, or those valid on a date."""
    from skillmix import reference

    # Without the columns that are only there to compare words by.
    declared = reference.describe(name).get_column("column").to_list()
    output.emit(reference.table(name, as_of).select(declared), form, title=name)
