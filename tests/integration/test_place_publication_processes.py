"""Publication holds among processes: four at once lose nothing, and a killed one leaves no half."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from skillmix.place import Place, Scope

pytestmark = pytest.mark.integration

#: Publishes the same total in two tables, over and over, for a source of its own.
WRITER = """
import datetime as dt, sys
import polars as pl
from skillmix.place import Draft, Place

path, source, times, rows = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
place = Place.open(path)
day = dt.date(2026, 6, 30)
print("ready", flush=True)
for turn in range(1, times + 1):
    common = {
        "organisation": ["TRUST1"] * rows, "period": ["2026-06"] * rows, "as_of": [day] * rows,
        "grain": ["organisation,staff_group"] * rows, "headcount": [turn] * rows,
        "share_place": [1] * rows, "share_basis": ["site"] * rows,
    }
    flow = {**common, "kind": ["end"] * rows, "starts": [day] * rows, "ends": [day] * rows}
    draft = Draft(source=source, sha256=str(turn), origin="published")
    place.submit(draft, {"stock": pl.DataFrame(common), "flow": pl.DataFrame(flow)})
    print(turn, flush=True)
"""


def start(place: Place, source: str, times: int, rows: int = 1) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(place.path), source, str(times), str(rows)],
        stdout=subprocess.PIPE,
        text=True,
    )


def seen(path: Path, source: str) -> tuple[list[int], list[int]]:
    """The values a reader sees in the two tables."""
    facts = Place.open(path).read(Scope.controller("test"))
    values = [
        facts.table(n).filter(pl.col("source") == source).select(pl.col("headcount")).collect()["headcount"]
        for n in ("stock", "flow")
    ]
    return values[0].to_list(), values[1].to_list()


def test_four_processes_publish_at_once_and_nothing_is_lost(place: Place) -> None:
    writers = [start(place, f"source_{n}", times=6) for n in range(4)]
    for writer in writers:
        assert writer.wait(timeout=120) == 0
        assert writer.stdout is not None
        writer.stdout.close()
    history = place.lake.scan("publication").collect()
    assert sorted(history["number"]) == [*range(1, 25)], "each publication has a number of its own"
    for n in range(4):
        assert seen(place.path, f"source_{n}") == ([6], [6])


def test_a_killed_writer_leaves_the_place_before_or_after_never_between(place: Place) -> None:
    luck = random.Random(2026)
    rows = 2_000
    states = []
    one = 0.1  # seconds that a publication takes here: measured anew, since a busy machine is slower
    for turn in range(12):
        writer = start(place, "killed", times=1_000, rows=rows)
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        said = []
        for _ in range(turn % 3):
            began = time.monotonic()
            said.append(int(writer.stdout.readline()))
            one = time.monotonic() - began
        time.sleep(luck.uniform(0.0, one))
        writer.send_signal(signal.SIGKILL)
        said += [int(line) for line in writer.stdout.read().split()]
        writer.stdout.close()
        writer.wait(timeout=30)
        stock, flow = seen(place.path, "killed")
        assert stock == flow, "two tables change at once or not at all"
        assert len(stock) in (0, rows)
        assert len(set(stock)) <= 1
        if said:
            assert stock[0] >= said[-1], "what was confirmed stays"
        states.append(stock[0] if stock else 0)
    assert len(set(states)) > 1, "the kills fell in different places"
    stored = place.lake.scan("stock").select(pl.col("submission").n_unique()).collect().item()
    published = place.lake.scan("publication").select(pl.col("submission").n_unique()).collect().item()
    assert stored >= published
