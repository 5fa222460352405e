"""How do I use it from a terminal? Thin: no arithmetic, and nothing heavy is imported before it is needed."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    Args:
        arguments: the words after ``skillmix``; the process's own by default.
    """
    from skillmix.cli.app import app

    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows only ASCII shows a question mark rather than nothing at all.
        if isinstance(stream, io.TextIOWrapper) and (stream.encoding or "").lower() not in ("utf-8", "utf8"):
            stream.reconfigure(errors="replace")

    app(args=None if arguments is None else list(arguments), prog_name="skillmix")
