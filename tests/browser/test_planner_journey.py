"""The planner's journey: make a scenario, edit a lever, compare two, download; with script and without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser


def _wait_for_result(page: Any) -> None:
    """Until the job has led to its result; without script by looking again."""
    for _ in range(240):
        if "/runs/" in page.url:
            return
        page.wait_for_timeout(500)
        if "/jobs/" in page.url:
            page.reload()
            onward = page.get_by_text("See what came of it")
            if onward.count():
                onward.click()
    raise AssertionError(f"no result: {page.url}: {page.locator('main').inner_text()[:400]}")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_planner_compares_two_scenarios(
    script: bool, page_as: Callable[..., Any], tmp_path: Path
) -> None:
    page = page_as("Place planner", script=script)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.get_by_role("link", name="Scenarios", exact=True).first.click()
    page.get_by_role("button", name="Make a scenario").or_(
        page.get_by_role("link", name="Make a scenario")
    ).first.click()
    name = f"Fewer leavers {'with' if script else 'without'} script"
    page.get_by_label("Its name").fill(name)
    page.get_by_role("button", name="Make it").click()
    page.get_by_role("button", name="Add a change").click()
    page.get_by_label("What changes").first.select_option("leaver_rate")
    page.get_by_label("Which way").first.select_option("fewer")
    page.get_by_label("How much").first.fill("2O")
    page.get_by_role("button", name="Save").last.click()
    # A letter among the digits is refused beside its field, and nothing that was filled in is lost.
    assert page.get_by_role("heading", name="There is a problem").count() == 1
    assert page.get_by_label("Name", exact=True).input_value() == name
    # Said in words once mended, no summary of the old problem is left; of a new one there is one.
    page.get_by_label("How much").first.fill("20")
    page.get_by_role("button", name="Say it in words").click()
    page.get_by_role("heading", name="There is a problem").wait_for(state="detached")
    page.locator("#preview").get_by_text("20% fewer leavers").wait_for()
    page.get_by_label("Name", exact=True).fill("")
    page.get_by_role("button", name="Say it in words").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    assert page.locator("#name-error").count() == 1
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Save").last.click()
    assert "20%" in page.locator("main").inner_text()

    page.goto("/north/scenarios/")
    page.get_by_label("What does this scenario change").select_option(label=name)
    page.get_by_label("against this one?").select_option(label="No change")
    page.get_by_label("Years ahead").fill("2")
    page.get_by_label("50 runs").check()
    page.get_by_role("button", name="Compare them").click()
    _wait_for_result(page)
    text = page.locator("main").inner_text()
    assert name in text
    assert "9 runs in 10" in text
    assert "Invented" in text
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV").first.click()
    file = tmp_path / "change.csv"
    waiting.value.save_as(file)
    assert "Invented" in file.read_text(encoding="utf-8-sig")
    # A browser says of a form that was refused that it could not load it; nothing else is to be said.
    assert [c for c in complaints if "status of 400" not in c] == []
