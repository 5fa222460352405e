from __future__ import annotations

import datetime as dt
import json

import polars as pl
import pytest
from web_places import north

from skillmix.errors import InputError
from skillmix.place import Place, Scope
from skillmix.projection import compare, kept_run, kept_runs, project, project_once, routes_once
from skillmix.projection.keeping import DIFFERENCE, PROJECTION, ROUTES
from skillmix.projection.scenario import Lever, Scenario, parse

pytestmark = pytest.mark.unit

FEWER = Scenario(
    "Fewer leavers", levers=(Lever("leaver_rate", 0.5, {}, dt.date(2026, 7, 1), None, 0.5, 0.5),)
)
SMALL = {"years": 2, "runs": 4, "seed": 3}
READER = Scope(purpose="figures", aggregated=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return north(tmp_path_factory.mktemp("kept") / "north").path


def test_a_run_is_made_once_and_keeps_what_it_was_made_from(folder):
    name, there = project_once(folder, FEWER, scope=READER, **SMALL)
    assert not there
    first = kept_run(folder, name)
    assert first.kind == PROJECTION
    assert first.scenario() == FEWER
    assert first.assumptions().hash == first.manifest["assumptions_hash"]
    assert first.manifest["purpose"] == "figures"
    assert len(first.manifest["agreements"]) == 5
    assert first.manifest["unagreed"] is False
    written = (first.folder / "manifest.json").stat().st_mtime_ns
    assert project_once(folder, FEWER, scope=READER, **SMALL) == (name, True)
    assert (first.folder / "manifest.json").stat().st_mtime_ns == written
    assert project(folder, FEWER, out=folder / "elsewhere", **SMALL).manifest["id"] == name
    assert project_once(folder, FEWER, scope=READER, years=2, runs=4, seed=4)[0] != name


def test_a_run_that_was_not_written_to_its_end_is_none(folder):
    (folder / "runs" / ("0" * 16) / "results").mkdir(parents=True)
    assert kept_run(folder, "0" * 16) is None
    assert "0" * 16 not in {run.id for run in kept_runs(folder)}
    assert kept_run(folder, "../../place") is None


def test_the_difference_is_kept_with_both_runs(folder):
    name, there = compare(folder, FEWER, "no_change", scope=READER, **SMALL)
    assert not there
    kept = kept_run(folder, name)
    assert kept.kind == DIFFERENCE
    a, b = (kept_run(folder, kept.manifest[k]["id"]) for k in ("a", "b"))
    assert (a.manifest["scenario"], b.manifest["scenario"]) == ("Fewer leavers", "No change")
    change = kept.scan("change").filter(pl.col("by") == "place", pl.col("measure") == "fte").collect()
    last = change.filter(pl.col("month") == pl.col("month").max()).row(0, named=True)
    assert last["mean"] > 0
    ends = [
        run.scan("monthly")
        .filter(pl.col("by") == "place", pl.col("measure") == "fte", pl.col("month") == last["month"])
        .collect()["mean"][0]
        for run in (a, b)
    ]
    assert last["mean"] == pytest.approx(ends[0] - ends[1])
    assert change.filter(pl.col("month") == 0)["mean"][0] == 0
    assert compare(folder, FEWER, "no_change", scope=READER, **SMALL) == (name, True)


def test_a_scenario_that_changes_nothing_differs_by_exactly_nought(folder):
    # A lever that holds for nobody's lifetime of this projection: another scenario, the same future.
    idle = Scenario("Idle", levers=(Lever("leaver_rate", 0.5, {}, dt.date(2060, 1, 1), None, 0.5, 0.5),))
    name, _ = compare(folder, idle, "no_change", scope=READER, **SMALL)
    change = kept_run(folder, name).scan("change").collect()
    values = change.select("expected", "mean", "p5", "p50", "p95").to_numpy()
    assert change.height > 0
    assert (values == 0).all()


def test_a_scenario_is_not_compared_with_itself(folder):
    with pytest.raises(InputError, match="twice"):
        compare(folder, "no_change", "no_change", scope=READER, **SMALL)


def test_facts_that_are_read_without_an_agreement_are_told(tmp_path):
    path = north(tmp_path / "north").path
    place = Place.open(path)
    place.agreements = [a for a in place.agreements if a.organisation != "NT3"]
    place.save()
    for scope, told in ((READER, False), (Scope.controller("tests"), False)):
        name, _ = project_once(path, "no_change", years=1, runs=1, scope=scope)
        manifest = json.loads((path / "runs" / name / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["unagreed"] is told
        assert "agreement-nt3" not in manifest["agreements"]


def test_a_comparison_of_routes_is_kept_and_shown_again_at_once(folder):
    plan = parse(
        'name = "Plan"\n[plan]\nyear = "2025/26"\nfrom = 2027-04-01\nwithin = "as_given"\n'
        'weighted_patients = 50000\n[[plan.role]]\nrole = "first_contact_physiotherapist"\nfte = 4.0\n'
    )
    name, there = routes_once(folder, plan, runs=2, years=4, scope=READER)
    assert not there
    kept = kept_run(folder, name)
    assert kept.kind == ROUTES
    assert kept.scenario() == plan
    assert set(kept.scan("routes").collect()["route"]) == {
        "network_employs",
        "partner_supplies",
        "staff_rotate",
    }
    assert kept.scan("answer").collect()["says"].str.len_chars().min() > 20
    assert kept.scan("roles").collect().height == 1
    assert routes_once(folder, plan, runs=2, years=4, scope=READER) == (name, True)
    with pytest.raises(InputError, match="no recruitment plan"):
        routes_once(folder, "no_change", scope=READER)
