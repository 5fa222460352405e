"""A workforce lead sends an extract, cures two errors and publishes it; with script and without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from web_uploads import export

pytestmark = pytest.mark.browser

FAULTS = {
    "p3": {"Assignment Status": "Aktive Assignment"},
    "p7": {"FTE": "80", "Contracted Hours": "30.00"},
}


def state(page: Any, wanted: str) -> None:
    """Load the page again until the submission stands as wanted."""
    for _ in range(120):
        if page.locator(".nhsuk-tag").first.inner_text().strip() == wanted:
            return
        page.wait_for_timeout(500)
        page.reload()
    pytest.fail(f"it never was {wanted}: {page.locator('main').inner_text()[:500]}")


def test_the_return_prints_on_one_side(page_as: Callable[..., Any], tmp_path: Path) -> None:
    page = page_as("Workforce lead")
    page.goto("/north/return/")
    assert page.get_by_role("textbox").count() == 10
    printed = page.pdf(format="A4")
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") == 1


def test_a_lead_sends_cures_two_errors_and_publishes(page_as: Callable[..., Any], tmp_path: Path) -> None:
    # Both sign in first: where a partner has sent something, nobody signs in as a persona any more.
    windows = [page_as("Workforce lead", script=script) for script in (True, False)]
    for page, day in zip(windows, ("2026-07-31", "2026-08-31"), strict=True):
        journey(page, day, tmp_path / "staff.csv")


def journey(page: Any, day: str, file: Path) -> None:
    """From the file to the published submission."""
    file.write_bytes(export(20, **FAULTS))
    page.get_by_role("link", name="Submit data").first.click()
    page.get_by_label("What is it?").select_option("ESR staff in post")
    page.get_by_label("The day that it is true for").fill(day)
    page.get_by_label("The file", exact=True).set_input_files(file)
    page.get_by_role("button", name="Send the file").click()

    assert page.get_by_text("Loaded", exact=True).locator("xpath=following-sibling::dd").inner_text() == "18"
    page.get_by_label("Assignment Status: Aktive Assignment").select_option("Active Assignment")
    page.get_by_label("FTE: 80").fill("0.80")
    page.get_by_role("button", name="Make these corrections").click()
    page.get_by_text("2 corrections made").wait_for()
    assert page.get_by_text("Nothing failed").count() == 1

    page.get_by_role("link", name="See what publishing changes").click()
    assert page.get_by_role("row", name="People").inner_text().split()[-1] == "20"
    page.get_by_role("button", name="Publish it").click()
    state(page, "Published")
    page.get_by_role("link", name="All submissions").click()
    assert page.get_by_role("row", name="staff.csv").first.get_by_text("Published").count() == 1
