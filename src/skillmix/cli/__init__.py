"""How do I use it from a terminal? Thin: no arithmetic, and nothing heavy is imported before it is needed."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    Args:
        arguments: the words after ``skillmix``; the process's own by default.
    """
    from skillmix.cli.app import app

    app(args=None if arguments is None else list(arguments), prog_name="skillmix")
