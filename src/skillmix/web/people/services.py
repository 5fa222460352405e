"""What may be done to accounts and memberships, each within one transaction and with its audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from skillmix.errors import InputError, RefusedError, Where
from skillmix.web.people import invitations
from skillmix.web.people.models import Invitation, Membership, User
from skillmix.web.site.database import service

ADMINISTRATOR = "place_administrator"


def make_account(email: str, name: str = "", password: str | None = None, *, verified: bool = True) -> User:
    """An account.

    Args:
        email: its address.
        name: how it is shown.
        password: its password; None where it signs in otherwise.
        verified: whether the address is known to be its own: it was invited, or vouched for.

    Raises:
        InputError: when the address has letters that are not ASCII before the @ or has an account already, or
            the password breaks a rule.
    """
    email = email.strip().lower()
    if password is not None and not email.rpartition("@")[0].isascii():
        raise InputError(
            "The address has letters that no sign-in here takes.",
            cure="Give one with plain letters before the @.",
            where=[Where(column="email")],
        )
    with service():
        if User.objects.of_address(email).exists():
            raise InputError(
                "There is an account of this address.",
                cure="Sign in with it.",
                where=[Where(column="email")],
            )
        if password is not None:
            check_password(password, User(email=email, name=name))
        user = User.objects.create_user(email, password, name=name)
        confirm_address(user, verified=verified)
    return user


def check_password(password: str, user: User) -> None:
    """Refuse a password that breaks a rule.

    Raises:
        InputError: saying which.
    """
    try:
        validate_password(password, user)
    except ValidationError as broken:
        raise InputError(
            " ".join(broken.messages), cure="Choose another password.", where=[Where(column="password")]
        ) from None


def confirm_address(user: User, *, verified: bool = True) -> None:
    """Record an account's address as its first, and whether it is known to be its own."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email.lower()).update(primary=False)
    EmailAddress.objects.update_or_create(
        user=user, email=user.email.lower(), defaults={"verified": verified, "primary": True}
    )


def accept_as_new(invitation: Invitation, email: str, name: str, password: str) -> tuple[User, bool]:
    """Make the account of somebody who was invited, and give it what it was invited to.

    A closed account of the address is opened again, where no other place has a membership of it. An address
    counts as the account's own only where the invitation was to that address.

    Returns:
        The account, and whether it is new; one that was opened again keeps its second factor, and signs in.

    Raises:
        InputError: when the address has an account, or the password breaks a rule.
        RefusedError: when the invitation cannot be accepted any more.
    """
    with service():
        address = (invitation.email or email).strip().lower()
        closed = (
            User.objects.of_address(address).filter(is_active=False).first() if invitation.email else None
        )
        if closed is None:
            user = make_account(address, name, password, verified=bool(invitation.email))
        else:
            still = Membership.objects.filter(user=closed).exclude(ends__lt=timezone.localdate())
            if still.exclude(place=invitation.place).exists():
                raise RefusedError(
                    "The account of this address is closed and still belongs to another place.",
                    cure="Ask an administrator of that place too.",
                )
            check_password(password, closed)
            user = closed
            user.is_active, user.name = True, name
            user.set_password(password)
            user.save()
            confirm_address(user)
        invitations.accept(invitation, user)
    return user, closed is None


def administrators(place: str) -> list[User]:
    """Accounts that look after a place for good: today, and without a last day; no persona is one."""
    with service():
        standing = Membership.objects.in_force().filter(
            place=place, role=ADMINISTRATOR, ends__isnull=True, user__persona=""
        )
        return [m.user for m in standing.select_related("user")]


def has_administrator(places: Sequence[str]) -> bool:
    """Whether every place has an administrator."""
    return all(administrators(place) for place in places)


def make_administrator(places: Sequence[str], email: str, password: str) -> User:
    """Make an administrator of places: for whoever runs the server.

    Args:
        places: the places' words in the address.
        email: address of the account; one that is there already keeps its password.
        password: password of a new account.

    Raises:
        InputError: when the address or the password cannot stand.
    """
    email = email.strip().lower()
    if "@" not in email:
        raise InputError("This is no e-mail address.", cure="Give one.", where=[Where(value=email)])
    with service():
        user = User.objects.of_address(email).filter(is_active=True).first()
        if user is None:
            user = make_account(email, "", password)
        for place in places:
            invitations.join(user, place, ADMINISTRATOR)
    return user


