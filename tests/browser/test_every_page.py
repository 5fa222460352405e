"""Every page that each persona can reach: nothing keeps anybody out, nothing is asked of another address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from web_crawl import walk

pytestmark = pytest.mark.browser

PERSONAS = (
    "Place planner",
    "Workforce lead",
    "AHP lead",
    "Manager",
    "Education lead",
    "Board member",
    "System lead",
    "Place administrator",
)
AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text(encoding="utf-8")
#: What can be pointed at; each must be reached by the Tab key alone.
REACHABLE = """() => [...document.querySelectorAll(
  'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
  .filter(e => e.checkVisibility({checkVisibilityCSS: true}) && !e.disabled && e.tabIndex >= 0
    && !(e.type === 'radio' && document.querySelector(`input[name="${e.name}"]:checked`) && !e.checked)
    && !(e.type === 'radio' && !document.querySelector(`input[name="${e.name}"]:checked`)
         && document.querySelector(`input[name="${e.name}"]`) !== e))
  .map((e, i) => { e.dataset.nth = i;
    return i + ' ' + e.tagName + ' ' + (e.name || e.textContent.trim().slice(0, 40)); })"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_LAYOUT = ["target-size", "scrollable-region-focusable", "css-orientation-lock", "meta-viewport"]
#: Pages that an earlier persona was shown: each is looked at closely, and gone through by keyboard, once.
LOOKED_AT: set[str] = set()
GONE_THROUGH: set[str] = set()


def _axe(page: Any, name: str, *, narrow: bool) -> list[str]:
    options: dict[str, Any] = {"runOnly": RULES}
    if not narrow:
        found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    else:
        # Narrow, a page differs in its header, whose menu folds, and in what hangs on the layout.
        found = page.evaluate("options => axe.run('header', options)", options)["violations"]
        found += page.evaluate("rules => axe.run(document, {runOnly: rules})", OF_LAYOUT)["violations"]
    return [
        f"{name}: {v['id']}: {v['help']}: {v['nodes'][0]['html'][:160]} ({len(v['nodes'])})" for v in found
    ]


@pytest.mark.parametrize("persona", PERSONAS)
def test_every_page_keeps_nobody_out_and_asks_nothing_of_others(
    persona: str, page_as: Callable[..., Any], server: Any
) -> None:
    page = page_as(persona)
    elsewhere: list[str] = []
    said: list[str] = []
    page.on("request", lambda r: elsewhere.append(r.url) if not r.url.startswith(server.address) else None)
    page.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: said.append(str(e)))
    wrong: list[str] = []
    names = []
    for name, shown in walk(page, server.address, known=LOOKED_AT):
        names.append(name)
        LOOKED_AT.add(name)
        # No part of a page comes later: what is drawn by script is drawn once it is loaded.
        shown.wait_for_load_state("load")
        shown.evaluate(AXE)
        for width in (1280, 375):
            shown.set_viewport_size({"width": width, "height": 900})
            wrong += _axe(shown, f"{name} at {width}", narrow=width < 600)
            over = shown.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if over > 1:
                wrong.append(f"{name} at {width}: {over} px too wide")
        if shown.locator("h1").count() != 1:
            wrong.append(f"{name}: {shown.locator('h1').count()} headings of the first level")
    assert names
    assert not wrong, "\n".join(wrong)
    assert (elsewhere, said) == ([], [])


@pytest.mark.parametrize("persona", ["Place planner", "Workforce lead", "Place administrator"])
def test_the_keyboard_alone_reaches_everything(
    persona: str, page_as: Callable[..., Any], server: Any
) -> None:
    page = page_as(persona)
    wrong = []
    for name, shown in walk(page, server.address, most=25, known=GONE_THROUGH):
        GONE_THROUGH.add(name)
        wanted = shown.evaluate(REACHABLE)
        reached = set()
        shown.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
        # A date has several stops inside one field.
        for _ in range(2 * len(wanted) + 10):
            if len(reached) > len(wanted):
                break
            shown.keyboard.press("Tab")
            reached.add(shown.evaluate("() => document.activeElement.dataset.nth"))
        wrong += [f"{name}: {w}" for w in wanted if w.split()[0] not in reached]
    assert wrong == []


@pytest.mark.parametrize("persona", ["Place planner", "Board member"])
def test_pages_work_without_script(persona: str, page_as: Callable[..., Any], server: Any) -> None:
    page = page_as(persona, script=False)
    for name, shown in walk(page, server.address, most=15):
        assert shown.locator("h1").count() == 1, name
        broken = shown.eval_on_selector_all(
            "img", "all => all.filter(i => i.complete && !i.naturalWidth).length"
        )
        assert not broken, name
