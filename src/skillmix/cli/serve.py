"""Serve a place's report to this machine's browser."""

from __future__ import annotations

import functools
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Annotated, Any

import typer

from skillmix.cli import terminal
from skillmix.cli.arguments import PlaceFolder
from skillmix.errors import SkillmixError

#: The only address that is listened on: what a place holds is for whoever sits at this machine.
ADDRESS = "127.0.0.1"

Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")]


class _Handler(SimpleHTTPRequestHandler):
    """Files of one folder, to be read only, never listed, and only under this machine's own names."""

    server_version = "skillmix"
    sys_version = ""

    def send_head(self) -> Any:
        """Refuse requests under a name that is not this machine's (a page elsewhere may point at it)."""
        name = self.headers.get("Host", "").rsplit(":", 1)[0]
        if name not in (ADDRESS, "localhost"):
            self.send_error(403, "Open this report as http://127.0.0.1")
            return None
        return super().send_head()

    def list_directory(self, path: Any) -> None:
        """Never list a folder."""
        self.send_error(404)

    def end_headers(self) -> None:
        """Nothing is kept by the browser, guessed at, or shown inside another page."""
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("X-Frame-Options", "DENY")
        self.send_header("Referrer-Policy", "no-referrer")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not logged."""


@contextmanager
def serving(folder: Path, port: int) -> Iterator[str]:
    """Serve a folder from a thread while the block runs.

    Args:
        folder: what is served; nothing above it is.
        port: port on 127.0.0.1; 0 takes a free one.

    Yields:
        The address.

    Raises:
        SkillmixError: when the port cannot be listened on.
    """
    try:
        server = ThreadingHTTPServer((ADDRESS, port), functools.partial(_Handler, directory=str(folder)))
    except OSError as error:
        raise SkillmixError(
            f"Port {port} cannot be used: {error.strerror}.", cure="Choose another, such as '--port 8765'."
        ) from error
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield f"http://{ADDRESS}:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def _has_desktop() -> bool:
    # Without one, a browser of the terminal would take the terminal over.
    return sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )


def serve_until_stopped(folder: Path, port: int, *, browse: bool = False) -> None:
    """Serve a folder until the process is interrupted or asked to end.

    Args:
        folder: as `serving`.
        port: as `serving`.
        browse: whether to open the address in the browser of whoever sits here, where there is a desktop.
    """
    asked = threading.Event()
    before = {
        number: signal.signal(number, lambda signum, frame: asked.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        with serving(folder, port) as address:
            terminal.say(f"The report is at {address} until you press Ctrl+C.")
            if browse and _has_desktop():
                import webbrowser

                webbrowser.open(address)
            asked.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    terminal.note("Stopped.")


def serve(place: PlaceFolder, port: Port = 8000) -> None:
    """Serve the place's report on 127.0.0.1 until you press Ctrl+C."""
    from skillmix.cli.report import kept_report

    serve_until_stopped(kept_report(place).parent, port)
