"""Personal tokens: known by their hash alone, shown once, and alive only while their owner is a member."""

from __future__ import annotations

from typing import ClassVar

from auditlog.registry import auditlog
from django.db import models
from django.utils import timezone

from skillmix.web.people.models import User


class TokenQuerySet(models.QuerySet["Token"]):
    """Tokens."""

    def alive(self) -> TokenQuerySet:
        """Those that are neither revoked nor expired."""
        return self.filter(revoked__isnull=True, expires__gt=timezone.now())


class Token(models.Model):
    """One token of one account, for one place."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    place = models.CharField("place", max_length=60)
    #: Narrows the token to the memberships that are about this organisation; empty for all of them.
    organisation = models.CharField("organisation", max_length=20, blank=True)
    name = models.CharField("what it is for", max_length=80)
    #: The first characters, so that its owner can tell it from others.
    prefix = models.CharField("starts with", max_length=12)
    #: SHA-256 of 256 random bits: long enough that a slow hash adds nothing.
    hash = models.CharField(max_length=64, unique=True)
    abilities = models.JSONField("what it may do", default=list)
    made = models.DateTimeField("made", default=timezone.now)
    expires = models.DateTimeField("expires")
    last_used = models.DateTimeField("last used", null=True, blank=True)
    revoked = models.DateTimeField("revoked", null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        """The newest first; two that are not revoked never share a name."""

        ordering: ClassVar = ["-made"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "place", "name"],
                condition=models.Q(revoked__isnull=True),
                name="one_token_a_name",
            )
        ]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"

    @property
    def state(self) -> str:
        """Whether it works, in a word."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires <= timezone.now() else "works"


auditlog.register(Token, exclude_fields=["hash", "last_used"])
