"""Submissions become visible by one record, can be withdrawn, and every number stays readable."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from place_builders import draft, stock

from skillmix.errors import PlaceError, ScopeError
from skillmix.place import Agreement, Place, Scope

pytestmark = pytest.mark.unit


def fte(place: Place, at: int | None = None) -> Decimal:
    facts = place.read(Scope.controller("test"), at)
    return Decimal(facts.table("stock").select(pl.col("fte").sum()).collect().item())


def test_a_submission_is_visible_only_once_published(place: Place) -> None:
    receipt = place.submit(draft(), {"stock": stock()}, publish=False)
    assert receipt.number is None
    assert fte(place) == 0
    assert place.publish(receipt.submission) == 1
    assert fte(place) == Decimal("3.75")


def test_a_withdrawn_submission_is_gone_from_every_figure_and_comes_back(place: Place) -> None:
    receipt = place.submit(draft(), {"stock": stock()})
    assert place.withdraw(receipt.submission) == 2
    assert fte(place) == 0
    assert place.publish(receipt.submission) == 3
    assert fte(place) == Decimal("3.75")
    assert [fte(place, n) for n in range(4)] == [0, Decimal("3.75"), 0, Decimal("3.75")]


def test_the_same_key_is_replaced_and_the_old_number_stays_readable(place: Place) -> None:
    first = place.submit(draft(), {"stock": stock(fte=(10,))})
    second = place.submit(draft(), {"stock": stock(fte=(20,))})
    assert (fte(place), fte(place, 1)) == (20, 10)
    record = place.lake.scan("publication").filter(pl.col("number") == 2).collect()
    assert record["supersedes"].to_list() == [first.submission]
    place.withdraw(second.submission)
    assert fte(place) == 10, "what a withdrawn submission had taken the place of stands again"


def test_one_sender_never_erases_another(place: Place) -> None:
    place.submit(draft("a"), {"stock": stock(fte=(1,))})
    place.submit(draft("b"), {"stock": stock(fte=(2,))})
    place.submit(draft("a"), {"stock": stock("TRUST2", fte=(4,))})
    place.submit(draft("a"), {"stock": stock(period="2026-05", fte=(8,))})
    assert fte(place) == 15


def test_a_later_edition_wins_in_whatever_order_it_is_sent(place: Place) -> None:
    place.submit(draft(edition="2025-12-31"), {"stock": stock(fte=(2025,))})
    place.submit(draft(edition="2024-12-31"), {"stock": stock(fte=(2024,))})
    assert fte(place) == 2025
    kept = place.lake.scan("stock").select(pl.len()).collect().item()
    assert kept == 2, "both editions are kept"


def test_withdrawing_what_is_not_published_is_refused_with_the_cure(place: Place) -> None:
    receipt = place.submit(draft(), {"stock": stock()}, publish=False)
    with pytest.raises(PlaceError, match="place publications"):
        place.withdraw(receipt.submission)


def test_a_number_that_is_not_there_is_refused(place: Place) -> None:
    with pytest.raises(ScopeError, match="no publication 7"):
        place.read(Scope.controller("test"), at=7)


def test_a_partner_sees_its_own_rows_and_what_is_published(place: Place) -> None:
    place.submit(draft("sent", origin="sent"), {"stock": stock("TRUST1", fte=(1,))})
    place.submit(draft("public"), {"stock": stock("TRUST2", fte=(2,))})
    partner = Scope(purpose="test", organisations=frozenset({"TRUST2"}), unagreed=True)
    assert place.read(partner).table("stock").collect()["fte"].to_list() == [2]
    outsider = Scope(purpose="test", organisations=frozenset({"TRUST1"}))
    assert place.read(outsider).table("stock").collect()["organisation"].to_list() == ["TRUST2"], (
        "what was sent without an agreement is shown to nobody but the controller"
    )


def test_facts_are_not_read_without_a_purpose() -> None:
    with pytest.raises(ScopeError, match="purpose"):
        Scope.controller("  ")


def test_an_agreement_covers_nobody_but_the_partner_that_made_it(place: Place) -> None:
    """Rows about another partner, sent under the first one's agreement, are read by nobody."""
    place.agreements = [
        Agreement("A1", "TRUST1", "First trust", "planning", "public task", "DPIA-1", "named",
                  dt.date(2020, 1, 1), dt.date(2100, 1, 1))
    ]  # fmt: skip
    both = pl.concat([stock("TRUST1"), stock("TRUST2").with_columns(pl.col("row") + 2)])
    place.submit(draft(origin="sent", agreement="A1"), {"stock": both})
    for scope in (Scope.controller("a test"), Scope(purpose="a test")):
        rows = place.read(scope).table("stock").collect()
        assert rows["organisation"].unique().to_list() == ["TRUST1"]


def test_the_same_file_for_another_organisation_keeps_its_rows_too(place: Place) -> None:
    for organisation in ("TRUST1", "TRUST2", "TRUST2"):
        sent = pl.DataFrame({"row": [2], "whose": [organisation]})
        aside = pl.DataFrame({"row": [3], "reason": [f"for {organisation}"]})
        place.submit(draft(origin="sent", incoming=sent, set_aside=aside), {"stock": stock(organisation)})
    kept = sorted((place.path / "incoming").rglob("rows.parquet"))
    assert [pl.read_parquet(f)["whose"].item() for f in kept].count("TRUST2") == 1, "the same rows once"
    aside = [pl.read_parquet(f.with_name("set_aside.parquet"))["reason"].item() for f in kept]
    assert sorted(aside) == ["for TRUST1", "for TRUST2"]
    assert [f for f in (place.path / "incoming").iterdir() if f.name.startswith(".")] == []


def test_of_two_submissions_that_meet_a_person_at_once_the_first_names_them(place: Place) -> None:
    """Each made a random person for a key that it had not met; what was read before stays as it was."""
    for person, keys in (("p1", ["k:nwrs:1"]), ("p2", ["k:nwrs:1", "k:nwrs:2"])):
        links = pl.DataFrame({"person_key": keys, "person": person, "kind": "nwrs", "key_id": "k"})
        jobs = pl.DataFrame(
            {
                "organisation": "TRUST1",
                "period": "2026-06",
                "as_of": [dt.date(2026, 6, 30)] * len(keys),
                "person_key": keys,
                "share_place": 1,
                "share_basis": "site",
            }
        )
        place.submit(draft(person, person_links=links), {"assignment": jobs})
    rows = place.read(Scope.controller("test")).table("assignment").collect()
    assert sorted(rows.select("person_key", "person").unique().rows()) == [
        ("k:nwrs:1", "p1"),
        ("k:nwrs:2", "p2"),
    ]


def test_an_earlier_edition_says_that_it_takes_nobodys_place(place: Place) -> None:
    later = place.submit(draft(edition="2025-12-31"), {"stock": stock(fte=(2,))})
    earlier = place.submit(draft(edition="2024-12-31"), {"stock": stock(fte=(1,))})
    again = place.submit(draft(edition="2025-12-31"), {"stock": stock(fte=(3,))})
    history = place.lake.scan("publication").collect()
    said = dict(history.select("submission", "supersedes").iter_rows())
    assert said == {later.submission: None, earlier.submission: None, again.submission: later.submission}
    assert fte(place) == 3
