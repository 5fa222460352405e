"""What did partners send? Submit a file to a place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillmix.cli import output, terminal
from skillmix.cli.arguments import AsOf, PlaceFolder
from skillmix.cli.output import Format, FormatOption

#: Reasons shown after a submission; the place keeps all of them.
SHOWN = 10

app = typer.Typer(no_args_is_help=True, help="Load what partners and publishers send.")


@app.command("submit")
def submit(
    place: PlaceFolder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What was sent.", show_default=False)],
    source: Annotated[
        str | None,
        typer.Option("--source", metavar="NAME", help="What kind of file; see 'intake sources'."),
    ] = None,
    organisation: Annotated[
        str | None, typer.Option("--organisation", metavar="ODS", help="Only rows about this organisation.")
    ] = None,
    as_of: AsOf = None,
    edition: Annotated[
        str | None, typer.Option("--edition", metavar="DATE", help="The release; a later one wins.")
    ] = None,
    form: FormatOption = Format.table,
) -> None:
    """Load a file into the place; rows that fail are kept with the reason and the cure."""
    from skillmix import intake

    with terminal.progress(f"Loading {file.name}") as tell:
        done = intake.submit(
            place,
            file,
            source=source,
            organisation=organisation,
            as_of=as_of,
            edition=edition,
            progress=tell,
        )
    counts = ("rows_read", "rows_loaded", "rows_set_aside", "rows_outside", "rows_not_used")
    receipt = {"submission": done.receipt.submission, "number": done.receipt.number, "source": done.source}
    output.emit([receipt | {count: getattr(done, count) for count in counts}], form)
    for words in done.notes:
        terminal.note(words)
    for found in done.summary.head(SHOWN).iter_rows(named=True):
        state = "set aside" if found["aside"] else "kept"
        rows = f"{found['rows']} rows {state}, first row {found['first_row']}"
        terminal.note(f"{rows}, column {found['column']}: {found['reason']} {found['cure']}")
    if done.summary.height > SHOWN:
        terminal.note(f"and {done.summary.height - SHOWN} more reasons; incoming/ holds every row set aside.")


@app.command("sources")
def sources(form: FormatOption = Format.table) -> None:
    """The kinds of file that can be loaded."""
    from skillmix import intake

    output.emit(output.records(intake.sources()), form)
