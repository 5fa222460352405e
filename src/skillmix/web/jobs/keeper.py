"""The worker's second thread: signs of life, leases, what was lost, page views, and the end.

It has a database connection of its own, so that a lease is renewed however long a job computes.
"""

from __future__ import annotations

import logging
import os
import select
import socket
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, connection

from skillmix.web.jobs import health, queue
from skillmix.web.jobs.running import STOPPING, held
from skillmix.web.jobs.timing import timing

logger = logging.getLogger("skillmix.jobs")

#: Seconds between two looks at whether the server is still there.
_LOOK = 0.5
#: Names the server's process where it may end before the worker has looked for it the first time.
PARENT = "SKILLMIX_PARENT"


class Keeper(threading.Thread):
    """Keeps a worker's promises while its main thread works.

    Args:
        name: name of the worker.
        woken: a socket that is written to when a signal arrives, even while the main thread cannot handle it.
    """

    def __init__(self, name: str, woken: socket.socket) -> None:
        super().__init__(name="keeper", daemon=True)
        self._worker = name
        self._woken = woken
        self._over = threading.Event()
        self._parent = int(os.environ.get(PARENT, 0)) or os.getppid()
        self._due: dict[str, float] = {}

    def run(self) -> None:
        """Until the worker is over."""
        try:
            while not self._over.is_set():
                if STOPPING.is_set():
                    self._end()
                    return
                self._tick()
                readable, _, _ = select.select([self._woken], [], [], _LOOK)
                if (readable and self._woken.recv(64)) or os.getppid() != self._parent:
                    STOPPING.set()
        finally:
            connection.close()

    def end(self) -> None:
        """The main thread has nothing in hand any more."""
        self._over.set()
        self.join(timeout=5)

    def _tick(self) -> None:
        times = timing()
        self._every("seen", times.heartbeat, lambda: health.seen(self._worker))
        self._every("lease", times.heartbeat, _renew)
        self._every("sweep", times.heartbeat, queue.sweep)
        self._every("seal", times.seal, _seal)
        self._every("prune", 3600, queue.prune)

    def _every(self, name: str, seconds: float, do: Callable[[], object]) -> None:
        """Do something where it is due; a failure is told, and tried again when it is due next."""
        now = time.monotonic()
        if now < self._due.get(name, 0.0):
            return
        self._due[name] = now + seconds
        try:
            do()
        except Exception as error:  # whatever it is: the leases must go on being renewed
            logger.error("keeper", exc_info=error, extra={"state": name})
            connection.close()

    def _end(self) -> None:
        """Let the running job stop by itself; after the grace, give it back and end the process.

        A job may be broken off anywhere, as a killed worker breaks it off: what it does takes effect once.
        """
        until = time.monotonic() + timing().grace
        while time.monotonic() < until:
            if self._over.wait(0.05):
                return
        hold = held()
        try:
            if connection.vendor == "sqlite":
                with connection.cursor() as cursor:
                    cursor.execute("PRAGMA busy_timeout = 1500")
            if hold is not None:
                queue.give_back(hold.job, hold.lease)
            health.gone(self._worker)
        except DatabaseError as error:
            logger.error("keeper", exc_info=error, extra={"state": "end"})
        finally:
            os._exit(0)


def _renew() -> None:
    hold = held()
    if hold is not None:
        hold.renew()


def _seal() -> None:
    from skillmix.web.audit.sealing import seal

    seal()
