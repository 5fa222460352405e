"""Comments: said by the organisation concerned, shown signed to everybody, withdrawn by who said them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from skillmix.web.figures.models import LONGEST, Comment
from skillmix.web.site.database import service

pytestmark = pytest.mark.database

Sign = Callable[..., Any]

ABOUT = "/north/comments/new/?panel=staff&organisation=NT1&by=profession"
PAGE = "/north/organisations/NT1/"


def _say(
    client: Any, text: str = "Two wards moved in May.", kind: str = "comment", address: str = ABOUT
) -> Any:
    return client.post(f"{address}&back={PAGE}", {"kind": kind, "text": text})


def _kept() -> list[Comment]:
    with service():
        return list(Comment.objects.all())


def test_everybody_sees_what_the_organisation_says_of_its_figure(client_as: Sign) -> None:
    lead = client_as("organisation_lead", "NT1")
    answer = _say(lead, kind="contest")
    assert answer.status_code == 302
    assert answer["Location"].startswith(PAGE)
    for client in (lead, client_as("viewer"), client_as("organisation_lead", "NT2")):
        page = client.get(PAGE).content.decode()
        assert "Two wards moved in May." in page
        assert "Contested" in page
        assert "organisation lead, North General Hospitals" in page
    assert "Withdraw" in lead.get(PAGE).content.decode()
    assert "Withdraw" not in client_as("viewer").get(PAGE).content.decode()


def test_it_stands_beside_that_figure_alone(client_as: Sign) -> None:
    lead = client_as("organisation_lead", "NT1")
    _say(lead)
    assert "Two wards" not in lead.get("/north/grid/").content.decode()


def test_another_organisation_may_not_speak_of_it(client_as: Sign) -> None:
    other = client_as("organisation_lead", "NT2")
    assert other.get(ABOUT).status_code == 403
    assert _say(other).status_code == 403
    assert client_as("place_planner").get(ABOUT).status_code == 403
    assert _kept() == []


def test_of_the_place_every_organisation_may_speak_for_itself_alone(client_as: Sign) -> None:
    lead = client_as("organisation_lead", "NT2")
    address = "/north/comments/new/?panel=partners"
    assert lead.post(address, {"kind": "comment", "text": "Ours.", "organisation": "NT1"}).status_code == 200
    assert _kept() == []
    assert lead.post(address, {"kind": "comment", "text": "Ours."}).status_code == 302
    assert [c.organisation for c in _kept()] == ["NT2"]


@pytest.mark.parametrize("text", ["", "   ", "a" * (LONGEST + 1)])
def test_nothing_and_too_much_are_refused_with_a_cure(client_as: Sign, text: str) -> None:
    answer = _say(client_as("organisation_lead", "NT1"), text)
    assert answer.status_code == 200
    assert b"Write" in answer.content
    assert _kept() == []


def test_what_is_said_is_text_and_never_markup(client_as: Sign) -> None:
    lead = client_as("organisation_lead", "NT1")
    _say(lead, "<script>alert(1)</script><img src=x onerror=alert(2)>")
    page = lead.get(PAGE).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_who_said_it_withdraws_it_and_nobody_else(client_as: Sign) -> None:
    lead = client_as("organisation_lead", "NT1")
    _say(lead)
    (said,) = _kept()
    address = f"/north/comments/{said.pk}/withdraw/"
    assert client_as("organisation_lead", "NT2").post(address).status_code == 404
    assert lead.get(address).status_code == 405
    assert lead.post(address, {"back": PAGE})["Location"] == PAGE
    assert "Two wards" not in lead.get(PAGE).content.decode()
    assert lead.post(address).status_code == 404


def test_the_way_back_leads_nowhere_else(client_as: Sign) -> None:
    lead = client_as("organisation_lead", "NT1")
    answer = lead.post(f"{ABOUT}&back=//elsewhere.example/north/", {"kind": "comment", "text": "Here."})
    assert answer["Location"].startswith("/north/")


def test_htmx_gets_the_comments_back(client_as: Sign) -> None:
    lead = client_as("organisation_lead", "NT1")
    form = lead.get(ABOUT, headers={"HX-Request": "true"})
    assert b"<html" not in form.content
    assert b"hx-post" in form.content
    answer = lead.post(ABOUT, {"kind": "comment", "text": "Said."}, headers={"HX-Request": "true"})
    assert b"Said." in answer.content
    assert b"<html" not in answer.content
