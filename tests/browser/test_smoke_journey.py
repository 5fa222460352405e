"""One journey through the whole: sign in, read, download, sign out. It runs on PostgreSQL as well."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser


def test_a_viewer_reads_and_downloads(page_as: Callable[..., Any], tmp_path: Path) -> None:
    page = page_as("Board member")
    page.get_by_role("link", name="The grid").first.click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("The grid")
    assert page.get_by_role("row", name="Physiotherapist").count() == 1
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV").first.click()
    file = tmp_path / "grid.csv"
    waiting.value.save_as(file)
    text = file.read_text(encoding="utf-8-sig")
    assert text.startswith("Profession,")
    assert "Invented" in text
    page.get_by_role("button", name="Sign out").click()
    page.goto("/north/grid/")
    assert "/account/login/" in page.url


def test_the_worker_is_alive(server: Any, page_as: Callable[..., Any]) -> None:
    page = page_as()
    for _ in range(60):
        answer = page.request.get(f"{server.address}/readyz")
        if answer.json() == {"database": True, "places": True, "worker": True}:
            break
        page.wait_for_timeout(500)
    assert answer.json() == {"database": True, "places": True, "worker": True}


def test_nothing_went_wrong_while_it_started_and_served(server: Any) -> None:
    told = (server.folder.parent / "server.log").read_text(encoding="utf-8")
    assert "Traceback" not in told
