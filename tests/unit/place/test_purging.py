"""After a purge the bytes are gone, what could be read is as it was, and old numbers are refused."""

from __future__ import annotations

import datetime as dt
import json

import polars as pl
import pytest
from place_people import agreement, files_with, send

from skillmix.errors import PlaceError, ScopeError
from skillmix.place import Place, Receipt, Scope, check, purge, verify

pytestmark = pytest.mark.unit

#: A day on which every attempt of today has long been abandoned.
LATER = dt.date(2031, 1, 1)


def people(place: Place, at: int | None = None, on: dt.date = LATER) -> set[str]:
    rows = Place.open(place.path).read(Scope.controller("a test", on=on), at).table("assignment").collect()
    return {key.split(":")[2][:-1] for key in rows["person_key"]}


def reasons(gone: pl.DataFrame) -> dict[str, str]:
    return dict(gone.select("submission", "reason").iter_rows())


@pytest.fixture
def filled(place: Place) -> tuple[Place, Receipt, Receipt]:
    """A place with facts whose agreement ends in 2030 and facts whose agreement does not."""
    place.record_agreement(agreement("ENDS", ends=dt.date(2030, 12, 31)))
    place.record_agreement(agreement("STAYS", "TRUST2"))
    ends = send(place, "canaryA", agreed="ENDS", periods=("2026-05", "2026-06"))
    stays = send(place, "stayB", "TRUST2", agreed="STAYS")
    return place, ends, stays


def test_what_expired_is_gone_from_every_file(filled: tuple[Place, Receipt, Receipt]) -> None:
    place, ends, stays = filled
    assert len(files_with(place.path, "canaryA")) > 5, "the search finds what is there"
    kept = len(files_with(place.path, "stayB"))
    gone = purge(place, on=LATER, by="a planner")
    assert reasons(gone) == {ends.submission: "expired"}
    assert gone["rows"].to_list() == [3, 3]
    assert files_with(place.path, "canaryA") == []
    assert files_with(place.path, "stayB"), "what is still agreed stays"
    assert kept > 5
    assert people(place) == {"stayB"}
    assert verify(place.path) == []
    assert {f.check for f in check(place)} == set()
    again = send(place, "newC", "TRUST2", agreed="STAYS")
    assert people(place) == {"newC"}, "the place goes on"
    assert place.withdraw(again.submission) == place.number
    assert people(place) == {"stayB"}
    assert stays.number is not None


def test_a_dry_run_tells_and_changes_nothing(filled: tuple[Place, Receipt, Receipt]) -> None:
    place, ends, _ = filled
    before = {p: p.read_bytes() for p in place.path.rglob("*") if p.is_file()}
    assert reasons(purge(place, on=LATER, dry_run=True)) == {ends.submission: "expired"}
    assert {p: p.read_bytes() for p in place.path.rglob("*") if p.is_file()} == before


def test_nothing_goes_while_agreements_stand(filled: tuple[Place, Receipt, Receipt]) -> None:
    place, _, _ = filled
    number = place.number
    assert purge(place, on=dt.date(2030, 12, 31)).is_empty()
    assert people(place, on=dt.date(2030, 12, 31)) == {"canaryA", "stayB"}
    assert place.number == number
    assert place.purges().is_empty()


def test_an_old_number_in_which_it_stood_is_refused_and_others_are_read(
    filled: tuple[Place, Receipt, Receipt],
) -> None:
    place, _, _ = filled
    before = place.number
    purge(place, on=LATER)
    for number in (1, before):
        with pytest.raises(ScopeError, match=r"purged.*agreement they were sent under has ended") as refused:
            people(place, at=number)
        assert str(place.number) in refused.value.cure
    assert people(place, at=0) == set()
    assert people(place, at=place.number) == {"stayB"}
    record = place.purges()
    assert record["number"].unique().to_list() == [place.number]
    assert record["rows"].sum() == 6


def test_others_are_told_what_to_forget(place: Place) -> None:
    place.record_agreement(agreement("SHORT", retention_months=12))
    place.record_agreement(agreement("ENDED", "TRUST2", ends=dt.date(2026, 6, 30)))
    part = send(place, "canaryA", agreed="SHORT", periods=("2025-05", "2026-05"))
    whole = send(place, "canaryB", "TRUST2", agreed="ENDED")
    assert place.cleared() == ([], [])
    purge(place, on=dt.date(2026, 9, 1))
    assert place.cleared() == (sorted([part.submission, whole.submission]), ["TRUST2"])


def test_a_run_that_cannot_be_repeated_says_so(filled: tuple[Place, Receipt, Receipt]) -> None:
    place, _, _ = filled
    for name, number in (("before", 2), ("earlier", 0)):
        (place.path / "runs" / name).mkdir()
        (place.path / "runs" / name / "manifest.json").write_text(json.dumps({"number": number}))
    (place.path / "runs" / "other").mkdir()
    (place.path / "runs" / "other" / "manifest.json").write_text("{}")
    assert "repeatable_runs" not in {f.check for f in check(place)}
    purge(place, on=LATER)
    said = [f.says for f in check(place) if f.check == "repeatable_runs"]
    assert len(said) == 1
    assert "The run before cannot be repeated" in said[0]


def test_what_was_purged_is_not_published_again(filled: tuple[Place, Receipt, Receipt]) -> None:
    place, ends, _ = filled
    purge(place, on=LATER)
    with pytest.raises(PlaceError, match="was purged"):
        place.publish(ends.submission)
    assert purge(place, on=LATER).is_empty()
    number = place.number
    assert purge(place, on=LATER).is_empty()
    assert place.number == number


