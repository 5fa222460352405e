"""Submitting: what somebody might type, name or wait for that must not reach the disk or the figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from web_uploads import export, work_off

from skillmix.errors import InputError
from skillmix.place import Place
from skillmix.web.jobs.models import Job
from skillmix.web.people import services as accounts
from skillmix.web.submissions import returns
from skillmix.web.submissions.models import Upload
from skillmix.web.submissions.services import storable

pytestmark = pytest.mark.database

Sign = Callable[..., Any]
FAULT = {"p3": {"Assignment Status": "Aktive Assignment"}}


def sent(client: Any, content: bytes, name: str = "staff.csv") -> Upload:
    fields = {"organisation": "NT1", "source": "esr_staff_in_post", "as_of": "2026-07-31", "whole": "yes"}
    answer = client.post("/north/submit/", {**fields, "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return Upload.objects.get(pk=answer["Location"].rstrip("/").rsplit("/", 1)[1])


def everywhere(north: Place) -> bytes:
    return b"".join(file.read_bytes() for file in north.path.rglob("*") if file.is_file())


@pytest.mark.parametrize("typed", ["QQ123456C", "post of somebody@example.org"])
def test_a_correction_that_identifies_a_person_is_refused_and_kept_nowhere(
    client_as: Sign, north: Place, typed: str
) -> None:
    client = client_as("organisation_lead", "NT1")
    upload = sent(client, export(8, **FAULT))
    page = client.get(f"/north/submissions/{upload.pk}/").content.decode()
    [field] = {*re.findall(r'name="(c-[0-9a-f]+)"', page)}
    answer = client.post(f"/north/submissions/{upload.pk}/correct/", {"version": "1", field: typed})
    assert answer.status_code == 400
    assert "without anybody" in answer.content.decode()
    assert typed.encode() not in everywhere(north)
    upload.refresh_from_db()
    assert upload.version == 1


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("leavers_QQ123456C_final.csv", "Staff in post.csv"),
        ("somebody@example.org.csv", "Staff in post.csv"),
        ("staff 9434765919.csv", "Staff in post.csv"),
        ("staff 943-476-5919.csv", "Staff in post.csv"),
        ("staff 20260731.csv", "staff 20260731.csv"),
        ("staff.csv", "staff.csv"),
    ],
)
def test_a_file_name_that_identifies_a_person_is_not_kept(name: str, kept: str) -> None:
    from skillmix.intake.strayed import name_to_keep

    assert name_to_keep(name, "Staff in post") == kept


def test_such_a_file_is_kept_under_the_title_of_its_source(client_as: Sign, north: Place) -> None:
    client = client_as("organisation_lead", "NT1")
    upload = sent(client, export(5), "QQ123456C leavers.csv")
    assert upload.file == f"{upload.title}.csv"
    work_off()
    assert b"QQ123456C" not in everywhere(north)


@pytest.mark.parametrize("key", ["people", "joiners", "leavers", "apprentices"])
def test_a_count_of_a_return_is_bounded(north: Place, key: str) -> None:
    answers: dict[str, str | None] = dict.fromkeys(returns.KEYS)
    answers |= {"people": "20000", key: "20001"}
    assert key in returns.problems(answers)
    with pytest.raises(InputError, match="20,000"):
        returns.tables(north.organisations["NC1"], returns.dt.date(2026, 6, 30), answers)


def test_a_partner_has_no_more_apprentices_than_people() -> None:
    answers: dict[str, str | None] = dict.fromkeys(returns.KEYS)
    assert "apprentices" in returns.problems({**answers, "people": "4", "apprentices": "5"})
    assert returns.problems({**answers, "people": "5", "apprentices": "5"}) == {}


def test_a_letter_that_no_database_takes_is_kept_nowhere(client_as: Sign) -> None:
    client = client_as("organisation_lead", "NT1")
    content = export(5, **FAULT).replace(b"Job Role,", b"Job Role,Extra\x00Column,", 1)
    upload = sent(client, content)
    assert "\x00" not in repr(upload.summary)
    assert "\\x00" not in repr(upload.summary)
    assert storable({"a\x00": ["b\x00", ("c", 1, None)]}) == {"a": ["b", ["c", 1, None]]}


def test_nothing_is_published_for_an_account_that_was_closed_while_it_waited(
    client_as: Sign, account: Sign
) -> None:
    client = client_as("organisation_lead", "NT1")
    upload = sent(client, export(5))
    client.post(f"/north/submissions/{upload.pk}/publish/", {"version": "1"})
    accounts.close(client.user, by=account("place_administrator"), places=["north"])
    with pytest.raises(Exception, match="may not publish"):
        work_off()
    upload.refresh_from_db()
    assert not upload.published


def test_nothing_is_withdrawn_for_a_membership_that_has_ended(client_as: Sign, account: Sign) -> None:
    client = client_as("organisation_lead", "NT1")
    upload = sent(client, export(5))
    client.post(f"/north/submissions/{upload.pk}/publish/", {"version": "1"})
    work_off()
    client.post(f"/north/submissions/{upload.pk}/withdraw/", {"reason": "A slip"})
    accounts.end(client.user.memberships.get(), by=account("place_administrator"))
    with pytest.raises(Exception, match="may not publish"):
        work_off()
    upload.refresh_from_db()
    assert upload.published
    assert Job.objects.filter(kind="withdraw").exists()
