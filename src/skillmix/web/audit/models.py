"""The audit: entries that each carry the hash of the one before, and that nobody changes."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models


class Entry(models.Model):
    """One thing that somebody did. The database refuses to change or to remove it."""

    seq = models.PositiveBigIntegerField("number", primary_key=True)
    at = models.DateTimeField("when")
    place = models.CharField("place", max_length=60, blank=True, db_index=True)
    #: As the person was shown then; the account may be gone since.
    actor = models.CharField("who", max_length=254, blank=True)
    account = models.BigIntegerField("number of the account", null=True, blank=True)
    address = models.CharField("from where", max_length=45, blank=True)
    action = models.CharField("what was done", max_length=40)
    subject = models.CharField("to what", max_length=300, blank=True)
    #: Canonical JSON as text, so that it comes back letter for letter from any database.
    detail = models.TextField("detail", default="{}")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        """The newest first; page views are found by the file that they were sealed from."""

        ordering: ClassVar = ["-seq"]
        verbose_name_plural: ClassVar = "entries"
        indexes: ClassVar = [models.Index(fields=["action", "subject"], name="audit_action_subject")]

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.subject}"

    @property
    def details(self) -> dict[str, Any]:
        """The detail, taken apart."""
        found: dict[str, Any] = json.loads(self.detail)
        return found
