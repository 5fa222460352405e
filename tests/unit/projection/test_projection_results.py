from __future__ import annotations

import dataclasses
import datetime as dt
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from skillmix.disclosure import release
from skillmix.errors import SkillmixError
from skillmix.projection import as_figures
from skillmix.projection.montecarlo import simulate
from skillmix.projection.results import marches, month_end
from skillmix.projection.running import run_plan
from skillmix.projection.scenario import apply, parse
from skillmix.projection.specification import Plan

pytestmark = pytest.mark.unit

UNCERTAIN = (("leavers", "leavers", (0, 1, 2), 0.8, 1.3),)


@pytest.fixture(scope="module")
def base(model):
    spec = model(posts=(None, None, 33), local=0.5, uncertain=UNCERTAIN, fte=np.array([0.8, 0.9, 0.7]))
    return run_plan(Plan.of(spec, 40), runs=8, seed=3)


def test_financial_years_end_on_31_march():
    assert month_end(dt.date(2026, 6, 30), 9) == dt.date(2027, 3, 31)
    assert month_end(dt.date(2026, 11, 30), 3) == dt.date(2027, 2, 28)
    assert marches(dt.date(2026, 6, 30), 36) == [9, 21, 33]
    assert marches(dt.date(2026, 3, 31), 24) == [12, 24]


def test_slices_add_up_from_the_cells(base, model):
    frame = base.frame()
    assert frame.filter(pl.col("by") == "place", pl.col("measure") == "jobs").height == 41
    at = frame.filter(pl.col("month") == 36)
    for measure in ("jobs", "fte", "fte_place"):
        mine = at.filter(pl.col("measure") == measure)
        whole = mine.filter(pl.col("by") == "place")["mean"].item()
        for by in ("sector", "organisation", "profession", "serves"):
            assert mine.filter(pl.col("by") == by)["mean"].sum() == pytest.approx(whole)
    # Independently, from the runs themselves.
    spec = model(posts=(None, None, 33), local=0.5, uncertain=UNCERTAIN)
    stocks = [simulate(Plan.of(spec, 40), seed=3, run=r)[0].stock[36] for r in range(8)]
    hospital = at.filter(pl.col("by") == "organisation", pl.col("organisation") == "HOSP")
    assert hospital.filter(pl.col("measure") == "jobs")["p50"].item() == np.median(
        [s[:2].sum() for s in stocks]
    )
    fte = np.mean([s[0] * 0.8 + s[1] * 0.9 for s in stocks])
    assert hospital.filter(pl.col("measure") == "fte")["mean"].item() == pytest.approx(fte)


def test_quantiles_are_in_order_and_the_start_is_certain(base):
    frame = base.frame()
    names = ["p5", "p10", "p25", "p50", "p75", "p90", "p95"]
    for low, high in pairwise(names):
        assert (frame[low] <= frame[high]).all()
    start = frame.filter(pl.col("month") == 0)
    assert (start["p5"] == start["p95"]).all()


def test_summary_stands_at_one_three_years_and_the_start(base):
    summary = base.summary()
    assert summary["years"].unique().sort().to_list() == [0, 1, 3]
    assert summary.filter(pl.col("years") == 3)["date"].unique().to_list() == [dt.date(2029, 3, 31)]
    both = summary.filter(pl.col("by") == "organisation,profession")
    assert both.filter(pl.col("years") == 1, pl.col("measure") == "fte").height == 3


def test_flows_explain_the_stock(base):
    flows = base.flow_frame().filter(pl.col("by") == "organisation", pl.col("organisation") == "HOSP")
    wide = flows.pivot("flow", index="month", values="mean").sort("month")
    stock = base.frame().filter(
        pl.col("by") == "organisation", pl.col("organisation") == "HOSP", pl.col("measure") == "jobs"
    )
    change = wide["joined"] - wide["left"] + wide["moved_in"] - wide["moved_out"]
    assert stock["mean"].diff().drop_nulls().to_numpy() == pytest.approx(change.to_numpy())
    assert (wide["retired"] <= wide["left"]).all()


def test_no_change_differs_from_its_base_by_exactly_nought(base, model):
    spec = model(posts=(None, None, 33), local=0.5, uncertain=UNCERTAIN, fte=np.array([0.8, 0.9, 0.7]))
    same = run_plan(apply(parse('name = "Nothing"'), spec, 40), runs=8, seed=3)
    change = same.change(base)
    for name in ("mean", "expected", "p5", "p50", "p95"):
        assert (change[name] == 0).all()
    lever = 'name = "Fewer leave"\n[[lever]]\nkind = "leaver_rate"\nfactor = 0.5\nsector = "acute"'
    better = run_plan(apply(parse(lever), spec, 40), runs=8, seed=3).change(base)
    gain = better.filter(pl.col("by") == "sector", pl.col("sector") == "acute", pl.col("month") == 40)
    assert (gain["p5"] > 0).all()


def test_figures_do_not_depend_on_workers(base, model):
    spec = model(posts=(None, None, 33), local=0.5, uncertain=UNCERTAIN, fte=np.array([0.8, 0.9, 0.7]))
    shared = run_plan(Plan.of(spec, 40), runs=8, seed=3, workers=2)
    assert shared.frame().equals(base.frame())
    assert shared.flow_frame().equals(base.flow_frame())


def test_projections_of_different_luck_are_not_subtracted(base):
    other = dataclasses.replace(base, manifest={"seed": 4})
    with pytest.raises(SkillmixError, match="same luck"):
        other.change(base)


def test_uncertain_assumptions_widen_the_interval(model):
    def width(uncertain):
        result = run_plan(Plan.of(model((200, 100, 50), uncertain=uncertain), 36), runs=40, seed=1)
        row = result.frame().filter(
            pl.col("by") == "place", pl.col("measure") == "jobs", pl.col("month") == 36
        )
        return (row["p95"] - row["p5"]).item()

    assert width((("leavers", "leavers", (0, 1, 2), 0.6, 1.6),)) > 1.5 * width(())


def test_what_is_expected_of_a_handful_is_held_back_when_released():
    frame = pl.DataFrame(
        {"organisation": ["A", "B"], "mean": [40.0, 2.5], "people": [41.0, 3.0], "invented": [False, False]}
    )
    released = release(as_figures(frame, place="TST", number=1, people="people")).frame
    assert released["mean"].to_list() == [40.0, None]
    assert "people" not in released.columns
    assert release(as_figures(frame.drop("people"), place="TST", number=1)).frame["mean"].null_count() == 0
