"""Kinds of work, each declared by the app that it belongs to, and how one is started."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from skillmix.errors import SkillmixError
from skillmix.web.jobs.models import Job
from skillmix.web.people.models import User


class Cancelled(SkillmixError):  # noqa: N818
    """The job was asked to stop."""


class Running:
    """A job while it runs: says how far it is, and stops where it was asked to.

    Attributes:
        job: the job; its id as text is the key under which what it does takes effect once.
    """

    def __init__(self, job: Job, tell: Callable[[str], None]) -> None:
        self.job = job
        self.key = str(job.id)
        self._tell = tell

    def say(self, words: str) -> None:
        """Say what it does now; renews the lease.

        Raises:
            Cancelled: when somebody asked it to stop.
        """
        self._tell(words)


Work = Callable[[Running], dict[str, Any]]
KINDS: dict[str, Work] = {}
#: What each kind is called on a page.
TITLES: dict[str, str] = {}


def work(kind: str, *, title: str = "") -> Callable[[Work], Work]:
    """Declare a kind of work.

    Args:
        kind: its word, unique among all apps.
        title: what a page calls it, such as ``Publishing a submission``; from the word when empty.

    The function gets the running job and returns what came of it, as plain JSON. It may be run again from the
    start at any moment, also after it has done everything: what it does must take effect once, by the job's
    key. A `SkillmixError` that it raises is shown to the person who started it. An entry ``address`` in what
    it returns, such as ``/leeds/scenarios/7/``, is where the job's page leads when it is done.

    It runs with the whole place's rows visible, and must hold no transaction for longer than the lease, since
    the lease could not be renewed meanwhile.
    """

    def declare(function: Work) -> Work:
        KINDS[kind] = function
        TITLES[kind] = title or kind.replace("_", " ").capitalize()
        return function

    return declare


def start(
    kind: str, *, place: str, by: User | None, organisation: str = "", payload: dict[str, Any] | None = None
) -> Job:
    """Put a job into the queue.

    Args:
        kind: a kind that an app has declared.
        place: the place's word in the address.
        by: who started it.
        organisation: the organisation that it is about; empty for the place.
        payload: what it works on: codes, ids and file names; never a value from a row.

    Returns:
        The job, waiting.
    """
    from skillmix.web.jobs.queue import enqueue
    from skillmix.web.site.database import service

    if kind not in KINDS:
        raise SkillmixError(f"There is no kind of work {kind!r}.", cure="Declare it with jobs.work.work.")
    with service():
        job = Job.objects.create(
            kind=kind, place=place, organisation=organisation, by=by, payload=payload or {}
        )
        enqueue(job.id)
    return job
