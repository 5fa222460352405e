"""Who asks, and from where."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.http import HttpRequest

#: The request that is being answered in this context, for what is recorded far from any view.
ANSWERING: ContextVar[HttpRequest | None] = ContextVar("answering", default=None)


def address_of(request: HttpRequest | None) -> str:
    """The network address that a request came from; behind a proxy, the one that the proxy names."""
    if request is None:
        return ""
    if settings.SKILLMIX.behind_proxy:
        named = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")[-1].strip()
        if named:
            return named
    return str(request.META.get("REMOTE_ADDR", ""))


def who(person: HttpRequest | Any) -> dict[str, Any]:
    """Actor, account and address of a request, or of an account, for `appending.append`."""
    request = person if isinstance(person, HttpRequest) else None
    user: Any = getattr(request, "user", None) if request is not None else person
    if user is None or not getattr(user, "is_authenticated", False):
        return {"actor": "", "account": None, "address": address_of(request)}
    return {"actor": str(user), "account": user.pk, "address": address_of(request)}
