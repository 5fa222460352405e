"""The one-page return: ten numbers of a partner without a system, and the facts that they become.

One thing for the page and for the file: the questions are the columns of `sources/one_page_return.toml`, what
cannot stand is said by `rules/one_page_return.toml`, and the facts are made here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import polars as pl

from skillmix.errors import InputError, Where
from skillmix.intake.build import SOURCE as TYPED
from skillmix.intake.casts import TYPES
from skillmix.intake.declarations import FieldMap
from skillmix.intake.fieldmap import field_map
from skillmix.intake.rules.declared import rules_of
from skillmix.intake.rules.judging import judge
from skillmix.place import PlaceOrganisation

SOURCE, TITLE = "one_page_return", "One-page return"
#: What the figures rest on, shown beside them.
BASIS = "One-page return: as the organisation filled it in"
SOCIAL_CARE = frozenset({"social_care_council", "social_care_independent"})
#: What is counted by each question, and the table of facts that it becomes.
_BECOMES = {
    "people": ("people", "stock"),
    "fte": ("FTE", "stock"),
    "registered_fte": ("FTE", "stock"),
    "support_fte": ("FTE", "stock"),
    "vacant_fte": ("FTE", "vacancy"),
    "joiners": ("people", "flow"),
    "leavers": ("people", "flow"),
    "apprentices": ("people", "learner"),
    "sickness_days": ("days", "absence"),
    "agency_cost": ("pounds", "ledger"),
}
KEYS = tuple(_BECOMES)

Answers = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Question:
    """One of the ten numbers.

    Attributes:
        key: its name in the answers, and in the field map.
        words: the question; the heading of its column.
        hint: what to count.
        unit: what is counted, in a word.
        whole: whether it is a whole number.
        becomes: the table of facts that it becomes.
    """

    key: str
    words: str
    hint: str
    unit: str
    whole: bool
    becomes: str


@lru_cache(maxsize=1)
def questions() -> tuple[Question, ...]:
    """The ten questions, in their order.

    >>> len(questions()), questions()[0].unit
    (10, 'people')
    """
    columns = field_map(SOURCE).columns
    return tuple(
        Question(
            key, columns[key].headings[0], columns[key].describe, unit, columns[key].cast == "integer", table
        )
        for key, (unit, table) in _BECOMES.items()
    )


def problems(answers: Answers) -> dict[str, str]:
    """What cannot stand together, by question, with what to do: the rules of the source, asked of one row.

    Args:
        answers: numbers as text by question; None where not known.
    """
    columns = {key: field_map(SOURCE).columns[key] for key in KEYS}
    text = {key: pl.Series(key, [answers.get(key)], dtype=pl.String) for key in KEYS}
    typed = {
        TYPED + key: text[key].cast(TYPES[columns[key].cast], strict=False).alias(TYPED + key) for key in KEYS
    }
    row = pl.DataFrame([pl.Series("row", [1]), *text.values(), *typed.values()])
    rules = [rule for rule in rules_of(SOURCE) if rule.severity == "set_aside"]
    headings = {key: key for key in KEYS}
    found = judge(row, rules, columns, headings).findings
    words: dict[str, str] = {}
    for key, value, reason, cure in found.select("column", "value", "reason", "cure").iter_rows():
        said = f"{value}: {reason[0].lower()}{reason[1:]}" if value is not None else reason
        words.setdefault(key, f"{said} {cure}")
    return words


def year_before(as_of: dt.date) -> dt.date:
    """First day of the twelve months that end with a month.

    >>> year_before(dt.date(2026, 6, 30))
    datetime.date(2025, 7, 1)
    """
    return dt.date(as_of.year - (as_of.month < 12), as_of.month % 12 + 1, 1)


def _number(answers: Answers, key: str) -> Decimal | None:
    given = answers.get(key)
    return None if given is None else Decimal(given)


def facts(
    organisation: str, sector: str | None, as_of: dt.date, answers: Answers
) -> dict[str, list[dict[str, Any]]]:
    """The facts that answers become; what is not known becomes none, or stays null.

    Args:
        organisation: code of the partner.
        sector: its sector.
        as_of: the last day of the month that the return is about.
        answers: numbers as text by question; None where not known.

    Returns:
        Rows by table: `stock` at the grains ``organisation`` and, where both parts are known or follow from
        the whole, ``organisation,registered``; `flow` of twelve months; `vacancy`, `learner`, `absence`,
        `ledger`.
    """
    fact = {"organisation": organisation, "period": f"{as_of:%Y-%m}", "as_of": as_of}
    told = fact | {"basis": BASIS}
    rows: dict[str, list[dict[str, Any]]] = {
        "stock": [told | row for row in _stock(answers)],
        "flow": [told | row for row in _flow(as_of, answers)],
    }
    if (vacant := _number(answers, "vacant_fte")) is not None:
        rows["vacancy"] = [fact | {"basis": _vacancy_basis(sector), "fte": vacant}]
    if (apprentices := _number(answers, "apprentices")) is not None:
        rows["learner"] = [fact | _apprentice(organisation, sector)] * int(apprentices)
    if (days := _number(answers, "sickness_days")) is not None:
        rows["absence"] = [fact | {"days_lost": days}]
    if (cost := _number(answers, "agency_cost")) is not None:
        rows["ledger"] = [fact | {"staff_kind": "agency", "cost": cost}]
    return {name: listed for name, listed in rows.items() if listed}


def _framed(rows: Mapping[str, list[dict[str, Any]]]) -> dict[str, pl.DataFrame]:
    """Facts as frames, numbered within each table."""
    return {
        name: pl.DataFrame(listed, infer_schema_length=None)
        .with_row_index("row", offset=1)
        .cast({"row": pl.Int64})
        for name, listed in rows.items()
    }


def of_rows(
    rows: pl.DataFrame, chosen: FieldMap, as_of: dt.date | None, sectors: Mapping[str, str]
) -> dict[str, pl.DataFrame]:
    """The facts of a file of returns: one return a row.

    Raises:
        InputError: when the day is not given.
    """
    if as_of is None:
        raise InputError(
            f"{chosen.title} does not say what date it is true for.", cure="Give the date with --as-of."
        )
    together: dict[str, list[dict[str, Any]]] = {}
    for row in rows.iter_rows(named=True):
        organisation = row[TYPED + chosen.within.organisation]
        answers = {key: None if row[TYPED + key] is None else str(row[TYPED + key]) for key in KEYS}
        for name, made in facts(organisation, sectors.get(organisation), as_of, answers).items():
            together.setdefault(name, []).extend(made)
    return _framed(together)


def tables(organisation: PlaceOrganisation, as_of: dt.date, answers: Answers) -> dict[str, pl.DataFrame]:
    """The facts of one return, with the partner's share, as a place takes them.

    Args:
        organisation: the partner.
        as_of: the last day of the month that the return is about.
        answers: numbers as text by question; None where not known.

    Raises:
        InputError: when answers cannot stand together.
    """
    if wrong := problems(answers):
        key, problem = next(iter(wrong.items()))
        raise InputError(problem, cure="Correct the return.", where=[Where(column=key)])
    shared = {
        "sector": organisation.sector,
        "share_place": Decimal(str(organisation.share_place)),
        "share_basis": organisation.share_basis,
    }
    made = facts(organisation.code, organisation.sector, as_of, answers)
    return _framed(
        {
            name: [row | {"origin": "sent"} | (shared if name in ("stock", "flow") else {}) for row in listed]
            for name, listed in made.items()
        }
    )


def _stock(answers: Answers) -> list[dict[str, Any]]:
    people, fte = _number(answers, "people"), _number(answers, "fte")
    registered, other = _number(answers, "registered_fte"), _number(answers, "support_fte")
    found: list[dict[str, Any]] = []
    headcount = None if people is None else int(people)
    if headcount is not None or fte is not None:
        found.append({"grain": "organisation", "headcount": headcount, "fte": fte, "fte_people": fte})
    if fte is not None and registered is not None and other is None:
        other = max(fte - registered, Decimal(0))
    if fte is not None and other is not None and registered is None:
        registered = max(fte - other, Decimal(0))
    if registered is not None and other is not None:
        found += [
            {"grain": "organisation,registered", "registered": is_registered, "fte": part, "fte_people": part}
            for is_registered, part in ((True, registered), (False, other))
        ]
    return found


def _flow(as_of: dt.date, answers: Answers) -> list[dict[str, Any]]:
    people = _number(answers, "people")
    joiners, leavers = _number(answers, "joiners"), _number(answers, "leavers")
    counted = {"joiners": joiners, "leavers": leavers}
    if people is not None and joiners is not None and leavers is not None:
        # Who was there a year ago is who is there now, without those who came and with those who went.
        counted |= {"start": max(people - joiners + leavers, Decimal(0)), "end": people}
    if joiners is None and leavers is None:
        return []
    about = {"grain": "organisation", "starts": year_before(as_of), "ends": as_of}
    return [about | {"kind": k, "headcount": int(n)} for k, n in counted.items() if n is not None]


def _vacancy_basis(sector: str | None) -> str:
    return "asc_posts" if sector in SOCIAL_CARE else "advertised"


def _apprentice(organisation: str, sector: str | None) -> dict[str, Any]:
    return {
        "programme": "support_worker_apprenticeship",
        "profession": "care_worker" if sector in SOCIAL_CARE else "support_nursing",
        "employer": organisation,
        "status": "active",
    }
