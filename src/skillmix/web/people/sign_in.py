"""What signing in needs beside allauth's own views."""

from __future__ import annotations

from functools import wraps
from typing import Any
from urllib.parse import urlparse

from allauth.account import views as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.socialaccount.providers.openid_connect import views as openid
from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from skillmix.errors import ScopeError
from skillmix.web.people.services import sign_out_everywhere as end_sessions
from skillmix.web.site.pages import ANYBODY, SIGNED_IN, View, open_to


def own(view: View) -> View:
    """Declare that a page changes how somebody signs in: for anybody signed in who is no persona."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if getattr(request.user, "persona", ""):
            raise ScopeError(
                "A persona signs in from the page of personas alone.",
                cure="Choose a persona there, or make an account of your own.",
            )
        return view(request, *args, **kwargs)

    return open_to(SIGNED_IN)(guarded)


@open_to(SIGNED_IN)
@require_GET
def totp_picture(request: HttpRequest) -> HttpResponse:
    """The secret of the authenticator app as a QR code, only while one is being set up."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    adapter = get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return HttpResponse(picture, content_type="image/svg+xml")


@open_to(ANYBODY)
def password_reset(request: HttpRequest) -> HttpResponseBase:
    """Ask for a link to set a new password; where no mail is sent none is made: the page says whom to ask."""
    if request.method == "POST" and not settings.SKILLMIX.mail_url:
        return redirect("account_reset_password")
    return account.password_reset(request)  # type: ignore[no-any-return]


@open_to(SIGNED_IN)
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponseBase:
    """End every session of the account, this one too."""
    end_sessions(request.user)  # type: ignore[arg-type]
    logout(request)
    return redirect("account_login")


@open_to(ANYBODY)
def to_provider(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """On to the organisation's own sign-in.

    A form may lead nowhere but here (``form-action 'self'``), also by a redirect: a page of its own leads on.
    """
    answer = openid.login(request, provider_id)
    address = answer.get("Location", "")
    if answer.status_code in (301, 302, 303) and urlparse(address).netloc not in ("", request.get_host()):
        return render(request, "people/onward.jinja", {"address": address})
    return answer  # type: ignore[no-any-return]
