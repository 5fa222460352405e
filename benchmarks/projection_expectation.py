"""Claim: the expected course of a place of 60,000 posts over 15 years, by month and age in months.

Checked first: the mean of Monte Carlo runs of the same place lies within four standard errors of it.
The floor passes over the same people by cell and age three times a month, the least that the job needs.
"""

from __future__ import annotations

import datetime as dt
import sys
import time

import numpy as np

from harness import Claim, keep, seconds
from skillmix.projection import Plan, Specification, expect, simulate
from skillmix.projection.ages import AGES, by_band, distribution, hazard_of_rate
from skillmix.projection.randomness import entity
from skillmix.projection.specification import Cell, Move

CELLS, PEOPLE, MONTHS, RUNS = 1200, 60_000, 180, 24
#: Rates a year and shares by age of the invented place: round numbers of the size that England's are.
LEAVING = {"under_25": 0.15, "25-34": 0.14, "35-44": 0.08, "45-54": 0.05, "55-64": 0.09, "65_and_over": 0.25}
IN_POST = {"under_25": 5, "25-34": 26, "35-44": 28, "45-54": 23, "55-64": 15, "65_and_over": 3}
JOINING = {"under_25": 18, "25-34": 44, "35-44": 25, "45-54": 9, "55-64": 4}


def place() -> Specification:
    """60,000 people in 1,200 cells: 30 employers, 40 professions; half by supply, half against posts."""
    cells = tuple(
        Cell(
            f"E{i // 40:02d}",
            f"p{i % 40:02d}",
            sector="acute" if i < CELLS // 2 else "social_care_independent",
        )
        for i in range(CELLS)
    )
    person_cell = np.repeat(np.arange(CELLS), PEOPLE // CELLS)
    headcount = np.full(CELLS, PEOPLE // CELLS, dtype=np.float64)
    supplied = np.arange(CELLS) < CELLS // 2
    leave = by_band(LEAVING)
    sources = np.zeros((CELLS, 5))
    sources[:, 3] = 1.0
    # From every fourth profession into the next, at the same employer, where supply drives both.
    moves = tuple(Move(i, i + 1, 0.003) for i in range(0, CELLS // 2, 4))
    return Specification(
        starts=dt.date(2026, 3, 31),
        cells=cells,
        person_cell=person_cell,
        person_age=np.full(PEOPLE, -1),
        person_entity=np.array([entity("benchmark", i) for i in range(PEOPLE)], dtype=np.uint64),
        age_tables=distribution(IN_POST)[None, :],
        age_table_of=np.zeros(CELLS, dtype=np.int64),
        hazards=np.stack([hazard_of_rate(leave * f) for f in (0.8, 1.0, 1.2, 1.4)]),
        hazard_of=np.arange(CELLS) * 4 // CELLS,
        retire_share=np.zeros((4, AGES)),
        joiner_tables=distribution(JOINING)[None, :],
        joiner_table_of=np.zeros(CELLS, dtype=np.int64),
        joiners=np.where(supplied, headcount * 0.1 / 12, 0.0),
        posts=np.where(supplied, np.nan, headcount * 1.1),
        fill=np.full(CELLS, 0.25),
        sources=sources,
        backfill=np.ones(CELLS, dtype=np.bool_),
        moves=moves,
    )


def check(plan: Plan) -> tuple[str, float]:
    """The mean of the runs within four standard errors, for the place and each employer, every year."""
    expected = expect(plan)
    assert expected.exact, expected.inexact
    begin = time.perf_counter()
    stocks = np.stack(
        [simulate(plan, seed=1, run=r, uncertainty=False)[0].stock[12::12] for r in range(RUNS)]
    )
    each = (time.perf_counter() - begin) / RUNS
    by_employer = stocks.reshape(RUNS, MONTHS // 12, 30, 40).sum(axis=3)
    whole = by_employer.sum(axis=2, keepdims=True)
    found = np.concatenate([by_employer, whole], axis=2)
    exact = expected.course.stock[12::12].reshape(MONTHS // 12, 30, 40).sum(axis=2)
    exact = np.concatenate([exact, exact.sum(axis=1, keepdims=True)], axis=1)
    # With few runs the standard error of one employer is itself uncertain, so it is pooled over employers.
    deviation = found.std(axis=0, ddof=1)
    deviation[:, :30] = np.sqrt((deviation[:, :30].reshape(-1, 2, 15) ** 2).mean(axis=2)).repeat(15, axis=1)
    worst = float((np.abs(found.mean(axis=0) - exact) / (deviation / np.sqrt(RUNS))).max())
    if worst > 4:
        sys.exit(f"The mean of the runs lies {worst:.2f} standard errors from the expectation.")
    return (
        f"mean of {RUNS} runs within {worst:.2f} standard errors, 30 employers and the whole, 15 years",
        each,
    )


def floor() -> None:
    """Three passes a month over people by cell and age: stay, join, count; no ageing, posts or moves."""
    people, stay, joining = np.ones((CELLS, AGES)), np.full(AGES, 0.99), np.full((CELLS, AGES), 0.01)
    for _ in range(MONTHS):
        np.multiply(people, stay, out=people)
        np.add(people, joining, out=people)
        people.sum(axis=1)


def main() -> None:
    plan = Plan.of(place(), MONTHS)
    checked, each = check(plan)
    keep(
        Claim(
            name="projection_expectation",
            says="The exact expectation of a place of 60,000 people over 180 months, at ages by the month.",
            unit="s",
            ours=seconds(lambda: expect(plan), repeat=3),
            floor=seconds(floor, repeat=3),
            floor_is="three NumPy passes over every cell and age a month: stay, join, count",
            checked=checked,
            notes={"one Monte Carlo run of the same, s": each, "cells": float(CELLS), "ages": float(AGES)},
        )
    )


if __name__ == "__main__":
    main()
