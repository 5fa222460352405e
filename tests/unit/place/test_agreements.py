"""Agreements are recorded, ended and attached by programs; retention and expiry decide what may be read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from place_builders import draft, stock

from skillmix.errors import PlaceError
from skillmix.place import Agreement, Place, PlaceOrganisation

pytestmark = pytest.mark.unit


def agreement(name: str = "A1", organisation: str = "TRUST1", **changes: object) -> Agreement:
    values: dict[str, object] = {
        "id": name,
        "organisation": organisation,
        "controller": "First trust",
        "purpose": "workforce planning",
        "legal_basis": "public task",
        "dpia": "DPIA-1",
        "level": "named",
        "starts": dt.date(2026, 1, 1),
        "ends": dt.date(2027, 12, 31),
    }
    return Agreement(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("as_of", "on", "may"),
    [
        ((2026, 6, 30), (2026, 12, 30), True),
        ((2026, 6, 30), (2026, 12, 31), True),
        ((2026, 6, 29), (2026, 12, 31), False),
        ((2026, 6, 30), (2025, 12, 31), False),
        (None, (2027, 12, 31), True),
        (None, (2028, 1, 1), False),
    ],
)
def test_a_fact_is_readable_in_force_and_within_retention(
    as_of: tuple[int, int, int] | None, on: tuple[int, int, int], may: bool
) -> None:
    kept = agreement(retention_months=6)
    day = None if as_of is None else dt.date(*as_of)
    assert kept.readable(day, dt.date(*on)) is may


def test_without_retention_only_the_last_day_counts() -> None:
    assert agreement().oldest(dt.date(2026, 6, 30)) is None
    assert agreement().readable(dt.date(1999, 1, 1), dt.date(2026, 6, 30))
    assert agreement().expired(dt.date(2028, 1, 1))
    assert not agreement().expired(dt.date(2027, 12, 31))
    assert not agreement().expired(dt.date(2025, 1, 1)), "not begun is not expired"


def test_an_agreement_is_recorded_on_the_file_as_it_is_by_now(place: Place) -> None:
    other = Place.open(place.path)
    other.add([PlaceOrganisation("U1", "A network", "primary_care", "network")])
    place.record_agreement(agreement(retention_months=24))
    place.record_agreement(agreement("A2", "TRUST2"))
    place.record_agreement(agreement(level="totals", retention_months=12))
    found = Place.open(place.path)
    assert found.agreements == [agreement(level="totals", retention_months=12), agreement("A2", "TRUST2")]
    assert "U1" in found.organisations
    assert place.agreements == found.agreements


def test_an_agreement_ends_early_but_is_not_made_longer(place: Place) -> None:
    place.record_agreement(agreement())
    assert place.end_agreement("A1", dt.date(2026, 6, 30)).ends == dt.date(2026, 6, 30)
    assert Place.open(place.path).agreements[0].ends == dt.date(2026, 6, 30)
    before = (place.path / "place.toml").read_text()
    for name, on, says in [
        ("A1", dt.date(2026, 7, 1), "ends on 2026-06-30 already"),
        ("A1", dt.date(2025, 1, 1), "before it starts"),
        ("A9", dt.date(2026, 6, 30), "no agreement 'A9'"),
    ]:
        with pytest.raises(PlaceError, match=says):
            place.end_agreement(name, on)
    assert (place.path / "place.toml").read_text() == before


@pytest.mark.parametrize(
    ("changes", "says"),
    [({"retention_months": 0}, "0 months"), ({"id": " "}, "needs a name"), ({"level": "all"}, "level")],
)
def test_an_agreement_that_cannot_stand_is_refused(changes: dict[str, object], says: str) -> None:
    with pytest.raises(PlaceError, match=says) as refused:
        agreement(**changes)
    assert refused.value.cure


def test_an_entry_of_the_file_that_is_unknown_or_missing_is_refused(place: Place, tmp_path: Path) -> None:
    entry = agreement().to_toml()
    assert Agreement.from_toml(entry) == agreement()
    for wrong in ({**entry, "colour": "red"}, {k: v for k, v in entry.items() if k != "dpia"}):
        with pytest.raises(PlaceError, match="no entry, or an unknown one"):
            Agreement.from_toml(wrong)


def test_an_agreement_is_attached_by_a_record_of_which_the_latest_counts(place: Place) -> None:
    sent = place.submit(draft(origin="sent"), {"stock": stock()})
    cited = place.submit(draft(origin="sent", agreement="A1"), {"stock": stock(period="2026-05")})
    assert dict(place.agreement_of_submissions().iter_rows()) == {
        sent.submission: None,
        cited.submission: "A1",
    }
    Place.open(place.path).record_agreement(agreement())
    Place.open(place.path).record_agreement(agreement("A2"))
    for name in ("A1", "A1", "A2"):
        place.attach_agreement(sent.submission, name, "a planner")
    assert dict(place.agreement_of_submissions().iter_rows())[sent.submission] == "A2"
    record = place.lake.scan("submission_agreement").collect().sort("number")
    assert record.select("number", "agreement", "by").rows() == [
        (1, "A1", "a planner"),
        (2, "A2", "a planner"),
    ]
    kept = place.lake.scan("submission").collect()
    assert kept["agreement"].to_list().count(None) == 1, "the submission itself is not rewritten"


def test_an_agreement_of_another_partner_is_not_attached(place: Place) -> None:
    sent = place.submit(draft(origin="sent"), {"stock": stock()})
    place.record_agreement(agreement("A2", "TRUST2"))
    with pytest.raises(PlaceError, match="covers TRUST2"):
        place.attach_agreement(sent.submission, "A2", "a planner")
    with pytest.raises(PlaceError, match="no agreement 'A9'"):
        place.attach_agreement(sent.submission, "A9", "a planner")
    with pytest.raises(PlaceError, match="no submission nobody"):
        place.attach_agreement("nobody", "A2", "a planner")
