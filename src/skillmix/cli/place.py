"""Which place, and what is published in it?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillmix.cli import building, output, terminal
from skillmix.cli.arguments import PlaceFolder
from skillmix.cli.output import Format, FormatOption
from skillmix.errors import PlaceError

app = typer.Typer(no_args_is_help=True, help="Build, check and upgrade a place folder; publish and withdraw.")

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
