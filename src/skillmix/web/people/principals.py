"""From an account and its memberships to who asks in a place."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from skillmix import reference
from skillmix.place import Place
from skillmix.web.people.access import Held, Principal
from skillmix.web.people.models import Membership, User

#: Kinds of organisation whose membership covers those below them.
_COVERING = frozenset({"network"})


@lru_cache(maxsize=32)
def professions_of(family: str) -> frozenset[str]:
    """Professions of a family; the allied health professions with their support workforce."""
    rows = reference.table("professions")
    wanted = {family, f"{family}_support"}
    return frozenset(rows.filter(rows["family"].is_in(sorted(wanted))).get_column("code").to_list())


def covered(place: Place, organisation: str) -> frozenset[str]:
    """An organisation and those below it, where its kind covers them."""
    if not organisation:
        return frozenset()
    found = place.organisations.get(organisation)
    below: frozenset[str] = frozenset()
    if found is not None and found.kind in _COVERING:
        below = frozenset(o.code for o in place.organisations.values() if o.parent == organisation)
    return below | {organisation}


def held(place: Place, memberships: Iterable[Membership]) -> tuple[Held, ...]:
    """Memberships as the pure functions take them."""
    return tuple(
        Held(
            role=m.role,
            organisation=m.organisation,
            covers=covered(place, m.organisation),
            family=m.family,
            professions=professions_of(m.family) if m.family else frozenset(),
        )
        for m in memberships
    )


def principal_of(user: User, slug: str, place: Place, limit: frozenset[str] | None = None) -> Principal:
    """Who an account is in a place, by its memberships in force today."""
    memberships = Membership.objects.in_force().filter(user=user, place=slug)
    return Principal(user.pk, str(user), slug, held(place, memberships), limit)
