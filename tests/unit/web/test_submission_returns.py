"""The one-page return: what is known becomes facts, what is not known becomes none."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from django.http import QueryDict

from skillmix.errors import InputError
from skillmix.place import Draft, Place, PlaceOrganisation, Scope
from skillmix.web.submissions import returns
from skillmix.web.submissions.forms import ReturnForm

pytestmark = pytest.mark.unit

HOSPICE = PlaceOrganisation("H1", "A hospice", "voluntary", "charity")
AS_OF = dt.date(2026, 6, 30)
FULL = {
    "people": "80",
    "fte": "61.5",
    "registered_fte": "30",
    "support_fte": "31.5",
    "vacant_fte": "4",
    "joiners": "12",
    "leavers": "9",
    "apprentices": "2",
    "sickness_days": "41.5",
    "agency_cost": "3200",
}


def unknown(*keys: str) -> dict[str, str | None]:
    return {key: None if key in keys else value for key, value in FULL.items()}


def test_every_number_becomes_a_fact_that_a_place_takes(place: Place) -> None:
    organisation = place.organisations["TRUST1"]
    tables = returns.tables(organisation, AS_OF, FULL)
    draft = Draft(source=returns.SOURCE, sha256="a" * 64, origin="sent", as_of=AS_OF)
    receipt = place.submit(draft, tables)
    assert receipt.rows_loaded == {
        "stock": 3, "flow": 4, "vacancy": 1, "learner": 2, "absence": 1, "ledger": 1
    }  # fmt: skip
    facts = place.read(Scope.controller("test"))
    flow = dict(facts.table("flow").select("kind", "headcount").collect().iter_rows())
    assert flow == {"joiners": 12, "leavers": 9, "end": 80, "start": 77}
    assert facts.table("flow").collect()["starts"].unique().to_list() == [dt.date(2025, 7, 1)]


def test_measures_count_the_return_once(place: Place) -> None:
    from skillmix import measures

    organisation = place.organisations["TRUST1"]
    place.submit(
        Draft(source=returns.SOURCE, sha256="a" * 64, origin="sent", as_of=AS_OF),
        returns.tables(organisation, AS_OF, FULL),
    )
    facts = place.read(Scope.controller("test"))
    whole = measures.overview(facts).frame.filter(organisation="TRUST1")
    assert whole.get_column("fte").cast(float).to_list() == [pytest.approx(61.5)]
    assert whole.get_column("headcount").to_list() == [80]
    parts = measures.overview(facts, by=("organisation", "registered")).frame.filter(organisation="TRUST1")
    assert sorted(parts.get_column("fte").cast(float).to_list()) == [30.0, 31.5]


def test_what_is_not_known_is_no_fact(place: Place) -> None:
    tables = returns.tables(HOSPICE, AS_OF, unknown("vacant_fte", "sickness_days", "agency_cost", "joiners"))
    assert set(tables) == {"stock", "flow", "learner"}
    assert tables["flow"]["kind"].to_list() == ["leavers"]
    stock = returns.tables(HOSPICE, AS_OF, unknown("fte", "registered_fte"))["stock"]
    assert stock.select("grain", "headcount", "fte").rows() == [("organisation", 80, None)]


def test_a_nought_is_a_number(place: Place) -> None:
    tables = returns.tables(HOSPICE, AS_OF, {**FULL, "vacant_fte": "0", "apprentices": "0"})
    assert tables["vacancy"]["fte"].to_list() == [Decimal(0)]
    assert "learner" not in tables


def test_a_part_that_is_not_known_follows_from_the_whole() -> None:
    stock = returns.tables(HOSPICE, AS_OF, unknown("support_fte"))["stock"]
    parts = stock.filter(pl.col("grain") == "organisation,registered")
    assert dict(parts.select("registered", "fte").iter_rows()) == {True: 30, False: Decimal("31.5")}


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({"fte": "200"}, "fte"),
        ({"support_fte": "10"}, "support_fte"),
        ({"support_fte": None, "registered_fte": "99"}, "registered_fte"),
    ],
)
def test_what_cannot_stand_together_is_refused(changes: dict[str, str | None], about: str) -> None:
    answers = {**FULL, **changes}
    assert about in returns.problems(answers)
    with pytest.raises(InputError):
        returns.tables(HOSPICE, AS_OF, answers)


def posted(**changes: str) -> ReturnForm:
    query = QueryDict(mutable=True)
    query.update({k: v for k, v in {**FULL, **changes}.items() if v})
    return ReturnForm(query)


def test_a_form_takes_numbers_as_people_write_them() -> None:
    form = posted(agency_cost="£3,200.00", people=" 80 ")
    assert form.valid
    assert (form.answers["agency_cost"], form.answers["people"]) == ("3200", "80")


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({"people": ""}, "people"),
        ({"people": "12.5"}, "people"),
        ({"people": "-1"}, "people"),
        ({"fte": "about 60"}, "fte"),
        ({"fte": "NaN"}, "fte"),
        ({"fte": "1e99"}, "fte"),
        ({"leavers-unknown": "1"}, "leavers"),
    ],
)
def test_a_form_says_what_is_wrong(changes: dict[str, str], about: str) -> None:
    form = posted(**changes)
    assert list(form.errors) == [about]


def test_a_form_with_nothing_known_is_refused() -> None:
    form = posted(**dict.fromkeys(FULL, ""), **{f"{key}-unknown": "1" for key in FULL})
    assert not form.valid
