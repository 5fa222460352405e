"""What publishing changes is said against what pages show now, whatever source that is from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from web_uploads import export, work_off

from skillmix.place import Draft, Place
from skillmix.web.submissions.models import Upload

pytestmark = pytest.mark.database

Clients = Callable[..., Any]


def sent(client: Any, content: bytes, organisation: str = "NT1") -> Upload:
    file = SimpleUploadedFile("staff.csv", content, content_type="text/csv")
    about = {"source": "esr_staff_in_post", "as_of": "2026-07-31", "whole": "yes"}
    answer = client.post("/north/submit/", {**about, "organisation": organisation, "file": file})
    assert answer.status_code == 302, answer.content.decode()
    return Upload.objects.get(pk=answer["Location"].rstrip("/").rsplit("/", 1)[1])


def page(client: Any, upload: Upload, further: str = "") -> str:
    answer = client.get(f"/north/submissions/{upload.pk}/{further}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def totals(place: Place, headcount: int, organisation: str = "Y99001") -> None:
    """Published totals of an organisation without rows."""
    stock = {
        "organisation": [organisation],
        "period": ["2026-06"],
        "as_of": [dt.date(2026, 6, 30)],
        "grain": ["organisation"],
        "headcount": [headcount],
        "fte": [headcount * 0.8],
        "sector": ["primary_care"],
        "share_place": [1],
        "share_basis": ["site"],
        "basis": ["as published"],
    }
    draft = Draft(source="gp_practice_workforce", sha256="d" * 64, origin="published")
    place.submit(draft, {"stock": pl.DataFrame(stock)}, by="controller")


def test_rows_that_stand_in_place_of_totals_are_compared_with_them(client_as: Clients, north: Place) -> None:
    totals(north, 100)
    client = client_as("organisation_lead", "Y99001")
    upload = sent(client, export(20), organisation="Y99001")
    confirm = page(client, upload, "publish/")
    assert (
        "on 30 June 2026: 100 people, 80.0 FTE. These rows will stand in place of that: 20 people" in confirm
    )
    assert "A fall of more than a third: 20 people, 20.0 FTE, instead of 100 people, 80.0 FTE" in confirm
    assert "Nothing of this organisation" not in confirm


def test_about_as_many_rows_are_no_fall(client_as: Clients, north: Place) -> None:
    totals(north, 24)
    client = client_as("organisation_lead", "Y99001")
    confirm = page(client, sent(client, export(20), organisation="Y99001"), "publish/")
    assert "These rows will stand in place of that" in confirm
    assert "A fall of more than a third" not in confirm


def test_without_an_agreement_it_is_said_who_sees_it(client_as: Clients, north: Place) -> None:
    client = client_as("organisation_lead", "Y99001")
    confirm = page(client, sent(client, export(20), organisation="Y99001"), "publish/")
    assert "does no harm" not in confirm
    assert "nobody sees it in the browser until an agreement in force is recorded" in confirm
    assert "whoever holds the folder sees it at once on the command line" in confirm


def test_totals_do_not_stand_beside_rows(client_as: Clients, north: Place) -> None:
    client = client_as("organisation_lead", "NC1")
    keys = ("fte", "registered_fte", "support_fte", "vacant_fte", "joiners", "leavers", "apprentices")
    unknown = {f"{key}-unknown": "1" for key in (*keys, "sickness_days", "agency_cost")}
    client.post("/north/return/NC1/", {"as_of": "", "people": "80", **unknown})
    confirm = page(client, Upload.objects.get(), "publish/")
    assert "Rows win over totals: they stay, and these totals are not shown beside them." in confirm


def test_a_file_is_checked_in_and_then_not_yet_published(client_as: Clients, north: Place) -> None:
    client = client_as("organisation_lead", "NT1")
    upload = sent(client, export(6))
    for text in (page(client, upload), page(client, upload, "progress/")):
        assert "Being checked in" in text
        assert "seen by nobody before it is published" in text
    work_off()
    for text in (page(client, upload), page(client, upload, "progress/")):
        assert "Checked, not yet published" in text
        assert "Being checked in" not in text
    assert "Ready to publish" not in page(client, upload)


def test_rows_that_need_nothing_stand_apart(client_as: Clients, north: Place) -> None:
    client = client_as("organisation_lead", "NT1")
    lines = export(6, p3={"FTE": "80"}).decode("utf-8-sig").splitlines()
    upload = sent(client, "\r\n".join([*lines, lines[1]]).encode() + b"\r\n")
    work_off()
    text = page(client, upload)
    cured, apart = text.index("in no figure until they are cured"), text.index("and nothing need be done")
    assert cured < text.index("Row 5.") < apart < text.index("Nothing need be done: it is counted once.")


def test_where_nothing_need_be_done_nobody_is_asked_to_correct(client_as: Clients, north: Place) -> None:
    lines = export(6).decode("utf-8-sig").splitlines()
    client = client_as("organisation_lead", "NT1")
    upload = sent(client, "\r\n".join([*lines, lines[1]]).encode() + b"\r\n")
    text = page(client, upload)
    assert "1 was set aside, and nothing need be done about it." in text
    assert "correct what failed below first" not in text
    assert "until they are cured" not in text


def test_the_code_that_replaces_a_number_is_said_right(client_as: Clients, north: Place) -> None:
    text = client_as("organisation_lead", "NT1").get("/north/submit/").content.decode()
    assert "you alone can make" not in text
    assert "with a key that the partners share and this place does not hold" in text
