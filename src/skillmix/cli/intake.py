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
        str | None,
        typer.Option("--organisation", metavar="ODS", help="Whom the file is about, where it does not say."),
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


@app.command("rules")
def rules(
    source: Annotated[
        str | None, typer.Argument(metavar="SOURCE", help="Of one source; see 'intake sources'.")
    ] = None,
    form: FormatOption = Format.table,
) -> None:
    """What the rows of a source are asked, and the cure of each."""
    from skillmix import intake

    listed = ("source", "family", "name", "severity", "reason", "cure")
    if source is not None:
        intake.field_map(source)
    output.emit([{k: getattr(rule, k) for k in listed} for rule in intake.rules_of(source)], form)


@app.command("template")
def template(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="See 'intake sources'.")],
    out: Annotated[Path, typer.Argument(metavar="FILE", help="The workbook to write (.xlsx).")],
) -> None:
    """Write an empty workbook with the headings of a source and a sheet of notes."""
    from skillmix import intake

    out.write_bytes(intake.template(source))
    terminal.note(
        f"Fill it below its headings, and load it with: skillmix intake submit ... --source {source}"
    )


@app.command("sources")
def sources(form: FormatOption = Format.table) -> None:
    """The kinds of file that can be loaded."""
    from skillmix import intake

    output.emit(output.records(intake.sources()), form)
