"""Files made to harm: each is refused with a cure, and nothing of it is kept."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from web_uploads import export

from skillmix.place import Place
from skillmix.web.submissions.models import Upload

pytestmark = pytest.mark.database

Clients = Callable[..., Any]


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


BOMBS: dict[str, Callable[[], tuple[str, bytes]]] = {
    "a zip that unpacks to far more": lambda: ("b.zip", zipped({"a.csv": b"0" * (80 * 2**20)})),
    "a workbook that unpacks to far more": lambda: (
        "b.xlsx",
        zipped({"xl/worksheets/sheet1.xml": b" " * (80 * 2**20), "[Content_Types].xml": b"<x/>"}),
    ),
    "a line of millions of characters": lambda: ("b.csv", b"Employee Number," + b"x" * (8 * 2**20)),
    "a name that climbs out of its folder": lambda: ("b.zip", zipped({"../../../tmp/out.csv": export(3)})),
    "an absolute name": lambda: ("b.zip", zipped({"/tmp/out.csv": export(3)})),
    "many thousand headings": lambda: ("b.csv", b",".join(b"h%d" % n for n in range(40_000)) + b"\n1\n"),
    "many thousand members": lambda: ("b.zip", zipped({f"{n}.csv": b"a\n" for n in range(5_000)})),
    "a zip in a zip": lambda: ("b.zip", zipped({"inner.zip": zipped({"a.csv": export(3)})})),
    "no table at all": lambda: ("b.csv", bytes(range(256)) * 400),
    "a workbook that is none": lambda: ("b.xlsx", b"PK\x03\x04 nothing"),
}


@pytest.mark.parametrize("what", BOMBS)
def test_what_would_harm_is_refused(what: str, client_as: Clients, north: Place) -> None:
    name, content = BOMBS[what]()
    client = client_as("organisation_lead", "NT1")
    before = sorted(north.path.rglob("*"))
    began = time.process_time()
    answer = client.post(
        "/north/submit/",
        {
            "organisation": "NT1",
            "source": "esr_staff_in_post",
            "as_of": "2026-06-30",
            "whole": "yes",
            "file": SimpleUploadedFile(name, content, content_type="text/csv"),
        },
    )
    assert answer.status_code == 400, "refused, and no fault"
    assert "This could not be taken" in answer.content.decode()
    assert time.process_time() - began < 20
    assert not Upload.objects.exists()
    assert sorted(north.path.rglob("*")) == before


def test_the_content_type_is_not_believed(client_as: Clients) -> None:
    client = client_as("organisation_lead", "NT1")
    fields = {"organisation": "NT1", "source": "esr_staff_in_post", "as_of": "2026-06-30", "whole": "yes"}
    file = SimpleUploadedFile("staff.exe", export(3), content_type="application/x-msdownload")
    assert client.post("/north/submit/", {**fields, "file": file}).status_code == 302
    file = SimpleUploadedFile("staff.csv", b"MZ\x00\x01" * 50, content_type="text/csv")
    assert client.post("/north/submit/", {**fields, "file": file}).status_code == 400
