"""Backup and purge, killed at any moment, leave a place and its backups whole; others publish meanwhile."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from place_people import agreement, files_with, send

from skillmix.place import Place, Scope, backup, purge, restore, verify

pytestmark = pytest.mark.integration

LATER = dt.date(2031, 1, 1)

#: Publishes the same total in two tables until it is told to stop.
WRITER = """
import datetime as dt, sys
import polars as pl
from skillmix.place import Draft, Place

place = Place.open(sys.argv[1])
day = dt.date(2026, 6, 30)
for turn in range(1, 200):
    common = {
        "organisation": ["TRUST1"], "period": ["2026-06"], "as_of": [day],
        "grain": ["organisation,staff_group"], "headcount": [turn],
        "share_place": [1], "share_basis": ["site"],
    }
    flow = {**common, "kind": ["end"], "starts": [day], "ends": [day]}
    draft = Draft(source="totals", sha256=str(turn), origin="published")
    place.submit(draft, {"stock": pl.DataFrame(common), "flow": pl.DataFrame(flow)})
    print(turn, flush=True)
"""

#: Backs a place up, over and over.
KEEPER = """
import sys
from skillmix.place import Place, backup
place = Place.open(sys.argv[1])
print("ready", flush=True)
for turn in range(1, 1000):
    print(backup(place, f"{sys.argv[2]}/{sys.argv[3]}-{turn}.tar.gz").path.name, flush=True)
"""

#: Restores a backup.
RESTORER = """
import sys
from skillmix.place import restore
print("ready", flush=True)
restore(sys.argv[1], sys.argv[2])
"""

#: Purges, and kills itself just before the n-th thing that it would change.
PURGER = """
import datetime as dt, os, pathlib, shutil, signal, sys
import deltalake
from skillmix.place import Place, purge

left = int(sys.argv[2])

def counted(holder, name):
    did = getattr(holder, name)
    def instead(*given, **named):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return did(*given, **named)
    setattr(holder, name, instead)

for holder, name in [
    (deltalake, "write_deltalake"), (deltalake.DeltaTable, "delete"), (pathlib.Path, "unlink"),
    (deltalake.DeltaTable, "create_checkpoint"), (pathlib.Path, "rmdir"), (shutil, "rmtree"),
]:
    counted(holder, name)
