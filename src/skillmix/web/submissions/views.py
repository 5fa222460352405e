"""Sending: the form, templates to fill in, the history and what became of one submission."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify

from skillmix import intake
from skillmix.errors import InputError, PlaceError, SkillmixError
from skillmix.intake import Sent, Staged
from skillmix.web.audit.log import record
from skillmix.web.panels.files import TYPES, harmless
from skillmix.web.panels.reading import Reading
from skillmix.web.site.pages import page, reading_of
from skillmix.web.submissions import folders, history, presenters, problems, senders, services
from skillmix.web.submissions.forms import SubmitForm
from skillmix.web.submissions.models import Upload
from skillmix.web.submissions.uploads import refuse_too_large

#: Columns of the file of rows set aside.
_SET_ASIDE = ("row", "rule", "column", "value", "reason", "cure", "suggestion")


@page("submit")
def submit(request: HttpRequest, place: str) -> HttpResponseBase:
    """Send a file: what names a person is replaced before anything is stored."""
    reading = reading_of(request)
    mine = senders.organisations(reading.principal, reading.place)
    sources = senders.sent_sources()
    instead = _instead(request, reading)
    wrong: SkillmixError | None = None
    if request.method == "POST":
        form = SubmitForm(request.POST, request.FILES, organisations=mine, sources=sources)
        try:
            refuse_too_large(request)
            if form.is_valid():
                return _sent(request, reading, form, instead)
        except InputError as error:
            wrong = error
    else:
        chosen = {
            "organisation": instead.organisation if instead else request.GET.get("organisation", ""),
            "source": instead.source if instead else request.GET.get("source", ""),
            "as_of": instead.as_of if instead else None,
        }
        form = SubmitForm(initial=chosen, organisations=mine, sources=sources)
    context = {
        "form": form,
        "organisations": mine,
        "sources": presenters.sources(sources),
        "instead": instead,
        "wrong": wrong,
        "megabytes": settings.SKILLMIX.upload_megabytes,
        "uncovered": presenters.uncovered(reading.place, mine, reading.on),
        "errors": presenters.errors(form),
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "submissions/submit.jinja", context, status=status)


def _instead(request: HttpRequest, reading: Reading) -> Upload | None:
    """The upload that a mended file takes the place of."""
    asked = request.GET.get("instead") or request.POST.get("instead")
    number = history.number_of(asked) if asked else None
    return senders.upload_of(reading.principal, number, "submit") if number else None


def _sent(
    request: HttpRequest, reading: Reading, form: SubmitForm, instead: Upload | None
) -> HttpResponseBase:
    given = form.cleaned_data
    user: Any = request.user
    with given["file"] as file:
        sent = Sent(str(file.name), file.read())
    about = services.Sending(given["organisation"], given["source"], given["as_of"], instead)
    upload = services.send(reading.place, reading.slug, sent, about, user)
    return redirect("submission", place=reading.slug, number=upload.pk)


@page("submit")
def template(request: HttpRequest, place: str, source: str) -> HttpResponse:
    """A workbook with the headings of a source and a note on each column, to fill in."""
    if source not in [one.name for one in senders.sent_sources()]:
        raise Http404("There is no such template.")
    response = HttpResponse(intake.template(source), content_type=TYPES["xlsx"])
    response["Content-Disposition"] = f'attachment; filename="{slugify(source)}-template.xlsx"'
    return response


@page("rows")
def submissions(request: HttpRequest, place: str) -> HttpResponse:
    """Everything that my organisations sent, the newest first."""
    reading = reading_of(request)
    own = reading.principal.where("rows")
    uploads = Upload.objects.select_related("by", "job").filter(place=place, organisation__in=own)
    found = history.entries(reading.place, uploads, own, reading.on)
    context = {"entries": found, "may_submit": reading.principal.may("submit")}
    return render(request, "submissions/history.jinja", context)


@page("rows")
def submission(request: HttpRequest, place: str, number: Any) -> HttpResponse:
    """What was understood of a submission, what failed, and what can be done with it."""
    reading = reading_of(request)
    upload = senders.upload_of(reading.principal, number)
    return render(request, "submissions/submission.jinja", shown(request, reading, upload))


def shown(request: HttpRequest, reading: Reading, upload: Upload) -> dict[str, Any]:
    """What the page of an upload shows."""
    staged = staged_of(reading, upload)
    suggested = request.GET.get("suggestions") == "1"
    found = problems.problems(staged, suggested) if staged is not None else []
    return presenters.submission(reading, upload, found) | {
        "staged": staged is not None,
        "suggested": suggested,
        "suggestions": any(f.suggestion for p in found for f in p.fields),
        "job": upload.job,
        "wrong": None,
    }


def staged_of(reading: Reading, upload: Upload) -> Staged | None:
    """The staged file of an upload, while it is kept."""
    if upload.kind == Upload.Kind.RETURN:
        return None
    try:
        return folders.read(reading.place.path, upload.pk, upload.version)
    except PlaceError:
        return None


@page("rows")
def progress(request: HttpRequest, place: str, number: Any) -> HttpResponse:
    """How far the job of an upload is; the page is loaded again when it is over."""
    reading = reading_of(request)
    upload = senders.upload_of(reading.principal, number)
    state, colour = history.state_of(upload)
    context = {"upload": upload, "job": upload.job, "state": state, "tag_colour": colour}
    response = render(request, "submissions/progress.jinja", context)
    # Whoever fills in corrections meanwhile is not disturbed: storing changes nothing that the page shows.
    if not upload.busy and (upload.job is None or upload.job.kind != "store"):
        response["HX-Refresh"] = "true"
    return response


@page("rows")
def set_aside(request: HttpRequest, place: str, number: Any) -> HttpResponse:
    """The rows that were set aside, for the records team."""
    reading = reading_of(request)
    upload = senders.upload_of(reading.principal, number)
    staged = staged_of(reading, upload)
    if staged is None:
        raise Http404("The rows set aside are not kept any more.")
    record(request, "download", "set aside rows", {"upload": str(upload.pk), "version": upload.version})
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        ["Row", "Rule", "Column", "Value as sent", "What is wrong", "What to do", "What may be meant"]
    )
    for row in staged.set_aside.select(_SET_ASIDE).iter_rows():
        writer.writerow([harmless(cell) for cell in row])
    response = HttpResponse(
        b"\xef\xbb\xbf" + text.getvalue().encode(), content_type="text/csv; charset=utf-8"
    )
    name = slugify(f"{upload.organisation}-{upload.source}-{upload.as_of or ''}-set-aside")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@page("rows")
def elsewhere(request: HttpRequest, place: str, submission: str) -> HttpResponse:
    """A submission that came without the browser: what became of it, and what it stands under."""
    reading = reading_of(request)
    own = reading.principal.where("rows")
    found = [e for e in history.entries(reading.place, [], own, reading.on) if e.key == submission]
    if not found:
        raise Http404("There is no such submission.")
    at = timezone.localtime(found[0].at)
    return render(request, "submissions/elsewhere.jinja", {"entry": found[0], "at": at})
