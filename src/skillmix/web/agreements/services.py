"""Agreements are written into the place, each change with its audit."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest

from skillmix.errors import PlaceError
from skillmix.place import Agreement, Place
from skillmix.web.agreements.presenters import plain
from skillmix.web.audit.changes import note
from skillmix.web.site.pages import served_place


def _fresh(slug: str) -> Place:
    """The place as it is on the disk by now: the one that is served is shared, and never changed."""
    return Place.open(served_place(slug).path)


def _found(place: Place, agreement: str) -> Agreement | None:
    return next((a for a in place.agreements if a.id == agreement), None)


def record(request: HttpRequest, slug: str, agreement: Agreement, *, new: bool) -> None:
    """Record an agreement, or change it.

    Raises:
        PlaceError: when a new one has the name of another by now.
    """
    place = _fresh(slug)
    before = _found(place, agreement.id)
    if new and before is not None:
        raise PlaceError("An agreement of this name has just been recorded.", cure="Look at the list again.")
    place.record_agreement(agreement)
    note(request, slug, f"agreement {agreement.id}", plain(before) if before else None, plain(agreement))


def end(request: HttpRequest, slug: str, agreement: str, on: dt.date) -> Agreement:
    """End an agreement early."""
    place = _fresh(slug)
    before = _found(place, agreement)
    ended = place.end_agreement(agreement, on)
    note(request, slug, f"agreement {agreement}", plain(before) if before else None, plain(ended))
    return ended


def attach(request: HttpRequest, slug: str, agreement: str, submissions: list[str]) -> int:
    """Put submissions under an agreement.

    Returns:
        How many were put under it that were not before.
    """
    place = _fresh(slug)
    counts = dict(place.agreement_of_submissions().iter_rows())
    changed = 0
    for submission in submissions:
        before = counts.get(submission)
        place.attach_agreement(submission, agreement, by=str(request.user))
        if before != agreement:
            changed += 1
            note(request, slug, f"submission {submission}", {"agreement": before}, {"agreement": agreement})
    return changed
