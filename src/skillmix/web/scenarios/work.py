"""Runs as work: made with the reading of the person who started them; each takes effect once by its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from skillmix.errors import PlaceError, ScopeError, Where
from skillmix.place import Place, Scope
from skillmix.projection import compare, project_once, routes_once
from skillmix.web.jobs.work import Running, work
from skillmix.web.people.access import FIGURES, visible
from skillmix.web.people.principals import principal_of
from skillmix.web.site.database import service
from skillmix.web.site.served import served


def _opened(running: Running) -> tuple[Place, Scope]:
    """The place as it is now, and what the person who asked may have added up in it now.

    Raises:
        PlaceError: when the place is not served any more.
        ScopeError: when the person may not run projections any more.
    """
    job = running.job
    found = served().get(job.place)
    if found is None:
        raise PlaceError(
            "The place is not served any more.",
            cure="Start the server with its folder.",
            where=[Where(file=job.place)],
        )
    place = found.opened()[0]
    if job.by is None:
        raise ScopeError("Nobody asks for this any more.", cure="Start it again under an account.")
    with service():
        principal = principal_of(job.by, job.place, place)
    if not principal.may("scenarios"):
        raise ScopeError(
            "Your memberships do not allow this any more.", cure="Ask a place administrator for one."
        )
    return place, visible(principal, FIGURES)


def _given(running: Running) -> dict[str, int]:
    return {name: int(running.job.payload[name]) for name in ("years", "runs", "seed")}


def _file(place: Place, stem: str) -> Path:
    return place.path / "scenarios" / f"{stem}.toml"


def _done(running: Running, name: str, there: bool) -> dict[str, Any]:
    return {
        "run": name,
        "already": there,
        "address": f"/{running.job.place}/runs/{name}/{'?already=1' if there else ''}",
    }


@work("project", title="Running a scenario")
def project_work(running: Running) -> dict[str, Any]:
    """Project one scenario."""
    place, scope = _opened(running)
    running.say("Reading the facts")
    (stem,) = running.job.payload["scenarios"]
    name, there = project_once(
        place, _file(place, stem), scope=scope, progress=running.say, **_given(running)
    )
    return _done(running, name, there)


@work("compare", title="Comparing two scenarios")
def compare_work(running: Running) -> dict[str, Any]:
    """Project two scenarios with the same luck, and keep what the first changes against the second."""
    place, scope = _opened(running)
    running.say("Reading the facts")
    a, b = running.job.payload["scenarios"]
    name, there = compare(
        place, _file(place, a), _file(place, b), scope=scope, progress=running.say, **_given(running)
    )
    return _done(running, name, there)


@work("routes", title="Comparing the routes of a plan")
def routes_work(running: Running) -> dict[str, Any]:
    """Compare the routes by which a recruitment plan can be carried out."""
    place, scope = _opened(running)
    running.say("Reading the facts")
    (stem,) = running.job.payload["scenarios"]
    name, there = routes_once(place, _file(place, stem), scope=scope, progress=running.say, **_given(running))
    return _done(running, name, there)
