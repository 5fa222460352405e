"""Our own templates may not name what nobody gave; the design system's may."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest
from django.template import engines

pytestmark = pytest.mark.unit


def _environment() -> jinja2.Environment:
    engine = engines["jinja2"]
    environment: jinja2.Environment = engine.env
    return environment


@pytest.mark.parametrize(
    "source", ["{{ typo }}", "{% if typo %}{% endif %}", "{% for one in typo %}{% endfor %}"]
)
def test_a_name_that_nobody_gave_fails_in_our_own_templates(source: str, tmp_path: Path) -> None:
    (tmp_path / "ours.jinja").write_text(source, encoding="utf-8")
    ours = _environment().overlay(loader=jinja2.FileSystemLoader(tmp_path))
    with pytest.raises(jinja2.UndefinedError, match="typo"):
        ours.get_template("ours.jinja").render()


def test_the_design_systems_templates_may() -> None:
    template = _environment().from_string(
        '{% from "nhsuk/components/button/macro.jinja" import button %}{{ button({"text": "Go on"}) }}'
    )
    assert "Go on" in template.render()


@pytest.mark.parametrize(
    "name",
    sorted(n for n in _environment().list_templates() if not n.startswith("nhsuk/") and n.endswith(".jinja")),
)
def test_every_template_compiles(name: str) -> None:
    assert _environment().get_template(name).name == name
