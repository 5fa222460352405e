"""Agreements: recorded, changed and ended on pages; what they allow follows at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from web_places import AS_OF, agreement, staff

from skillmix.place import Draft, Place
from skillmix.web.people.roles import ROLES

pytestmark = pytest.mark.database

FORM = {
    "controller": "North City Council",
    "purpose": "Planning together",
    "legal_basis": "Public task",
    "dpia": "DPIA-9",
    "level": "totals",
    "starts": "2026-01-01",
    "ends": "2090-12-31",
    "retention_months": "",
}


def days(n: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=n)


def again(north: Place) -> Place:
    return Place.open(north.path)


def of(north: Place, name: str) -> Any:
    return next(a for a in again(north).agreements if a.id == name)


def fte(client: Any, word: str = "organisation") -> str:
    """The grid by partner as a file: what this reader is shown."""
    answer = client.get(f"/north/panels/grid.csv?by={word}")
    assert answer.status_code == 200
    text: str = answer.content.decode("utf-8-sig")
    return text


def test_everybody_reads_the_list_the_first_to_end_first(north: Place, client_as: Callable[..., Any]) -> None:
    north.record_agreement(agreement("NC1", "named", ends=days(10)))
    for role in ("viewer", "place_planner"):
        page = client_as(role).get("/north/agreements/").content.decode()
        assert "Everything that partners sent is covered." in page
        assert page.index("North City Council</a>") < page.index("North General Hospitals</a>")
        assert "10 days left" in page
        assert "Record an agreement" not in page


def test_figures_vanish_the_day_after_and_the_page_says_whose(
    north: Place, client_as: Callable[..., Any]
) -> None:
    planner = client_as("place_planner")
    north.record_agreement(agreement("NT1", "named", ends=days(0)))
    assert "North General Hospitals" in fte(planner)
    north.record_agreement(agreement("NT1", "named", ends=days(-1)))
    assert "North General Hospitals" not in fte(planner)
    page = planner.get("/north/agreements/").content.decode()
    assert "1 partner has sent something that nobody may see" in page
    missing = page[page.index("Missing from the figures") :]
    assert missing.index("North General Hospitals") < missing.index("The last agreement ended on")


def test_an_administrator_ends_one_at_once_and_the_audit_has_it(
    north: Place, client_as: Callable[..., Any]
) -> None:
    administrator = client_as("place_administrator")
    assert "North General Hospitals" in fte(administrator)
    answer = administrator.post("/north/agreements/agreement-nt1/end/", {"on": days(-1).isoformat()})
    assert answer.status_code == 302
    assert of(north, "agreement-nt1").ends == days(-1)
    assert "North General Hospitals" not in fte(administrator)
    page = administrator.get("/north/agreements/agreement-nt1/").content.decode()
    assert "is shown to nobody" in page


def test_one_cannot_be_ended_later_than_it_ends(north: Place, client_as: Callable[..., Any]) -> None:
    north.record_agreement(agreement("NT1", "named", ends=days(3)))
    answer = client_as("place_administrator").post(
        "/north/agreements/agreement-nt1/end/", {"on": days(4).isoformat()}
    )
    assert "already" in answer.content.decode()
    assert of(north, "agreement-nt1").ends == days(3)


def test_a_new_one_covers_what_was_sent_without_once_it_is_attached(
    north: Place, client_as: Callable[..., Any]
) -> None:
    place = again(north)
    place.agreements = [a for a in place.agreements if a.organisation != "NC1"]
    place.save()
    draft = Draft(source="esr_staff_in_post", sha256="c" * 64, origin="sent")
    sent = place.submit(draft, {"assignment": staff("NC1")})
    administrator = client_as("place_administrator")
    page = administrator.get("/north/agreements/").content.decode()
    assert "/north/agreements/new/?partner=NC1" in page
    assert "North City Council" not in fte(administrator)

    answer = administrator.post("/north/agreements/new/", {"organisation": "NC1", **FORM, "level": "named"})
    assert answer["Location"] == "/north/agreements/nc1-2026-01/"
    assert "North City Council" not in fte(administrator), "nothing is covered by itself"
    page = administrator.get(answer["Location"]).content.decode()
    assert sent.submission in page
    attached = administrator.post(f"{answer['Location']}attach/", {"submission": sent.submission})
    assert attached.status_code == 302
    assert "North City Council" in fte(administrator), "in the figures with the next click"


def test_only_what_its_partner_sent_is_attached(north: Place, client_as: Callable[..., Any]) -> None:
    before = again(north).agreement_of_submissions()
    theirs = before.filter(agreement="agreement-nt2")["submission"].item()
    client_as("place_administrator").post(
        "/north/agreements/agreement-nt1/attach/", {"submission": [theirs, "no-such-submission"]}
    )
    assert again(north).agreement_of_submissions().equals(before)


def test_a_level_changes_what_others_see(north: Place, client_as: Callable[..., Any]) -> None:
    administrator, planner = client_as("place_administrator"), client_as("place_planner")
    assert "North General Hospitals" in fte(planner)
    found = of(north, "agreement-nt1")
    form = {**FORM, "level": "unnamed", "starts": found.starts.isoformat(), "ends": found.ends.isoformat()}
    assert administrator.post("/north/agreements/agreement-nt1/edit/", form).status_code == 302
    assert "North General Hospitals" not in fte(planner)
    assert "North General Hospitals" in fte(client_as("organisation_lead", "NT1"))


def test_retention_set_on_a_page_takes_old_facts_away(north: Place, client_as: Callable[..., Any]) -> None:
    administrator = client_as("place_administrator")
    found = of(north, "agreement-nt1")
    form = {**FORM, "level": "named", "starts": found.starts.isoformat(), "ends": found.ends.isoformat()}
    administrator.post("/north/agreements/agreement-nt1/edit/", {**form, "retention_months": "600"})
    assert "North General Hospitals" in fte(administrator)
    administrator.post("/north/agreements/agreement-nt1/edit/", {**form, "retention_months": "1"})
    assert of(north, "agreement-nt1").retention_months == 1
    kept = timezone.localdate() <= AS_OF + dt.timedelta(days=30)
    assert ("North General Hospitals" in fte(administrator)) is kept


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"ends": "2025-12-31"}, "before the first"),
        ({"retention_months": "0"}, "There is a problem"),
        ({"level": "everything"}, "There is a problem"),
        ({"purpose": ""}, "There is a problem"),
        ({"organisation": "XX9"}, "There is a problem"),
    ],
)
def test_what_cannot_stand_is_refused(
    change: dict[str, str], says: str, north: Place, client_as: Callable[..., Any]
) -> None:
    before = again(north).agreements
    answer = client_as("place_administrator").post(
        "/north/agreements/new/", {"organisation": "NC1", **FORM, **change}
    )
    assert says in answer.content.decode()
    assert again(north).agreements == before


@pytest.mark.parametrize("role", [r for r in ROLES if "agreements" not in ROLES[r].abilities])
def test_nobody_else_records_or_ends_one(role: str, north: Place, client_as: Callable[..., Any]) -> None:
    about = {"organisation": "NT1", "network": "U99001"}.get(ROLES[role].of, "")
    family = "allied_health" if ROLES[role].of == "family" else ""
    client = client_as(role, about, family)
    before = again(north).agreements
    paths = ["new/", "agreement-nt1/edit/", "agreement-nt1/end/", "agreement-nt1/attach/"]
    for path in paths:
        assert client.post(f"/north/agreements/{path}", FORM).status_code == 403
    assert again(north).agreements == before
    assert client.get("/north/agreements/agreement-nt1/").status_code == 200


def test_an_agreement_that_is_not_there_is_not_found(client_as: Callable[..., Any]) -> None:
    assert client_as("place_administrator").get("/north/agreements/no-such/").status_code == 404


def test_only_the_partner_itself_and_whoever_records_agreements_is_told_its_level(
    client_as: Callable[..., Any],
) -> None:
    unnamed = "Others see its figures as those of an unnamed partner."
    pages = ("/north/agreements/agreement-nt2/", "/north/organisations/NT2/")
    seen = {
        role: [unnamed in client.get(address).content.decode() for address in pages]
        for role, client in {
            "its own": client_as("organisation_lead", "NT2"),
            "administrator": client_as("place_administrator"),
            "another": client_as("organisation_lead", "NT1"),
            "planner": client_as("place_planner"),
        }.items()
    }
    assert seen["its own"][0]
    assert seen["administrator"][0]
    assert seen["another"] == seen["planner"] == [False, False]
    listed = client_as("viewer").get("/north/agreements/").content.decode()
    rows = listed[listed.index("<tbody") : listed.index("</tbody>")]
    assert "North Community Health" in rows
    assert "Planning the workforce of the place together" in rows
    assert "Without its name" not in rows
    assert "Under its name" not in rows
