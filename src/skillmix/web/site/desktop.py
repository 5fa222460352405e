"""Opening the address in the browser of whoever sits here."""

from __future__ import annotations

import os
import sys


def has_desktop() -> bool:
    """Whether there is a desktop; without one, a browser of the terminal would take the terminal over."""
    return sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )


def open_in_browser(address: str) -> None:
    """Open an address, where there is a desktop."""
    if has_desktop():
        import webbrowser

        webbrowser.open(address)
