"""The worker process: takes one task after another from the queue of django-tasks.

Any number of workers may run at once. A worker ends when it is asked to (SIGTERM, SIGINT) and when the
process that started it is gone.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
from contextlib import suppress
from typing import Any

from django.db import DatabaseError, close_old_connections, connection
from django.db.backends.signals import connection_created
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker
from django_tasks_db.models import DBTaskResult

from skillmix.web.jobs import health, running
from skillmix.web.jobs.keeper import Keeper
from skillmix.web.jobs.timing import timing
from skillmix.web.site.database import SETTING_ORGANISATIONS

logger = logging.getLogger("skillmix.jobs")


class JobWorker(QueueWorker):
    """Takes tasks one by one, as django-tasks does, and lets what else is due be done in between."""

    def __init__(self, name: str) -> None:
        super().__init__(
            queue_names=["default"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=1,
            worker_id=name,
            excluded_queue_names=[],
        )

    def work(self) -> None:
        """Until the worker is asked to stop."""
        while not running.STOPPING.is_set():
            try:
                close_old_connections()
                # A look first: an idle worker takes no write lock.
                if DBTaskResult.objects.ready().exists():
                    self._run_tasks = 0
                    self.run()
                    continue
            except DatabaseError as error:
                logger.error("worker", exc_info=error)
                connection.close()
            running.STOPPING.wait(timing().poll)


def _see_everything(connection: Any, **_: object) -> None:
    """The worker acts for the whole place: whoever started a job was checked then."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, '*', false)", [SETTING_ORGANISATIONS])


def work_until_stopped() -> None:
    """Run a worker in this process, from its main thread, until it is asked to stop."""
    name = f"{socket.gethostname()[:30]}-{os.getpid()}"
    connection_created.connect(_see_everything, dispatch_uid="worker")
    connection.close()
    sent, woken = socket.socketpair()
    sent.setblocking(False)
    signal.set_wakeup_fd(sent.fileno(), warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda signum, frame: running.STOPPING.set())
    keeper = Keeper(name, woken)
    keeper.start()
    logger.info("worker started", extra={"state": "started"})
    try:
        JobWorker(name).work()
    finally:
        keeper.end()
        with suppress(DatabaseError):
            health.gone(name)
        logger.info("worker stopped", extra={"state": "stopped"})
