"""Sending, correcting, publishing and withdrawing: what writes, each step whole or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from skillmix import intake
from skillmix.errors import InputError, PlaceError
from skillmix.intake import Correction, Sent, Staged
from skillmix.place import Place
from skillmix.web.jobs import work as jobs
from skillmix.web.people.models import User
from skillmix.web.submissions import folders
from skillmix.web.submissions.counts import counts
from skillmix.web.submissions.models import Corrected, Upload

State = Upload.State
#: Kinds of problem that are kept in words after a staged file is cleaned.
_KINDS = 60


def storable(value: Any) -> Any:
    """Plain data without the one letter that a database does not take, which no text holds on purpose."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {storable(key): storable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [storable(one) for one in value]
    return value


@dataclass(frozen=True)
class Sending:
    """What somebody says about a file that they send.

    Attributes:
        organisation: whom it is about.
        source: what it is.
        as_of: the date it is true for.
        instead: an upload that it takes the place of, where it is a mended file.
    """

    organisation: str
    source: str
    as_of: dt.date | None
    instead: Upload | None = None


def summary(staged: Staged) -> dict[str, Any]:
    """What was understood, without a value of a row."""
    problems = staged.problems.select("rule", "column", "reason", "cure", "aside", "rows")
    grouped = problems.group_by("rule", "column", "reason", "cure", "aside", maintain_order=True)
    return {
        "columns": staged.columns.to_dicts(),
        "notes": list(staged.notes),
        "problems": grouped.sum().head(_KINDS).to_dicts(),
    }


def _counted(staged: Staged) -> dict[str, Any]:
    """The fields of an upload that follow from what was staged."""
    loadable = staged.rows_loaded > 0
    organisation = staged.organisation or ""
    return {
        "rows_read": staged.rows_read,
        "rows_loaded": staged.rows_loaded,
        "rows_set_aside": staged.rows_set_aside,
        "rows_outside": staged.rows_outside,
        "rows_not_used": staged.rows_not_used,
        "summary": storable(summary(staged)),
        "figures": [c.plain() for c in counts(staged.tables, organisation)] if loadable else [],
        "as_of": staged.as_of,
        "state": State.CHECKED if loadable else State.EMPTY,
        "submission": "",
    }


def send(place: Place, slug: str, sent: Sent, about: Sending, by: User) -> Upload:
    """Take a file in: replace what names a person, keep the rest, and queue what puts it into the place.

    Raises:
        InputError: when the file cannot be read as that source at all; nothing is kept then.
    """
    staged = intake.stage(
        place,
        sent,
        source=about.source,
        organisation=about.organisation,
        as_of=about.as_of,
        by=str(by),
    )
    number = uuid.uuid4()
    folders.write(staged, place.path, number, 1)
    try:
        with transaction.atomic():
            upload = Upload.objects.create(
                id=number,
                place=slug,
                organisation=about.organisation,
                source=staged.source,
                title=staged.title,
                file=storable(staged.file)[:255],
                sha256=staged.sha256,
                by=by,
                **_counted(staged),
            )
            _queue_store(upload, by)
            if about.instead is not None and about.instead.state not in (State.PUBLISHED, State.WITHDRAWN):
                about.instead.state = State.REPLACED
                about.instead.save(update_fields=["state"])
    except BaseException:
        folders.remove(place.path, number)
        raise
    return upload


def send_return(
    place: Place, slug: str, organisation: str, as_of: dt.date, answers: dict[str, str | None], by: User
) -> Upload:
    """Take a one-page return in."""
    from skillmix.web.submissions import returns

    tables = returns.tables(place.organisations[organisation], as_of, answers)
    text = json.dumps({"organisation": organisation, "as_of": str(as_of), **answers}, sort_keys=True)
    with transaction.atomic():
        earlier = Upload.objects.select_for_update().filter(
            place=slug, organisation=organisation, kind=Upload.Kind.RETURN, as_of=as_of
        )
        earlier.filter(state__in=[State.CHECKED, State.READY]).update(state=State.REPLACED)
        upload = Upload.objects.create(
            place=slug,
            organisation=organisation,
            kind=Upload.Kind.RETURN,
            source=returns.SOURCE,
            title=returns.TITLE,
            file="Filled in here",
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            as_of=as_of,
            answers=answers,
            rows_read=len(returns.QUESTIONS),
            rows_loaded=sum(1 for answer in answers.values() if answer is not None),
            rows_not_used=sum(1 for answer in answers.values() if answer is None),
            figures=[c.plain() for c in counts(tables, organisation)],
            by=by,
        )
        _queue_store(upload, by)
    return upload


