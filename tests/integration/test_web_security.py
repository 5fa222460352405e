"""What every answer carries, and what no request may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from skillmix.place import Place

pytestmark = pytest.mark.database

LOCAL = {"host": "localhost"}


def test_every_answer_carries_its_headers(client_as: Callable[..., Any]) -> None:
    client = client_as("viewer")
    for path in (
        "/north/",
        "/north/grid/",
        "/account/",
        "/nowhere/",
        "/north/panels/grid.csv",
        "/account/login/",
    ):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert "http:" not in policy, path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["X-Frame-Options"] == "DENY", path
        assert headers["Referrer-Policy"] == "same-origin", path
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path
        assert "no-store" in headers["Cache-Control"], path


def test_nothing_is_done_from_another_page(north: Place, account: Callable[..., Any]) -> None:
    client = Client(enforce_csrf_checks=True, headers=LOCAL)
    client.force_login(account("place_planner"), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/account/logout/")
    assert answer.status_code == 403
    assert "could not be trusted" in answer.content.decode()
    assert client.get("/north/grid/").status_code == 200


def test_another_host_is_refused(north: Place, db: None) -> None:
    assert Client(headers={"host": "evil.example"}, raise_request_exception=False).get("/").status_code == 400


def test_cookies_are_kept_from_scripts(north: Place, account: Callable[..., Any]) -> None:
    user = account("viewer")
    user.set_password("correct horse battery staple")
    user.save()
    client = Client(headers=LOCAL)
    client.get("/account/login/")
    client.post("/account/login/", {"login": user.email, "password": "correct horse battery staple"})
    assert "sessionid" in client.cookies
    for cookie in client.cookies.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Lax", cookie.key


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(where: str, north: Place, account: Callable[..., Any]) -> None:
    user = account("viewer")
    user.set_password("correct horse battery staple")
    user.save()
    client = Client(headers=LOCAL)
    answer = client.post(
        f"/account/login/?next={where}",
        {"login": user.email, "password": "correct horse battery staple", "next": where},
    )
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert not answer["Location"].startswith("javascript")


def test_a_fault_tells_nothing_of_itself(
    client_as: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from skillmix import measures

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("secret value 123456")

    client = client_as("place_planner")
    client.raise_request_exception = False
    monkeypatch.setattr(measures, "grid", broken)
    answer = client.get("/north/panels/grid.csv")
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "123456" not in page
    assert "RuntimeError" not in page
    assert "Number of this request" in page


@pytest.mark.parametrize(
    "path",
    ["/static/../settings.py", "/static/%2e%2e/%2e%2e/place.toml", "/static/skillmix/../../web/control.py"],
)
def test_nothing_above_the_static_files_is_given(path: str, north: Place, db: None) -> None:
    assert Client(headers=LOCAL).get(path).status_code == 404


def test_a_panel_takes_no_parameter_that_it_does_not_know(client_as: Callable[..., Any]) -> None:
    client = client_as("viewer")
    assert client.get("/north/panels/grid.csv?sneaky=1").status_code == 400
    assert client.get("/north/panels/grid.csv?cell=<script>").status_code == 400
    assert b"<script>" not in client.get("/north/panels/grid.csv?cell=<script>").content.replace(
        b"<script src", b""
    )
    assert client.get("/north/panels/grid.exe").status_code == 404
    assert client.get("/north/panels/nothing.csv").status_code == 400


def test_reading_writes_nothing(client_as: Callable[..., Any], django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_as("place_planner")
    client.get("/north/grid/")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for path in ("/north/", "/north/grid/", "/north/panels/grid.svg", "/account/"):
            client.get(path)
    written = [
        q["sql"] for q in queries.captured_queries if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")
    ]
    assert written == []
