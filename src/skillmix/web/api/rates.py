"""How often one token may ask in a minute, counted in the cache that all processes share."""

from __future__ import annotations

import time

from django.core.cache import cache
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

#: Requests that a token may make in a minute.
A_MINUTE = 240


class TokenRate(BaseThrottle):
    """Counts a token's requests of the current minute."""

    def allow_request(self, request: HttpRequest) -> bool:
        """Whether the token may ask once more in this minute."""
        bearer = getattr(request, "auth", None)
        if bearer is None:
            return True
        key = f"api-rate:{bearer.token.pk}:{int(time.time() // 60)}"
        so_far = int(cache.get(key, 0))
        if so_far >= A_MINUTE:
            return False
        cache.set(key, so_far + 1, 120)
        return True

    def wait(self) -> float:
        """Seconds until the next minute."""
        return 60 - time.time() % 60