purge(Place.open(sys.argv[1]), on=dt.date(2031, 1, 1))
"""


def start(code: str, *words: object) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, *map(str, words)], stdout=subprocess.PIPE, text=True)


def end(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGKILL)
    assert process.stdout is not None
    said = process.stdout.read()
    process.stdout.close()
    process.wait(timeout=60)
    return said


def headcounts(path: Path) -> list[list[int]]:
    facts = Place.open(path).read(Scope.controller("a test"))
    return [facts.table(name).collect()["headcount"].to_list() for name in ("stock", "flow")]


def test_a_backup_taken_while_others_publish_is_whole(place: Place, tmp_path: Path) -> None:
    writer = start(WRITER, place.path)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "1\n"
    numbers = []
    for turn in range(4):
        made = backup(place, tmp_path / f"kept-{turn}.tar.gz")
        numbers.append(made.number)
        assert verify(made.path) == []
        assert headcounts(restore(made.path, tmp_path / f"back-{turn}")) == [[made.number]] * 2
        while int(writer.stdout.readline()) <= made.number:
            pass  # until others have published more
    end(writer)
    assert numbers == sorted(set(numbers))


def test_a_killed_backup_leaves_no_half_of_a_file(place: Place, tmp_path: Path) -> None:
    luck = random.Random(2026)
    send(place, "someone", origin="synthetic")
    (place.path / "runs" / "large.bin").write_bytes(luck.randbytes(4_000_000))
    kept = tmp_path / "kept"
    kept.mkdir()
    confirmed: list[str] = []
    for turn in range(4):
        keeper = start(KEEPER, place.path, kept, turn)
        assert keeper.stdout is not None
        assert keeper.stdout.readline() == "ready\n"
        confirmed.append(keeper.stdout.readline().strip())
        time.sleep(luck.uniform(0.0, 0.5))
        confirmed += end(keeper).split()
    there = sorted(path.name for path in kept.iterdir())
    assert set(confirmed) <= set(there)
    whole = [name for name in there if not name.startswith(".")]
    assert len(whole) > 1
    for name in [whole[0], whole[-1]]:
        assert verify(kept / name) == []
    if hasattr(os, "O_TMPFILE"):
        assert whole == there, "what was not finished has no name"


def test_a_purge_killed_at_any_moment_is_finished_by_the_next(place: Place, tmp_path: Path) -> None:
    place.record_agreement(agreement("ENDS", ends=dt.date(2030, 12, 31)))
    place.record_agreement(agreement("STAYS", "TRUST2"))
    send(place, "canaryA", agreed="ENDS", periods=("2026-05", "2026-06"))
    send(place, "stayB", "TRUST2", agreed="STAYS", periods=("2026-05", "2026-06"))
    send(place, "canaryC", agreed="ENDS", source="other")
    scope = Scope.controller("a test", on=LATER)
    before = place.read(scope).table("assignment").collect()
    assert before.height == 6
    killed = []
    # Close together at first, where tables change, then wider.
    for moment in [1, 2, 3, 4, 5, 9, 13, 20, 28, 36, 10_000]:
        copy = Place.open(shutil.copytree(place.path, tmp_path / f"copy-{moment}"))
        purger = start(PURGER, copy.path, moment)
        assert purger.wait(timeout=120) in (0, -signal.SIGKILL)
        assert purger.stdout is not None
        purger.stdout.close()
        killed.append(purger.returncode != 0)
        assert copy.read(scope).table("assignment").collect().equals(before), "what is read is as it was"
        assert verify(copy.path) == [], moment
        purge(copy, on=LATER)
        assert files_with(copy.path, "canary") == [], moment
        assert copy.read(scope).table("assignment").collect().equals(before)
        assert verify(copy.path) == []
        record = copy.purges()
        assert record.select("submission", "organisation", "period").is_unique().all(), "recorded once"
        assert record["rows"].sum() == 9
        shutil.rmtree(copy.path)
    assert sum(killed) > 6
    assert not killed[-1]


def test_people_are_submitted_while_others_are_purged(place: Place) -> None:
    place.record_agreement(agreement("ENDS", ends=dt.date(2030, 12, 31)))
    send(place, "canaryA", agreed="ENDS")
    writer = start(WRITER, place.path)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "1\n"
    purge(place, on=LATER)
    told = [writer.stdout.readline() for _ in range(2)]
    end(writer)
    assert told[-1], "the writer went on"
    assert files_with(place.path, "canaryA") == []
    stock, flow = headcounts(place.path)
    assert stock == flow
    assert stock[0] >= int(told[-1])
    assert place.standing()["source"].to_list() == ["totals"]


def test_a_backup_taken_while_others_purge_is_whole(place: Place, tmp_path: Path) -> None:
    place.record_agreement(agreement("ENDS", ends=dt.date(2030, 12, 31)))
    kept = tmp_path / "kept"
    kept.mkdir()
    send(place, "canary0", agreed="ENDS")
    keeper = start(KEEPER, place.path, kept, 1)
    assert keeper.stdout is not None
    assert keeper.stdout.readline() == "ready\n"
    made = [keeper.stdout.readline()]
    for turn in range(1, 4):
        purge(place, on=LATER)
        send(place, f"canary{turn}", agreed="ENDS")
        made.append(keeper.stdout.readline())
    made += end(keeper).splitlines()
    whole = [line.strip() for line in made if line.endswith(("\n", ".gz"))]
    assert len(whole) >= 4
    for name in whole[:8]:
        assert verify(kept / name) == []


def test_a_killed_restoring_leaves_no_half_of_a_folder(place: Place, tmp_path: Path) -> None:
    luck = random.Random(2026)
    send(place, "someone", origin="synthetic")
    (place.path / "runs" / "large.bin").write_bytes(luck.randbytes(5_000_000))
    made = backup(place, tmp_path / "kept.tar.gz").path
    for turn in range(3):
        folder = tmp_path / "elsewhere" / "back"
        restorer = start(RESTORER, made, folder)
        assert restorer.stdout is not None
        assert restorer.stdout.readline() == "ready\n"
        time.sleep(luck.uniform(0.0, 0.3))
        end(restorer)
        if not folder.exists():
            restore(made, folder)
        assert verify(folder) == [], turn
        assert [path.name for path in folder.parent.iterdir()] == ["back"], "what was left is cleared away"
        shutil.rmtree(folder.parent)
