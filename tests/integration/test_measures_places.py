"""The measures on whole places: published Leeds to the last person, and Aldmoor against its own rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from skillmix import demonstration, disclosure, intake, measures
from skillmix.place import Place, Scope

pytestmark = pytest.mark.integration


def read(place: Place) -> Any:
    return place.read(Scope.controller("tests"))


@pytest.fixture(scope="module")
def leeds(tmp_path_factory) -> Any:
    return read(intake.published_place(tmp_path_factory.mktemp("places") / "leeds", "15F"))


@pytest.fixture(scope="module")
def aldmoor(tmp_path_factory) -> Any:
    folder: Path = tmp_path_factory.mktemp("places") / "aldmoor"
    demonstration.aldmoor(folder)
    return read(Place.open(folder))


def test_leeds_networks_in_june_2026(leeds) -> None:
    frame = measures.overview(leeds).frame
    networks = frame.filter(pl.col("organisation").str.starts_with("U"))
    assert networks.height == 19
    assert networks["lines"].sum() == 30
    assert networks["fte"].sum() == pytest.approx(395.87, abs=0.01)
    whole = measures.overview(leeds, ["kind"]).frame.filter(kind="network").row(0, named=True)
    assert (whole["headcount"], whole["lines"]) == (435, 30)
    # The sum by network counts one person twice, and is no headcount of anything.
    assert networks["headcount"].sum() == 436
    shown = disclosure.release(measures.overview(leeds))
    assert not any("436" in note for note in shown.notes)
    assert 436 not in measures.overview(leeds, ["sector"]).frame["headcount"].to_list()


def test_leeds_trusts_and_practices(leeds) -> None:
    rows = {r["organisation"]: r for r in measures.overview(leeds).frame.to_dicts()}
    for code, fte in {"RR8": 17_743.45, "RY6": 2_863.75, "RGD": 2_949.83}.items():
        assert rows[code]["fte"] == pytest.approx(fte, abs=0.01)
        assert "excluding resident doctors and bank" in rows[code]["basis"]
        assert rows[code]["origin"] == "published"
        assert rows[code]["patients"] is None
    practices = [r for code, r in rows.items() if r["patients"] and not code.startswith("U")]
    assert len(practices) == 84
    assert sum(r["patients"] for r in practices) == 933_415
    assert measures.overview(leeds, []).frame["patients"].item() == 933_415


def test_leeds_registered_patients_and_residents_are_two_denominators(leeds) -> None:
    by_kind = measures.overview(leeds, ["kind"])
    patients = measures.per_population(by_kind).frame.filter(kind="network").row(0, named=True)
    residents = measures.per_population(by_kind, "resident").frame.filter(kind="network").row(0, named=True)
    assert patients["fte_per_10000"] == pytest.approx(395.8725 / 93.3415, rel=1e-6)
    assert residents["denominator"] == pytest.approx(829_411)
    assert residents["fte_per_10000"] > patients["fte_per_10000"]


def test_leeds_professions_of_trusts_are_unknown_and_not_zero(leeds) -> None:
    frame = measures.grid(leeds).frame
    acute = frame.filter(partner="acute", profession="podiatrist").row(0, named=True)
    assert (acute["present"], acute["fte"]) == (None, None)
    assert frame.filter(partner="primary_care", profession="physiotherapist")["present"].item() is True


def test_leeds_two_autumn_months_have_no_rate(leeds) -> None:
    frame = measures.turnover(leeds).frame
    assert frame.height > 0
    assert frame["leaver_rate"].null_count() == frame.height
    assert all("not annualised" in reason for reason in frame["refused"])
    assert measures.vacancy(leeds).frame.is_empty()


def test_aldmoor_agrees_with_its_own_rows(aldmoor) -> None:
    jobs = aldmoor.table("assignment").collect()
    newest = jobs.filter(pl.col("as_of") == pl.col("as_of").max().over("organisation"))
    whole = measures.overview(aldmoor, []).frame.row(0, named=True)
    assert whole["headcount"] == newest["person"].drop_nulls().n_unique()
    assert whole["lines"] == newest["person"].null_count()
    assert whole["fte"] == pytest.approx(float(newest["fte"].sum()), abs=1e-9)
    by_organisation = measures.overview(aldmoor).frame
    assert by_organisation["headcount"].sum() > whole["headcount"]
    assert whole["origin"] == "synthetic"
    assert disclosure.release(measures.overview(aldmoor)).notes[0].startswith("Invented")


def test_aldmoor_turnover_agrees_with_two_snapshots_and_the_movements_between(aldmoor) -> None:
    row = measures.turnover(aldmoor, []).frame.row(0, named=True)
    jobs = aldmoor.table("assignment").filter(pl.col("person").is_not_null()).collect()
    start = set(jobs.filter(pl.col("as_of") == row["starts"])["person"])
    end = set(jobs.filter(pl.col("as_of") == row["ends"])["person"])
    assert (row["start"], row["end"]) == (len(start), len(end))
    assert row["stability"] == pytest.approx(len(start & end) / len(start))
    assert row["leaver_rate"] == pytest.approx(2 * row["leavers"] / (len(start) + len(end)))
    # Movers between partners leave one, and not the place.
    by_organisation = measures.turnover(aldmoor).frame
    assert by_organisation["leavers"].sum() > row["leavers"]
