"""The work behind submitting: store, publish, withdraw, clean; each may run twice and counts once."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone

from skillmix import intake
from skillmix.errors import PlaceError, ScopeError, Where
from skillmix.place import Place
from skillmix.web.jobs.work import Running, start, work
from skillmix.web.people.principals import principal_of
from skillmix.web.site.database import service
from skillmix.web.site.served import served
from skillmix.web.submissions import folders, returns, services
from skillmix.web.submissions.models import Upload

State = Upload.State


def _place(running: Running) -> Place:
    found = served().get(running.job.place)
    if found is None:
        raise PlaceError(
            "The place is not served any more.",
            cure="Start the server with its folder.",
            where=[Where(file=running.job.place)],
        )
    return Place.open(found.path)


def _upload(running: Running) -> Upload:
    with service():
        return Upload.objects.select_related("by").get(pk=uuid.UUID(running.job.payload["upload"]))


def _may_still(running: Running, upload: Upload, place: Place) -> None:
    """Ask again, at the moment of doing it, whether whoever asked for it may publish for the organisation.

    Raises:
        ScopeError: when their account is closed, or their membership has ended, since.
    """
    job = running.job
    with service():
        if job.by is not None and principal_of(job.by, job.place, place).may("publish", upload.organisation):
            return
    raise ScopeError(
        "Whoever asked for this may not publish for the organisation any more.",
        cure="Somebody who may must ask for it again.",
    )


def _stored(upload: Upload, place: Place) -> str:
    """The submission that an upload's version is stored as: stored now, or by an earlier run."""
    key = f"{upload.pk}:{upload.version}"
    by = str(upload.by or "an account since removed")
    if upload.kind == Upload.Kind.RETURN:
        return returns.store(place, upload, key, by).submission
    staged = folders.read(place.path, upload.pk, upload.version)
    return intake.store(place, staged, key=key, by=by, publish=False).submission


def _keep(running: Running, upload: Upload, **fields: Any) -> None:
    """Change an upload, unless a later version or a later job has come since."""
    with service():
        now = Upload.objects.filter(pk=upload.pk, version=upload.version, job=running.job).first()
        if now is None:
            return
        for name, value in fields.items():
            setattr(now, name, value)
        now.save(update_fields=list(fields))


@work("store")
def store(running: Running) -> dict[str, Any]:
    """Put an upload's version into the place, seen by nobody yet."""
    upload = _upload(running)
    if upload.version != running.job.payload["version"] or upload.state != State.CHECKED:
        return {"superseded": True}
    running.say("Storing the rows")
    submission = upload.submission or _stored(upload, _place(running))
    _keep(running, upload, submission=submission, state=State.READY)
    return {"submission": submission}


@work("publish")
def publish(running: Running) -> dict[str, Any]:
    """Show an upload's version to those whom its agreement allows it."""
    upload, place = _upload(running), _place(running)
    if upload.version != running.job.payload["version"]:
        raise PlaceError(
            "It was corrected since somebody asked to publish it.",
            cure="Look at what it says now, and publish it again.",
        )
    _may_still(running, upload, place)
    running.say("Storing the rows")
    submission = upload.submission or _stored(upload, place)
    running.say("Publishing")
    by = str(running.job.by or "an account since removed")
    _agree(place, submission, upload.organisation, by)
    number = place.publish(submission, by=by, key=running.key)
    if upload.published and upload.published != submission:
        # The version before must not come to light when this one is withdrawn one day.
        _take_back(place, upload.published, by, f"{running.key}:before")
    _keep(
        running,
        upload,
        submission=submission,
        published=submission,
        state=State.PUBLISHED,
        number=number,
        published_by=by,
        published_at=running.job.made,
        reason="",
    )
    start("clean_staging", place=upload.place, by=None)
    return {"submission": submission, "number": number}


def _agree(place: Place, submission: str, organisation: str, by: str) -> None:
    """Put a submission under the agreement in force today, where it was sent before one was recorded."""
    agreed = dict(place.agreement_of_submissions().iter_rows())
    chosen = place.agreement_for(organisation, timezone.localdate())
    if agreed.get(submission) is None and chosen is not None:
        place.attach_agreement(submission, chosen, by)


def _take_back(place: Place, submission: str, by: str, key: str) -> None:
    stands = place.publications().filter(submission=submission).sort("number")
    if stands.height and stands.get_column("action").to_list()[-1] == "publish":
        place.withdraw(submission, by=by, key=key)


@work("withdraw")
def withdraw(running: Running) -> dict[str, Any]:
    """Take an upload out of every figure."""
    upload, place = _upload(running), _place(running)
    _may_still(running, upload, place)
    running.say("Withdrawing")
    submission = running.job.payload["submission"]
    number = place.withdraw(submission, by=str(running.job.by or "an account since removed"), key=running.key)
    _keep(running, upload, state=State.WITHDRAWN, published="", number=number)
    start("clean_staging", place=upload.place, by=None)
    return {"number": number}


@work("clean_staging")
def clean_staging(running: Running) -> dict[str, Any]:
    """Remove staged files that nobody needs any more."""
    running.say("Cleaning")
    place = _place(running)
    with service():
        return {"removed": services.clean(place.path, running.job.place, timezone.now())}
