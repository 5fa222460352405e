"""The one-page return: ten numbers of a partner without a system, and the facts that they become."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from skillmix.errors import InputError, Where
from skillmix.place import Draft, Place, PlaceOrganisation, Receipt
from skillmix.web.submissions.models import Upload

SOURCE, TITLE = "one_page_return", "One-page return"
#: What the figures rest on, shown beside them.
BASIS = "One-page return: as the organisation filled it in"
#: How far the parts of the FTE may be from the whole: rounding of two numbers.
_ROUNDING = Decimal("0.06")
#: More FTE than this for each person is a slip of the pen.
_MOST_FTE = Decimal("1.5")
#: More people than this are no partner without a system, but a slip of the pen.
MOST_PEOPLE = 20_000

Answers = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Question:
    """One of the ten numbers.

    Attributes:
        key: its name in the answers.
        words: the question.
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


QUESTIONS = (
    Question(
        "people",
        "How many people do you employ?",
        "Everybody on your payroll on the day, full or part time. Not agency workers or volunteers.",
        "people",
        True,
        "stock",
    ),
    Question(
        "fte",
        "How many full-time equivalents is that?",
        "Two people who each work half a week are 1.0.",
        "FTE",
        False,
        "stock",
    ),
    Question(
        "registered_fte",
        "Of these, registered professionals",
        "Nurses, allied health professionals, social workers, doctors and others on a statutory register.",
        "FTE",
        False,
        "stock",
    ),
    Question(
        "support_fte",
        "Of these, care and support workers and everybody else",
        "Care workers, support workers, managers, office, kitchen and grounds. With the line above it makes "
        "the whole.",
        "FTE",
        False,
        "stock",
    ),
    Question(
        "vacant_fte",
        "Posts that are vacant",
        "Posts that you would fill today if you could, in full-time equivalents.",
        "FTE",
        False,
        "vacancy",
    ),
    Question(
        "joiners",
        "People who joined in the last 12 months",
        "The twelve months that end on the day, also those who have left again.",
        "people",
        True,
        "flow",
    ),
    Question(
        "leavers",
        "People who left in the last 12 months",
        "The twelve months that end on the day, for whatever reason.",
        "people",
        True,
        "flow",
    ),
    Question(
        "apprentices",
        "Apprentices in care or health care support",
        "People on a care worker or healthcare support worker apprenticeship on the day.",
        "people",
        True,
        "learner",
    ),
    Question(
        "sickness_days",
        "Working days lost to sickness",
        "In the month that ends on the day. Count a half-time worker's day as half.",
        "days",
        False,
        "absence",
    ),
    Question(
        "agency_cost",
        "Spent on agency staff",
        "In the month that ends on the day, in pounds, without VAT where you reclaim it.",
        "pounds",
        False,
        "ledger",
    ),
)
KEYS = tuple(q.key for q in QUESTIONS)
SOCIAL_CARE = frozenset({"social_care_council", "social_care_independent"})


def month_ends(today: dt.date, months: int = 13) -> list[dt.date]:
    """The last days of the latest whole months, the newest first.

    >>> month_ends(dt.date(2026, 3, 31), 2)
    [datetime.date(2026, 3, 31), datetime.date(2026, 2, 28)]
    """
    found: list[dt.date] = []
    year, month = today.year, today.month
    while len(found) < months:
        last = dt.date(year, month, calendar.monthrange(year, month)[1])
        if last <= today:
            found.append(last)
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found


def year_before(as_of: dt.date) -> dt.date:
    """First day of the twelve months that end with a month.

    >>> year_before(dt.date(2026, 6, 30))
    datetime.date(2025, 7, 1)
    """
    return dt.date(as_of.year - (as_of.month < 12), as_of.month % 12 + 1, 1)


def _number(answers: Answers, key: str) -> Decimal | None:
    given = answers.get(key)
    return None if given is None else Decimal(given)


