"""Small made-up specifications for the tests of the engines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from skillmix.projection.ages import AGES, by_band, distribution, index_of, monthly_hazard
from skillmix.projection.randomness import entity
from skillmix.projection.specification import Cell, Cohort, Move, Specification, Uncertain

LEAVING = {"under_25": 0.17, "25-34": 0.15, "35-44": 0.08, "45-54": 0.05, "55-64": 0.09, "65_and_over": 0.25}
AGES_IN_POST = {"under_25": 5, "25-34": 26, "35-44": 28, "45-54": 23, "55-64": 15, "65_and_over": 3}
JOINING = {"under_25": 18, "25-34": 44, "35-44": 25, "45-54": 9, "55-64": 4, "65_and_over": 0}


def _model(
    people=(60, 40, 30),
    *,
    posts=(None, None, None),
    local=0.0,
    moves=True,
    unknown=True,
    uncertain=(),
    **extra,
) -> Specification:
    """Two hospital cells (support and registered) and a network cell of the same registered profession."""
    cells = (
        Cell("HOSP", "support_physiotherapy", sector="acute"),
        Cell("HOSP", "physiotherapist", sector="acute"),
        Cell("NET1", "physiotherapist", sector="primary_care"),
    )
    person_cell = np.repeat(np.arange(3), people)
    rank = np.concatenate([np.arange(n) for n in people])
    person_entity = np.array(
        [entity("person", *cells[c].words, r) for c, r in zip(person_cell, rank, strict=True)],
        dtype=np.uint64,
    )
    ages = np.array([index_of(22 + (7 * r) % 40) for r in rank], dtype=np.int64)
    leave = by_band(LEAVING)
    sources = np.zeros((3, 5))
    sources[:, 3] = 1
    sources[2] = [local, 0, 0, 1 - local, 0]
    values = {
        "starts": dt.date(2026, 3, 31),
        "cells": cells,
        "person_cell": person_cell,
        "person_age": np.where(rank % 2 == 0, ages, -1) if unknown else ages,
        "person_entity": person_entity,
        "age_tables": distribution(AGES_IN_POST)[None, :],
        "age_table_of": np.zeros(3, dtype=np.int64),
        "hazards": np.stack([monthly_hazard(leave), monthly_hazard(leave * 1.3)]),
        "hazard_of": np.array([0, 0, 1]),
        "retire_share": np.zeros((2, AGES)),
        "joiner_tables": distribution(JOINING)[None, :],
        "joiner_table_of": np.zeros(3, dtype=np.int64),
        "joiners": np.array([0.6, 0.5, 0.3]),
        "posts": np.array([np.nan if p is None else p for p in posts], dtype=np.float64),
        "fill": np.array([0.25, 0.25, 0.25]),
        "sources": sources,
        "backfill": np.array([True, True, True]),
        "donors": {2: (1,)} if local else {},
        "moves": (Move(0, 1, 0.004), Move(1, 2, 0.002, "promoted")) if moves else (),
        "cohorts": (Cohort(1, 7, 6, 0.8, index_of(22), "autumn"),),
        "uncertain": tuple(Uncertain(*u) for u in uncertain),
    }
    return Specification(**{**values, **extra})


@pytest.fixture(scope="session")
def model() -> Callable[..., Specification]:
    """Makes small specifications: two hospital cells and a network's."""
    return _model
