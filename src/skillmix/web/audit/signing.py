"""Signing in and out, recorded as it happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from skillmix.web.audit.appending import append
from skillmix.web.audit.asking import address_of, who
from skillmix.web.people.models import User


def who_did(request: HttpRequest | None, user: User | None) -> dict[str, Any]:
    """An account, and the address that it was used from."""
    return who(user) | {"address": address_of(request)}


def signed_in(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    """Somebody signed in."""
    append("sign_in", **who_did(request, user))


def signed_out(sender: Any, request: HttpRequest, user: User | None, **_: Any) -> None:
    """Somebody signed out."""
    if user is not None:
        append("sign_out", **who_did(request, user))


def failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """Somebody failed to sign in: the account, where there is one; never what was typed."""
    typed = str(credentials.get("email") or credentials.get("username") or credentials.get("login") or "")
    user = User.objects.of_address(typed).first() if typed else None
    append("failed_sign_in", **who_did(request, user))


def second_factor_failed(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    """Somebody gave a password that is right, and a second factor that is not."""
    append("failed_sign_in", detail={"step": "second factor"}, **who_did(request, user))


def credential_changed(what: str, how: str) -> Callable[..., None]:
    """A receiver that records that a means of signing in was made, changed or removed; never the means.

    Args:
        what: what it is, such as ``password``.
        how: ``made``, ``changed`` or ``removed``.
    """

    def receive(sender: Any, request: HttpRequest | None = None, **told: Any) -> None:
        user = told.get("user")
        if user is None:
            return
        kind = getattr(told.get("authenticator"), "type", "")
        detail = {"how": how, "means": f"{what} {kind}".strip(), "named": f"{user}, {what}"}
        append("change", f"user {user.pk}", detail, **who_did(request, user))

    return receive
