"""Whether a worker is alive: it says so itself every few seconds."""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError
from django.utils import timezone

from skillmix.web.jobs.models import Worker
from skillmix.web.jobs.timing import timing


def worker_alive() -> bool:
    """Whether a worker has shown itself lately."""
    since = timezone.now() - timedelta(seconds=timing().alive)
    try:
        return Worker.objects.filter(seen__gte=since).exists()
    except DatabaseError:
        return False


def seen(name: str) -> None:
    """A worker is alive."""
    Worker.objects.update_or_create(name=name, defaults={"seen": timezone.now()})


def gone(name: str) -> None:
    """A worker has stopped; those that were killed a day ago are forgotten with it."""
    Worker.objects.filter(name=name).delete()
    Worker.objects.filter(seen__lt=timezone.now() - timedelta(days=1)).delete()
