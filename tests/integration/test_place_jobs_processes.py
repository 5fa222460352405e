"""A job takes effect once among processes: run at once, or killed and run again."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time

import polars as pl
import pytest

from skillmix.place import Place, Scope

pytestmark = pytest.mark.integration

#: Does some jobs, each the same total in two tables; a job may be done again and again.
WORKER = """
import datetime as dt, sys
import polars as pl
from skillmix.place import Draft, Place

path, first, last, rows = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
place = Place.open(path)
day = dt.date(2026, 6, 30)
print("ready", flush=True)
sys.stdin.readline()
for job in range(first, last + 1):
    common = {
        "organisation": ["TRUST1"] * rows, "period": ["2026-06"] * rows, "as_of": [day] * rows,
        "grain": ["organisation,staff_group"] * rows, "headcount": [job] * rows,
        "share_place": [1] * rows, "share_basis": ["site"] * rows,
    }
    flow = {**common, "kind": ["end"] * rows, "starts": [day] * rows, "ends": [day] * rows}
    draft = Draft(source=f"job_{job}", sha256=str(job), origin="published")
    receipt = place.submit(
        draft, {"stock": pl.DataFrame(common), "flow": pl.DataFrame(flow)}, key=f"job-{job}"
    )
    print(job, receipt.submission, receipt.number, flush=True)
"""


def start(place: Place, first: int, last: int, rows: int = 1) -> subprocess.Popen[str]:
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(place.path), str(first), str(last), str(rows)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    return worker


def go(worker: subprocess.Popen[str]) -> None:
    assert worker.stdin is not None
    worker.stdin.write("go\n")
    worker.stdin.close()


def said(worker: subprocess.Popen[str]) -> list[str]:
    assert worker.stdout is not None
    lines = worker.stdout.read().splitlines()
    worker.stdout.close()
    worker.wait(timeout=120)
    return lines


def test_the_same_jobs_in_three_processes_at_once_take_effect_once(place: Place) -> None:
    workers = [start(place, 1, 5) for _ in range(3)]
    for worker in workers:
        go(worker)
    told = [said(worker) for worker in workers]
    assert told[0] == told[1] == told[2], "each process is told what took effect"
    history = place.lake.scan("publication").collect()
    assert sorted(history["number"]) == [1, 2, 3, 4, 5]
    assert sorted(history["key"]) == [f"job-{n}" for n in range(1, 6)]
    assert place.lake.scan("submission").collect().height == 5
    facts = place.read(Scope.controller("test"))
    for name in ("stock", "flow"):
        assert sorted(facts.table(name).collect()["headcount"]) == [1, 2, 3, 4, 5]


def test_a_job_killed_at_any_moment_and_run_again_takes_effect_once(place: Place) -> None:
    luck = random.Random(2026)
    rows = 2_000
    kills = 0
    confirmed: dict[str, str] = {}
    for job in range(1, 9):
        for attempt in range(3):
            worker = start(place, job, job, rows)
            go(worker)
            if attempt < 2:
                time.sleep(luck.uniform(0.0, 0.4))
                worker.send_signal(signal.SIGKILL)
            for line in said(worker):
                key, rest = line.split(maxsplit=1)
                assert confirmed.setdefault(key, rest) == rest, "what was confirmed stays"
            kills += worker.returncode == -signal.SIGKILL
            shown = place.read(Scope.controller("test"))
            for name in ("stock", "flow"):
                mine = shown.table(name).filter(pl.col("source") == f"job_{job}").collect()
                assert mine.height in (0, rows)
    assert kills > 0, "some of it was killed in the middle"
    assert sorted(place.lake.scan("publication").collect()["key"]) == [f"job-{n}" for n in range(1, 9)]
    assert place.number == 8
