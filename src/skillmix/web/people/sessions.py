"""How long somebody stays signed in: so many hours without a click, and never longer than a day."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase

#: Keys of the session: when it began, and when it was last seen, in seconds.
BEGAN, SEEN = "began", "seen"
#: A session ends a day after signing in, whatever is clicked.
LONGEST = 24 * 3600
#: The session is written again once it has not been for so long: not with every click.
STEP = 600


@receiver(user_logged_in)
def begin(sender: Any, request: HttpRequest | None, **more: Any) -> None:
    """Remember when somebody signed in."""
    session = getattr(request, "session", None)
    if session is not None:
        session[BEGAN] = session[SEEN] = int(time.time())


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
