"""The catalogue says of every measure what it is; figures refuse columns that are not there."""

from __future__ import annotations

import subprocess
import sys

import polars as pl
import pytest

from skillmix import measures
from skillmix.errors import SkillmixError
from skillmix.measures.catalogue import measure

pytestmark = pytest.mark.unit


def test_every_rate_names_its_denominator_and_when_it_is_refused() -> None:
    for entry in measures.MEASURES.values():
        assert entry.definition.endswith(".")
        assert entry.source
        if entry.unit == "share of 1":
            assert entry.denominator
            assert entry.refused


def test_rates_of_turnover_and_vacancy_are_in_the_catalogue() -> None:
    assert {"joiner_rate", "leaver_rate", "stability", "vacancy_rate"} <= set(measures.MEASURES)
    with pytest.raises(SkillmixError, match="headcount"):
        measure("happiness")


def test_figures_refuse_a_column_or_kind_that_is_not_there() -> None:
    frame = pl.DataFrame({"sector": ["acute"], "headcount": [1]})
    with pytest.raises(SkillmixError, match="'profession' is not a column"):
        measures.Figures(frame, "x", ("profession",), {"headcount": "staff_in_post"})
    with pytest.raises(SkillmixError, match="no kind of fact 'secret'"):
        measures.Figures(frame, "x", ("sector",), {"headcount": "secret"})


def test_the_face_is_light_and_never_hides_a_function_behind_a_module() -> None:
    program = (
        "import sys, skillmix.measures as m, skillmix.disclosure as d\n"
        "assert 'polars' not in sys.modules\n"
        "for face in (m, d):\n"
        "    for again in range(2):\n"
        "        for name in face.__all__:\n"
        "            found = getattr(face, name)\n"
        "            assert type(found).__name__ != 'module', name\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
