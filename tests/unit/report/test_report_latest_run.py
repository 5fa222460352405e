from __future__ import annotations

import json

import pytest

from skillmix.projection import assumptions as assumed
from skillmix.projection import prepare
from skillmix.projection.keeping import DIFFERENCE, PROJECTION, ROUTES
from skillmix.projection.runs import find_scenario
from skillmix.report.boards import latest_run

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("kind", "told"), [(None, True), (PROJECTION, True), (DIFFERENCE, False), (ROUTES, False)]
)
def test_a_board_is_told_of_projections_alone(place, kind, told):
    prepare(place)
    folder = place.path / "runs" / ("a" * 16)
    folder.mkdir(parents=True)
    manifest = {
        "number": place.number,
        "scenario": "No change",
        "scenario_hash": find_scenario(place.path, "no_change").hash,
        "assumptions_hash": assumed.of_place(place.path).hash,
        "years": 10,
        "runs": 100,
        **({"kind": kind} if kind else {}),
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert latest_run(place) == (folder if told else None)
