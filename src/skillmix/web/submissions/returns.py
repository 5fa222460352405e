"""The one-page return on a page: its questions, rules and facts are those of `intake.one_page`."""

from __future__ import annotations

import calendar
import datetime as dt

from skillmix.intake.one_page import SOURCE, TITLE, Answers, Question, problems, questions, tables
from skillmix.place import Draft, Place, Receipt
from skillmix.web.submissions.models import Upload

__all__ = [
    "KEYS",
    "QUESTIONS",
    "SOURCE",
    "TITLE",
    "Answers",
    "Question",
    "month_ends",
    "problems",
    "store",
    "tables",
]

QUESTIONS = questions()
KEYS = tuple(q.key for q in QUESTIONS)


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
