"""One job, run once: claimed, worked on under a lease, and ended in words that a person can act on."""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid

from django.db import InterfaceError, OperationalError

from skillmix.errors import SkillmixError
from skillmix.web.jobs import queue
from skillmix.web.jobs.models import Job
from skillmix.web.jobs.work import KINDS, Cancelled, Running

logger = logging.getLogger("skillmix.jobs")

#: Seconds between two words that are written; what is said in between is seen by nobody.
_BETWEEN_WORDS = 0.5

#: Set when the worker was asked to stop: the running job stops at its next word and is given back.
STOPPING = threading.Event()


class Stopped(BaseException):
    """The worker stops, or another worker has taken the job over: leave the job as it is."""


class Hold:
    """A job that this process holds, shared by the thread that works and the thread that keeps the lease.

    Attributes:
        job: its id.
        lease: the word under which it was claimed.
        lost: set when another worker has taken it over.
    """

    def __init__(self, job: uuid.UUID, lease: str) -> None:
        self.job, self.lease = job, lease
        self.lost = threading.Event()
        self._written = 0.0
        self._words: str | None = None

    def tell(self, words: str) -> None:
        """As `Running.say`."""
        if STOPPING.is_set() or self.lost.is_set():
            raise Stopped
        self._words = words
        if time.monotonic() - self._written >= _BETWEEN_WORDS:
            self._written = time.monotonic()
            self.renew()
            if self.lost.is_set():
                raise Stopped
        if queue.cancelled(self.job):
            raise Cancelled("This was stopped, as was asked.", cure="Start it again when it is wanted.")

    def renew(self) -> None:
        """Renew the lease, and write what was said last."""
        words, self._words = self._words, None
        if not queue.renew(self.job, self.lease, words):
            self.lost.set()


class _Held:
    """What this process holds now: one job at most."""

    now: Hold | None = None


def held() -> Hold | None:
    """The job that this process holds."""
    return _Held.now


def run(job: str, worker: str = "worker") -> None:
    """Run a job, unless another worker holds it or it is over.

    Args:
        job: its id.
        worker: name of the worker, for the lease.
    """
    lease = f"{worker[:40]}.{uuid.uuid4().hex[:16]}"
    claimed = queue.claim(job, lease)
    if claimed is None:
        return
    _Held.now = Hold(claimed.pk, lease)
    began = time.monotonic()
    try:
        state = _worked(claimed, _Held.now)
    finally:
        _Held.now = None
    fields = {"job_id": str(claimed.pk), "kind": claimed.kind, "place": claimed.place}
    logger.info(
        "job",
        extra=fields
        | {"attempt": claimed.attempt, "state": state, "seconds": round(time.monotonic() - began, 3)},
    )


def _worked(job: Job, hold: Hold) -> str:
    """Do what the job asks for, and end it; how it stands afterwards."""
    try:
        function = KINDS.get(job.kind)
        if function is None:
            raise SkillmixError(
                "This version of the program does not know this kind of work.",
                cure="Start it again once the server has been brought up to date.",
            )
        result = function(Running(job, hold.tell))
        json.dumps(result)
        queue.finish(job, hold.lease, Job.State.DONE, result=result)
        return "done"
    except Stopped:
        queue.give_back(job.pk, hold.lease)
        return "given back"
    except Cancelled as error:
        queue.finish(job, hold.lease, Job.State.CANCELLED, problem=error.problem, cure=error.cure)
        return "cancelled"
    except SkillmixError as error:
        where = "; ".join(str(w) for w in error.where if str(w))
        problem = f"{where}: {error.problem}" if where else error.problem
        queue.finish(job, hold.lease, Job.State.FAILED, problem=problem, cure=error.cure)
        return "failed"
    except (OperationalError, InterfaceError) as error:
        # The database itself: the lease lapses, and the job starts again when the database is back.
        logger.error("job broken off", exc_info=error, extra={"job_id": str(job.pk), "kind": job.kind})
        return "broken off"
    except Exception as error:
        logger.error("job fault", exc_info=error, extra={"job_id": str(job.pk), "kind": job.kind})
        queue.finish(
            job,
            hold.lease,
            Job.State.FAILED,
            problem="Something went wrong here, and it is not your doing.",
            cure=f"Start it once more. If it fails again, tell whoever runs the server the number {job.pk}.",
        )
        return "fault"
