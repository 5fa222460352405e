"""A suggestion is made only where it is near enough to be meant."""

from __future__ import annotations

import polars as pl
import pytest

from skillmix import reference
from skillmix.intake.nearest import nearest

pytestmark = pytest.mark.unit


def _roles() -> list[str]:
    listed = reference.table("role_mapping").filter(pl.col("scheme") == "nwrs")
    return listed.get_column("source_value").to_list()


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("Physiotherapst Practitioner", "Physiotherapist"),
        ("Pharmacyst Prescriber", "Pharmacist"),
        ("paramedik", "Paramedic"),
        ("Care Co-ordinator", "Care Coordinator"),
        ("Technician, Pharmacy", "Pharmacy Technician"),
    ],
)
def test_a_word_that_is_meant_is_found(sent: str, meant: str) -> None:
    assert nearest(sent, _roles()) == meant


@pytest.mark.parametrize("sent", ["Zookeeper", "Astronaut", "Widget", "", "  ", "GP"])
def test_no_word_is_suggested_that_is_not_meant(sent: str) -> None:
    assert nearest(sent, _roles()) is None


def test_of_no_words_none_is_nearest() -> None:
    assert nearest("x", []) is None
