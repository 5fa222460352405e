"""Serving: one command migrates, makes the first administrator, starts the pages and the worker.

What prepares ends before what serves begins: the server is a fresh process, because processes are not forked
from one in which frames have been read.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from skillmix.errors import PlaceError, SkillmixError, Where
from skillmix.place import Place
from skillmix.web.site.setup import environment, migrate, prepare

#: Processes and threads that answer, on two processors.
PROCESSES, THREADS = 2, 8


@dataclass(frozen=True, slots=True)
class Serving:
    """How places are served.

    Attributes:
        places: place folders; the first one keeps the accounts.
        host: address to listen on.
        port: port to listen on.
        personas: whether anybody may sign in as a persona: of demonstrations alone, on loopback alone.
        production: whether a proxy with TLS stands in front.
        browse: whether to open the address in a browser, where there is a desktop.
        processes: processes that answer.
    """

    places: tuple[Path, ...]
    host: str = "127.0.0.1"
    port: int = 8000
    personas: bool = False
    production: bool = False
    browse: bool = False
    processes: int = PROCESSES

    @property
    def address(self) -> str:
        """The address to open."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check(how: Serving) -> None:
    if how.personas and how.production:
        raise SkillmixError("Personas are for demonstrations.", cure="Leave --personas or --production out.")
    if not is_loopback(how.host) and not how.production:
        raise SkillmixError(
            f"The pages are served on this machine alone, not on {how.host}.",
            cure="Leave --host out; for other machines, use --production behind a proxy with TLS.",
        )
    if how.personas and not is_loopback(how.host):
        raise SkillmixError(
            f"Personas are not served on {how.host}: anybody there could sign in.",
            cure="Leave --host out.",
        )


def _check_deployment() -> None:
    """Refuse settings that are not safe in production, in words."""
    from django.conf import settings
    from django.core.checks import WARNING, run_checks

    if not settings.HOSTS:
        raise SkillmixError(
            "Nothing says under which name the pages are asked for.",
            cure="Set SKILLMIX_HOSTS to the name that people type, such as workforce.example.org.",
        )
    found = [m for m in run_checks(include_deployment_checks=True) if m.level >= WARNING]
    if found:
        raise SkillmixError(
            f"The settings are not safe for production: {found[0].msg}",
            cure=str(found[0].hint or "See docs/how-to/deploy.md."),
            where=[Where(value=str(m.id)) for m in found],
        )


def _personas(how: Serving) -> None:
    from skillmix.web.people import personas
    from skillmix.web.site.served import served

    for place in served().values():
        if why := personas.allowed(place.opened()[0]):
            raise PlaceError(
                f"Personas are for demonstrations: {why}",
                cure="Serve it without --personas and sign in with an account, or build the demonstration "
                "anew in another folder.",
                where=[Where(file=str(place.path))],
            )
    personas.prepare()


def _first_administrator(how: Serving, ask: Callable[[], tuple[str, str]] | None) -> str:
    """Make the first administrator where there is none; returns a link where nobody could be asked."""
    from skillmix.web.people import services
    from skillmix.web.site.served import served

    slugs = list(served())
    if services.has_administrator(slugs):
        return ""
    if ask is None:
        return how.address.rstrip("/") + str(services.one_time_link(slugs))
    email, password = ask()
    services.make_administrator(slugs, email, password)
    return ""


def ready(how: Serving, ask: Callable[[], tuple[str, str]] | None = None) -> str:
    """Do what must be done before anything is served.

    Args:
        how: how the places are served.
        ask: asks for the first administrator's address and password; None where nobody can be asked.

    Returns:
        The link by which the first administrator makes their account, where one is needed; else empty.

    Raises:
        SkillmixError: when the places, the host or the database do not allow it.
    """
    _check(how)
    for path in how.places:
        # What is no place folder is told as every command tells it, before anything is made anywhere.
        Place.open(path)
    os.umask(0o077)  # whatever is written is the account's own, whoever starts the server
    flags = {"SKILLMIX_PERSONAS": "1"} if how.personas else {}
    if how.production:
        flags["SKILLMIX_PRODUCTION"] = "1"
    prepare(how.places, **flags)
    from skillmix import projection
    from skillmix.web.site.served import served

    for place in served().values():
        opened, _, _ = place.opened()
        # A folder that was empty is lost in copying.
        control = place.path / "control"
        control.mkdir(exist_ok=True)
        control.chmod(0o700)
        projection.prepare(opened)
    migrate()
    if how.production:
        _check_deployment()
    if how.personas:
        _personas(how)
        return ""
    return _first_administrator(how, ask)


def command(how: Serving) -> list[str]:
    """The command that serves, as `subprocess` takes it."""
    return [
        sys.executable,
        "-m",
        "skillmix.web.site.server",
        f"--bind={how.host}:{how.port}",
        f"--processes={how.processes}",
        *(["--browse"] if how.browse else []),
    ]


def serve(how: Serving, ask: Callable[[], tuple[str, str]] | None = None, say: Sequence[str] = ()) -> None:
    """Serve until stopped; this process becomes the server and does not come back.

    Args:
        how: how the places are served.
        ask: as `ready`.
        say: lines to print once the server listens.
    """
    link = ready(how, ask)
    flags = {k: os.environ[k] for k in ("SKILLMIX_PERSONAS", "SKILLMIX_PRODUCTION") if k in os.environ}
    lines = [*say, f"The pages are at {how.address} until you press Ctrl+C."]
    if link:
        lines.append(f"Make the first administrator's account at {link} (the link works once, for 24 hours).")
    told = {"SKILLMIX_SAY": "\n".join(lines)}
    os.environ.update(environment(how.places, **flags, **told))
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, command(how))
