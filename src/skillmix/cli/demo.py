"""Can I try it now? The two demonstration places, from nothing to a report."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillmix.cli import building, terminal
from skillmix.cli.serve import Port

if TYPE_CHECKING:
    from skillmix.place import Place


class Demonstration(StrEnum):
    """Which place."""

    leeds = "leeds"
    aldmoor = "aldmoor"
    both = "both"


def _built(name: str, folder: Path) -> None:
    if (folder / "place.toml").is_file():
        terminal.note(f"{folder} is there already; remove the folder to start afresh.")
        return
    from skillmix import demonstration

    def make(at: Path) -> Place:
        if name == "leeds":
            return demonstration.leeds(at, progress=tell)
        return demonstration.aldmoor(at, progress=tell)

    with terminal.progress(f"Building {name.capitalize()}") as tell:
        building.build(folder, make)


def demo(
    name: Annotated[Demonstration, typer.Argument(help="Which place.")] = Demonstration.leeds,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="The place folder, or with 'both' the folder of the two."),
    ] = None,
    write_extracts: Annotated[
        Path | None,
        typer.Option(
            "--write-extracts", metavar="DIR", help="Write Aldmoor as the files that partners send, and end."
        ),
    ] = None,
    serve: Annotated[
        bool,
        typer.Option("--serve/--no-serve", help="Serve the pages afterwards, with personas to sign in as."),
    ] = False,
    port: Port = 8000,
) -> None:
    """Build a demonstration place, project it and write its report."""
    if write_extracts is not None:
        _extracts(write_extracts)
        if out is None:
            return
    from skillmix.cli.report import kept_report
    from skillmix.cli.serve import serve_places

    places = {
        one: (out or Path("places")) / one if name is Demonstration.both or out is None else out
        for one in (["leeds", "aldmoor"] if name is Demonstration.both else [name.value])
    }
    reports = {}
    for one, folder in places.items():
        _built(one, folder)
        reports[one] = kept_report(folder)
        typer.echo(reports[one])
    first = next(iter(places))
    terminal.note(f"Next: skillmix overview {places[first]} --by organisation")
    if serve:
        serve_places(list(places.values()), port=port, personas=True)


def _extracts(folder: Path) -> None:
    from skillmix import demonstration

    with terminal.progress("Writing Aldmoor's files") as tell:
        demonstration.write_extracts(folder, progress=tell)
    terminal.note(f"Aldmoor's files, invented and faulty on purpose, are in {folder}.")
