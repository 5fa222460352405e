"""How accounts come to be: by an invitation alone; and what is said when somebody signs in."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse

from skillmix.web.people import invitations
from skillmix.web.people.context import WAYS
from skillmix.web.people.models import User
from skillmix.web.people.services import confirm_address
from skillmix.web.site.database import service

#: Where a session keeps the link that somebody came by, until they have signed in elsewhere.
TOKEN = "invitation"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Local accounts."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The e-mail address or the password is wrong.",
        "incorrect_password": "The password is wrong.",
        "enter_current_password": "The current password is wrong.",
        "incorrect_code": "The code is wrong or too old. Give the one that is shown now.",
        "too_many_login_attempts": (
            "Too many wrong passwords. Try again in 15 minutes; until then even the right one is refused."
        ),
        "rate_limited": "This was tried too often. Wait a few minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account by themselves."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Who signs in with a password; an address with letters that look like ASCII is nobody's."""
        typed = str(credentials.get("email") or "")
        if typed.rpartition("@")[0].isascii():
            return super().authenticate(request, **credentials)
        self.pre_authenticate(request, **credentials)
        User().set_password(credentials.get("password"))  # as long as a wrong password takes
        user_login_failed.send(sender=__name__, credentials={}, request=request)
        return None

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail bears the brand."""
        super().send_mail(template_prefix, email, {"brand": settings.SKILLMIX.brand, **context})

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """How somebody can show again that it is them: by password, code or key; never by mail."""
        from allauth.account.internal.flows.reauthentication import get_reauthentication_flows

        if not user.is_authenticated:
            return []
        flows = {flow["id"]: flow for flow in get_reauthentication_flows(user)}
        kinds = flows.get("mfa_reauthenticate", {}).get("types", [])
        ways = [
            ("reauthenticate", "account_reauthenticate", "reauthenticate" in flows),
            ("mfa_reauthenticate", "mfa_reauthenticate", {"totp", "recovery_codes"} & {*kinds}),
            ("mfa_reauthenticate:webauthn", "mfa_reauthenticate_webauthn", "webauthn" in kinds),
        ]
        return [{"id": way, "description": WAYS[way], "url": reverse(to)} for way, to, has in ways if has]


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "The code is wrong or too old. Give the one that is shown now.",
    }

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        """A first name for a key."""
        from allauth.mfa.models import Authenticator

        return f"Key {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"

    def _get_site_name(self) -> str:
        return str(settings.SKILLMIX.brand)


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Accounts of an organisation's own sign-in."""

    def is_email_verified(self, provider: Any, email: str) -> bool:
        """Whether the provider answers for the addresses of this domain, as the settings say."""
        domains = {d.strip().lower() for d in settings.SKILLMIX.oidc_domains.split(",") if d.strip()}
        return email.rpartition("@")[2].lower() in domains

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Whoever has neither account nor invitation is told whom to ask."""
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        told = next((e.email for e in sociallogin.email_addresses), "")
        waiting = self._waiting(request, sociallogin)
        page = ""
        if not told:
            page = "people/no_address.jinja"
        elif not waiting:
            page = "account/signup_closed.html"
        elif User.objects.of_address(self._address(request, sociallogin, waiting)).exists():
            page = "people/not_vouched.jinja"
        if page:
            raise ImmediateHttpResponse(render(request, page, {"address": told}, status=403))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Whoever has been invited makes their account by signing in."""
        return bool(self._waiting(request, sociallogin))

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """The name as the provider gives it."""
        user = super().populate_user(request, sociallogin, data)
        given = " ".join(str(data.get(k) or "") for k in ("first_name", "last_name")).strip()
        user.name = str(data.get("name") or given)[:120]
        return user

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:
        """The account of somebody who was invited, with what they were invited to."""
        waiting = self._waiting(request, sociallogin)
        user = sociallogin.user
        address = self._address(request, sociallogin, waiting)
        vouched = [e.email for e in sociallogin.email_addresses if e.verified]
        with service():
            super().save_user(request, sociallogin, form)
            user.email = address  # saving has put the provider's in its place
            user.save()
            opened = self._opened(request, waiting)
            confirm_address(user, verified=bool(opened) or address in {v.lower() for v in vouched})
            for invitation in waiting:
                invitations.accept(invitation, user, vouched=vouched)
        request.session.pop(TOKEN, None)
        return user

    def _address(self, request: HttpRequest, sociallogin: Any, waiting: list[Any]) -> str:
        """The address of the account: the one invited by the link that was opened, or one's own."""
        opened = self._opened(request, waiting)
        return str(opened[0].email if opened else sociallogin.email_addresses[0].email).lower()

    def _opened(self, request: HttpRequest, waiting: list[Any]) -> list[Any]:
        """The invitation to an address whose link was opened, if any."""
        token = request.session.get(TOKEN, "")
        return [i for i in waiting if token and i.token_hash == invitations.hashed(token) and i.email]

    def _waiting(self, request: HttpRequest, sociallogin: Any) -> list[Any]:
        addresses = [e.email for e in sociallogin.email_addresses if e.verified]
        return invitations.waiting_for(addresses, request.session.get(TOKEN, ""))
