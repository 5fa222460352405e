"""Pages of sharing agreements: everybody reads them, administrators record and end them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from skillmix.errors import PlaceError
from skillmix.place import Agreement, Place
from skillmix.web.agreements import presenters, services
from skillmix.web.agreements.forms import LEVELS, AgreementForm, EndForm
from skillmix.web.site.pages import page, principal_in, served_place

_HINTS = {code: long for code, (_, long) in LEVELS.items()}


def _place(slug: str) -> Place:
    return served_place(slug).opened()[0]


def _agreement(place: Place, name: str) -> Agreement:
    for one in place.agreements:
        if one.id == name:
            return one
    raise Http404


@page("figures", name="agreements")
def agreements(request: HttpRequest, place: str) -> HttpResponseBase:
    """Who shares what until when; first, whose figures are missing for want of an agreement."""
    here, on = _place(place), timezone.localdate()
    principal = principal_in(request, place)
    standing, ended = presenters.listed(here, on, principal)
    shown = {
        "uncovered": presenters.uncovered(here, on, presenters.sent(here)),
        "standing": standing,
        "ended": ended,
        "levels": LEVELS,
        "may": principal.may("agreements"),
        "told": any(one["level"] for one in [*standing, *ended]),
    }
    return render(request, "agreements/list.jinja", shown)


@page("figures", name="agreement")
def agreement(request: HttpRequest, place: str, agreement: str) -> HttpResponseBase:
    """One agreement, what was sent under it, and what could be put under it."""
    here, on = _place(place), timezone.localdate()
    found = _agreement(here, agreement)
    received = presenters.sent(here)
    principal = principal_in(request, place)
    may = principal.may("agreements")
    shown = {
        "one": presenters.row(here, found, on, principal),
        "under": [s for s in received if s.agreement == found.id and s.organisation == found.organisation],
        "attachable": presenters.attachable(here, found, on, received) if may and found.in_force(on) else [],
        "may": may,
    }
    return render(request, "agreements/one.jinja", shown)


@page("agreements", name="new agreement")
def new(request: HttpRequest, place: str) -> HttpResponseBase:
    """Record an agreement."""
    here = _place(place)
    partner = request.GET.get("partner", "")
    named = here.organisations.get(partner)
    initial = {
        "starts": timezone.localdate(),
        "organisation": partner,
        "controller": named.name if named else "",
    }
    form = AgreementForm(request.POST or None, place=here, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = form.agreement()
        services.record(request, place, made, new=True)
        messages.success(request, "The agreement is recorded.")
        return redirect("agreement", place=place, agreement=made.id)
    return render(request, "agreements/form.jinja", {"form": form, "hints": _HINTS, "one": None})


@page("agreements", name="edit agreement")
def edit(request: HttpRequest, place: str, agreement: str) -> HttpResponseBase:
    """Change an agreement."""
    here = _place(place)
    found = _agreement(here, agreement)
    initial = {name: getattr(found, name) for name in AgreementForm.base_fields if name != "organisation"}
    form = AgreementForm(request.POST or None, place=here, of=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.record(request, place, form.agreement(), new=False)
        messages.success(request, "The agreement is changed.")
        return redirect("agreement", place=place, agreement=found.id)
    one = presenters.row(here, found, timezone.localdate(), principal_in(request, place))
    return render(request, "agreements/form.jinja", {"form": form, "hints": _HINTS, "one": one})


@page("agreements", name="end agreement")
def end(request: HttpRequest, place: str, agreement: str) -> HttpResponseBase:
    """End an agreement early."""
    here = _place(place)
    found = _agreement(here, agreement)
    form = EndForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            services.end(request, place, found.id, form.cleaned_data["on"])
        except PlaceError as refused:
            form.add_error("on", f"{refused.problem} {refused.cure}")
        else:
            messages.success(request, "The agreement's last day is changed.")
            return redirect("agreement", place=place, agreement=found.id)
    one = presenters.row(here, found, timezone.localdate(), principal_in(request, place))
    return render(request, "agreements/end.jinja", {"form": form, "one": one})


@page("agreements", name="attach to agreement")
@require_POST
def attach(request: HttpRequest, place: str, agreement: str) -> HttpResponseBase:
    """Put submissions under an agreement."""
    here, on = _place(place), timezone.localdate()
    found = _agreement(here, agreement)
    allowed = {s.submission for s in presenters.attachable(here, found, on, presenters.sent(here))}
    chosen = [s for s in request.POST.getlist("submission") if s in allowed]
    changed = services.attach(request, place, found.id, chosen) if chosen and found.in_force(on) else 0
    if changed:
        messages.success(
            request, f"{changed} {'submission stands' if changed == 1 else 'submissions stand'} under it now."
        )
    else:
        messages.warning(request, "Nothing was chosen.")
    return redirect("agreement", place=place, agreement=found.id)
