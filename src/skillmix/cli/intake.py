"""What did partners send? Submit a file to a place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillmix.cli import output, terminal
from skillmix.cli.arguments import AsOf, PlaceFolder
from skillmix.cli.output import Format, FormatOption

if TYPE_CHECKING:
    from skillmix.intake import Intake

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
    for words in _told(done, file.name):
        terminal.note(words)


def _told(done: Intake, file: str) -> list[str]:
    """What is wrong with which rows, the commonest first, and where they can be read."""
    from skillmix.errors import Where
    from skillmix.intake import findings

    told = []
    for found in done.summary.head(SHOWN).iter_rows(named=True):
        state = "set aside" if found["aside"] else "kept"
        rows = f"{findings.counted(found['rows'], 'row', 'rows')} {state}"
        first = ", the first" if found["rows"] > 1 else ""
        # Without a column the value only says how the row as a whole was counted.
        value = found["value"] if found["column"] and found["value"] != findings.WITHHELD else None
        where = Where(file, found["first_row"], found["column"] or None, value)
        told.append(f"{rows}{first}: {where}: {found['reason']} {found['cure']}")
    if done.summary.height > SHOWN:
        told.append(f"and {findings.counted(done.summary.height - SHOWN, 'more reason', 'more reasons')}.")
    if done.aside is not None:
        aside = findings.counted(done.rows_set_aside, "row set aside is", "rows set aside are")
        told.append(
            f"The {aside} listed with reason and cure in {done.aside}; rows.parquet beside it holds what was "
            "sent, identifiers replaced."
        )
    return told


@app.command("sources")
def sources(form: FormatOption = Format.table) -> None:
    """The kinds of file that can be loaded."""
    from skillmix import intake

    output.emit(output.records(intake.sources()), form)
