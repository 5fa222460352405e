"""Which settings are in force, and where does each come from?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillmix.cli import output
from skillmix.cli.output import Format, FormatOption

app = typer.Typer(no_args_is_help=True, help="Show the settings and where each comes from.")


@app.callback()
def _group() -> None:
    """Keep `show` a command of its own while it is the only one."""


@app.command("show")
def show(
    place: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A place folder, whose settings count too.")
    ] = None,
    form: FormatOption = Format.table,
) -> None:
    """Every setting: its value and its origin (environment over place.toml over default)."""
    from skillmix import settings

    output.emit(output.records(settings.shown(place)), form)
