"""Through the browser: a file is sent, two errors are cured, it is published, and withdrawn again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from web_uploads import export, secrets_of, work_off

from skillmix.place import Place, Scope
from skillmix.web.submissions.models import Upload

pytestmark = pytest.mark.database

Clients = Callable[..., Any]
FAULTS = {
    "p3": {"Assignment Status": "Aktive Assignment"},
    "p4": {"Assignment Status": "Aktive Assignment"},
    "p7": {"FTE": "80", "Contracted Hours": "30.00"},
}


def send(client: Any, content: bytes, name: str = "staff.csv", **changes: str) -> Any:
    fields = {"organisation": "NT1", "source": "esr_staff_in_post", "as_of": "2026-07-31", "whole": "yes"}
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return client.post("/north/submit/", {**fields, **changes, "file": file})


def sent(client: Any, content: bytes, **changes: str) -> Upload:
    answer = send(client, content, **changes)
    assert answer.status_code == 302, answer.content.decode()
    return Upload.objects.get(pk=answer["Location"].rstrip("/").rsplit("/", 1)[1])


def page(client: Any, upload: Upload, further: str = "") -> str:
    answer = client.get(f"/north/submissions/{upload.pk}/{further}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def field_for(text: str, label: str) -> str:
    """Name of the field under a label of the page."""
    found = re.search(rf'<label class="nhsuk-label" for="([^"]+)">{re.escape(label)}', text)
    assert found, label
    return found[1]


def people(place: Place) -> int:
    facts = Place.open(place.path).read(Scope.controller("test"))
    rows = facts.table("assignment").collect()
    return rows.filter(organisation="NT1", period="2026-07").height


def test_a_lead_sends_cures_two_errors_and_publishes(client_as: Clients, north: Place) -> None:
    client = client_as("organisation_lead", "NT1")
    upload = sent(client, export(20, **FAULTS))
    assert (upload.rows_read, upload.rows_loaded, upload.rows_set_aside) == (20, 17, 3)
    assert work_off() == ["store"]
    text = page(client, upload)
    assert "The assignment status is none that ESR has." in text
    status = field_for(text, "Assignment Status: Aktive Assignment")
    fte = field_for(text, "FTE: 80")
    assert text.index(">Active Assignment</option>") < text.index('<optgroup label="All">')

    corrections = {"version": "1", status: "Active Assignment", fte: "0.80"}
    answer = client.post(f"/north/submissions/{upload.pk}/correct/", corrections)
    assert answer.status_code == 302
    work_off()
    text = page(client, upload)
    assert "Nothing failed" in text
    assert "2 corrections made" in text
    assert "Aktive Assignment" in text, "what was corrected is kept"
    assert people(north) == 0, "nobody sees it before it is published"

    confirm = page(client, upload, "publish/")
    assert ">20<" in confirm
    assert "<td" in confirm
    client.post(f"/north/submissions/{upload.pk}/publish/", {"version": "2"})
    assert work_off() == ["publish", "clean_staging"]
    assert people(north) == 20
    upload.refresh_from_db()
    assert upload.state == "published"
    assert upload.number
    assert Place.open(north.path).agreement_of_submissions().filter(submission=upload.published)[
        "agreement"
    ].to_list() == ["agreement-nt1"]
    assert not (north.path / "control" / "staging" / str(upload.pk)).exists(), "nobody needs it any more"
    assert "Published" in page(client, upload)

    answer = client.post(f"/north/submissions/{upload.pk}/withdraw/", {"reason": ""})
    assert answer.status_code == 400
    client.post(f"/north/submissions/{upload.pk}/withdraw/", {"reason": "A ward was missing"})
    assert work_off() == ["withdraw", "clean_staging"]
    assert people(north) == 0
    assert "A ward was missing" in page(client, upload)


def test_nothing_of_a_person_is_kept(client_as: Clients, north: Place) -> None:
    client = client_as("organisation_lead", "NT1")
    upload = sent(client, export(20, **FAULTS))
    work_off()
    text = page(client, upload) + client.get("/north/submissions/").content.decode()
    text += client.get(f"/north/submissions/{upload.pk}/set-aside.csv").content.decode()
    found = [secret for secret in secrets_of(20) if secret in text]
    assert found == []
    for file in north.path.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert [s for s in secrets_of(20) if s.encode() in content] == [], file


def test_storing_and_publishing_twice_counts_once(client_as: Clients, north: Place) -> None:
    from skillmix.web.jobs.models import Job
    from skillmix.web.jobs.work import KINDS, Running

    client = client_as("organisation_lead", "NT1")
    upload = sent(client, export(8))
    client.post(f"/north/submissions/{upload.pk}/publish/", {"version": "1"})
    for job in [*Job.objects.order_by("made")] * 2:
        if job.kind != "clean_staging":
            KINDS[job.kind](Running(job, lambda words: None))
    assert people(north) == 8
    place = Place.open(north.path)
    assert place.publications().filter(source="esr_staff_in_post", first_period="2026-07").height == 1


def test_a_corrected_version_takes_the_place_of_the_published_one(client_as: Clients, north: Place) -> None:
    client = client_as("organisation_lead", "NT1")
    upload = sent(client, export(20, **FAULTS))
    client.post(f"/north/submissions/{upload.pk}/publish/", {"version": "1"})
    work_off()
    assert people(north) == 17
    text = page(client, upload)
    client.post(
        f"/north/submissions/{upload.pk}/correct/",
        {"version": "1", field_for(text, "FTE: 80"): "0.80"},
    )
    work_off()
    assert people(north) == 17
    assert "What was published before is shown until you publish this." in page(client, upload)
    client.post(f"/north/submissions/{upload.pk}/publish/", {"version": "2"})
    work_off()
    assert people(north) == 18
    client.post(f"/north/submissions/{upload.pk}/withdraw/", {"reason": "Sent by mistake"})
    work_off()
    assert people(north) == 0, "the version before does not come to light"


def test_an_analyst_is_told_whom_to_ask(client_as: Clients) -> None:
    lead = client_as("organisation_lead", "NT1")
    analyst = client_as("organisation_analyst", "NT1")
    upload = sent(analyst, export(5))
    text = page(analyst, upload, "publish/")
    assert f"Ask your lead: {lead.user}." in text
    assert "Publish it</button>" not in text
    assert analyst.post(f"/north/submissions/{upload.pk}/publish/", {"version": "1"}).status_code == 403
    assert analyst.get(f"/north/submissions/{upload.pk}/withdraw/").status_code == 403


@pytest.mark.parametrize(
    "further", ["", "progress/", "set-aside.csv", "publish/", "withdraw/", "correct/", "again/"]
)
def test_what_another_organisation_sent_is_nowhere(client_as: Clients, further: str) -> None:
    upload = sent(client_as("organisation_lead", "NT1"), export(5, **FAULTS))
    other = client_as("organisation_lead", "NT2")
    address = f"/north/submissions/{upload.pk}/{further}"
    nobodys = f"/north/submissions/{upload.pk}".replace(str(upload.pk)[:8], "00000000") + f"/{further}"
    for method in ("get", "post"):
        statuses = {getattr(other, method)(a, {"reason": "x"}).status_code for a in (address, nobodys)}
        assert statuses <= {404, 405}
    assert str(upload.pk) not in other.get("/north/submissions/").content.decode()
    assert client_as("place_planner").get(address).status_code in (403, 405)


def test_a_submission_from_elsewhere_is_shown_to_its_own_organisation(
    client_as: Clients, north: Place
) -> None:
    [submission] = north.received(["NT1"])["submission"].to_list()
    address = f"/north/submissions/{submission}/"
    text = client_as("organisation_lead", "NT1").get(address).content.decode()
    assert "agreement-nt1" in text
    assert client_as("organisation_lead", "NT2").get(address).status_code == 404
    assert address in client_as("organisation_analyst", "NT1").get("/north/submissions/").content.decode()


def test_nobody_sends_for_another_organisation(client_as: Clients, north: Place) -> None:
    answer = send(client_as("organisation_lead", "NT2"), export(5), organisation="NT1")
    assert answer.status_code == 400
    assert not Upload.objects.exists()
    assert not (north.path / "control" / "staging").exists()


def test_what_cannot_be_read_is_refused_with_a_cure(client_as: Clients, north: Place) -> None:
    client = client_as("organisation_lead", "NT1")
    answer = send(client, b"nothing,known\n1,2\n")
    assert answer.status_code == 400
    assert "This could not be taken" in answer.content.decode()
    assert not Upload.objects.exists()


def test_a_file_that_was_cut_off_is_refused(client_as: Clients) -> None:
    answer = send(client_as("organisation_lead", "NT1"), export(5), whole="")
    assert answer.status_code == 400
    assert "did not arrive whole" in answer.content.decode()
    assert not Upload.objects.exists()


def test_a_file_that_is_too_large_is_refused(
    client_as: Clients, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    settings.SKILLMIX = replace(settings.SKILLMIX, upload_megabytes=1)
    client = client_as("organisation_lead", "NT1")
    for size in (2**20 + 10, 3 * 2**20):
        answer = send(client, b"x" * size)
        assert answer.status_code == 400
        assert "larger than 1 MB" in answer.content.decode()
    assert not Upload.objects.exists()


def test_nothing_can_be_published_while_no_row_is_loadable(client_as: Clients) -> None:
    client = client_as("organisation_lead", "NT1")
    upload = sent(client, export(2, p0={"FTE": "80"}, p1={"FTE": "60"}))
    assert upload.state == "empty"
    assert work_off() == []
    assert "no row can be loaded" in page(client, upload, "publish/")
    answer = client.post(f"/north/submissions/{upload.pk}/publish/", {"version": "1"})
    assert answer.status_code == 400
    assert "Correct what failed" in answer.content.decode()


def test_what_was_sent_is_shown_as_text_and_never_run(client_as: Clients) -> None:
    bad = "<script>alert(1)</script>"
    client = client_as("organisation_lead", "NT1")
    answer = send(
        client,
        export(6, p0={"Assignment Status": bad}, p1={"Assignment Status": "=HYPERLINK(1)"}),
        name=f'"{bad}../../../etc/x.csv',
    )
    upload = Upload.objects.get(pk=answer["Location"].rstrip("/").rsplit("/", 1)[1])
    assert "/" not in upload.file
    work_off()
    for text in (page(client, upload), client.get("/north/submissions/").content.decode()):
        assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in page(client, upload)
    rows = client.get(f"/north/submissions/{upload.pk}/set-aside.csv").content.decode()
    assert ",'=HYPERLINK(1)" in rows
    assert ",=HYPERLINK" not in rows


def test_two_who_correct_at_once_do_not_overwrite_each_other(client_as: Clients) -> None:
    client = client_as("organisation_lead", "NT1")
    upload = sent(client, export(20, **FAULTS))
    name = field_for(page(client, upload), "FTE: 80")
    address = f"/north/submissions/{upload.pk}/correct/"
    assert client.post(address, {"version": "1", name: "0.8"}).status_code == 302
    assert client.post(address, {"version": "1", name: "0.9"}).status_code == 409


def test_a_mended_file_takes_the_place_of_the_first(client_as: Clients, north: Place) -> None:
    client = client_as("organisation_lead", "NT1")
    first = sent(client, export(20, **FAULTS))
    sent(client, export(20), instead=str(first.pk))
    first.refresh_from_db()
    assert first.state == "replaced"
    assert client.post(f"/north/submissions/{first.pk}/publish/", {"version": "1"}).status_code == 400


def test_forms_from_elsewhere_are_refused(client_as: Clients) -> None:
    from django.test import Client

    user = client_as("organisation_lead", "NT1").user
    client = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert send(client, export(3)).status_code == 403
    assert not Upload.objects.exists()


def test_the_template_can_be_fetched(client_as: Clients) -> None:
    client = client_as("organisation_analyst", "NT1")
    answer = client.get("/north/submit/template/esr_staff_in_post.xlsx")
    assert answer.content[:2] == b"PK"
    assert client.get("/north/submit/template/pcn_individual.xlsx").status_code == 404


def test_folders_left_by_broken_off_requests_are_cleaned(north: Place, db: None) -> None:
    import datetime as dt
    import os

    from skillmix.web.submissions import services

    left: Path = north.path / "control" / "staging" / "left-over" / "v1"
    left.mkdir(parents=True)
    now = dt.datetime.now(dt.UTC)
    assert services.clean(north.path, "north", now) == 0
    os.utime(left.parent, (0, 0))
    assert services.clean(north.path, "north", now) == 1
    assert not left.parent.exists()