def _queue_store(upload: Upload, by: User | None) -> None:
    """Queue what puts the upload's version into the place, where a row of it can be loaded."""
    if upload.state == State.EMPTY:
        return
    upload.job = jobs.start(
        "store",
        place=upload.place,
        by=by,
        organisation=upload.organisation,
        payload={"upload": str(upload.pk), "version": upload.version},
    )
    upload.save(update_fields=["job"])


def store_again(upload: Upload, by: User) -> None:
    """Queue the storing of a version once more, after it failed."""
    if upload.state == State.CHECKED and not upload.busy:
        with transaction.atomic():
            _queue_store(upload, by)


def correct(place: Place, upload: Upload, corrections: Iterable[Correction], by: User) -> Upload:
    """Make corrections: the next version, checked anew and queued to be stored.

    Raises:
        InputError: when a correction cannot be made; nothing is changed then.
        PlaceError: when somebody else corrected it at the same moment, or the staged file is gone.
    """
    wanted = list(corrections)
    if not wanted:
        raise InputError("No correction was filled in.", cure="Fill in at least one field, then send again.")
    before = folders.read(place.path, upload.pk, upload.version)
    after = intake.correct(before, wanted, by=str(by))
    version = upload.version + 1
    # Written under a name that nobody reads until the row says so.
    folders.write(after, place.path, upload.pk, version)
    with transaction.atomic():
        upload = Upload.objects.select_for_update().get(pk=upload.pk)
        if upload.version != version - 1:
            raise PlaceError(
                "Somebody else corrected this at the same moment.",
                cure="Load the page again; it shows what they changed.",
            )
        upload.version = version
        for name, value in _counted(after).items():
            setattr(upload, name, value)
        upload.save()
        for row in after.corrections.slice(before.corrections.height).to_dicts():
            Corrected.objects.create(
                upload=upload,
                place=upload.place,
                organisation=upload.organisation,
                version=version,
                column=storable(row["column"]),
                row=row["row"],
                was=storable(row["from"]),
                meant=storable(row["to"]),
                rows=row["rows"],
                by=row["by"],
                at=row["at"],
            )
        _queue_store(upload, by)
    return upload


def publish(upload: Upload, by: User) -> None:
    """Queue the publication of an upload.

    Raises:
        InputError: while nothing of it can be loaded, or something else is under way.
    """
    if upload.state == State.EMPTY or not upload.rows_loaded:
        raise InputError(
            "Nothing of this can be published yet: no row can be loaded.",
            cure="Correct what failed on the submission's page, or send a mended file.",
        )
    if upload.state == State.REPLACED:
        raise InputError(
            "This was replaced by a later file.", cure="Publish the later one; the list shows it at the top."
        )
    _act(upload, "publish", by, {"upload": str(upload.pk), "version": upload.version})


def withdraw(upload: Upload, reason: str, by: User) -> None:
    """Queue the withdrawal of an upload.

    Raises:
        InputError: when it is not published.
    """
    if not upload.published:
        raise InputError("This is not published.", cure="There is nothing to withdraw.")
    with transaction.atomic():
        upload.reason = reason
        upload.save(update_fields=["reason"])
        _act(upload, "withdraw", by, {"upload": str(upload.pk), "submission": upload.published})


def _act(upload: Upload, kind: str, by: User, payload: dict[str, Any]) -> None:
    with transaction.atomic():
        if not upload.open:
            raise InputError(
                "Something else is being done with this submission.",
                cure="Wait until it is finished; the page says so.",
            )
        upload.job = jobs.start(
            kind, place=upload.place, by=by, organisation=upload.organisation, payload=payload
        )
        upload.save(update_fields=["job"])


def clean(place: Path, slug: str, now: dt.datetime) -> int:
    """Remove staged files that nobody needs any more.

    Those of withdrawn and replaced uploads; of published ones where no row was set aside, or a month has
    passed; of no upload at all, left by a request that was broken off; versions that were corrected since.

    Returns:
        How many folders were removed.
    """
    removed = 0
    every = {str(u.pk): u for u in Upload.objects.filter(place=slug)}
    for name, changed in folders.uploads_in(place):
        upload = every.get(name)
        if upload is None:
            gone = now - changed > folders.ORPHAN
        else:
            gone = finished(upload, now)
            if not gone:
                folders.remove_others(place, upload.pk, upload.version)
        if gone:
            folders.remove_named(place, name)
            removed += 1
    return removed


#: How long the rows set aside of a published file can still be corrected here.
MENDABLE = dt.timedelta(days=31)


def finished(upload: Upload, now: dt.datetime) -> bool:
    """Whether the staged file of an upload is not needed any more."""
    if upload.state in (State.WITHDRAWN, State.REPLACED):
        return True
    if upload.state != State.PUBLISHED:
        return False
    since = upload.published_at or upload.made
    return upload.rows_set_aside == 0 or now - since > MENDABLE
