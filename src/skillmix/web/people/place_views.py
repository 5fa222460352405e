"""Pages of the people of a place, for its administrators."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from skillmix.errors import RefusedError
from skillmix.web.audit.changes import note
from skillmix.web.people import invitations, presenters, services
from skillmix.web.people.forms import InviteForm, MembershipForm
from skillmix.web.people.models import Invitation, Membership, User
from skillmix.web.people.roles import ROLES
from skillmix.web.site.pages import page, served_place


def _administered(user: Any) -> list[str]:
    held = Membership.objects.in_force().filter(user=user, role=services.ADMINISTRATOR)
    return [*held.values_list("place", flat=True)]


def _membership(place: str, number: int) -> Membership:
    found = Membership.objects.filter(place=place, pk=number).select_related("user").first()
    if found is None:
        raise Http404
    return found


@page("people", name="people")
def people(request: HttpRequest, place: str) -> HttpResponseBase:
    """Members by role, and open invitations."""
    here = served_place(place).opened()[0]
    groups = presenters.members(here, place)
    shown = {
        "groups": groups,
        "waiting": presenters.waiting(here, place),
        "accounts": len({m["email"] for g in groups for m in g["members"]}),
        "unsure": len({m["email"] for g in groups for m in g["members"] if not m["second_factor"]}),
    }
    return render(request, "people/people.jinja", shown)


@page("people", name="invite")
def invite(request: HttpRequest, place: str) -> HttpResponseBase:
    """Invite somebody; the link is shown once, on the page that answers."""
    here = served_place(place).opened()[0]
    form = InviteForm(request.POST or None, place=here)
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        try:
            made, path = invitations.make(place, by=user, **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, f"{refused.problem} {refused.cure}")
        else:
            link = request.build_absolute_uri(path)
            sent = bool(made.email) and _send(made, link, str(user), here.name)
            answer = {"link": link, "invitation": made, "what": invitations.describe(made), "sent": sent}
            return render(request, "people/invited.jinja", answer)
    hints = {role.code: role.describe for role in ROLES.values()}
    shown = {"form": form, "hints": hints, "mail_is_sent": bool(settings.SKILLMIX.mail_url)}
    return render(request, "people/invite.jinja", shown)


def _send(made: Invitation, link: str, by: str, place: str) -> bool:
    """Send the link where mail is set up; whether it went."""
    if not settings.SKILLMIX.mail_url:
        return False
    brand = settings.SKILLMIX.brand
    text = (
        f"{by} invites you to {brand} for {place}, as {ROLES[made.role].label.lower()}.\n\n"
        f"Accept here:\n{link}\n\n"
        f"The link works once, until {made.expires:%d/%m/%Y}. If you do not expect it, leave it be.\n"
    )
    try:
        return bool(send_mail(f"Your invitation to {brand}", text, None, [made.email]))
    except OSError:
        return False


@page("people", name="invitation")
@require_POST
def withdraw(request: HttpRequest, place: str, number: int) -> HttpResponseBase:
    """Make an invitation's link useless."""
    found = Invitation.objects.filter(place=place, pk=number).first()
    if found is None:
        raise Http404
    invitations.withdraw(found)
    messages.success(request, "The invitation is withdrawn. Its link no longer works.")
    return redirect("people", place=place)


@page("people", name="membership")
def membership(request: HttpRequest, place: str, number: int) -> HttpResponseBase:
    """Change or end one membership."""
    here = served_place(place).opened()[0]
    found = _membership(place, number)
    user: Any = request.user
    initial = {
        "role": found.role,
        "organisation": found.organisation,
        "family": found.family,
        "ends": found.ends,
    }
    form = MembershipForm(request.POST or None, place=here, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change(found, by=user, **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, f"{refused.problem} {refused.cure}")
        else:
            messages.success(request, f"The membership of {found.user} is changed.")
            return redirect("people", place=place)
    shown = {
        "form": form,
        "membership": found,
        "role": ROLES[found.role].label,
        "about": presenters.about(here, found.organisation, found.family),
        "own": found.user_id == user.pk,
        "may_close": found.user_id != user.pk and services.may_close(found.user, _administered(user)),
        "hints": {role.code: role.describe for role in ROLES.values()},
    }
    return render(request, "people/membership.jinja", shown)


@page("people", name="membership")
@require_POST
def end(request: HttpRequest, place: str, number: int) -> HttpResponseBase:
    """End a membership at once."""
    found = _membership(place, number)
    user: Any = request.user
    services.end(found, by=user)
    messages.success(request, f"The membership of {found.user} has ended.")
    return redirect("start") if found.user_id == user.pk else redirect("people", place=place)


@page("people", name="membership")
@require_POST
def close(request: HttpRequest, place: str, number: int) -> HttpResponseBase:
    """Close the account of a member."""
    found = _membership(place, number)
    user: Any = request.user
    services.close(found.user, by=user, places=_administered(user))
    messages.success(request, f"The account of {found.user} is closed.")
    return redirect("people", place=place)


@page("people", name="membership")
@require_POST
def password_link(request: HttpRequest, place: str, number: int) -> HttpResponseBase:
    """A link by which a member sets a new password: for servers without mail; shown once."""
    found = _membership(place, number)
    user: Any = request.user
    member: User = found.user
    if member.pk == user.pk or not services.may_close(member, _administered(user)):
        raise RefusedError(
            "This account is your own, or belongs to another place too.",
            cure="They ask for a link on the page of signing in, or from an administrator of both places.",
        )
    link = request.build_absolute_uri(services.password_link(member))
    note(request, place, f"account {member.pk}", None, {"link to set a new password": "made"})
    return render(
        request,
        "people/password_link.jinja",
        {"link": link, "member": member, "hours": settings.PASSWORD_RESET_TIMEOUT // 3600},
    )
