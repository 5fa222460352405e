"""The one-page return through the browser: kept, published, and last time's numbers shown next time."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from web_uploads import work_off

from skillmix.place import Place, Scope
from skillmix.web.submissions.models import Upload

pytestmark = pytest.mark.database

Clients = Callable[..., Any]
ANSWERS = {
    "as_of": "",
    "people": "80",
    "fte": "61.5",
    "registered_fte": "30",
    "support_fte": "31.5",
    "vacant_fte": "4",
    "joiners": "12",
    "leavers": "9",
    "apprentices": "0",
    "sickness_days-unknown": "1",
    "agency_cost-unknown": "1",
}


def test_a_partner_without_a_system_fills_in_ten_numbers(client_as: Clients, north: Place) -> None:
    client = client_as("organisation_lead", "NC1")
    assert client.get("/north/return/")["Location"] == "/north/return/NC1/"
    first = client.get("/north/return/NC1/").content.decode()
    assert len(re.findall(r'<label class="nhsuk-label nhsuk-label--s" for="[a-z_]+">\d+\.', first)) == 10
    answer = client.post("/north/return/NC1/", ANSWERS)
    upload = Upload.objects.get()
    assert answer["Location"] == f"/north/submissions/{upload.pk}/"
    assert work_off() == ["store"]
    assert "not known" in client.get(answer["Location"]).content.decode()
    assert ">80<" in client.get(f"/north/submissions/{upload.pk}/publish/").content.decode()
    client.post(f"/north/submissions/{upload.pk}/publish/", {"version": "1"})
    work_off()
    facts = Place.open(north.path).read(Scope.controller("test"))
    stock = facts.table("stock").collect()
    assert stock.filter(grain="organisation")["headcount"].to_list() == [80]
    assert facts.table("absence").collect().is_empty(), "not known is not none"

    again = client.get("/north/return/NC1/").content.decode()
    assert 'id="people" name="people" type="text" inputmode="numeric" autocomplete="off" value="80"' in again
    assert "Last time: not known." in again
    client.post("/north/return/NC1/", {**ANSWERS, "people": "82"})
    newest = Upload.objects.first()
    assert newest is not None
    client.post(f"/north/submissions/{newest.pk}/publish/", {"version": "1"})
    work_off()
    facts = Place.open(north.path).read(Scope.controller("test"))
    stock = facts.table("stock").collect()
    assert stock.filter(grain="organisation")["headcount"].to_list() == [82]


def test_what_is_missing_is_asked_for(client_as: Clients) -> None:
    client = client_as("organisation_analyst", "NC1")
    answer = client.post("/north/return/NC1/", {**ANSWERS, "people": ""})
    assert answer.status_code == 400
    assert "How many people do you employ? Give a number" in answer.content.decode()
    assert not Upload.objects.exists()


def test_the_return_of_another_organisation_is_closed(client_as: Clients) -> None:
    client = client_as("organisation_lead", "NC1")
    assert client.get("/north/return/NT1/").status_code == 403
    assert client.post("/north/return/NT1/", ANSWERS).status_code == 403
