"""What pages of accounts may use beside their own context."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

#: The rules of passwords, as the validators of the settings check them.
PASSWORD_RULES = (
    "At least 12 characters, not digits alone, no common password, and not like your name or address."
)
#: What the ways to show that it is you are called.
WAYS = {
    "reauthenticate": "With my password",
    "mfa_reauthenticate": "With a code of my authenticator app",
    "mfa_reauthenticate:webauthn": "With my security key",
}
_PAGES = ("/account/", "/invitation/")


def of_accounts(request: HttpRequest) -> dict[str, Any]:
    """Words and ways of signing in, for pages of accounts alone."""
    if not request.path.startswith(_PAGES):
        return {}
    return {
        "password_rules": PASSWORD_RULES,
        "mail_is_sent": bool(settings.SKILLMIX.mail_url),
        "reset_hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
        "providers": providers,
    }


def providers() -> list[dict[str, str]]:
    """Sign-ins of organisations that the settings name."""
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return [
        {
            "id": app["provider_id"],
            "name": app["name"],
            "address": reverse("openid_connect_login", kwargs={"provider_id": app["provider_id"]}),
        }
        for app in apps
    ]
