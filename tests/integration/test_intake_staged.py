"""Published sources are staged and stored by the same way as those that partners send."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from esr_exports import AS_OF, export, person, trusts
from intake_files import PCN, job, somewhere

from skillmix import intake
from skillmix.intake import Sent, Staged
from skillmix.place import Place, Scope

pytestmark = pytest.mark.integration


def test_a_published_file_is_staged_kept_and_stored(tmp_path: Path) -> None:
    place = somewhere(tmp_path)
    text = "\n".join([PCN, job(), job("Paramedic", "x", "18"), job(network="U20002", person="19")]) + "\n"
    intake.stage(place, Sent("pcn.csv", text.encode())).write(tmp_path / "staged")
    staged = Staged.read(tmp_path / "staged")
    assert (staged.source, staged.origin, staged.organisation) == ("pcn_individual", "published", None)
    assert (staged.rows_read, staged.rows_loaded, staged.rows_set_aside) == (3, 2, 1)
    mended = intake.correct(staged, [intake.Correction("FTE", "0.5", "x")])
    receipt = intake.store(place, mended, publish=True)
    assert receipt.rows_loaded == {"assignment": 3}
    assert "U20002" in Place.open(place.path).organisations
    assert place.read(Scope.controller("a test")).table("assignment").collect().height == 3


def test_a_staged_file_is_read_while_it_is_written_over(tmp_path: Path) -> None:
    place, folder = trusts(tmp_path), tmp_path / "staged"
    rows = [person(1), person(2, FTE="0,8")]
    staged = intake.stage(place, export(*rows), source="esr_staff_in_post", organisation="RXX", as_of=AS_OF)
    mended = intake.correct(staged, [intake.Correction("FTE", "0.80", "0,8")])
    staged.write(folder)
    stop, failed = threading.Event(), []

    def write() -> None:
        try:
            for turn in range(12):
                (mended if turn % 2 else staged).write(folder)
        except BaseException as error:
            failed.append(error)
        finally:
            stop.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while not stop.is_set():
        seen.add(Staged.read(folder).rows_loaded)
    writer.join()
    assert failed == []
    assert seen <= {1, 2}
    assert Staged.read(folder).rows_loaded == 2


def test_two_who_write_over_the_same_folder_leave_one_of_both(tmp_path: Path) -> None:
    place, folder = trusts(tmp_path), tmp_path / "staged"
    rows = [person(1), person(2, FTE="0,8")]
    staged = intake.stage(place, export(*rows), source="esr_staff_in_post", organisation="RXX", as_of=AS_OF)
    mended = intake.correct(staged, [intake.Correction("FTE", "0.80", "0,8")])
    writers = [threading.Thread(target=one.write, args=(folder,)) for one in (staged, mended) * 4]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert Staged.read(folder).rows_loaded in (1, 2)
