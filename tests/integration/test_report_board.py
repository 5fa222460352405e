"""The board report of real places: the answer rests on the run, and every face says what is invented."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl
import pytest

from skillmix import demonstration, intake, report
from skillmix.errors import InputError
from skillmix.place import Place
from skillmix.projection import project
from skillmix.report import boards, plans
from skillmix.report.boards import latest_run

pytestmark = pytest.mark.integration

SMALL = "02Q"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = intake.published_place(tmp_path_factory.mktemp("published") / "place", SMALL)
    project(place, years=5, runs=8, seed=1)
    return place


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = demonstration.aldmoor(tmp_path_factory.mktemp("invented") / "place", size=0.05)
    project(place, years=3, runs=8, seed=1)
    return place


@pytest.fixture(autouse=True)
def few_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "RUNS", 3)
    monkeypatch.setattr(boards, "FEWEST_YEARS", 3)
    monkeypatch.setattr(boards, "FEWEST_RUNS", 8)


def test_the_answer_is_the_run_s_own_figure(published: Place, tmp_path: Path) -> None:
    told = json.loads(report.report(published, tmp_path / "report.json").read_text())
    folder = latest_run(published)
    assert folder is not None
    summary = pl.read_parquet(folder / "results" / "summary.parquet")
    rows = summary.filter(pl.col("by") == "place", pl.col("measure") == "fte_place").sort("years")
    assert told["answer"]["number"] == f"{round(rows['p50'][-1]):,} FTE"
    projected = next(t for name, t in told["tables"].items() if name.startswith("fte-serving"))
    assert [r["p95"] for r in projected["rows"]] == pytest.approx(rows["p95"].to_list())
    assert told["manifest"]["Publication number"] == published.number


def test_a_projection_of_other_assumptions_is_not_told_as_the_present_one(published: Place) -> None:
    assert latest_run(published) is not None
    file = published.path / "assumptions" / "projection.toml"
    before = file.read_text(encoding="utf-8")
    edited = re.sub(r"^high = .*$", "high = 0.99", before, count=1, flags=re.MULTILINE)
    assert edited != before
    file.write_text(edited, encoding="utf-8")
    assert latest_run(published) is None
    file.write_text(before, encoding="utf-8")
    assert latest_run(published) is not None


def test_a_published_place_invents_nothing_and_says_what_is_missing(published: Place, tmp_path: Path) -> None:
    page = report.report(published, tmp_path / "report.html").read_text()
    assert "contains synthetic rows" not in page
    assert "Nothing: every figure is published or was sent by a partner." in page
    assert "excluding resident doctors and bank" in page
    assert "Ask for a staff list" in page or "ask for a staff list" in page
    headings = re.findall(r"<h2[^>]*>([^<]*)</h2>", page)
    assert headings[0] == "The answer"
    assert headings[-1] == "How to make these figures again"


def test_an_invented_place_says_so_on_every_table_that_holds_figures(invented: Place, tmp_path: Path) -> None:
    told = json.loads(report.report(invented, tmp_path / "report.json").read_text())
    assert told["synthetic"].startswith("Invented")
    quiet = {"assumptions-of-the-projection", "roles-of-the-plan", "shares-of-organisations-that-are-assumed"}
    assert {name for name, t in told["tables"].items() if not t["synthetic"]} <= quiet
    page = report.report(invented, tmp_path / "report.html").read_text()
    pictures = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    assert len(pictures) >= 3
    assert all("Invented" in p for p in pictures)


def test_a_folder_without_a_projection_is_refused_with_the_cure(published: Place, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no projection"):
        report.report(published, tmp_path / "report.html", run=tmp_path)
    assert not (tmp_path / "report.html").exists()


def test_the_report_of_a_scenario_says_so(published: Place, tmp_path: Path) -> None:
    scenario = tmp_path / "fewer.toml"
    scenario.write_text(
        'name = "Fewer leave"\n[[lever]]\nkind = "leaver_rate"\nfrom = 2027-04-01\n'
        'factor = 0.5\nsource = "test"\n'
    )
    project(published, scenario, years=3, runs=3, out=tmp_path / "run")
    told = report.report(published, tmp_path / "report.json", run=tmp_path / "run").read_text()
    assert json.loads(told)["answer"]["sentence"].startswith("Under the scenario 'Fewer leave'")


def test_the_run_of_another_place_is_refused(published: Place, invented: Place, tmp_path: Path) -> None:
    folder = latest_run(invented)
    assert folder is not None
    with pytest.raises(InputError, match="is of ALD-00"):
        report.report(published, tmp_path / "report.html", run=folder)


def test_an_example_plan_is_not_recommended_as_the_networks_own(published: Place, tmp_path: Path) -> None:
    told = json.loads(report.report(published, tmp_path / "report.json").read_text())
    assert "We recommend" not in told["decision"]
    assert "no network's own" in told["decision"]["What is assumed"]
    plan = published.path / "scenarios" / "primary_care_plan.toml"
    carried = plan.read_text()
    plan.write_text(carried.replace("fte = 10.0", "fte = 11.0"))
    own = json.loads(report.report(published, tmp_path / "own.json").read_text())
    plan.write_text(carried)
    assert "the networks' plan of" in own["decision"]["We recommend"]


def test_what_is_not_in_the_answer_stands_below_it(published: Place, tmp_path: Path) -> None:
    page = report.report(published, tmp_path / "report.html").read_text()
    assert re.search(r"Not in it: [^<]*adult social care \(none known\)", page)


def test_a_short_look_is_not_told_to_a_board(published: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    assert latest_run(published) is not None
    monkeypatch.setattr(boards, "FEWEST_RUNS", 9)
    assert latest_run(published) is None
