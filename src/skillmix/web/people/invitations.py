"""Invitations: made, withdrawn and accepted. The link is known by its hash alone, works once, and expires."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from skillmix.errors import RefusedError, ScopeError
from skillmix.web.people.models import Invitation, Membership, User
from skillmix.web.people.roles import ROLES
from skillmix.web.site.database import service
from skillmix.web.site.served import served

#: How long a link to a colleague works, and one to the first administrator.
DAYS, HOURS = 7, 24
#: Stands for every place that is served.
EVERY_PLACE = "*"

#: Why a link does not work, in words.
STATES = {
    "unknown": "This link is not one of ours.",
    "accepted": "This invitation has been used already.",
    "withdrawn": "This invitation has been withdrawn.",
    "expired": "This invitation has expired.",
}


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def link(token: str) -> str:
    """The path of a token's page."""
    return reverse("invitation", kwargs={"token": token})


def open_ones() -> QuerySet[Invitation]:
    """Invitations that can still be accepted."""
    return Invitation.objects.filter(
        accepted__isnull=True, withdrawn__isnull=True, expires__gt=timezone.now()
    )


def state(invitation: Invitation | None) -> str:
    """Why an invitation cannot be accepted, as a key of `STATES`; empty where it can be."""
    if invitation is None:
        return "unknown"
    if invitation.accepted:
        return "accepted"
    if invitation.withdrawn:
        return "withdrawn"
    return "expired" if invitation.expires <= timezone.now() else ""


def of_token(token: str) -> Invitation | None:
    """The invitation of a token, whatever its state."""
    with service():
        return Invitation.objects.filter(token_hash=hashed(token)).select_related("invited_by").first()


def make(
    place: str,
    role: str,
    *,
    by: User | None,
    email: str = "",
    organisation: str = "",
    family: str = "",
    lasts: dt.timedelta = dt.timedelta(days=DAYS),
) -> tuple[Invitation, str]:
    """Invite somebody to a membership. An open invitation of the same address to the same is withdrawn.

    Args:
        place: the place's word in the address, or `EVERY_PLACE`.
        role: code of the role.
        by: who invites; None for whoever runs the server.
        email: the address invited; empty for whoever holds the link.
        organisation: the organisation that the role is about.
        family: the family of professions that the role is about.
        lasts: how long the link works.

    Returns:
        The invitation and the path of its link, which is not kept and cannot be shown again.

    Raises:
        RefusedError: when somebody invites themselves.
    """
    email = email.strip().lower()
    if by is not None and email and email == by.email:
        raise RefusedError(
            "Nobody gives themselves a role.", cure="Ask another administrator of the place to invite you."
        )
    token, now = secrets.token_urlsafe(32), timezone.now()
    with service():
        if email:
            same = open_ones().filter(
                place=place, email=email, role=role, organisation=organisation, family=family
            )
            for earlier in same:
                earlier.withdrawn = now
                earlier.save()
        made = Invitation.objects.create(
            place=place,
            email=email,
            role=role,
            organisation=organisation,
            family=family,
            token_hash=hashed(token),
            invited_by=by,
            expires=now + lasts,
        )
    return made, link(token)


def withdraw(invitation: Invitation) -> None:
    """Make a link useless; nothing where it is so already."""
    with service():
        kept = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if kept.accepted is None and kept.withdrawn is None:
            kept.withdrawn = timezone.now()
            kept.save()


def waiting_for(addresses: Iterable[str], token: str = "") -> list[Invitation]:
    """Open invitations of some addresses, or of a link that has been opened.

    Args:
        addresses: addresses that are known to be the person's own.
        token: the token of the link that the person came by; empty for none.
    """
    wanted = Q(token_hash=hashed(token)) if token else Q(pk__in=[])
    for address in addresses:
        wanted |= Q(email=address.strip().lower())
    with service():
        return [*open_ones().filter(wanted).order_by("made")]


def addresses_of(user: User) -> frozenset[str]:
    """Addresses that are known to be an account's own; not one that it only gave as its own."""
    known = EmailAddress.objects.filter(user=user, verified=True)
    return frozenset(address.lower() for address in known.values_list("email", flat=True))


def accept(invitation: Invitation, user: User, *, vouched: Iterable[str] = ()) -> list[Membership]:
    """Give an account what it was invited to. An invitation is accepted once, whoever tries at once.

    Args:
        invitation: the invitation.
        user: the account.
        vouched: further addresses that are known to be the account's own.

    Returns:
        The memberships, one for each place.

    Raises:
        RefusedError: when it has been used, was withdrawn or has expired.
        ScopeError: when it is another person's, or the account's own.
    """
    with service():
        kept = Invitation.objects.select_for_update().filter(pk=invitation.pk).first()
        if why := state(kept):
            raise RefusedError(STATES[why], cure="Ask an administrator of the place for a new one.")
        assert kept is not None
        if kept.email and kept.email not in addresses_of(user) | {address.lower() for address in vouched}:
            raise ScopeError(
                "This invitation is for another person.",
                cure="Sign in as the person who was invited, or ask for an invitation without an address.",
            )
        if kept.invited_by_id == user.pk:
            raise ScopeError(
                "You made this invitation yourself, and nobody gives themselves a role.",
                cure="Pass the link on, or withdraw the invitation.",
            )
        kept.accepted = timezone.now()
        kept.save()
        places = list(served()) if kept.place == EVERY_PLACE else [kept.place]
        return [join(user, place, kept.role, kept.organisation, kept.family) for place in places]


def join(user: User, place: str, role: str, organisation: str = "", family: str = "") -> Membership:
    """A membership from today on; one that has ended stands again."""
    what = {"place": place, "user": user, "role": role, "organisation": organisation, "family": family}
    membership = Membership.objects.filter(**what).first()
    if membership is None:
        return Membership.objects.create(**what)
    today = timezone.localdate()
    if membership.ends is not None and membership.ends < today:
        membership.starts, membership.ends = today, None
        membership.save()
    return membership


def describe(invitation: Invitation) -> str:
    """What an invitation is to, in words."""
    role = ROLES[invitation.role].label
    if invitation.place == EVERY_PLACE:
        return role
    here = served().get(invitation.place)
    place = here.opened()[0] if here is not None else None
    name = place.name if place is not None else invitation.place
    if invitation.organisation and place is not None:
        found = place.organisations.get(invitation.organisation)
        return f"{role}, {found.name if found else invitation.organisation}, in {name}"
    return f"{role} in {name}"
