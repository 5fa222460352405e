"""After a purge: what the workflow still keeps of the rows that are gone."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from django.db.models import Q

from skillmix.web.submissions import folders
from skillmix.web.submissions.models import Upload


def forget(place: Path, submissions: Collection[str]) -> int:
    """Clear what uploads keep of submissions that were purged: values, file names, figures, staged files.

    That something was sent, by whom and when, stays. Safe to run again.

    Args:
        place: the place folder.
        submissions: submissions of which a part was purged.

    Returns:
        How many uploads were cleared.
    """
    purged = sorted(set(submissions))
    found = Upload.objects.filter(Q(submission__in=purged) | Q(published__in=purged))
    for upload in found:
        folders.remove(place, upload.id)
        upload.corrected.all().delete()
        upload.file, upload.sha256 = "", ""
        upload.summary, upload.figures, upload.answers = {}, [], {}
        upload.rows_read = upload.rows_loaded = upload.rows_set_aside = 0
        upload.rows_outside = upload.rows_not_used = 0
        if upload.state == Upload.State.PUBLISHED:
            upload.state = Upload.State.WITHDRAWN
            upload.reason = "Purged: its agreement or its time had ended."
        upload.save()
    return len(found)
