"""Writing a report: the format follows the name of the file."""

from __future__ import annotations

import importlib
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from skillmix.errors import SkillmixError, Where

if TYPE_CHECKING:
    from skillmix.place import Place
    from skillmix.report.document import Document

#: Format by ending: the module and function that writes it.
FORMATS: dict[str, tuple[str, str]] = {
    ".html": ("html", "write_html"),
    ".json": ("data", "write_data"),
    ".xlsx": ("workbook", "write_workbook"),
}


def write(document: Document, path: Path | str) -> Path:
    """Write a report.

    Args:
        document: the report.
        path: the file; its ending, .html, .json or .xlsx, says the format.

    Returns:
        The path written.

    Raises:
        SkillmixError: when the ending is none of these, or the folder is not there.
    """
    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        raise SkillmixError(
            f"A report cannot be written as {path.suffix or 'a file without an ending'} yet.",
            cure=f"Choose a name that ends in {', '.join(FORMATS)}; the HTML prints well.",
            where=[Where(file=path.name)],
        )
    if not path.parent.is_dir():
        raise SkillmixError(
            f"The folder {path.parent} is not there.", cure="Make it first.", where=[Where(file=str(path))]
        )
    module, function = FORMATS[path.suffix.lower()]
    building = path.with_name(f".{path.stem}.{secrets.token_hex(4)}{path.suffix}")
    try:
        getattr(importlib.import_module(f"skillmix.report.{module}"), function)(document, building)
        building.replace(path)
    finally:
        building.unlink(missing_ok=True)
    return path


def report(
    place: Place | Path | str,
    out: Path | str,
    *,
    run: Path | str | None = None,
    progress: Callable[[str], None] | None = None,
) -> Path:
    """The board report of a place, written to a file.

    Args:
        place: the place, or its folder.
        out: the file; .html, .json or .xlsx.
        run: folder of a projection's results; where None, the place's latest run at its present publication
            number stands, and where there is none the projection without change is run first.
        progress: told each step.

    Returns:
        The path written.
    """
    from skillmix.place import Place
    from skillmix.report.boards import board

    opened = place if isinstance(place, Place) else Place.open(place)
    return write(board(opened, run=run, progress=progress), out)