def test_a_month_that_is_too_old_goes_and_the_others_stay(place: Place) -> None:
    place.record_agreement(agreement("SHORT", retention_months=12))
    receipt = send(place, "canaryA", agreed="SHORT", periods=("2025-05", "2026-05"))
    gone = purge(place, on=dt.date(2026, 9, 1))
    assert gone.select("reason", "period", "rows").rows() == [("retention", "2025-05", 3)]
    rows = place.read(Scope.controller("a test", on=dt.date(2026, 9, 1))).table("assignment").collect()
    assert rows["period"].unique().to_list() == ["2026-05"]
    assert not list((place.path / "incoming").iterdir()), "the file as sent held the old month too"
    assert verify(place.path) == []
    place.withdraw(receipt.submission)
    place.publish(receipt.submission)
    standing = place.standing()
    assert standing["period"].to_list() == ["2026-05"], "what is gone is not published again"


def test_withdrawn_submissions_go_when_asked(place: Place) -> None:
    place.record_agreement(agreement("A1"))
    first = send(place, "canaryA", agreed="A1")
    second = send(place, "stayB", agreed="A1")
    place.withdraw(first.submission)
    today = dt.datetime.now(dt.UTC).date()
    assert purge(place).is_empty()
    assert purge(place, withdrawn_before=today).is_empty()
    gone = purge(place, withdrawn_before=today + dt.timedelta(days=1))
    assert reasons(gone) == {first.submission: "withdrawn"}
    assert files_with(place.path, "canaryA") == []
    assert people(place) == {"stayB"}
    assert second.number is not None


def test_rows_of_an_attempt_that_nobody_finished_go_after_a_day(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr("skillmix.place.submissions._record", killed)
        with pytest.raises(KeyboardInterrupt):
            send(place, "canaryA")
    waiting = send(place, "stayB", "TRUST2", publish=False)
    assert purge(place).is_empty(), "an attempt of today may go on"
    assert files_with(place.path, "canaryA")
    gone = purge(place, on=dt.datetime.now(dt.UTC).date() + dt.timedelta(days=2))
    assert gone["reason"].to_list() == ["abandoned"]
    assert files_with(place.path, "canaryA") == []
    place.publish(waiting.submission)
    rows = place.read(Scope.controller("a test")).table("assignment").collect()
    assert rows.height == 3, "what waits to be published is no abandoned attempt"


def test_a_purge_brings_nothing_older_to_light(place: Place) -> None:
    place.record_agreement(agreement("A1"))
    place.record_agreement(agreement("ENDS", ends=dt.date(2030, 12, 31)))
    send(place, "olderA", agreed="A1")
    send(place, "canaryB", agreed="ENDS")
    assert people(place) == set()
    purge(place, on=LATER)
    assert people(place) == set()


def test_the_same_file_kept_for_two_goes_with_the_last_of_them(place: Place) -> None:
    place.record_agreement(agreement("ENDS", ends=dt.date(2030, 12, 31)))
    place.record_agreement(agreement("STAYS", "TRUST2"))
    send(place, "canaryA", agreed="ENDS", sha256="f" * 64)
    send(place, "stayB", "TRUST2", agreed="STAYS", sha256="f" * 64)
    send(place, "canaryA", "TRUST2", agreed="STAYS", sha256="f" * 64, source="other")
    purge(place, on=LATER)
    kept = [pl.read_parquet(f)["person_key"][0] for f in (place.path / "incoming").rglob("rows.parquet")]
    assert sorted(kept) == ["k:nwrs:canaryA0", "k:nwrs:stayB0"]
    place.end_agreement("STAYS", dt.date(2030, 12, 31))
    purge(place, on=LATER)
    assert files_with(place.path, "canaryA") == files_with(place.path, "stayB") == []
    assert not list((place.path / "incoming").iterdir())


def test_a_person_of_whom_facts_are_left_stays_linked(place: Place) -> None:
    place.record_agreement(agreement("ENDS", ends=dt.date(2030, 12, 31)))
    place.record_agreement(agreement("STAYS", "TRUST2"))
    send(place, "both", agreed="ENDS")
    send(place, "both", "TRUST2", agreed="STAYS", sha256="e" * 64, people=2)
    purge(place, on=LATER)
    links = place.lake.scan("person_link").collect()
    assert sorted(links["person_key"]) == ["k:nwrs:both0", "k:nwrs:both1"]
    rows = place.read(Scope.controller("a test", on=LATER)).table("assignment").collect()
    assert sorted(rows["person"]) == ["person k:nwrs:both0", "person k:nwrs:both1"]


def test_what_was_sent_without_an_agreement_or_is_no_partners_stays(place: Place) -> None:
    send(place, "sentA")
    send(place, "madeB", "TRUST2", origin="synthetic", agreed="ENDS")
    place.record_agreement(agreement("ENDS", "TRUST2", ends=dt.date(2030, 12, 31)))
    assert purge(place, on=LATER).is_empty()
    assert people(place) == {"sentA", "madeB"}


def test_an_agreement_attached_later_saves_what_would_have_gone(place: Place) -> None:
    place.record_agreement(agreement("ENDS", ends=dt.date(2030, 12, 31)))
    receipt = send(place, "stayA", agreed="ENDS")
    place.record_agreement(agreement("RENEWED", starts=dt.date(2031, 1, 1)))
    place.attach_agreement(receipt.submission, "RENEWED", "a planner")
    assert purge(place, on=LATER).is_empty()


def test_of_two_agreements_of_one_name_the_one_that_keeps_longer_decides(place: Place) -> None:
    send(place, "stayA", agreed="TWICE")
    place.agreements = [agreement("TWICE", ends=dt.date(2030, 12, 31)), agreement("TWICE", "TRUST2")]
    place.save()
    assert purge(place, on=LATER).is_empty()
