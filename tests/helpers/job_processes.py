"""Worker processes of tests, over a control database of their own, with kinds of work that can be watched.

Run as a script: ``prepare N`` migrates and starts N jobs of the kind in ``SKILLMIX_TEST_KIND``; ``work`` runs
a worker; ``append N`` appends N entries to the audit.
"""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from skillmix.place import Place

ROWS = 200


def _note(words: str) -> None:
    with Path(os.environ["SKILLMIX_TEST_NOTES"]).open("a", encoding="utf-8") as file:
        file.write(f"{words}\n")


def _declare() -> None:
    import polars as pl

    from skillmix.place import Draft
    from skillmix.web.jobs.work import Running, work

    @work("test_publish")
    def publish(running: Running) -> dict[str, object]:
        _note(f"{running.key} {os.getpid()}")
        running.say("Publishing")
        day = dt.date(2026, 6, 30)
        stock = {
            "organisation": ["TRUST1"] * ROWS,
            "period": ["2026-06"] * ROWS,
            "as_of": [day] * ROWS,
            "grain": ["organisation,staff_group"] * ROWS,
            "headcount": [1] * ROWS,
            "share_place": [1] * ROWS,
            "share_basis": ["site"] * ROWS,
        }
        place = Place.open(os.environ["SKILLMIX_PLACES"])
        draft = Draft(source=f"job_{running.key}", sha256=running.key, origin="published")
        receipt = place.submit(draft, {"stock": pl.DataFrame(stock)}, key=running.key)
        running.say("Published")
        return {"number": receipt.number}

    @work("test_long")
    def long(running: Running) -> dict[str, object]:
        _note(f"{running.key} {os.getpid()}")
        ends = time.monotonic() + 120
        while time.monotonic() < ends:
            running.say("Still at it")
            time.sleep(0.05)
        return {}

    @work("test_deaf")
    def deaf(running: Running) -> dict[str, object]:
        """Says nothing, and so hears nothing."""
        _note(f"{running.key} {os.getpid()}")
        time.sleep(120)
        return {}


def _prepare(jobs: int) -> None:
    from django.core.management import call_command

    from skillmix.web.jobs.work import start

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    for _ in range(jobs):
        start(os.environ["SKILLMIX_TEST_KIND"], place="place", by=None)


def _append(entries: int) -> None:
    from skillmix.web.audit.appending import append

    for number in range(entries):
        append("download", f"{os.getpid()}-{number}.csv", {"é": number}, place="place")


def main() -> None:
    import django

    django.setup()
    _declare()
    if sys.argv[1] == "prepare":
        _prepare(int(sys.argv[2]))
    elif sys.argv[1] == "append":
        _append(int(sys.argv[2]))
    else:
        from skillmix.web.jobs.worker import work_until_stopped

        work_until_stopped()


def eventually(holds: Callable[[], bool], what: str, seconds: float = 180) -> None:
    """Wait until something holds; fail with words where it never does."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"Not within {seconds:.0f} seconds: {what}"
        time.sleep(0.02)


@dataclass
class Processes:
    """Worker processes over one control database.

    Attributes:
        place: the place that they serve.
        folder: where database and notes lie.
        kind: kind of the jobs.
        further: further environment.
    """

    place: Place
    folder: Path
    kind: str
    further: dict[str, str] = field(default_factory=dict)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def database(self) -> Path:
        return self.folder / "control.sqlite3"

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "skillmix.web.site.settings",
            "SKILLMIX_PLACES": str(self.place.path),
            "SKILLMIX_CONTROL_FILE": str(self.database),
            "DATABASE_URL": "",
            "SKILLMIX_TEST_KIND": self.kind,
            "SKILLMIX_TEST_NOTES": str(self.folder / "notes"),
            "SKILLMIX_JOB_LEASE": "1.5",
            "SKILLMIX_JOB_HEARTBEAT": "0.3",
            "SKILLMIX_JOB_POLL": "0.05",
            "SKILLMIX_JOB_SEAL": "0.3",
            "SKILLMIX_JOB_GRACE": "1",
            **self.further,
        }

    def prepare(self, jobs: int) -> None:
        subprocess.run([*COMMAND, "prepare", str(jobs)], env=self.environment(), check=True)

    def work(self) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            made = subprocess.Popen([*COMMAND, "work"], env=self.environment(), stderr=log)
        self.running.append(made)
        return made

    def notes(self) -> list[tuple[str, int]]:
        """Each start of a job: its id, and the process."""
        path = self.folder / "notes"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [(line.split()[0], int(line.split()[1])) for line in lines]

    def query(self, sql: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.database, timeout=20) as connection:
            found = list(connection.execute(sql))
        connection.close()
        return found

    def states(self) -> list[str]:
        return [str(row[0]) for row in self.query("SELECT state FROM jobs_job")]

    def stop(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait()


COMMAND = (sys.executable, str(Path(__file__).resolve()))

if __name__ == "__main__":
    main()
