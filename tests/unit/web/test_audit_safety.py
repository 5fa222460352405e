"""The audit: what somebody might do so that it says less, or more, than it should."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from skillmix.place import Place
from skillmix.web.audit import anchor
from skillmix.web.audit.appending import append
from skillmix.web.audit.models import Entry
from skillmix.web.audit.reading import entries
from skillmix.web.audit.sealing import seal
from skillmix.web.audit.verify import walk
from skillmix.web.people import invitations

pytestmark = pytest.mark.database

Sign = Callable[..., Any]


def _problems() -> str:
    return " ".join(f.problem for f in walk().findings)


def test_an_anchor_that_is_gone_is_found_and_never_forgotten(north: Place, db: None) -> None:
    for number in range(3):
        append("download", f"{number}.csv")
    anchor.write()
    assert _problems() == ""
    (settings.HOME / "control" / anchor.NAME).unlink()
    assert "audit.anchor" in _problems()
    seal()
    assert _problems() == ""
    assert [e.subject for e in entries("north") if e.action == "anchor"] == [anchor.NAME]


def test_an_anchor_stands_from_the_first_entry_on(
    north: Place, db: None, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        append("download", "first.csv")
    assert anchor.read() is not None
    assert _problems() == ""


@pytest.mark.parametrize("day", ["last=9999-12-31", "first=0001-01-01", "last=0001-01-01"])
def test_days_beyond_the_calendar_choose_nothing(client_as: Sign, day: str) -> None:
    administrator = client_as("place_administrator")
    assert administrator.get(f"/north/audit/?{day}").status_code == 200
    assert administrator.get(f"/north/audit.csv?{day}").status_code in (200, 404)


def test_what_is_about_every_place_is_on_each_places_page(north: Place, db: None) -> None:
    invitations.make("*", "place_administrator", by=None)
    assert Entry.objects.filter(place="*").exists()
    assert [e.place for e in entries("north")] == ["*"]


def test_of_an_address_only_what_the_page_knows_is_recorded(client_as: Sign) -> None:
    from django.urls import reverse

    address = reverse("audit_file", kwargs={"place": "north"})
    answer = client_as("place_administrator").get(f"{address}?action=sign_in&note=somebody@example.org")
    b"".join(answer) if answer.streaming else answer.content
    entry = Entry.objects.filter(action="download").latest("seq")
    assert entry.details["parameters"] == {"action": "sign_in"}


def test_the_text_of_a_comment_is_not_kept_in_the_audit(client_as: Sign) -> None:
    lead = client_as("organisation_lead", "NT1")
    address = "/north/comments/new/?panel=staff&organisation=NT1&by=profession"
    assert lead.post(address, {"kind": "comment", "text": "Two wards moved."}).status_code == 302
    kept = "".join(Entry.objects.values_list("detail", flat=True))
    assert "NT1" in kept
    assert "wards moved" not in kept
