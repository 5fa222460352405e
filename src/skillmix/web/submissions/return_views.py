"""The one-page return: ten numbers, shown with last time's, kept and published like a file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render

from skillmix.web.panels.reading import Reading
from skillmix.web.site.pages import page, reading_of
from skillmix.web.submissions import presenters, senders, services
from skillmix.web.submissions.forms import ReturnForm
from skillmix.web.submissions.models import Upload
from skillmix.web.submissions.returns import month_ends


@page("submit")
def one_page(request: HttpRequest, place: str) -> HttpResponseBase:
    """Straight to the return of the only organisation, or to choose one."""
    reading = reading_of(request)
    mine = senders.organisations(reading.principal, reading.place)
    if len(mine) == 1:
        return redirect("return_of", place=place, organisation=mine[0].code)
    return render(request, "submissions/return_choose.jinja", {"organisations": mine})


@page("submit", organisation=True)
def of_organisation(request: HttpRequest, place: str, organisation: str) -> HttpResponseBase:
    """Fill in the ten numbers of an organisation."""
    reading = reading_of(request)
    mine = {o.code: o for o in senders.organisations(reading.principal, reading.place)}
    if organisation not in mine:
        raise Http404("There is no such organisation here.")
    days = month_ends(reading.on)
    day = _chosen(request.POST.get("as_of") or request.GET.get("as_of") or "", days)
    last = _last(reading, organisation)
    form = ReturnForm(request.POST) if request.method == "POST" else None
    if form is not None and form.valid:
        user: Any = request.user
        upload = services.send_return(reading.place, place, organisation, day, form.answers, user)
        return redirect("submission", place=place, number=upload.pk)
    context = {
        "organisation": mine[organisation],
        "days": days,
        "day": day,
        "questions": presenters.questions(form, last, day),
        "last": last,
        "form": form,
        "errors": presenters.return_errors(form),
        "uncovered": presenters.uncovered(reading.place, [mine[organisation]], reading.on),
    }
    return render(request, "submissions/return.jinja", context, status=400 if form is not None else 200)


def _chosen(text: str, days: list[dt.date]) -> dt.date:
    return next((day for day in days if day.isoformat() == text), days[0])


def _last(reading: Reading, organisation: str) -> Upload | None:
    """The return filled in last."""
    return (
        Upload.objects.filter(place=reading.slug, organisation=organisation, kind=Upload.Kind.RETURN)
        .exclude(answers={})
        .order_by("-made")
        .first()
    )