def one_time_link(places: Sequence[str]) -> str:
    """The path by which whoever runs the server makes the first administrator's account.

    The link works once, for 24 hours; an earlier one that was not used stops working.
    """
    place = places[0] if len(places) == 1 else invitations.EVERY_PLACE
    with service():
        unused = invitations.open_ones().filter(invited_by__isnull=True, email="", role=ADMINISTRATOR)
        for earlier in unused:
            invitations.withdraw(earlier)
        _, path = invitations.make(place, ADMINISTRATOR, by=None, lasts=dt.timedelta(hours=invitations.HOURS))
    return path


def first_administrator(
    places: Sequence[str], email: str | None = None, password: str | None = None
) -> User | str | None:
    """Make the first administrator where a place has none.

    Returns:
        The account, where address and password were given; else the path of a one-time link; None where
        every place has an administrator already.
    """
    if has_administrator(places):
        return None
    if email and password:
        return make_administrator(places, email, password)
    return one_time_link(places)


def _refuse_own(membership: Membership, by: User) -> None:
    if membership.user_id == by.pk:
        raise RefusedError("Nobody changes their own role.", cure="Ask another administrator of the place.")


def _refuse_last(membership: Membership) -> None:
    others = [u for u in administrators(membership.place) if u.pk != membership.user_id]
    if membership.role == ADMINISTRATOR and not others:
        raise RefusedError(
            "This is the last administrator of the place.",
            cure="Invite another administrator first, and wait until they have accepted.",
        )


def change(
    membership: Membership,
    *,
    by: User,
    role: str,
    organisation: str = "",
    family: str = "",
    ends: dt.date | None = None,
) -> None:
    """Change what a membership is, or its last day.

    Raises:
        RefusedError: when it is the changer's own, the place's last administrator, or there is one like it.
    """
    with service():
        kept = Membership.objects.select_for_update().get(pk=membership.pk)
        _refuse_own(kept, by)
        if role != ADMINISTRATOR or ends is not None:
            _refuse_last(kept)
        twin = Membership.objects.filter(
            place=kept.place, user=kept.user_id, role=role, organisation=organisation, family=family
        ).exclude(pk=kept.pk)
        if twin.exists():
            raise RefusedError("This person has that membership already.", cure="End one of the two instead.")
        kept.role, kept.organisation, kept.family, kept.ends = role, organisation, family, ends
        kept.save()


def end(membership: Membership, *, by: User) -> None:
    """End a membership at once: its last day was yesterday.

    Raises:
        RefusedError: when it is the place's last administrator.
    """
    with service():
        kept = Membership.objects.select_for_update().get(pk=membership.pk)
        _refuse_last(kept)
        yesterday = timezone.localdate() - dt.timedelta(days=1)
        kept.starts, kept.ends = min(kept.starts, yesterday), yesterday
        kept.save()


def may_close(user: User, places: Sequence[str]) -> bool:
    """Whether an administrator of some places may close an account: it belongs to no other place."""
    with service():
        still = Membership.objects.filter(user=user).exclude(ends__lt=timezone.localdate())
        return not still.exclude(place__in=places).exists()


def close(user: User, *, by: User, places: Sequence[str]) -> None:
    """Close an account: it is out at once, everywhere, and nobody can sign in with it.

    Args:
        user: the account.
        by: who closes it.
        places: places that the closer is an administrator of.

    Raises:
        RefusedError: when it is the closer's own, belongs to another place, or is a last administrator.
    """
    if user.pk == by.pk:
        raise RefusedError("Nobody closes their own account.", cure="Ask another administrator.")
    with service():
        if not may_close(user, places):
            raise RefusedError(
                "This account belongs to another place too.", cure="End its memberships here instead."
            )
        for membership in Membership.objects.filter(user=user).exclude(ends__lt=timezone.localdate()):
            end(membership, by=by)
        user.is_active = False
        user.save()
    sign_out_everywhere(user)


def sign_out_everywhere(user: User) -> None:
    """End every session of an account."""
    for session in UserSession.objects.filter(user=user):
        session.end()


def rename(user: User, name: str) -> None:
    """Change how an account is shown."""
    with service():
        user.name = name.strip()
        user.save()


def password_link(user: User) -> str:
    """The path by which somebody sets a new password: it works once, for as long as the settings say.

    Their second factor, where they have one, is still asked for.
    """
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )
