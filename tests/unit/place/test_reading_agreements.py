"""Reading follows the agreement that counts now, and how long it lets facts be kept."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from place_builders import draft, stock

from skillmix.place import Agreement, Place, Scope

pytestmark = pytest.mark.unit

START, END = dt.date(2026, 1, 1), dt.date(2027, 12, 31)


def agreement(name: str = "A1", organisation: str = "TRUST1", months: int | None = None) -> Agreement:
    return Agreement(
        name, organisation, "A trust", "planning", "public task", "D1", "named", START, END, months
    )


def scope(on: dt.date = dt.date(2026, 8, 31), **more: object) -> Scope:
    return Scope(purpose="figures", on=on, aggregated=True, **more)  # type: ignore[arg-type]


def periods(place: Place, on: dt.date) -> tuple[list[str], list[str]]:
    """Periods said to be visible, and periods whose rows are read."""
    facts = place.read(scope(on))
    rows = facts.table("stock").collect()
    assert "oldest" not in rows.columns
    return sorted(facts.visible["period"]), sorted(set(rows["period"]))


def test_what_was_sent_without_an_agreement_is_read_once_one_is_attached(place: Place) -> None:
    place.record_agreement(agreement())
    sent = place.submit(draft(origin="sent"), {"stock": stock()})
    assert place.read(scope()).visible.is_empty()
    assert place.read(scope(unagreed=True)).visible.height == 1
    place.attach_agreement(sent.submission, "A1", "administrator")
    facts = place.read(scope())
    assert facts.submissions["agreement"].to_list() == ["A1"]
    assert facts.table("stock").collect().height == 2


def test_the_agreement_attached_last_counts_also_against_the_one_that_was_sent_with_it(place: Place) -> None:
    place.record_agreement(agreement())
    place.record_agreement(agreement("A2"))
    sent = place.submit(draft(origin="sent", agreement="A1"), {"stock": stock()})
    place.attach_agreement(sent.submission, "A2", "administrator")
    place.end_agreement("A2", dt.date(2026, 6, 30))
    assert place.read(scope(dt.date(2026, 6, 30))).visible.height == 1
    assert place.read(scope(dt.date(2026, 7, 1))).visible.is_empty()


def test_an_agreement_attached_to_another_partners_rows_covers_none_of_them(place: Place) -> None:
    place.record_agreement(agreement("A2", "TRUST2"))
    both = stock().vstack(stock("TRUST2")).with_columns(row=pl.int_range(1, 5))
    sent = place.submit(draft(origin="sent"), {"stock": both})
    place.attach_agreement(sent.submission, "A2", "administrator")
    assert place.read(scope()).visible["organisation"].to_list() == ["TRUST2"]


def test_facts_older_than_the_agreement_keeps_them_are_not_read(place: Place) -> None:
    place.record_agreement(agreement(months=6))
    for month in ("2026-01", "2026-02", "2026-03"):
        place.submit(draft(origin="sent", agreement="A1"), {"stock": stock(period=month)})
    # The rows are true for the 28th; six months before 28 August is the last day on which February stands.
    assert periods(place, dt.date(2026, 8, 28)) == (["2026-02", "2026-03"], ["2026-02", "2026-03"])
    assert periods(place, dt.date(2026, 9, 1)) == (["2026-03"], ["2026-03"])
    assert periods(place, dt.date(2026, 9, 29)) == (["2026-03"], []), "of a month, day by day"
    assert periods(place, dt.date(2026, 10, 1)) == ([], [])


def test_retention_is_of_the_partner_that_agreed_it_and_of_nothing_published(place: Place) -> None:
    place.record_agreement(agreement(months=1))
    place.record_agreement(agreement("A2", "TRUST2"))
    place.submit(draft(origin="sent", agreement="A1"), {"stock": stock(period="2026-01")})
    place.submit(draft("other", origin="sent", agreement="A2"), {"stock": stock("TRUST2", "2026-01")})
    place.submit(draft("official"), {"stock": stock(period="2026-01")})
    shown = place.read(scope(dt.date(2026, 8, 31))).table("stock").collect()
    assert set(shown.select("organisation", "source").iter_rows()) == {
        ("TRUST2", "other"),
        ("TRUST1", "official"),
    }
