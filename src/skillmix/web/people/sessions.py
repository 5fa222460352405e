"""How long somebody stays signed in: so many hours without a click, and never longer than a day."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase

#: Keys of the session: when it began, and when it was last seen, in seconds.
BEGAN, SEEN = "began", "seen"
#: A session ends a day after signing in, whatever is clicked.
LONGEST = 24 * 3600
#: The session is written again once it has not been for so long: not with every click.
STEP = 600
#: Stands for a network address that is not known, as behind a socket of this machine.
_NOWHERE = "0.0.0.0"
#: The longest name of a browser that is kept.
_AGENT = 200


@receiver(user_logged_in)
def begin(sender: Any, request: HttpRequest | None, user: Any, **more: Any) -> None:
    """Remember when somebody signed in, and list the session, by whatever way it began."""
    session = getattr(request, "session", None)
    if request is None or session is None:
        return
    session[BEGAN] = session[SEEN] = int(time.time())
    if not session.session_key:
        session.save()
    UserSession.objects.update_or_create(
        session_key=session.session_key,
        defaults={
            "user": user,
            "ip": address_of(request) or _NOWHERE,
            "user_agent": request.META.get("HTTP_USER_AGENT", "")[:_AGENT],
        },
    )


def address_of(request: HttpRequest) -> str:
    """The network address that a session began from; empty where none is known."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""


class SessionLife:
    """Ends sessions that began too long ago, and personas' where there are none; keeps those in use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on."""
        if request.user.is_authenticated:
            now = int(time.time())
            began = request.session.get(BEGAN)
            stray = getattr(request.user, "persona", "") and not settings.PERSONAS
            if stray or (began is not None and now - began > LONGEST):
                logout(request)
            elif now - request.session.get(SEEN, 0) > STEP:
                request.session[SEEN] = now  # written anew, so that it lapses later
        return self.get_response(request)
