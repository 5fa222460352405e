"""Learners of Aldmoor: students of its university, apprentices of its employers."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from skillmix import reference
from skillmix.demonstration.aldmoor_city.facts import as_facts
from skillmix.demonstration.aldmoor_city.figures import Assumptions
from skillmix.demonstration.aldmoor_city.organisations import CITY

#: Days on which the learners were listed.
LISTED = (dt.date(2024, 6, 30), dt.date(2025, 6, 30), dt.date(2026, 6, 30))
UNIVERSITY = "Aldmoor University"
#: The day on which the planted cohort of podiatry apprentices starts: no employer has enough for one alone.
COHORT_START = dt.date(2025, 9, 15)


def learners(given: Assumptions, seed: int, size: float, assignments: pl.DataFrame) -> pl.DataFrame:
    """The learners on each day of `LISTED`.

    Apprentices are people in post; students have keys of their own and no employer. Learners drop out at the
    assumed rate over their programme.

    Args:
        given: the assumptions.
        seed: the seed of the city.
        size: the size of the city; the planted cohort is the same at every size.
        assignments: the rows of every snapshot.
    """
    rng = np.random.default_rng([seed, 10])
    months = dict(reference.table("programmes").select("code", "months").rows())
    groups = reference.table("ethnic_groups").get_column("code").to_list()
    rows: list[dict[str, object]] = []

    def add(**known: object) -> None:
        start = known["start_date"]
        assert isinstance(start, dt.date)
        length = int(months[known["programme"]])
        end = _after(start, length)
        left = None
        if not known.pop("certain", False) and rng.random() < given["learners.attrition"]:
            left = start + dt.timedelta(days=int(rng.integers(60, 30 * length)))
        for on in LISTED:
            if start > on or (left and (on - left).days > 365) or (on - end).days > 365:
                continue
            gone = left is not None and left <= on
            status = "left" if gone else "completed" if end <= on else "active"
            rows.append({**known, "as_of": on, "expected_end": end, "status": status})

    for year in range(2021, 2026):
        for profession, intake in given.starting("intake").items():
            programme = "masters" if profession == "social_worker" else "degree"
            for _ in range(max(1, round(intake * size))):
                add(
                    organisation=CITY,
                    person_key=_new_key(rng),
                    programme=programme,
                    profession=profession,
                    provider=UNIVERSITY,
                    employer=None,
                    start_date=dt.date(year, 9, 20),
                    sex="female" if rng.random() < given["learners.female"] else "male",
                    ethnicity=groups[int(rng.integers(1, len(groups)))]
                    if rng.random() < given["learners.minority"]
                    else groups[0],
                )
    first = assignments.get_column("as_of").min()
    last = assignments.get_column("as_of").max()
    staying = assignments.filter((pl.col("as_of") == first) & pl.col("person_key").is_not_null()).join(
        assignments.filter(pl.col("as_of") == last).select("organisation", "person_key", "profession"),
        on=["organisation", "person_key", "profession"],
        how="semi",
    )
    taken: set[str] = set()
    for year in range(2022, 2026):
        for name, intake in given.starting("apprentices").items():
            support, profession, employer = name.split(">")
            own = staying.filter((pl.col("organisation") == employer) & (pl.col("profession") == support))
            for person in _some(own, max(1, round(intake * size)), rng, taken):
                add(**_apprentice(person, profession, employer, dt.date(year, 9, 15)))
    for employer, planted in given.starting("podiatry_cohort").items():
        intake = round(planted)
        own = staying.filter(pl.col("organisation") == employer)
        near = own.filter(pl.col("profession").is_in(["support_podiatry", "support_ahp_general"]))
        rest = own.filter(~pl.col("registered"))
        people = _some(near, intake, rng, taken)
        people += _some(rest, intake - len(people), rng, taken)
        # A small city may lack somebody to train; the apprentice is then new to the employer.
        people += [
            {"person_key": _new_key(rng), "sex": "female", "ethnicity": None}
            for _ in range(intake - len(people))
        ]
        for person in people:
            add(**_apprentice(person, "podiatrist", employer, COHORT_START), certain=True)
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return as_facts(frame.sort("as_of", "organisation", "profession", "start_date", "person_key"))


def _new_key(rng: np.random.Generator) -> str:
    return f"synthetic:aldmoor:{int(rng.integers(0, 2**63)):016x}"


def _apprentice(
    person: dict[str, object], profession: str, employer: str, start: dt.date
) -> dict[str, object]:
    programme = (
        "nursing_associate_apprenticeship" if profession == "nursing_associate" else "degree_apprenticeship"
    )
    return {
        "organisation": employer,
        "person_key": person["person_key"],
        "programme": programme,
        "profession": profession,
        "provider": UNIVERSITY,
        "employer": employer,
        "start_date": start,
        "sex": person["sex"],
        "ethnicity": person["ethnicity"],
    }


def _some(
    people: pl.DataFrame, many: int, rng: np.random.Generator, taken: set[str]
) -> list[dict[str, object]]:
    """Some people who are no apprentice yet."""
    free = people.filter(~pl.col("person_key").is_in(sorted(taken))).sort("person_key")
    chosen = free[rng.permutation(len(free))[:many].tolist()].rows(named=True) if many > 0 else []
    taken.update(str(person["person_key"]) for person in chosen)
    return chosen


def _after(start: dt.date, months: int) -> dt.date:
    """A date some months later."""
    month = start.month - 1 + months
    return dt.date(start.year + month // 12, month % 12 + 1, min(start.day, 28))
