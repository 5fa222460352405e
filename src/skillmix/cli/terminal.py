"""What is said on stderr: errors with their cure, notes, and progress that takes longer than a second."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from skillmix.errors import SkillmixError

if TYPE_CHECKING:
    from rich.console import Console

#: Progress is shown for what lasts longer than this, in seconds.
PATIENCE = 1.0

#: Places of an error that are shown one by one; the rest are counted.
SHOWN_PLACES = 5

_quiet = False


def set_quiet(quiet: bool) -> None:
    """Whether notes and progress are left out."""
    global _quiet
    _quiet = quiet


def _console() -> Console:
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def _labelled(lines: list[tuple[str, str, str]]) -> None:
    from rich.text import Text

    console = _console()
    for label, words, style in lines:
        console.print(Text.assemble((f"{label:<9}", style), words))


def show_error(error: SkillmixError, *, debug: bool = False) -> None:
    """Print problem, place and cure; the trace before them when `debug`."""
    if debug:
        traceback.print_exception(error)
    lines = [("Problem", error.problem, "bold red")]
    places = [str(where) for where in error.where if str(where)]
    lines += [
        ("Where" if number == 0 else "", place, "bold") for number, place in enumerate(places[:SHOWN_PLACES])
    ]
    if len(places) > SHOWN_PLACES:
        lines.append(("", f"and {len(places) - SHOWN_PLACES} more", "bold"))
    if error.cure:
        lines.append(("Cure", error.cure, "bold green"))
    _labelled(lines)


def show_fault(error: Exception, *, debug: bool = False) -> None:
    """Print that the program itself is at fault, and how to tell of it."""
    if debug:
        traceback.print_exception(error)
    _labelled(
        [
            ("Problem", f"Skillmix itself went wrong: {type(error).__name__}: {error}", "bold red"),
            ("Cure", "Run it again as 'skillmix --debug ...' and report what it prints.", "bold green"),
        ]
    )


def say(words: str) -> None:
    """One line on stderr that is wanted even when notes are not."""
    from rich.text import Text

    _console().print(Text(words))


def note(words: str) -> None:
    """One line on stderr, unless notes are not wanted."""
    if not _quiet:
        say(words)


def is_interactive() -> bool:
    """Whether progress may be drawn: a terminal on stderr, and not switched off."""
    from skillmix import settings

    return not _quiet and sys.stderr.isatty() and settings.load().progress


@contextmanager
def progress(title: str) -> Iterator[Callable[[str], None]]:
    """Show what is being done, once it has lasted longer than a second.

    Args:
        title: what is being done, in a few words.

    Yields:
        A function to be called with a short message at each step.
    """
    if not is_interactive():
        yield lambda message: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=_console(),
        transient=True,
    )
    task = bar.add_task(title, total=None)
    timer = threading.Timer(PATIENCE, bar.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda message: bar.update(task, description=f"{title}: {message}")
    finally:
        timer.cancel()
        timer.join()
        bar.stop()
