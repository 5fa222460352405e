"""In the web there is one door to facts and one from figures to a page: the reading."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import skillmix.web

pytestmark = pytest.mark.unit

ROOT = Path(skillmix.web.__file__).parent
#: The reading itself.
DOOR = ROOT / "panels" / "reading.py"
#: Files that read facts for another purpose than figures, each with why.
APART: dict[str, str] = {}


def _calls(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            words = ast.unparse(node.func)
            if words in ("release", "disclosure.release") or words.endswith("Scope.controller"):
                found.append(f"{words} in line {node.lineno}")
            if words == "Scope" and path.name != "access.py":
                found.append(f"Scope(...) in line {node.lineno}")
    return found


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_but_the_reading_releases_figures_or_makes_a_scope(path: Path) -> None:
    if path == DOOR or str(path.relative_to(ROOT)) in APART:
        pytest.skip("the door itself" if path == DOOR else APART[str(path.relative_to(ROOT))])
    assert _calls(path) == []


def test_the_door_is_where_it_is_looked_for() -> None:
    assert any("release" in call for call in _calls(DOOR))


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.jinja")), ids=lambda p: str(p.relative_to(ROOT)))
def test_templates_carry_no_script_or_style_of_their_own(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert " style=" not in text
    assert "<style" not in text
    assert "javascript:" not in text
    scripts = re.findall(r"<script\b[^>]*>", text)
    assert [s for s in scripts if "src=" not in s and "application/json" not in s] == []
    assert "http://" not in text.replace("http://www.w3.org", "").replace("http://127.0.0.1", "")
