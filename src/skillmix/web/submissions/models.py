"""What was sent through the browser, and what was corrected in it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from auditlog.registry import auditlog
from django.db import models
from django.utils import timezone

from skillmix.web.jobs.models import Job
from skillmix.web.people.models import User


class Upload(models.Model):
    """One file, or one return, on its way into the place.

    What the file says lies pseudonymised in the place's `control/staging/`, one folder a version; here stands
    what became of it. A correction makes the next version.
    """

    class Kind(models.TextChoices):
        """What was sent."""

        FILE = "file", "File"
        RETURN = "return", "One-page return"

    class State(models.TextChoices):
        """Where it stands."""

        CHECKED = "checked", "Being stored"
        READY = "ready", "Ready to publish"
        EMPTY = "empty", "Nothing can be loaded yet"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"
        REPLACED = "replaced", "Replaced by a later file"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    place = models.CharField("place", max_length=60, db_index=True)
    organisation = models.CharField("organisation", max_length=20, db_index=True)
    kind = models.CharField("kind", max_length=10, choices=Kind.choices, default=Kind.FILE)
    source = models.CharField("source", max_length=60)
    title = models.CharField("title of the source", max_length=200)
    file = models.CharField("name of the file as sent", max_length=255)
    sha256 = models.CharField("hash of what was sent", max_length=64)
    as_of = models.DateField("date it is true for", null=True, blank=True)
    state = models.CharField("state", max_length=10, choices=State.choices, default=State.CHECKED)
    version = models.PositiveIntegerField("version", default=1)
    rows_read = models.PositiveIntegerField(default=0)
    rows_loaded = models.PositiveIntegerField(default=0)
    rows_set_aside = models.PositiveIntegerField(default=0)
    rows_outside = models.PositiveIntegerField(default=0)
    rows_not_used = models.PositiveIntegerField(default=0)
    #: Columns, notes and kinds of problem, without a value of a row; kept when the staged file is cleaned.
    summary = models.JSONField(default=dict)
    #: People, FTE and rows of the organisation by date, as this version would show them.
    figures = models.JSONField(default=list)
    #: The ten numbers of a return; empty for a file.
    answers = models.JSONField(default=dict)
    #: The submission that this version was stored as; empty while it is not.
    submission = models.CharField("submission", max_length=60, blank=True)
    #: The submission of the version that is published; empty where none is.
    published = models.CharField("published submission", max_length=60, blank=True)
    number = models.PositiveIntegerField("publication number", null=True, blank=True)
    published_by = models.CharField("published by", max_length=160, blank=True)
    published_at = models.DateTimeField("published", null=True, blank=True)
    reason = models.CharField("why it was withdrawn", max_length=500, blank=True)
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made = models.DateTimeField("sent", default=timezone.now)

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-made"]

    def __str__(self) -> str:
        return f"{self.title}, {self.organisation}"

    @property
    def busy(self) -> bool:
        """Whether a job works on it now."""
        return self.job is not None and not self.job.over

    @property
    def open(self) -> bool:
        """Whether something can be done with it: also while it is being stored, not while it is published."""
        return not self.busy or (self.job is not None and self.job.kind == "store")


class Corrected(models.Model):
    """One correction made here: who put what in the place of what."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="corrected")
    place = models.CharField("place", max_length=60)
    organisation = models.CharField("organisation", max_length=20)
    version = models.PositiveIntegerField("version that it made")
    column = models.CharField("column", max_length=200)
    row = models.PositiveIntegerField("row", null=True, blank=True)
    was = models.TextField("as sent", null=True, blank=True)
    meant = models.TextField("as corrected", null=True, blank=True)
    rows = models.PositiveIntegerField("rows changed")
    by = models.CharField("by", max_length=160)
    at = models.DateTimeField("when")

    class Meta:
        """The latest first."""

        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.column}, {self.rows} rows"


auditlog.register(
    Upload,
    include_fields=[
        "state",
        "version",
        "submission",
        "published",
        "number",
        "reason",
        "organisation",
        "place",
    ],
)
auditlog.register(Corrected, include_fields=["upload", "column", "row", "rows", "version"])
