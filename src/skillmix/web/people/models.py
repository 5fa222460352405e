"""Accounts, and what each is a member of."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from auditlog.registry import auditlog
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from skillmix.web.people.roles import ROLES


class UserManager(BaseUserManager["User"]):
    """Makes and finds accounts."""

    def of_address(self, email: str | None) -> models.QuerySet[User]:
        """Accounts of an address, as it is stored: in small letters.

        A database's own upper case takes letters that are not ASCII for ones that are, which a count of wrong
        passwords by address would not follow.
        """
        return self.filter(email=(email or "").strip().lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An account; without a password nobody can sign in with one."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """By e-mail address, whatever its case."""
        return self.of_address(username).get()


class User(AbstractBaseUser):
    """An account, known by its e-mail address."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField("name as shown", max_length=120, blank=True)
    is_active = models.BooleanField("may sign in", default=True)
    date_joined = models.DateTimeField("made", default=timezone.now)
    #: Shown on the page of personas, and only where a demonstration is served on this machine.
    persona = models.CharField("persona", max_length=60, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return str(self.name or self.email)

    def get_full_name(self) -> str:
        """As shown."""
        return str(self)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships."""

    def in_force(self, on: dt.date | None = None) -> MembershipQuerySet:
        """Those that stand on a day; today when None."""
        on = on or timezone.localdate()
        return self.filter(Q(ends__isnull=True) | Q(ends__gte=on), starts__lte=on, user__is_active=True)


class Membership(models.Model):
    """One role of one account in one place, for an organisation or a family where the role is about one."""

    place = models.CharField("place", max_length=60, db_index=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField("role", max_length=30, choices=[(r.code, r.label) for r in ROLES.values()])
    organisation = models.CharField("organisation", max_length=20, blank=True)
    family = models.CharField("family of professions", max_length=40, blank=True)
    starts = models.DateField("first day", default=timezone.localdate)
    ends = models.DateField("last day", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        """One row a membership."""

        ordering: ClassVar = ["place", "role", "organisation", "user__email"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["place", "user", "role", "organisation", "family"], name="one_membership"
            )
        ]

    def __str__(self) -> str:
        return f"{ROLES[self.role].label} {self.organisation or self.family or self.place}"


class Invitation(models.Model):
    """An invitation to one membership; the link is known by its hash alone and works once."""

    place = models.CharField("place", max_length=60)
    email = models.EmailField("e-mail address", blank=True)
    role = models.CharField("role", max_length=30, choices=[(r.code, r.label) for r in ROLES.values()])
    organisation = models.CharField("organisation", max_length=20, blank=True)
    family = models.CharField("family of professions", max_length=40, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made = models.DateTimeField("made", default=timezone.now)
    expires = models.DateTimeField("expires")
    accepted = models.DateTimeField("accepted", null=True, blank=True)
    withdrawn = models.DateTimeField("withdrawn", null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.email or 'whoever holds the link'}: {ROLES[self.role].label}"


auditlog.register(User, exclude_fields=["password", "last_login"])
auditlog.register(Membership)
auditlog.register(Invitation, exclude_fields=["token_hash"])
