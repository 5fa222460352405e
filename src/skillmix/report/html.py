"""The report as one HTML file: no script, no request, readable by everyone, printable."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from skillmix.report import charts, words
from skillmix.report.document import Chart, Document


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("skillmix.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["written"] = words.write
    environment.filters["drawn"] = drawn
    return environment


def drawn(chart: Chart) -> Markup:
    """A chart as inline SVG, with its summary for those who do not see it.

    Identifiers inside the SVG are made the chart's own, so that two charts on a page do not share them.
    """
    picture = charts.svg(chart.specification)
    picture = re.sub(r"\b(id=\"|url\(#|href=\"#)", rf"\g<1>{chart.table.slug}-", picture)
    label = escape(chart.summary)
    picture = re.sub(
        r"<svg ",
        f'<svg role="img" aria-label="{label}" preserveAspectRatio="xMidYMid meet" ',
        picture,
        count=1,
    )
    return Markup(picture)


def as_html(document: Document) -> str:
    """The report as one HTML page, whole in itself."""
    style = resources.files("skillmix.report").joinpath("templates/board.css").read_text(encoding="utf-8")
    context: dict[str, Any] = {"document": document, "style": Markup(style)}
    return _environment().get_template("board.html.j2").render(context)


def write_html(document: Document, path: Path) -> None:
    """Write the report as HTML."""
    path.write_text(as_html(document), encoding="utf-8")
