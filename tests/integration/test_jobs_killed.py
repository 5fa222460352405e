"""Workers killed in the middle of a job: what the job does is there once, and nothing of it is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from job_processes import ROWS, Processes, eventually

from skillmix.place import Place, Scope

pytestmark = pytest.mark.integration

#: How often a worker is killed; `make soak` names more.
KILLS = int(os.environ.get("SKILLMIX_KILLS", "10"))

Start = Callable[..., Processes]


@pytest.fixture
def processes(place: Place, tmp_path: Path) -> Iterator[Start]:
    made: list[Processes] = []

    def prepared(kind: str, jobs: int, **further: str) -> Processes:
        found = Processes(place, tmp_path, kind, further)
        found.prepare(jobs)
        made.append(found)
        return found

    yield prepared
    for found in made:
        found.stop()


def test_what_a_killed_worker_was_at_takes_effect_once(processes: Start, place: Place) -> None:
    luck = random.Random(2026)
    workers = processes("test_publish", KILLS, SKILLMIX_JOB_ATTEMPTS="1000")
    running = {p.pid: p for p in (workers.work(), workers.work())}
    killed = 0
    seen = [0]
    while killed < KILLS:
        eventually(
            lambda: len(workers.notes()) > seen[0] or set(workers.states()) == {"done"}, "a job is started"
        )
        if len(workers.notes()) == seen[0]:
            workers.prepare(20)
            continue
        seen[0] = len(workers.notes())
        pid = workers.notes()[-1][1]
        if pid not in running:
            continue
        # Somewhere in the middle: of the work, of the publication, or of the words afterwards.
        time.sleep(luck.uniform(0.0, 0.25))
        running[pid].send_signal(signal.SIGKILL)
        running.pop(pid).wait()
        killed += 1
        again = workers.work()
        running[again.pid] = again
    eventually(lambda: set(workers.states()) == {"done"}, "every job is done")

    keys = sorted(place.lake.scan("publication").collect()["key"])
    assert keys == sorted({job for job, _ in workers.notes()}), "each job is published once"
    assert len(keys) == len(workers.states())
    shown = place.read(Scope.controller("test")).table("stock").collect()
    assert shown.height == ROWS * len(keys)
    broken_off = len(workers.notes()) - len(keys)
    assert broken_off > KILLS / 4, "many were killed in the middle, and started again"


def test_a_worker_that_is_asked_to_stop_gives_its_job_back(processes: Start) -> None:
    workers = processes("test_long", 1)
    worker = workers.work()
    eventually(lambda: len(workers.notes()) == 1, "the job is started")
    began = time.monotonic()
    worker.terminate()
    assert worker.wait(timeout=10) == 0
    assert time.monotonic() - began < 8
    assert workers.query("SELECT state, attempt, lease FROM jobs_job") == [("queued", 0, "")]
    assert workers.query("SELECT count(*) FROM jobs_worker") == [(0,)]
    workers.work()
    eventually(lambda: len(workers.notes()) == 2, "another worker takes it")


def test_a_job_that_hears_nothing_is_given_back_after_the_grace(processes: Start) -> None:
    workers = processes("test_deaf", 1)
    worker = workers.work()
    eventually(lambda: len(workers.notes()) == 1, "the job is started")
    worker.terminate()
    assert worker.wait(timeout=10) == 0
    assert workers.query("SELECT state, attempt, lease FROM jobs_job") == [("queued", 0, "")]


def test_a_long_job_keeps_its_lease(processes: Start) -> None:
    """The work says nothing for longer than two leases, and no other worker takes it."""
    workers = processes("test_deaf", 1, SKILLMIX_JOB_LEASE="4", SKILLMIX_JOB_HEARTBEAT="0.5")
    workers.work()
    workers.work()
    eventually(lambda: len(workers.notes()) >= 1, "the job is started")
    ends = time.monotonic() + 9
    while time.monotonic() < ends:
        [(held,)] = workers.query("SELECT julianday(lease_until) > julianday('now') FROM jobs_job")
        assert held, "the lease is renewed before it lapses"
        time.sleep(0.1)
    assert len(workers.notes()) == 1, "no other worker started it"
    assert workers.states() == ["running"]


def test_a_worker_ends_with_the_server_that_started_it(processes: Start) -> None:
    workers = processes("test_long", 1)
    server = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import subprocess, sys; p = subprocess.Popen(sys.argv[1:]); print(p.pid, flush=True); p.wait()",
            sys.executable,
            str(Path(__file__).resolve().parents[1] / "helpers" / "job_processes.py"),
            "work",
        ],
        env=workers.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert server.stdout is not None
    pid = int(server.stdout.readline())
    eventually(lambda: len(workers.notes()) == 1, "the job is started")
    server.kill()
    server.wait()
    server.stdout.close()
    eventually(lambda: not Path(f"/proc/{pid}").exists() or _is_zombie(pid), "the worker ends", 15)
    assert workers.query("SELECT state, attempt FROM jobs_job") == [("queued", 0)]


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True
