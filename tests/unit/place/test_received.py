"""What was received about an organisation, and where each submission stands."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from skillmix.place import Draft, Place
from skillmix.place.received import RECEIVED

pytestmark = pytest.mark.unit


def send(place: Place, *organisations: str, publish: bool = True, key: str | None = None) -> str:
    stock = pl.DataFrame(
        {
            "organisation": organisations,
            "period": "2026-06",
            "as_of": dt.date(2026, 6, 30),
            "grain": "organisation",
            "headcount": 5,
            "share_place": 1,
            "share_basis": "site",
        }
    )
    draft = Draft(source="staff", sha256="a" * 64, origin="sent", file_name="staff.csv")
    return place.submit(draft, {"stock": stock}, publish=publish, key=key).submission


def stands(place: Place, *organisations: str) -> list[tuple[str, str]]:
    return list(place.received(organisations).select("submission", "state").iter_rows())


def test_each_submission_stands_where_it_stands_the_newest_first(place: Place) -> None:
    first = send(place, "TRUST1")
    second = send(place, "TRUST1")
    third = send(place, "TRUST1", publish=False)
    assert stands(place, "TRUST1") == [(third, "unpublished"), (second, "published"), (first, "superseded")]
    place.withdraw(second)
    assert stands(place, "TRUST1") == [(third, "unpublished"), (second, "withdrawn"), (first, "published")]


def test_nothing_is_told_of_others(place: Place) -> None:
    both = send(place, "TRUST1", "TRUST2")
    send(place, "TRUST2")
    found = place.received(["TRUST1"])
    assert found.select("submission", "organisations", "others").rows() == [(both, ["TRUST1"], True)]
    assert found.columns == list(RECEIVED)
    assert place.received(["TRUST1", "TRUST2"]).filter("others").is_empty()
    assert place.received(["TRUST3"]).is_empty()


def test_what_a_job_stored_is_told_when_it_is_published(place: Place) -> None:
    stored = send(place, "TRUST1", publish=False, key="job-1")
    assert stands(place, "TRUST1") == []
    place.publish(stored)
    assert stands(place, "TRUST1") == [(stored, "published")]
