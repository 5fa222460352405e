"""Which place, and what is published in it?"""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from skillmix import settings
from skillmix.cli import building, output, terminal
from skillmix.cli.arguments import PlaceFolder, a_date
from skillmix.cli.output import Format, FormatOption
from skillmix.errors import PlaceError, Where

app = typer.Typer(
    no_args_is_help=True, help="Build, check, back up and purge a place folder; publish and withdraw."
)

Submission = Annotated[
    str, typer.Argument(metavar="SUBMISSION", help="As 'place publications' lists it.", show_default=False)
]


@app.command("published")
def published(
    place: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.", show_default=False)],
    sub_icb: Annotated[
        str, typer.Option("--sub-icb", metavar="CODE", help="Sub-ICB location code, such as 15F.")
    ],
) -> None:
    """Build a place from published figures, anywhere in England."""
    from skillmix import intake

    with terminal.progress(f"Building {sub_icb}") as tell:
        made = building.build(place, lambda at: intake.published_place(at, sub_icb, progress=tell))
    typer.echo(made.path)


@app.command("refresh")
def refresh(place: PlaceFolder) -> None:
    """Take the published figures in again, after shares or trusts in place.toml were edited."""
    from skillmix import demonstration, intake
    from skillmix.place import Place

    opened = Place.open(place)
    with terminal.progress("Taking the published figures in again") as tell:
        intake.refresh(opened, progress=tell)
        if opened.kind == "demonstration":
            demonstration.refill(opened, progress=tell)
    terminal.note(f"{opened.name}: the publication number is {opened.number}.")


@app.command("check")
def check(place: PlaceFolder, form: FormatOption = Format.table) -> None:
    """Look for what would make figures untrue; each finding comes with its cure."""
    from skillmix import place as room

    opened = room.Place.open(place)
    with terminal.progress("Checking"):
        findings = room.check(opened)
    output.emit(output.records(findings), form)
    errors = sum(finding.severity == "error" for finding in findings)
    terminal.note(f"{opened.name} ({opened.code}): {errors} errors, {len(findings) - errors} warnings.")
    if errors:
        raise typer.Exit(PlaceError.exit_code)


@app.command("upgrade")
def upgrade(
    place: PlaceFolder,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
) -> None:
    """Bring the place folder to the format of this version."""
    from skillmix import place as room

    steps = room.upgrade(place, dry_run=dry_run)
    for step in steps:
        terminal.note(step)
    terminal.note("Nothing to do." if not steps else "Nothing was changed." if dry_run else "Done.")


@app.command("publications")
def publications(place: PlaceFolder, form: FormatOption = Format.table) -> None:
    """Every publication and withdrawal, in order."""
    from skillmix.place import Place

    output.emit(Place.open(place).publications(), form)


@app.command("publish")
def publish(place: PlaceFolder, submission: Submission) -> None:
    """Make a submission visible."""
    from skillmix.place import Place

    opened = Place.open(place)
    history = opened.publications()
    if history.filter(history["submission"] == submission)["action"].to_list()[-1:] == ["publish"]:
        terminal.note("It is published already.")
        return
    opened.publish(submission, "controller")
    terminal.note(f"Published; the publication number is {opened.number}.")


@app.command("withdraw")
def withdraw(place: PlaceFolder, submission: Submission) -> None:
    """Take a submission out of every figure; it can be published again."""
    from skillmix.place import Place

    opened = Place.open(place)
    opened.withdraw(submission, "controller")
    terminal.note(f"Withdrawn; the publication number is {opened.number}.")


def _control(place: Path, kept: bool = False) -> Any | None:
    """What keeps the database of people and permissions; None where the place has none.

    Args:
        place: the place folder.
        kept: whether a backup holds one, so that it is needed in any case.
    """
    folder = place / "control"
    held = folder.is_dir() and any(not f.name.startswith(".") and f.is_file() for f in folder.iterdir())
    if not (kept or held or settings.load(place).database_url):
        return None
    try:
        return importlib.import_module("skillmix.web.control")
    except ModuleNotFoundError as missing:
        raise PlaceError(
            "The place has a database of people and permissions, and this installation cannot read it.",
            cure="Install the extra [web], and run the command again.",
            where=[Where(file="control")],
        ) from missing


@app.command("backup")
def backup(
    place: PlaceFolder,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The file to write, such as kept.tar.gz.")
    ],
) -> None:
    """Write the place, with its database, into one file that only you can read; others may go on working."""
    from skillmix import place as room

    opened = room.Place.open(place)
    with terminal.progress("Backing up"):
        # The database first: it then points at nothing that the lake, pinned afterwards, does not hold.
        dump = control.dump(place) if (control := _control(place)) else None
        made = room.backup(opened, out, {} if dump is None else {"control": dump})
    typer.echo(made.path)
    terminal.note(f"{opened.name} at publication {made.number}: {made.members} files, {made.size:,} bytes.")


@app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.", show_default=False)],
    place: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.", show_default=False)],
) -> None:
    """Make a place folder from a backup, once all of it is found to be as it was written."""
    from skillmix import place as room

    def load(folder: Path, extra: Mapping[str, Path]) -> None:
        if "control" in extra and (control := _control(folder, kept=True)):
            control.load(folder, extra["control"].read_bytes())

    with terminal.progress("Restoring"):
        made = room.restore(file, place, load)
    typer.echo(made)


@app.command("verify")
def verify(
    path: Annotated[
        Path,
        typer.Argument(metavar="FILE|DIR", help="A backup, or a place folder.", show_default=False),
    ],
    form: FormatOption = Format.table,
) -> None:
    """Look whether a backup, or a place folder, is whole: hashes, tables, rows, publication number."""
    from skillmix import place as room

    with terminal.progress("Verifying"):
        findings = room.verify(path)
    if findings or form is not Format.table:
        output.emit(output.records(findings), form)
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(PlaceError.exit_code)
    terminal.note(f"{path.name} is sound.")


@app.command("purge")
def purge(
    place: PlaceFolder,
    withdrawn_before: Annotated[
        dt.date | None,
        typer.Option(
            "--withdrawn-before",
            parser=a_date,
            metavar="DATE",
            help="Also what was withdrawn before this date.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be removed, and remove nothing.")
    ] = False,
    form: FormatOption = Format.table,
) -> None:
    """Remove for good what nobody may read any more: expired, too old, or left by attempts that failed."""
    from skillmix import place as room

    opened = room.Place.open(place)
    control = None if dry_run else _control(place)
    with terminal.progress("Purging"):
        gone = room.purge(opened, withdrawn_before=withdrawn_before, dry_run=dry_run)
        if control:
            # All that was ever purged: a purge that was cut off before this is finished by the next.
            submissions, organisations = opened.cleared()
            control.purge(place, submissions=submissions, organisations=organisations)
    output.emit(gone, form)
    rows = gone["rows"].sum()
    terminal.note(
        f"{rows} rows would be removed; nothing was changed." if dry_run else f"{rows} rows were removed."
    )
