"""What is done with a submission: corrected, published, withdrawn; each a form post, then a redirect."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from skillmix.errors import InputError, PlaceError
from skillmix.web.site.pages import page, reading_of
from skillmix.web.submissions import folders, presenters, problems, senders, services
from skillmix.web.submissions.forms import WithdrawForm
from skillmix.web.submissions.views import shown


def _back(place: str, number: Any) -> HttpResponseBase:
    return redirect("submission", place=place, number=number)


@page("submit")
def correct(request: HttpRequest, place: str, number: Any) -> HttpResponseBase:
    """Make the corrections that were filled in; the page then shows what remains."""
    reading = reading_of(request)
    upload = senders.upload_of(reading.principal, number, "submit")
    if request.method != "POST":
        return _back(place, number)
    user: Any = request.user
    if request.POST.get("version") != str(upload.version):
        raise PlaceError(
            "Somebody else corrected this since you loaded the page.",
            cure="Load the page again; it shows what they changed.",
        )
    try:
        staged = folders.read(reading.place.path, upload.pk, upload.version)
        filled = {name: str(value) for name, value in request.POST.items()}
        wanted = problems.corrections(staged, filled)
        upload = services.correct(reading.place, upload, wanted, user)
    except InputError as error:
        context = shown(request, reading, upload) | {"wrong": error}
        return render(request, "submissions/submission.jinja", context, status=400)
    remain = f"{upload.rows_set_aside:,} {'row remains' if upload.rows_set_aside == 1 else 'rows remain'}"
    messages.success(
        request,
        f"{len(wanted)} {'correction' if len(wanted) == 1 else 'corrections'} made; every rule was asked "
        f"again. {remain} set aside.",
    )
    return _back(place, upload.pk)


@page("rows")
def publish(request: HttpRequest, place: str, number: Any) -> HttpResponseBase:
    """Show what publishing will change, and publish when that is confirmed."""
    reading = reading_of(request)
    upload = senders.upload_of(reading.principal, number)
    may = reading.principal.may("publish", upload.organisation)
    if request.method == "POST":
        upload = senders.upload_of(reading.principal, number, "publish")
        user: Any = request.user
        if request.POST.get("version") != str(upload.version):
            raise PlaceError(
                "It was corrected since you loaded the page.",
                cure="Load the page again and look at what it says now.",
            )
        services.publish(upload, user)
        return _back(place, number)
    context = presenters.publishing(reading, upload) | {
        "may": may,
        "ask": "" if may else senders.ask_lead(place, upload.organisation),
    }
    return render(request, "submissions/publish.jinja", context)


@page("rows")
def withdraw(request: HttpRequest, place: str, number: Any) -> HttpResponseBase:
    """Ask why, and take a submission out of every figure."""
    reading = reading_of(request)
    upload = senders.upload_of(reading.principal, number, "publish")
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        services.withdraw(upload, form.cleaned_data["reason"], user)
        return _back(place, number)
    context = presenters.publishing(reading, upload) | {"form": form, "errors": presenters.errors(form)}
    return render(
        request, "submissions/withdraw.jinja", context, status=400 if request.method == "POST" else 200
    )


@require_POST
@page("submit")
def again(request: HttpRequest, place: str, number: Any) -> HttpResponseBase:
    """Store once more what could not be stored."""
    upload = senders.upload_of(reading_of(request).principal, number, "submit")
    user: Any = request.user
    services.store_again(upload, user)
    return _back(place, number)
