"""The page of a job, its progress, and how it is stopped."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from skillmix.web.jobs import queue
from skillmix.web.jobs.models import Job
from skillmix.web.jobs.presenters import present
from skillmix.web.people.access import Principal
from skillmix.web.site.pages import MEMBER, page, principal_in


def may_see(principal: Principal, job: Job) -> bool:
    """Whether somebody may see, and stop, a job.

    Whoever started it may; so may members who work with its organisation's data and, where it is about the
    place, those who write its scenarios.
    """
    if job.place != principal.place:
        return False
    if job.by_id is not None and job.by_id == principal.user:
        return True
    if job.organisation:
        return principal.may("rows", job.organisation)
    return principal.may("scenarios")


def _job(request: HttpRequest, place: str, wanted: UUID) -> Job:
    found = Job.objects.filter(pk=wanted, place=place).first()
    if found is None or not may_see(principal_in(request, place), found):
        raise Http404("There is no such job here.")
    return found


@require_GET
@page(MEMBER, name="job")
def job(request: HttpRequest, place: str, job: UUID) -> HttpResponse:
    """Where a job stands, and what came of it."""
    shown = present(_job(request, place, job))
    return render(request, "jobs/job.jinja", {"job": shown})


@require_GET
@page(MEMBER, name="job_progress")
def progress(request: HttpRequest, place: str, job: UUID) -> HttpResponse:
    """The part of a page that tells how far a job is; leads on to what came of it when it is done.

    Nothing is sent where nothing has changed: what is read aloud is not read again, and a focus is not lost.
    """
    shown = present(_job(request, place, job))
    if not shown.over and request.GET.get("seen") == shown.mark:
        return HttpResponse(status=204)
    response = render(request, "jobs/progress_now.jinja", {"job": shown})
    if shown.address and request.headers.get("HX-Request") == "true":
        response["HX-Redirect"] = shown.address
    return response


@require_POST
@page(MEMBER, name="job_cancel")
def cancel(request: HttpRequest, place: str, job: UUID) -> HttpResponseBase:
    """Ask a job to stop."""
    found = _job(request, place, job)
    if not found.over:
        queue.cancel(found)
    return redirect("job", place=place, job=job)
