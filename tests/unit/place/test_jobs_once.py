"""A job may run twice and takes effect once; what it had is told again."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
from place_builders import draft, stock

from skillmix.errors import PlaceError
from skillmix.place import Place, Scope, upgrade

pytestmark = pytest.mark.unit

OLD = Path(__file__).parents[2] / "fixtures" / "place_format_1"


def rows(place: Place) -> int:
    return place.read(Scope.controller("test")).table("stock").collect().height


def test_a_job_that_runs_again_gets_the_receipt_that_it_had(place: Place) -> None:
    first = place.submit(draft(rows_read=3), {"stock": stock()}, key="job-1")
    place.submit(draft("other"), {"stock": stock("TRUST2")})
    again = place.submit(draft(rows_read=3), {"stock": stock()}, key="job-1")
    assert again == first
    assert (first.number, place.number) == (1, 2)
    assert place.lake.scan("stock").collect().height == 4, "no row was appended again"


def test_a_job_that_ran_again_after_a_withdrawal_publishes_nothing(place: Place) -> None:
    receipt = place.submit(draft(), {"stock": stock()}, key="job-1")
    place.withdraw(receipt.submission)
    assert place.submit(draft(), {"stock": stock()}, key="job-1") == receipt
    assert rows(place) == 0


def test_storing_and_publishing_may_be_two_jobs_or_one(place: Place) -> None:
    for key in ("upload", "upload"):
        stored = place.submit(draft(), {"stock": stock()}, publish=False, key=key)
    assert stored.number is None
    assert place.lake.scan("submission").collect().height == 1
    assert [place.publish(stored.submission, key="upload") for _ in range(2)] == [1, 1]
    assert [place.withdraw(stored.submission, key="undo") for _ in range(2)] == [2, 2]
    assert place.publish(stored.submission) == 3
    assert place.withdraw(stored.submission, key="undo") == 2, "that job has had its effect"
    assert rows(place) == 2


def test_a_killed_attempt_is_done_again_under_another_submission(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr("skillmix.place.submissions._record", killed)
        with pytest.raises(KeyboardInterrupt):
            place.submit(draft(), {"stock": stock()}, key="job-1")
    assert place.lake.scan("stock").collect().height == 2
    assert place.submit(draft(), {"stock": stock()}, key="job-1").number == 1
    assert place.lake.scan("stock").collect()["submission"].n_unique() == 2
    assert rows(place) == 2


def test_an_attempt_killed_before_publishing_goes_on_with_what_it_stored(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr("skillmix.place.publications._commit", killed)
        with pytest.raises(KeyboardInterrupt):
            place.submit(draft(), {"stock": stock()}, key="job-1")
    receipt = place.submit(draft(), {"stock": stock()}, key="job-1")
    assert (receipt.number, receipt.rows_loaded) == (1, {"stock": 2})
    assert place.lake.scan("stock").collect().height == 2


def test_a_key_stands_for_one_thing(place: Place) -> None:
    first = place.submit(draft(), {"stock": stock()}, key="job-1")
    other = place.submit(draft("other"), {"stock": stock()}, publish=False)
    with pytest.raises(PlaceError, match="something else"):
        place.withdraw(first.submission, key="job-1")
    with pytest.raises(PlaceError, match="something else"):
        place.publish(other.submission, key="job-1")


def test_without_a_key_the_same_is_submitted_twice(place: Place) -> None:
    for _ in range(2):
        place.submit(draft(), {"stock": stock()})
    assert place.number == 2
    assert place.lake.scan("publication").filter(pl.col("key").is_not_null()).collect().is_empty()


def test_a_place_of_an_old_format_knows_jobs_once_it_is_upgraded(tmp_path: Path) -> None:
    old = shutil.copytree(OLD, tmp_path / "old")
    upgrade(old)
    place = Place.open(old)
    first = place.standing()["submission"].item()
    for _ in range(2):
        place.withdraw(first, key="undo")
        assert place.publish(first, key="redo") == place.number == 3
    receipts = [place.submit(draft(), {"stock": stock("RX8")}, key="job-1") for _ in range(2)]
    assert receipts[0] == receipts[1]
    history = place.lake.scan("publication").collect().sort("number")
    assert history["key"].to_list() == [None, "undo", "redo", "job-1"]
    assert place.agreement_of_submissions().height == 2
    assert place.purges().is_empty()
