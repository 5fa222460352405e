"""How a job is shown: where it stands, how far it is, and what to do."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from skillmix.web.jobs.health import worker_alive
from skillmix.web.jobs.models import Job
from skillmix.web.jobs.work import TITLES

#: State, its colour among the design system's tags.
_COLOURS: Final = {
    Job.State.QUEUED: "grey",
    Job.State.RUNNING: "blue",
    Job.State.DONE: "green",
    Job.State.FAILED: "red",
    Job.State.CANCELLED: "yellow",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A job as templates show it; give it to ``jobs/progress.jinja`` as ``job``.

    Attributes:
        id: its id as text.
        title: what it does.
        state: where it stands, in a word.
        colour: colour of that word.
        over: whether it has ended.
        failed: whether it ended badly.
        sentence: where it stands, in a sentence.
        cure: what to do about it, where there is something to do.
        address: the page of what came of it; empty where there is none.
        page: its own page.
        progress: address of the fragment that is asked for again and again.
        mark: changes whenever what is shown does; the fragment is drawn again only then.
        cancel: where a form to stop it is sent; empty where it cannot be stopped any more.
        job: the job itself, for the moments in it.
    """

    id: str
    title: str
    state: str
    colour: str
    over: bool
    failed: bool
    sentence: str
    cure: str
    address: str
    page: str
    progress: str
    mark: str
    cancel: str
    job: Job


def present(job: Job) -> Shown:
    """A job as it is shown."""
    sentence, cure = _words(job)
    where = {"place": job.place, "job": job.pk}
    mark = hashlib.sha256(f"{job.state}|{sentence}|{cure}|{job.cancel_requested}".encode()).hexdigest()[:12]
    return Shown(
        id=str(job.pk),
        title=TITLES.get(job.kind, job.kind.replace("_", " ").capitalize()),
        state=str(Job.State(job.state).label),
        colour=_COLOURS[Job.State(job.state)],
        over=job.over,
        failed=job.state == Job.State.FAILED,
        sentence=sentence,
        cure=cure,
        address=address_of(job),
        page=reverse("job", kwargs=where),
        progress=f"{reverse('job_progress', kwargs=where)}?seen={mark}",
        mark=mark,
        cancel="" if job.over or job.cancel_requested else reverse("job_cancel", kwargs=where),
        job=job,
    )


def address_of(job: Job) -> str:
    """The page of what came of a job that is done; never one elsewhere."""
    named = str(job.result.get("address", "")) if job.state == Job.State.DONE else ""
    return named if named.startswith("/") and url_has_allowed_host_and_scheme(named, None) else ""


def _words(job: Job) -> tuple[str, str]:
    if job.state == Job.State.DONE:
        return "It is done.", ""
    if job.state == Job.State.FAILED:
        return job.problem, job.cure
    if job.state == Job.State.CANCELLED:
        return "It was stopped, as was asked, and changed nothing further.", job.cure
    if job.cancel_requested:
        return "It was asked to stop, and stops at the next step.", ""
    if job.state == Job.State.RUNNING:
        again = f" This is attempt {job.attempt}: the one before was broken off." if job.attempt > 1 else ""
        return (job.progress or "It has started.") + again, ""
    if not worker_alive():
        return (
            "It waits, and nothing works on it at the moment.",
            "If this lasts for more than a minute, tell whoever runs the server that the worker has stopped.",
        )
    return "It waits for its turn, and starts in a moment.", ""
