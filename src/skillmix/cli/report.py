"""What do we tell the board? The report as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillmix.cli import terminal
from skillmix.cli.arguments import PlaceFolder
from skillmix.errors import SkillmixError

#: Endings that `report` writes today, and those that are to come with what to use meanwhile.
WRITTEN = (".html", ".json", ".xlsx")
NOT_YET = {
    ".pdf": "Write '--out report.html', open it in a browser and print it to PDF.",
    ".docx": "Write '--out report.html' and open it in your word processor.",
}


def _checked(out: Path) -> Path:
    ending = out.suffix.lower()
    if ending in NOT_YET:
        raise SkillmixError(f"A report as {ending[1:]} is not built yet.", cure=NOT_YET[ending])
    if ending not in WRITTEN:
        raise SkillmixError(
            f"No report ends in {ending or 'nothing'!r}.",
            cure="End the file's name in .html, .json or .xlsx.",
        )
    return out


def report_folder(place: Path) -> Path:
    """Where a place keeps the report that `serve` shows."""
    return place / "report"


def latest_report(place: Path) -> Path:
    """The report that the place keeps, made when there is none."""
    file = report_folder(place) / "index.html"
    if not file.is_file():
        write(place, file)
    return file


def write(place: Path, out: Path, runs: Path | None = None) -> Path:
    """Write the place's report.

    Args:
        place: the place folder.
        out: the file, ending in .html, .json or .xlsx.
        runs: folder of the run to be told of; the place's latest by default.
    """
    from skillmix import report as room
    from skillmix.place import Place

    out = _checked(out)
    opened = Place.open(place)
    out.parent.mkdir(parents=True, exist_ok=True)
    with terminal.progress("Writing the report") as tell:
        room.write(opened, out, run=runs, progress=tell)
    return out


def report(
    place: PlaceFolder,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Ends in .html, .json or .xlsx.", show_default=False)
    ],
) -> None:
    """Write the report: one file to open, print or send."""
    typer.echo(write(place, out))
