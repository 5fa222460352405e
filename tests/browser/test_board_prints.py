"""The board page is one side of paper, with everything on it that a board must see."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from skillmix.place import Place
from skillmix.projection import project

pytestmark = pytest.mark.browser


def test_it_prints_on_one_side(page_as: Callable[..., Any], server: Any) -> None:
    project(Place.open(server.folder), "no_change", years=6, runs=50, seed=1)
    page = page_as("Board member")
    page.goto("/north/")
    for words in (
        "first financial year",
        "third financial year",
        "fifth financial year",
        "What the projection assumes",
    ):
        assert page.get_by_text(words).first.is_visible()
    assert page.locator("main select, main input:not([type=hidden])").count() == 0, (
        "a board page has no filter"
    )
    page.wait_for_load_state("networkidle")
    printed: bytes = page.pdf(format="A4", print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
