"""Serve a place's pages: the partners work in it together, in a browser."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from skillmix.errors import SkillmixError

Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")]


def usable_port(host: str, port: int) -> int:
    """The port, or a free one for 0.

    Raises:
        SkillmixError: when it cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            raise SkillmixError(
                f"Port {port} cannot be used: {error.strerror}.",
                cure="Name another, or let a free one be taken with '--port 0'.",
            ) from error
        return int(tried.getsockname()[1])


def _ask() -> tuple[str, str]:
    """The first administrator's address and password, from the terminal."""
    typer.echo("There is no administrator yet. Make the first account:", err=True)
    email = typer.prompt("E-mail address", err=True)
    password = typer.prompt(
        "Password (12 characters or more)", hide_input=True, confirmation_prompt=True, err=True
    )
    return str(email), str(password)


def serve_places(
    places: list[Path],
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    personas: bool = False,
    production: bool = False,
    say: list[str] | None = None,
) -> None:
    """Serve places until stopped; this process becomes the server."""
    try:
        from skillmix.web.site.serving import Serving, serve
    except ModuleNotFoundError as missing:
        raise SkillmixError(
            f"The pages need the package {missing.name}, which is not installed.",
            cure="Install Skillmix with its extra [web]: pip install 'skillmix[web]'.",
        ) from missing
    asked = sys.stdin.isatty()
    how = Serving(
        places=tuple(places),
        host=host,
        port=usable_port(host, port),
        personas=personas,
        production=production,
        browse=sys.stdout.isatty() and not production,
    )
    serve(how, _ask if asked else None, say or ())


def serve(
    places: Annotated[
        list[Path],
        typer.Argument(metavar="DIR...", help="Place folders; the first one's database keeps the accounts."),
    ],
    port: Port = 8000,
    host: Annotated[
        str,
        typer.Option("--host", help="Address to listen on; another than this machine's needs --production."),
    ] = "127.0.0.1",
    personas: Annotated[
        bool,
        typer.Option(
            "--personas",
            help="Let anybody sign in as a persona: for demonstrations, on this machine alone.",
        ),
    ] = False,
    production: Annotated[
        bool,
        typer.Option("--production", help="Behind a proxy with TLS; refuses settings that are not safe."),
    ] = False,
) -> None:
    """Serve the pages of one or several places until you press Ctrl+C."""
    serve_places(places, host=host, port=port, personas=personas, production=production)
