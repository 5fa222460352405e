"""Jobs: work that outlasts a request, with a lease, so that a killed worker's job starts again."""

from __future__ import annotations

import uuid
from typing import ClassVar

from auditlog.registry import auditlog
from django.db import models
from django.utils import timezone

from skillmix.web.people.models import User


class Job(models.Model):
    """One piece of work. It may run twice; what it does takes effect once, since its id is the key."""

    class State(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    place = models.CharField("place", max_length=60, db_index=True)
    organisation = models.CharField("organisation", max_length=20, blank=True)
    kind = models.CharField("kind of work", max_length=40)
    #: What it works on: codes, ids and file names inside the place; never a value from a row.
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED, db_index=True)
    attempt = models.PositiveIntegerField("attempts so far", default=0)
    #: The entry in the queue of django-tasks that was last made for it.
    task = models.UUIDField("task in the queue", null=True, blank=True)
    lease = models.CharField("worker that holds it", max_length=64, blank=True)
    lease_until = models.DateTimeField("lease lapses", null=True, blank=True)
    heartbeat = models.DateTimeField("last sign of life", null=True, blank=True)
    progress = models.CharField("what it does now", max_length=200, blank=True)
    cancel_requested = models.BooleanField("asked to stop", default=False)
    result = models.JSONField(default=dict)
    problem = models.TextField("what went wrong, in words", blank=True)
    cure = models.TextField("what to do about it", blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made = models.DateTimeField(default=timezone.now)
    started = models.DateTimeField(null=True, blank=True)
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-made"]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def over(self) -> bool:
        """Whether it has ended, well or not."""
        return self.state in (self.State.DONE, self.State.FAILED, self.State.CANCELLED)


class Worker(models.Model):
    """A worker, and when it last showed itself."""

    name = models.CharField("name", max_length=64, primary_key=True)
    seen = models.DateTimeField("last sign of life")

    def __str__(self) -> str:
        return self.name


auditlog.register(Job, include_fields=["state", "cancel_requested", "kind", "organisation", "place"])
