"""The life of a job in the database: queued, claimed, renewed, given back, ended.

Every change is one conditional update: it takes effect only where the job still stands as the caller
believes, so that any number of workers may try at the same time. What changed is then saved once more through
the model, in the same transaction, for the record of who changed what.
"""

from __future__ import annotations

import uuid
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from skillmix.web.jobs.models import Job
from skillmix.web.jobs.timing import timing
from skillmix.web.site.database import service

State = Job.State


def looking() -> AbstractContextManager[None]:
    """Around a read: every row is there, and on SQLite no write lock is taken for it."""
    return service() if connection.vendor == "postgresql" else nullcontext()


def enqueue(job: uuid.UUID) -> None:
    """Put a task for a job into the queue, inside the caller's transaction."""
    from skillmix.web.jobs.tasks import run_job

    task = run_job.enqueue(str(job))
    Job.objects.filter(pk=job).update(task=task.id)


def _recorded(job: Job, state: str) -> None:
    """Save a new state through the model, so that it is recorded with the state before."""
    job.state = state
    job.save(update_fields=["state"])


def claim(job: str, lease: str) -> Job | None:
    """Take a job that waits, or whose worker has not been heard of since its lease lapsed.

    Args:
        job: its id.
        lease: a word that no other claim has.

    Returns:
        The job, running under the lease; None when it is not to be had.
    """
    now = timezone.now()
    with service():
        before = Job.objects.filter(pk=job).first()
        if before is None or before.over:
            return None
        free = Q(state=State.QUEUED) | Q(state=State.RUNNING, lease_until__lt=now)
        if before.attempt >= timing().attempts or before.cancel_requested:
            if Job.objects.filter(free, pk=job).update(lease="", lease_until=None, finished=now):
                _give_up(before)
            return None
        taken = Job.objects.filter(free, pk=job).update(
            lease=lease,
            lease_until=now + timedelta(seconds=timing().lease),
            heartbeat=now,
            attempt=F("attempt") + 1,
            started=Coalesce("started", now),
            progress="",
        )
        if not taken:
            return None
        found = Job.objects.get(pk=job)
        _recorded(found, State.RUNNING)
        return found


def renew(job: uuid.UUID, lease: str, progress: str | None = None) -> bool:
    """Give a sign of life of a running job.

    Args:
        job: its id.
        lease: the word under which it was claimed.
        progress: what it does now; None leaves what it said last.

    Returns:
        Whether the lease is still held.
    """
    now = timezone.now()
    changes: dict[str, Any] = {
        "heartbeat": now,
        "lease_until": now + timedelta(seconds=timing().lease),
    }
    if progress is not None:
        changes["progress"] = progress[:200]
    with service():
        return bool(Job.objects.filter(pk=job, lease=lease, state=State.RUNNING).update(**changes))


def cancelled(job: uuid.UUID) -> bool:
    """Whether somebody asked a job to stop."""
    with looking():
        return Job.objects.filter(pk=job, cancel_requested=True).exists()


def finish(
    job: Job,
    lease: str,
    state: str,
    *,
    result: dict[str, Any] | None = None,
    problem: str = "",
    cure: str = "",
) -> bool:
    """End a job, unless another worker has taken it over meanwhile.

    Returns:
        Whether it was still held under the lease.
    """
    with service():
        ended = Job.objects.filter(pk=job.pk, lease=lease, state=State.RUNNING).update(
            lease="",
            lease_until=None,
            finished=timezone.now(),
            result=result or {},
            problem=problem,
            cure=cure,
        )
        if ended:
            _recorded(job, state)
        return bool(ended)


def give_back(job: uuid.UUID, lease: str) -> bool:
    """Give a job back to the queue, since its worker stops; that is no failed attempt."""
    with service():
        given = Job.objects.filter(pk=job, lease=lease, state=State.RUNNING).update(
            lease="", lease_until=None, attempt=F("attempt") - 1, progress=""
        )
        if given:
            _recorded(Job.objects.get(pk=job), State.QUEUED)
            enqueue(job)
        return bool(given)


def cancel(job: Job) -> None:
    """Ask a job to stop: one that waits is over at once, one that runs stops at its next word."""
    with service():
        job.cancel_requested = True
        job.save(update_fields=["cancel_requested"])
        waiting = Job.objects.filter(pk=job.pk, state=State.QUEUED).update(finished=timezone.now())
        if waiting:
            _recorded(job, State.CANCELLED)


def sweep() -> int:
    """Put back into the queue what was lost: jobs of killed workers, and jobs whose task went missing.

    Returns:
        How many jobs were put back or given up.
    """
    now = timezone.now()
    found = 0
    with looking():
        lapsed = list(Job.objects.filter(state=State.RUNNING, lease_until__lt=now))
        waiting = list(Job.objects.filter(state=State.QUEUED))
    for job in lapsed:
        found += _restart(job, now)
    for job in waiting:
        if not _has_task(job, now):
            found += _enqueue_again(job)
    return found


def _restart(job: Job, now: datetime) -> bool:
    with service():
        lapsed = Job.objects.filter(pk=job.pk, state=State.RUNNING, lease=job.lease, lease_until__lt=now)
        if job.attempt >= timing().attempts or job.cancel_requested:
            if not lapsed.update(lease="", lease_until=None, finished=now):
                return False
            _give_up(job)
            return True
        if not lapsed.update(lease="", lease_until=None, progress=""):
            return False
        _recorded(job, State.QUEUED)
        enqueue(job.pk)
        return True


def _give_up(job: Job) -> None:
    """A job that was asked to stop is stopped; one that was started too often has failed."""
    if job.cancel_requested:
        _recorded(job, State.CANCELLED)
        return
    Job.objects.filter(pk=job.pk).update(
        problem=f"This was started {job.attempt} times, and each time it was broken off before it ended.",
        cure=f"Start it once more. If that fails too, tell whoever runs the server the number {job.pk}.",
    )
    _recorded(job, State.FAILED)


def _has_task(job: Job, now: datetime) -> bool:
    """Whether a task will run the job: one that waits, or one that a worker has taken just now."""
    just_now = now - timedelta(seconds=timing().lease)
    return bool(
        job.task is not None
        and DBTaskResult.objects.filter(pk=job.task)
        .filter(Q(status="READY") | Q(status="RUNNING", started_at__gte=just_now))
        .exists()
    )


def _enqueue_again(job: Job) -> bool:
    with service():
        # The task that it had is part of the condition: of two sweepers, one makes the new task.
        if not Job.objects.filter(pk=job.pk, state=State.QUEUED, task=job.task).update(heartbeat=None):
            return False
        enqueue(job.pk)
        return True


def prune() -> None:
    """Forget tasks of the queue that ended, or were broken off, a day ago; jobs themselves are kept."""
    DBTaskResult.objects.exclude(status="READY").filter(
        enqueued_at__lt=timezone.now() - timedelta(days=1)
    ).delete()
