"""What pages of people show."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from skillmix.place import Place
from skillmix.web.audit.models import Entry
from skillmix.web.audit.presenters import present
from skillmix.web.people.forms import families
from skillmix.web.people.invitations import open_ones
from skillmix.web.people.models import Membership, User
from skillmix.web.people.roles import ABILITIES, ROLES
from skillmix.web.site.database import service
from skillmix.web.site.served import served


def about(place: Place, organisation: str, family: str) -> str:
    """What a membership is about, in words."""
    if organisation:
        found = place.organisations.get(organisation)
        return found.name if found is not None else organisation
    return dict(families()).get(family, family)


def with_second_factor(users: list[int]) -> set[int]:
    """Which accounts have a second factor."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    found = Authenticator.objects.filter(user_id__in=users, type__in=kinds)
    return {*found.values_list("user_id", flat=True)}


def members(place: Place, slug: str) -> list[dict[str, Any]]:
    """Memberships of a place by role, in the order of the roles: those who may still sign in."""
    standing = (
        Membership.objects.filter(place=slug, user__is_active=True)
        .exclude(ends__lt=timezone.localdate())
        .select_related("user")
    )
    sure = with_second_factor([m.user_id for m in standing])
    rows: dict[str, list[dict[str, Any]]] = {}
    for one in standing:
        rows.setdefault(one.role, []).append(
            {
                "id": one.pk,
                "name": str(one.user),
                "email": one.user.email,
                "about": about(place, one.organisation, one.family),
                "last_sign_in": one.user.last_login,
                "second_factor": one.user_id in sure,
                "starts": one.starts if one.starts > timezone.localdate() else None,
                "ends": one.ends,
            }
        )
    return [
        {
            "label": role.label,
            "describe": role.describe,
            "members": sorted(rows[code], key=lambda r: (r["about"], r["name"])),
        }
        for code, role in ROLES.items()
        if code in rows
    ]


def waiting(place: Place, slug: str) -> list[dict[str, Any]]:
    """Invitations to a place that can still be accepted, the next to expire first."""
    found = open_ones().filter(place=slug).select_related("invited_by").order_by("expires")
    return [
        {
            "id": one.pk,
            "email": one.email,
            "role": ROLES[one.role].label,
            "about": about(place, one.organisation, one.family),
            "by": str(one.invited_by) if one.invited_by else "whoever runs the server",
            "expires": one.expires,
        }
        for one in found
    ]


def mine(user: User) -> list[dict[str, Any]]:
    """My roles in each place, and what each may do."""
    standing = Membership.objects.in_force().filter(user=user)
    found = []
    for slug, here in served().items():
        place = here.opened()[0]
        roles = [
            {
                "label": ROLES[m.role].label,
                "about": about(place, m.organisation, m.family),
                "ends": m.ends,
                "may": [words for code, words in ABILITIES.items() if code in ROLES[m.role].abilities],
            }
            for m in standing
            if m.place == slug and m.role in ROLES
        ]
        if roles:
            found.append({"slug": slug, "name": place.name, "roles": roles})
    return found


def links_of_account(
    second_factor: bool, password: bool, organisation: bool, persona: bool
) -> list[dict[str, str]]:
    """What can be done to one's own account; a persona changes nothing of how it signs in."""
    listed = [
        ("mfa_index", "Second factor", "On" if second_factor else "Off: turn it on"),
        (
            "account_change_password" if password else "account_set_password",
            "Password",
            "Change it" if password else "None: set one",
        ),
        ("usersessions_list", "Where I am signed in", "See, and sign out elsewhere"),
    ]
    if persona:
        listed = listed[-1:]
    elif organisation:
        listed.append(("socialaccount_connections", "Sign-in of my organisation", "See what is tied"))
    listed += [
        ("tokens", "My tokens for the API", "Make and withdraw"),
        ("my_downloads", "My downloads", "See them"),
    ]
    found = []
    for name, words, value in listed:
        try:
            found.append({"text": words, "value": value, "href": reverse(name)})
        except NoReverseMatch:
            continue
    return found


def given_to(account: int, most: int = 200) -> list[dict[str, Any]]:
    """What the audit says that an account was given, the newest first."""
    with service():
        found = [*Entry.objects.filter(account=account, action__in=("download", "api"))[:most]]
    names = {slug: here.name for slug, here in served().items()}
    return [
        {"at": one.at, "place": names.get(one.place, one.place), "what": told.subject, "how": told.action}
        for one in found
        for told in [present(one)]
    ]
