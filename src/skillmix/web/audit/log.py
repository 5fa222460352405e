"""The log of downloads and API releases: each recorded before it is given."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def record(request: HttpRequest, action: str, subject: str, detail: dict[str, Any]) -> None:
    """Record that somebody was given something."""
