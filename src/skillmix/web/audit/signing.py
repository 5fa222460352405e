"""Signing in and out, recorded as it happens."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from skillmix.web.audit.appending import append
from skillmix.web.audit.asking import address_of, who
from skillmix.web.people.models import User


def signed_in(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    """Somebody signed in."""
    append("sign_in", **(who(user) | {"address": address_of(request)}))


def signed_out(sender: Any, request: HttpRequest, user: User | None, **_: Any) -> None:
    """Somebody signed out."""
    if user is not None:
        append("sign_out", **(who(user) | {"address": address_of(request)}))


def failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """Somebody failed to sign in: the account, where there is one; never what was typed."""
    typed = str(credentials.get("email") or credentials.get("username") or credentials.get("login") or "")
    user = User.objects.filter(email__iexact=typed).first() if typed else None
    append("failed_sign_in", **(who(user) | {"address": address_of(request)}))
