"""The log of downloads and API releases: each recorded before it is given."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from skillmix.web.audit.appending import append
from skillmix.web.audit.asking import who

__all__ = ["append", "record"]


def record(request: HttpRequest, action: str, subject: str, detail: dict[str, Any]) -> None:
    """Record that somebody is given something; call it before it is given.

    Args:
        request: who asks, from where and, by its address, of which place.
        action: ``download`` or ``api``.
        subject: what is given, such as the name of a file.
        detail: with which parameters; never a value from a row.
    """
    further = {"request": str(request.__dict__.get("id", "")), **detail}
    append(action, subject, further, place=str(request.__dict__.get("place_slug", "")), **who(request))
