"""Can I try it now? The two demonstration places, from nothing to a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    name: Annotated[str, typer.Argument(metavar="[leeds|aldmoor|both]", help="Which place.")] = "leeds",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Its folder; places/NAME by default.")
    ] = None,
) -> None:
    """Build a demonstration place, project it and write its report."""
    raise NotImplementedError
