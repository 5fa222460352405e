"""The server process: gunicorn, with the worker of jobs beside it; both stop together.

This module imports nothing that reads frames: the processes that answer are forked from it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
import time
from typing import Any

from gunicorn.app.base import BaseApplication

from skillmix.web.site.desktop import open_in_browser

#: How long the worker may take to hand its job back, in seconds.
_PATIENCE = 15


class Worker:
    """The worker of jobs, started again when it dies."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = threading.Event()

    def start(self) -> None:
        """Start it, and watch it from a thread."""
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not self._stopped.is_set():
            if self._process is None or self._process.poll() is not None:
                self._process = subprocess.Popen([sys.executable, "-m", "skillmix.web.jobs.run"])
            self._stopped.wait(1)

    def stop(self) -> None:
        """Ask it to stop, and make sure that it has."""
        self._stopped.set()
        if self._process is None:
            return
        self._process.terminate()
        ends = time.monotonic() + _PATIENCE
        while self._process.poll() is None and time.monotonic() < ends:
            time.sleep(0.05)
        if self._process.poll() is None:
            self._process.kill()


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with our settings."""

    def __init__(self, bind: str, processes: int, browse: bool) -> None:
        self._bind, self._processes, self._browse = bind, processes, browse
        self.worker = Worker()
        super().__init__()

    def load_config(self) -> None:
        """Set what gunicorn is to do."""
        threads = int(os.environ.get("SKILLMIX_THREADS", "8"))
        wanted: dict[str, Any] = {
            "bind": self._bind,
            "workers": self._processes,
            "worker_class": "gthread",
            "threads": threads,
            "timeout": 120,
            "graceful_timeout": 10,
            "keepalive": 5,
            "umask": 0o077,
            "loglevel": "warning",
            "limit_request_line": 8190,
            "limit_request_field_size": 8190,
            "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: PTH112
            "when_ready": self._ready,
            "on_exit": self._ended,
            "post_worker_init": _warm,
        }
        for name, value in wanted.items():
            if value is not None:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """The pages, loaded in each process that answers."""
        from skillmix.web.site.wsgi import application

        return application

    def _ready(self, _: Any) -> None:
        self.worker.start()
        for line in os.environ.pop("SKILLMIX_SAY", "").splitlines():
            print(line, flush=True)  # noqa: T201 - what the person who started it waits for
        if self._browse:
            open_in_browser(f"http://{self._bind}/")

    def _ended(self, _: Any) -> None:
        self.worker.stop()
        print("Stopped.", file=sys.stderr, flush=True)  # noqa: T201


def _warm(worker: Any) -> None:
    """Work out the first answers before anybody asks, in a thread of a process that has loaded the pages."""
    from skillmix.web.site.warming import keep_warm

    threading.Thread(target=keep_warm, daemon=True).start()


def main() -> None:
    """Serve until asked to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bind", required=True)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--browse", action="store_true")
    asked = parser.parse_args()
    os.umask(0o077)
    Server(asked.bind, asked.processes, asked.browse).run()


if __name__ == "__main__":
    main()
