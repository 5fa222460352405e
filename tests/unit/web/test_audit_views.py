"""Page views are kept without a write, sealed once, and shown to whoever may read the audit."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from skillmix.place import Place
from skillmix.web.audit import sealing, spool
from skillmix.web.audit.models import Entry
from skillmix.web.audit.sealing import seal
from skillmix.web.audit.verify import verify

pytestmark = [pytest.mark.database, pytest.mark.django_db]

WRITES = ("INSERT", "UPDATE", "DELETE", "BEGIN", "REPLACE")


def views() -> list[dict[str, Any]]:
    found = Entry.objects.filter(action="page_views").order_by("seq")
    return [json.loads(line) for entry in found for line in entry.details["lines"]]


def test_a_page_that_is_read_writes_nothing_to_the_database(client_as: Callable[..., Any]) -> None:
    client = client_as("place_planner")
    client.get("/north/help/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/north/help/").status_code == 200
    written = [q["sql"] for q in queries if q["sql"].lstrip().upper().startswith(WRITES)]
    if connection.vendor == "sqlite":
        assert written == []
    seal()
    assert [v["path"] for v in views()] == ["/north/help/", "/north/help/"]


def test_a_view_tells_who_and_what_and_nothing_that_was_typed(client_as: Callable[..., Any]) -> None:
    client = client_as("place_planner")
    client.get("/north/help/?secret=typed")
    seal()
    (view,) = views()
    assert view["account"] == client.user.pk
    assert (view["page"], view["path"], view["from"]) == ("help", "/north/help/", "127.0.0.1")
    assert "typed" not in json.dumps(view)


def test_what_was_not_shown_is_no_view(client_as: Callable[..., Any]) -> None:
    client = client_as("viewer")
    assert client.get("/north/people/").status_code == 403
    assert client.get("/nowhere/").status_code == 404
    assert client.get("/north/panels/grid.csv").status_code == 200
    seal()
    assert views() == []
    assert Entry.objects.filter(action="download", subject="grid.csv", account=client.user.pk).count() == 1


def test_the_spool_is_for_the_owner_alone(north: Place) -> None:
    spool.write("north", "{}")
    (path,) = (settings.HOME / "control").glob("page-views*")
    assert path.stat().st_mode & 0o777 == 0o600


def test_views_are_sealed_once_whatever_is_killed(north: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        spool.write("north", json.dumps({"at": f"2026-11-27T10:00:0{number}", "account": number}))

    def killed(path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", killed)
        with pytest.raises(KeyboardInterrupt):
            seal()
    assert len(spool.to_seal()) == 1, "sealed, and not removed yet"
    assert seal() == 0
    assert [v["account"] for v in views()] == [0, 1, 2]
    entry = Entry.objects.get(action="page_views")
    assert entry.details["count"] == 3
    assert (entry.details["first"], entry.details["last"]) == ("2026-11-27T10:00:00", "2026-11-27T10:00:02")
    assert spool.to_seal() == []
    assert verify() == []


def test_views_that_were_moved_aside_and_not_sealed_are_sealed_later(north: Place) -> None:
    spool.write("north", "{}")
    spool.move_aside()
    spool.write("north", "{}")
    assert seal() == 2


def test_many_views_are_parted(north: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    for number in range(5):
        spool.write("north", json.dumps({"at": str(number), "account": number}))
    assert seal() == 3
    assert [v["account"] for v in views()] == [0, 1, 2, 3, 4]


def test_a_broken_line_is_kept_and_stops_nothing(north: Place) -> None:
    spool.write("north", '{"account": 1')
    spool.write("north", '"no view"')
    assert seal() == 1
    assert Entry.objects.get(action="page_views").details["lines"] == ['{"account": 1', '"no view"']


def test_no_view_is_lost_between_writers_and_sealing(north: Place) -> None:
    def write(writer: int) -> None:
        for number in range(200):
            spool.write("north", json.dumps({"n": writer * 1000 + number}))

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        seal()
    seal()
    assert sorted(v["n"] for v in views()) == sorted(w * 1000 + n for w in range(4) for n in range(200))


def test_signing_in_and_out_is_recorded_and_what_was_typed_is_not(
    north: Place, account: Callable[..., Any]
) -> None:
    user = account("viewer")
    user.set_password("a long enough secret")
    user.save()
    client = Client(headers={"host": "localhost"})
    typed = {"login": user.email, "password": "not the secret"}
    client.post("/account/login/", typed)
    client.post("/account/login/", {"login": "nobody@example.org", "password": "not the secret"})
    client.post("/account/login/", {"login": user.email, "password": "a long enough secret"})
    client.post("/account/logout/")
    found = Entry.objects.filter(action__contains="sign").order_by("seq")
    assert [(e.action, e.account) for e in found] == [
        ("failed_sign_in", user.pk),
        ("failed_sign_in", None),
        ("sign_in", user.pk),
        ("sign_out", user.pk),
    ]
    everything = "".join(f"{e.actor}{e.subject}{e.detail}" for e in Entry.objects.all())
    assert "nobody@" not in everything
    assert "secret" not in everything


def test_a_means_of_signing_in_is_recorded_without_it(client_as: Callable[..., Any]) -> None:
    from allauth.mfa.signals import authentication_failed, authenticator_removed

    user = client_as("viewer").user
    request = RequestFactory().get("/")
    code = SimpleNamespace(type="totp")
    authenticator_removed.send(type(user), request=request, user=user, authenticator=code)
    authentication_failed.send(type(user), request=request, user=user, authenticator=code)
    failed, changed = Entry.objects.all()[:2]
    assert (changed.action, changed.subject, changed.address) == ("change", f"user {user.pk}", "127.0.0.1")
    assert changed.details == {
        "how": "removed",
        "means": "second factor totp",
        "named": "viewer, second factor",
    }
    assert (failed.action, failed.account) == ("failed_sign_in", user.pk)


def test_the_page_shows_before_and_after_and_filters(client_as: Callable[..., Any]) -> None:
    planner = client_as("place_planner")
    planner.get("/north/help/")
    planner.get("/north/panels/grid.csv")
    seal()
    client = client_as("place_administrator")
    user = planner.user
    user.name = "<b>Planner</b>"
    user.save()
    viewed = ": /north/help/</li>"
    page = client.get("/north/audit/").content.decode()
    assert "&lt;b&gt;Planner&lt;/b&gt;" in page
    assert "<b>Planner" not in page
    assert viewed in page
    chosen = client.get(f"/north/audit/?person={user.pk}&action=download").content.decode()
    assert "grid.csv" in chosen
    assert viewed not in chosen
    assert "Nothing of this was recorded" in client.get("/north/audit/?last=2020-01-01").content.decode()
    by_view = client.get(f"/north/audit/?person={user.pk}&action=page_views").content.decode()
    assert viewed in by_view
    other = client.get(f"/north/audit/?person={client.user.pk}&action=page_views").content.decode()
    assert viewed not in other
    assert client.get("/north/audit/?page=x&person=y&first=z").status_code == 200


def test_the_file_of_the_audit_runs_nothing_and_is_recorded(client_as: Callable[..., Any]) -> None:
    client = client_as("place_administrator")
    client.user.name = "=1+1"
    client.user.save()
    client.get("/north/panels/grid.csv")
    text = client.get("/north/audit/audit.csv").content.decode("utf-8-sig")
    assert text.startswith("Number,When,Who")
    assert "'=1+1" in text
    assert "audit.csv" in text.splitlines()[1]


def test_only_who_may_read_the_audit_does(client_as: Callable[..., Any]) -> None:
    for role in ("place_planner", "viewer"):
        assert client_as(role).get("/north/audit/").status_code == 403
        assert client_as(role).get("/north/audit/audit.csv").status_code == 403


def test_views_of_another_place_are_not_shown(client_as: Callable[..., Any]) -> None:
    spool.write("south", json.dumps({"at": "x", "account": 1, "path": "/south/elsewhere/"}))
    seal()
    assert "/south/elsewhere/" not in client_as("place_administrator").get("/north/audit/").content.decode()


def test_a_page_is_shown_although_its_view_cannot_be_kept(
    client_as: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    client = client_as("viewer")
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        assert client.get("/north/help/").status_code == 200
