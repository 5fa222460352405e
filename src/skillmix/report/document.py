"""What a report consists of, before it becomes HTML, a workbook or JSON: the same figures in each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

#: How a column of a table is written.
Style = Literal[
    "text", "people", "quantity", "rate", "money", "number", "precise", "date", "month", "patients", "blank"
]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        key: its key in each row.
        heading: its heading, with the unit.
        style: how its values are written; the workbook and JSON hold them unrounded.
    """

    key: str
    heading: str
    style: Style = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of released figures.

    Attributes:
        title: what the table shows, which is also the name of its sheet.
        columns: its columns, the first of which names the row.
        rows: its rows; None is unknown, which is not zero.
        note: what must be said beside it.
        synthetic: whether any row of it is invented.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    note: str = ""
    synthetic: bool = False

    @property
    def slug(self) -> str:
        """The title as an anchor and a key."""
        return slug(self.title)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: a Vega-Lite specification, its words for those who do not see it, and its table.

    Attributes:
        specification: the Vega-Lite specification, data included.
        summary: what the chart shows, in a sentence.
        table: the same figures.
    """

    specification: dict[str, Any]
    summary: str
    table: Table


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report: its heading says the finding.

    Attributes:
        heading: heading.
        paragraphs: sentences.
        points: a list, each point a sentence.
        tables: tables, shown in full.
        charts: charts, each with its table folded below it.
    """

    heading: str
    paragraphs: Sequence[str] = ()
    points: Sequence[str] = ()
    tables: Sequence[Table] = ()
    charts: Sequence[Chart] = ()

    @property
    def slug(self) -> str:
        """The heading as an anchor."""
        return slug(self.heading)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a board reads first.

    Attributes:
        sentence: the answer, in one sentence.
        number: the one number, as it is written.
        unit: what it is a number of.
        interval: its range, in words.
        without: what is not in the number, in a sentence; empty where nothing is known to be missing.
    """

    sentence: str
    number: str
    unit: str
    interval: str
    without: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report.

    Attributes:
        title: title.
        place: name of the place.
        date: day on which the report was made, written out.
        answer: what a board reads first.
        headline: the one chart beside the answer.
        decision: what is recommended, what it costs, who must agree; each a labelled sentence.
        sections: its parts, in order.
        synthetic: what is invented, in a sentence; empty when nothing is.
        manifest: what pins every figure: publication number, hashes, seed, versions.
    """

    title: str
    place: str
    date: str
    answer: Answer
    headline: Chart | None
    decision: Mapping[str, str]
    sections: Sequence[Section]
    synthetic: str
    manifest: Mapping[str, Any] = field(default_factory=dict)

    def tables(self) -> list[Table]:
        """Every table, charts' tables included, in the order of the report."""
        found = [self.headline.table] if self.headline else []
        for section in self.sections:
            found.extend(c.table for c in section.charts)
            found.extend(section.tables)
        return found


def slug(words: str) -> str:
    """Words as an anchor.

    >>> slug("Staff in post, by partner")
    'staff-in-post-by-partner'
    """
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
