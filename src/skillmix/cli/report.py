"""What do we tell the board? The report as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillmix.cli import terminal
from skillmix.cli.arguments import PlaceFolder
from skillmix.errors import SkillmixError, Where

#: Endings that are to come, with what to use meanwhile.
NOT_YET = {
    ".pdf": "Write '--out report.html', open it in a browser and print it to PDF.",
    ".docx": "Write '--out report.html' and open it in your word processor.",
}

#: The report that a place keeps for `serve`, in its own folder so that nothing else of the place is served.
KEPT = Path("report") / "index.html"


def write(place: Path, out: Path, run: Path | None = None) -> Path:
    """Write the place's report.

    Args:
        place: the place folder.
        out: the file; its ending says the format. Its folder is made where it is missing.
        run: folder of the projection to be told of; the place's latest by default.

    Returns:
        The file.
    """
    if cure := NOT_YET.get(out.suffix.lower()):
        raise SkillmixError(
            f"A report as {out.suffix[1:].lower()} is not built yet.", cure=cure, where=[Where(str(out))]
        )
    from skillmix import report as room
    from skillmix.place import Place

    if out.suffix.lower() not in room.FORMATS:
        raise SkillmixError(
            f"No report ends in {out.suffix.lower() or 'nothing'!r}.",
            cure=f"End the file's name in {', '.join(room.FORMATS)}.",
            where=[Where(str(out))],
        )
    opened = Place.open(place)
    out.parent.mkdir(parents=True, exist_ok=True)
    with terminal.progress("Writing the report") as tell:
        return room.report(opened, out, run=run, progress=tell)


def _last_change(place: Path) -> float:
    """When anything that a report rests on was last written, in seconds since 1970."""
    told = [place / "place.toml", *(place / "lake" / "publication" / "_delta_log").glob("*.json")]
    told += [*(place / "runs").glob("*/manifest.json"), *(place / "assumptions").glob("*.toml")]
    return max((file.stat().st_mtime for file in told if file.exists()), default=0.0)


def kept_report(place: Path) -> Path:
    """The report that the place keeps, made anew where there is none or the place has changed since."""
    file = place / KEPT
    if not file.is_file() or file.stat().st_mtime < _last_change(place):
        write(place, file)
    return file


def report(
    place: PlaceFolder,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Ends in .html, .json or .xlsx.", show_default=False)
    ],
    run: Annotated[
        Path | None,
        typer.Option("--run", metavar="DIR", help="Folder of a run; by default the place's latest."),
    ] = None,
) -> None:
    """Write the report: one file to open, print or send."""
    typer.echo(write(place, out, run))
