"""Making, finding and revoking personal tokens."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Collection
from contextlib import nullcontext
from dataclasses import dataclass, replace

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from skillmix.errors import InputError, ScopeError, Where
from skillmix.web.api.models import Token
from skillmix.web.people.access import Principal
from skillmix.web.people.models import User
from skillmix.web.people.principals import principal_of
from skillmix.web.site.database import act_for, service
from skillmix.web.site.served import served

#: How every token starts, so that one that was published by mistake can be searched for.
MARK = "skx_"
_SHAPE = re.compile(r"skx_[A-Za-z0-9_-]{43}")
#: Abilities that a token may have, and what each opens in the API.
ABILITIES = {
    "figures": "Figures of the place, as on its pages.",
    "rows": "The list of your own organisation's submissions.",
}
#: Days until a token expires.
DEFAULT_DAYS, MOST_DAYS = 90, 365
_USED_EVERY = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who asks by a token.

    Attributes:
        token: the token.
        principal: who its owner is in the token's place now, limited to what the token may do.
    """

    token: Token
    principal: Principal


def hash_of(secret: str) -> str:
    """How a token is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def places_of(user: User) -> dict[str, Principal]:
    """The places in which an account may make tokens, with who it is there."""
    found = {slug: principal_of(user, slug, place.opened()[0]) for slug, place in served().items()}
    return {slug: principal for slug, principal in found.items() if "tokens" in principal.abilities}


def make(
    user: User,
    place: str,
    name: str,
    abilities: Collection[str],
    *,
    days: int = DEFAULT_DAYS,
    organisation: str = "",
) -> tuple[Token, str]:
    """A new token.

    Args:
        user: its owner.
        place: the place's word in the address.
        name: what it is for, in its owner's words.
        abilities: what it may do, from `ABILITIES`; no more than its owner may.
        days: days until it expires, at most 365.
        organisation: one of the owner's own organisations, to narrow it to; empty for all memberships.

    Returns:
        The token as it is kept, and the secret, which is told this once.

    Raises:
        ScopeError: when the account may make no token in that place, or not for that organisation.
        InputError: when an ability, the days or the name cannot stand.
    """
    principal = places_of(user).get(place)
    if principal is None:
        raise ScopeError("You may not make tokens in that place.", cure="Ask a place administrator.")
    wanted = [a for a in ABILITIES if a in abilities]
    if not wanted or set(abilities) - principal.abilities - {""} or set(abilities) - set(ABILITIES):
        raise InputError(
            "The token cannot have these abilities.",
            cure=f"Choose from {', '.join(a for a in ABILITIES if a in principal.abilities)}.",
            where=[Where(column="abilities")],
        )
    if organisation and organisation not in principal.own:
        raise ScopeError(
            "That is not one of your organisations in that place.",
            cure="Choose one of your own there, or all.",
            where=[Where(column="organisation")],
        )
    if not 1 <= days <= MOST_DAYS:
        raise InputError(
            "A token lasts from 1 to 365 days.", cure="Choose another last day.", where=[Where(column="days")]
        )
    secret = MARK + secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            token = Token.objects.create(
                user=user,
                place=place,
                organisation=organisation,
                name=name.strip(),
                prefix=secret[:8],
                hash=hash_of(secret),
                abilities=wanted,
                expires=timezone.now() + dt.timedelta(days=days),
            )
    except IntegrityError:
        raise InputError(
            "You have a token of that name already.",
            cure="Give another name, or revoke the old token first.",
            where=[Where(column="name")],
        ) from None
    return token, secret


def revoke(user: User, number: int) -> bool:
    """Revoke one of an account's own tokens; whether there was one that still worked."""
    with transaction.atomic():
        token = Token.objects.filter(user=user, pk=number, revoked__isnull=True).first()
        if token is None:
            return False
        token.revoked = timezone.now()
        token.save(update_fields=["revoked"])
    return True


def bearer_of(secret: str) -> Bearer | None:
    """Who asks by a secret; None where it is no token, revoked, expired, or its owner is no member any more.

    Afterwards, on PostgreSQL, the transaction acts for the owner's own organisations.
    """
    if not _SHAPE.fullmatch(secret):
        return None
    # Nobody is known yet, so the second lock must be opened to look a token up by its hash; where there is
    # none, reading opens no transaction.
    with service() if connection.vendor == "postgresql" else nullcontext():
        token = Token.objects.alive().select_related("user").filter(hash=hash_of(secret)).first()
    if token is None or (place := served().get(token.place)) is None:
        return None
    act_for("", token.user_id)
    principal = principal_of(token.user, token.place, place.opened()[0])
    if token.organisation:
        principal = narrowed(principal, token.organisation)
    # Whoever may make no token any more has none either.
    if "tokens" not in principal.abilities:
        return None
    principal = replace(principal, limit=frozenset(token.abilities))
    act_for(principal.own, token.user_id)
    _use(token)
    return Bearer(token, principal)


def narrowed(principal: Principal, organisation: str) -> Principal:
    """The same account with nothing but its memberships about one organisation."""
    kept = tuple(
        replace(h, covers=frozenset({organisation})) for h in principal.held if organisation in h.covers
    )
    return replace(principal, held=kept)


def _use(token: Token) -> None:
    """Remember that it was used, at most once an hour: a reading need not write each time."""
    now = timezone.now()
    if token.last_used is None or now - token.last_used >= _USED_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used=now)
