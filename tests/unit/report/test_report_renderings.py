"""One document, the same figures in HTML, workbook and JSON; accessible, whole, honest about fills."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from skillmix.errors import SkillmixError
from skillmix.report import Chart, Document, Section, Table, write
from skillmix.report.charts import bars, fan
from skillmix.report.document import Answer, Column
from skillmix.report.outlook import course

pytestmark = pytest.mark.unit

ROWS = [
    {"date": dt.date(2027, 3, 31), "middle": 100.5, "low": 98.0, "high": 103.25},
    {"date": dt.date(2029, 3, 31), "middle": 90.0, "low": 80.0, "high": None},
]


def document(synthetic: bool = True) -> Document:
    table = Table(
        "Projection <all>",
        [
            Column("date", "31 March", "date"),
            Column("middle", "Middle", "quantity"),
            Column("high", "High", "quantity"),
        ],
        ROWS,
        note="Ranges & all.",
        synthetic=synthetic,
    )
    people = Table(
        "=Staff in post",
        [Column("name", "Partner"), Column("fte", "FTE", "quantity"), Column("n", "People", "people")],
        [{"name": "=1+1", "fte": Decimal("367.952533333"), "n": None}],
    )
    chart = Chart(fan(ROWS[:1], unit="FTE", invented=synthetic), 'Falls from 100 to "90".', table)
    other = Chart(bars([{"label": "A", "value": 2}], unit="FTE"), "A has two.", people)
    return Document(
        title="Workforce of Test",
        place="Test",
        date="1 July 2026",
        answer=Answer("It falls by a tenth.", "90", "FTE by March 2029", "80 to 95"),
        headline=chart,
        decision={"We recommend": "Something."},
        sections=[Section("Who is here", ["A paragraph."], ["A point."], [people], [other])],
        synthetic="Invented rows fill what publication does not hold." if synthetic else "",
        manifest={"publication": 3, "seed": 1},
    )


class Outline(HTMLParser):
    """Tags with their attributes, to check what a reader's machine relies on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def outline(path: Path) -> Outline:
    parsed = Outline()
    parsed.feed(path.read_text())
    return parsed


def test_the_html_is_whole_in_itself(tmp_path: Path) -> None:
    page = write(document(), tmp_path / "report.html")
    tags = outline(page).tags
    assert not [t for t, _ in tags if t in ("script", "link", "iframe", "img")]
    outside = [a["href"] for _, a in tags if (a.get("href") or "#")[0] != "#"]
    assert outside == []
    assert "url(http" not in page.read_text()


def test_the_html_can_be_read_by_everyone(tmp_path: Path) -> None:
    tags = outline(write(document(), tmp_path / "report.html")).tags
    assert ("html", {"lang": "en-GB"}) in tags
    pictures = [a for t, a in tags if t == "svg"]
    assert len(pictures) == 2
    assert all(a.get("role") == "img" and a.get("aria-label") for a in pictures)
    headings = [int(t[1]) for t, _ in tags if re.fullmatch(r"h[1-6]", t)]
    assert headings.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(headings))
    scopes = [a.get("scope") for t, a in tags if t == "th"]
    assert set(scopes) == {"col", "row"}
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids)), "no identifier stands twice on the page"


def test_what_is_invented_is_said_on_every_face(tmp_path: Path) -> None:
    page = write(document(), tmp_path / "report.html").read_text()
    assert page.count("Invented") >= 3
    assert "Invented: contains synthetic rows" in page[page.index("<svg") : page.index("</svg>")]
    book = CalamineWorkbook.from_path(write(document(), tmp_path / "report.xlsx"))
    cells = [str(c) for row in book.get_sheet_by_name("Projection <all>").to_python() for c in row]
    assert "Invented: contains synthetic rows." in cells
    data = json.loads(write(document(), tmp_path / "report.json").read_text())
    assert data["tables"]["projection-all"]["synthetic"] is True
    clean = write(document(synthetic=False), tmp_path / "clean.html").read_text()
    assert "Invented" not in clean


def test_words_sent_by_others_are_never_markup_or_formulas(tmp_path: Path) -> None:
    page = write(document(), tmp_path / "report.html").read_text()
    assert "Projection <all>" not in page
    assert "Projection &lt;all&gt;" in page
    book = CalamineWorkbook.from_path(write(document(), tmp_path / "report.xlsx"))
    assert "=1+1" in [c for row in book.get_sheet_by_name("=Staff in post").to_python() for c in row]


def test_every_rendering_holds_the_same_unrounded_figures(tmp_path: Path) -> None:
    data = json.loads(write(document(), tmp_path / "report.json").read_text())
    assert data["tables"]["staff-in-post"]["rows"] == [{"name": "=1+1", "fte": 367.952533333, "n": None}]
    book = CalamineWorkbook.from_path(write(document(), tmp_path / "report.xlsx"))
    row = book.get_sheet_by_name("=Staff in post").to_python()[-1]
    assert row[1] == 367.952533333
    assert row[2] == "", "unknown is empty, never zero"
    assert "not known" in write(document(), tmp_path / "report.html").read_text()


def test_the_same_document_gives_the_same_bytes(tmp_path: Path) -> None:
    for ending in ("html", "json", "xlsx"):
        first = write(document(), tmp_path / f"a.{ending}").read_bytes()
        second = write(document(), tmp_path / f"b.{ending}").read_bytes()
        assert first == second, ending


@pytest.mark.parametrize("name", ["report.docx", "report", "nowhere/report.html"])
def test_a_format_or_folder_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SkillmixError) as refused:
        write(document(), tmp_path / name)
    assert refused.value.cure
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("middle", "low", "high", "said"),
    [
        (104.0, 101.0, 107.0, "grows by 4.0% from the 100 FTE"),
        (96.0, 93.0, 99.0, "falls by 4.0% from the 100 FTE"),
        (100.5, 95.0, 104.0, "stays about the same as the 100 FTE"),
        (103.0, 98.0, 107.0, "may grow or fall by March 2031: the middle of the runs is 3.0% above"),
    ],
)
def test_growth_is_told_only_where_the_interval_holds_no_decline(
    middle: float, low: float, high: float, said: str
) -> None:
    first = {"p50": 100.0, "date": dt.date(2026, 6, 30)}
    last = {"p50": middle, "p5": low, "p95": high, "date": dt.date(2031, 3, 31)}
    assert said in course(first, last)