def problems(answers: Answers) -> dict[str, str]:
    """What cannot stand together, by question, with what to do."""
    people, fte = _number(answers, "people"), _number(answers, "fte")
    parts = [_number(answers, "registered_fte"), _number(answers, "support_fte")]
    found = {
        q.key: f"{count} is more than a one-page return is for ({MOST_PEOPLE:,}). Check the number."
        for q in QUESTIONS
        if q.whole and (count := _number(answers, q.key)) is not None and count > MOST_PEOPLE
    }
    apprentices = _number(answers, "apprentices")
    if people is not None and apprentices is not None and apprentices > people:
        words = f"{apprentices} apprentices are more than the {people} people. Check both numbers."
        found.setdefault("apprentices", words)
    if people is not None and fte is not None and fte > _MOST_FTE * people:
        found["fte"] = f"{fte} full-time equivalents are too many for {people} people. Check both numbers."
    if fte is not None:
        known = [part for part in parts if part is not None]
        total = sum(known, Decimal(0))
        if len(known) == 2 and abs(total - fte) > _ROUNDING:
            found["support_fte"] = (
                f"The two parts make {total}, and the whole is {fte}. Check the three numbers."
            )
        elif len(known) == 1 and total > fte + _ROUNDING:
            found["registered_fte" if parts[0] is not None else "support_fte"] = (
                f"A part of {total} is more than the whole of {fte}. Check both numbers."
            )
    if all(answers.get(key) is None for key in KEYS):
        found["people"] = "Give at least one number."
    return found


def tables(organisation: PlaceOrganisation, as_of: dt.date, answers: Answers) -> dict[str, pl.DataFrame]:
    """The facts that the answers become; what is not known becomes none, or stays null.

    Args:
        organisation: the partner.
        as_of: the last day of the month that the return is about.
        answers: numbers as text by question; None where not known.

    Returns:
        Rows by table: `stock` at the grains ``organisation`` and, where both parts are known or follow from
        the whole, ``organisation,registered``; `flow` of twelve months; `vacancy`, `learner`, `absence`,
        `ledger`.

    Raises:
        InputError: when answers cannot stand together.
    """
    if wrong := problems(answers):
        key, problem = next(iter(wrong.items()))
        raise InputError(problem, cure="Correct the return.", where=[Where(column=key)])
    fact = {
        "organisation": organisation.code,
        "period": f"{as_of:%Y-%m}",
        "as_of": as_of,
        "origin": "sent",
    }
    shared = {
        **fact,
        "sector": organisation.sector,
        "share_place": Decimal(str(organisation.share_place)),
        "share_basis": organisation.share_basis,
        "basis": BASIS,
    }
    rows: dict[str, list[dict[str, Any]]] = {
        "stock": [shared | row for row in _stock(answers)],
        "flow": [shared | row for row in _flow(as_of, answers)],
    }
    if (vacant := _number(answers, "vacant_fte")) is not None:
        rows["vacancy"] = [fact | {"basis": _vacancy_basis(organisation), "fte": vacant}]
    if (apprentices := _number(answers, "apprentices")) is not None:
        rows["learner"] = [fact | _apprentice(organisation)] * int(apprentices)
    if (days := _number(answers, "sickness_days")) is not None:
        rows["absence"] = [fact | {"days_lost": days}]
    if (cost := _number(answers, "agency_cost")) is not None:
        rows["ledger"] = [fact | {"staff_kind": "agency", "cost": cost}]
    return {
        name: pl.DataFrame(listed, infer_schema_length=None).with_row_index("row", offset=1)
        for name, listed in rows.items()
        if listed
    }


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


def _vacancy_basis(organisation: PlaceOrganisation) -> str:
    return "asc_posts" if organisation.sector in SOCIAL_CARE else "advertised"


def _apprentice(organisation: PlaceOrganisation) -> dict[str, Any]:
    return {
        "programme": "support_worker_apprenticeship",
        "profession": "care_worker" if organisation.sector in SOCIAL_CARE else "support_nursing",
        "employer": organisation.code,
        "status": "active",
    }


def store(place: Place, upload: Upload, key: str, by: str) -> Receipt:
    """Put a return into the place, seen by nobody yet; the same key again takes no effect.

    Raises:
        PlaceError: when the place refuses it, or the organisation is not in it any more.
    """
    from skillmix.errors import PlaceError

    organisation = place.organisations.get(upload.organisation)
    if organisation is None or upload.as_of is None:
        raise PlaceError(
            "The place has no such organisation any more.", cure="Ask a place administrator to add it."
        )
    draft = Draft(
        source=SOURCE,
        sha256=upload.sha256,
        origin="sent",
        as_of=upload.as_of,
        file_name=TITLE,
        rows_read=len(QUESTIONS),
        agreement=place.agreement_for(upload.organisation, dt.datetime.now(dt.UTC).date()),
    )
    made = tables(organisation, upload.as_of, upload.answers)
    return place.submit(draft, made, by=by, publish=False, key=key)
