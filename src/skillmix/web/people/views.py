"""Pages of one's own account, and of an invitation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from skillmix.errors import InputError
from skillmix.web.people import context, invitations, presenters, services
from skillmix.web.people.adapters import TOKEN
from skillmix.web.people.forms import AcceptForm, NameForm
from skillmix.web.people.models import Invitation, User
from skillmix.web.people.sign_in import to_provider
from skillmix.web.site.pages import ANYBODY, SIGNED_IN, open_to

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@open_to(SIGNED_IN)
def account(request: HttpRequest) -> HttpResponseBase:
    """My account: my name, my roles and what each may do, and how I sign in."""
    user: Any = request.user
    form = NameForm(request.POST or None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        services.rename(user, form.cleaned_data["name"])
        messages.success(request, "Your name is changed.")
        return redirect("account")
    links = presenters.links_of_account(
        bool(presenters.with_second_factor([user.pk])),
        user.has_usable_password(),
        bool(context.providers()),
        bool(user.persona),
    )
    shown = {"form": form, "places": presenters.mine(user), "links": links, "email": user.email}
    return render(request, "people/account.jinja", shown)


@open_to(SIGNED_IN)
def downloads(request: HttpRequest) -> HttpResponseBase:
    """What I was given, from the audit: files of pages and answers of the API, the newest first."""
    return render(request, "people/downloads.jinja", {"given": presenters.given_to(request.user.pk or 0)})


@open_to(ANYBODY)
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """An invitation: accepted with a new account, or with the one that is signed in."""
    found = invitations.of_token(token)
    if why := invitations.state(found):
        return render(request, "people/invitation_gone.jinja", {"why": invitations.STATES[why]}, status=410)
    assert found is not None
    if request.user.is_authenticated:
        return _accept_as_myself(request, found, token)
    known = found.email and User.objects.of_address(found.email).filter(is_active=True).exists()
    shown = {"what": invitations.describe(found), "invited": found.email, "token": token}
    if known:
        return render(request, "people/invitation_known.jinja", shown)
    form = AcceptForm(request.POST or None, invited=found.email)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user, new = services.accept_as_new(
                found, given.get("email", ""), given["name"], given["password"]
            )
        except InputError as wrong:
            column = next((w.column for w in wrong.where if w.column in form.fields), None)
            form.add_error(column, f"{wrong.problem} {wrong.cure}")
        else:
            if not new:
                messages.success(request, "Your account is open again. Sign in with your new password.")
                return redirect("account_login")
            login(request, user, backend=_BACKEND)
            messages.success(request, "Your account is ready. Turn on a second factor next, under your name.")
            return redirect("start")
    return render(request, "people/invitation.jinja", {"form": form, **shown})


def _accept_as_myself(request: HttpRequest, found: Invitation, token: str) -> HttpResponseBase:
    user: Any = request.user
    if request.method == "POST":
        given = invitations.accept(found, user)
        messages.success(request, f"You are now {invitations.describe(found)}.")
        return redirect("home", place=given[0].place)
    own = not found.email or found.email in invitations.addresses_of(user)
    shown = {"what": invitations.describe(found), "invited": found.email, "token": token, "own": own}
    return render(request, "people/invitation_mine.jinja", shown, status=200 if own else 403)


@open_to(ANYBODY)
@require_POST
def invitation_by_provider(request: HttpRequest, token: str) -> HttpResponseBase:
    """Accept by signing in with the organisation's own sign-in: the link is remembered until then."""
    if why := invitations.state(invitations.of_token(token)):
        return render(request, "people/invitation_gone.jinja", {"why": invitations.STATES[why]}, status=410)
    request.session[TOKEN] = token
    wanted = request.POST.get("provider", "")
    if wanted not in [p["id"] for p in context.providers()]:
        return redirect("invitation", token=token)
    return to_provider(request, provider_id=wanted)
