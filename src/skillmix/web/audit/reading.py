"""Which entries belong to a place, and which of them are wanted."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils import timezone

from skillmix.web.audit.forms import Wanted
from skillmix.web.audit.models import Entry
from skillmix.web.people.invitations import EVERY_PLACE
from skillmix.web.people.models import Membership


def people_of(place: str) -> list[tuple[int, str]]:
    """Accounts with a membership of a place, whether it is still in force or not: number and name."""
    members = Membership.objects.filter(place=place).select_related("user")
    return sorted({(m.user_id, str(m.user)) for m in members}, key=lambda found: found[1].casefold())


def entries(place: str, wanted: Wanted | None = None) -> QuerySet[Entry]:
    """Entries of a place, the newest first.

    Signing in and changes of an account belong to no place: those of the place's members are shown, and
    attempts to sign in under an address that no account has. What is about every place is about this one too.
    """
    wanted = wanted or Wanted()
    members = [number for number, _ in people_of(place)]
    about = [f"user {number}" for number in members]
    found = Entry.objects.filter(
        Q(place__in=[place, EVERY_PLACE])
        | Q(place="", account__in=members)
        | Q(place="", subject__in=about)
        | Q(place="", account=None, action="failed_sign_in")
    )
    if wanted.person is not None:
        among_views = Q(action="page_views", detail__contains=f'\\"account\\":{wanted.person},')
        found = found.filter(Q(account=wanted.person) | Q(subject=f"user {wanted.person}") | among_views)
    if wanted.action:
        found = found.filter(action=wanted.action)
    if wanted.first is not None:
        found = found.filter(at__gte=_midnight(wanted.first))
    if wanted.last is not None:
        found = found.filter(at__lt=_midnight(wanted.last + dt.timedelta(days=1)))
    return found


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
