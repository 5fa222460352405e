"""The history of what an organisation sent: through the browser, and without it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from skillmix import intake
from skillmix.place import Place
from skillmix.web.submissions.models import Upload
from skillmix.web.submissions.returns import SOURCE, TITLE

#: State of an upload, or of a submission from elsewhere: words and colour of its tag.
STATES: dict[str, tuple[str, str]] = {
    "checked": ("Checked, not yet published", "yellow"),
    "ready": ("Checked, not yet published", "yellow"),
    "empty": ("Nothing can be loaded yet", "red"),
    "published": ("Published", "green"),
    "superseded": ("A later one stands", "grey"),
    "withdrawn": ("Withdrawn", "grey"),
    "replaced": ("Replaced by a later file", "grey"),
    "unpublished": ("Not published", "yellow"),
}


@dataclass(frozen=True)
class Covered:
    """Whether an agreement covers a submission.

    Attributes:
        words: how it stands, in a sentence.
        seen: whether anybody outside the organisation can be shown it.
        todo: what to do where nobody can.
    """

    words: str
    seen: bool
    todo: str = ""


@dataclass(frozen=True)
class Entry:
    """One line of the history; rows are not told of what reports on others as well."""

    key: str
    title: str
    file: str
    organisation: str
    as_of: dt.date | None
    at: dt.datetime
    by: str
    state: str
    tag: str
    loaded: int | None
    set_aside: int | None
    number: int | None
    covered: Covered
    elsewhere: bool


def covered(place: Place, agreement: str | None, organisation: str, on: dt.date) -> Covered:
    """How a submission of an organisation stands under an agreement.

    Args:
        place: the place.
        agreement: id of the agreement that counts; None where none is recorded.
        organisation: code of the organisation.
        on: the day.
    """
    named = place.organisations[organisation].name if organisation in place.organisations else organisation
    todo = f"Ask a place administrator to record the sharing agreement of {named}."
    found = next((a for a in place.agreements if a.id == agreement), None)
    if found is None:
        return Covered("No agreement recorded: nobody sees it in the browser.", False, todo)
    if not found.in_force(on):
        return Covered(
            f"Its agreement {found.id} is not in force today: nobody sees it in the browser.",
            False,
            f"Ask a place administrator to renew the sharing agreement of {named}.",
        )
    shown = {"named": "by name", "unnamed": "without its name", "totals": "in totals alone"}[found.level]
    return Covered(f"Agreement {found.id}: others see it {shown}.", True)


def state_of(upload: Upload) -> tuple[str, str]:
    """State of an upload in words, and the colour of its tag."""
    if str(upload.state) == "checked" and upload.busy:
        return "Being checked in", "yellow"
    return STATES[str(upload.state)]


def standing(upload: Upload, place: Place, agreements: dict[str, str | None], on: dt.date) -> Covered:
    """How an upload stands under the agreement recorded for it, or the one that it would come under."""
    recorded = agreements.get(upload.published or upload.submission)
    return covered(place, recorded or place.agreement_for(upload.organisation, on), upload.organisation, on)


def entries(
    place: Place, uploads: Iterable[Upload], organisations: Collection[str], on: dt.date
) -> list[Entry]:
    """Everything that some organisations sent, the newest first.

    Args:
        place: the place.
        uploads: what they sent through the browser.
        organisations: their codes.
        on: today.
    """
    titles = {source.name: source.title for source in intake.sources()} | {SOURCE: TITLE}
    lake = place.received(organisations).to_dicts()
    agreements = dict(place.agreement_of_submissions().iter_rows())
    stands = {row["submission"]: row["state"] for row in lake}
    mine = list(uploads)
    found = [_of_upload(one, place, agreements, stands, on) for one in mine]
    known = {str(one.pk) for one in mine} | {s for one in mine for s in (one.submission, one.published) if s}
    for row in lake:
        if row["submission"] in known or (row["key"] or "").split(":")[0] in known:
            continue
        found.append(_of_lake(row, place, titles, on))
    return sorted(found, key=lambda e: e.at, reverse=True)


def _named(place: Place, organisation: str) -> str:
    found = place.organisations.get(organisation)
    return found.name if found is not None else organisation


def _of_upload(
    upload: Upload, place: Place, agreements: dict[str, str | None], stands: dict[str, str], on: dt.date
) -> Entry:
    state = str(upload.state)
    if state == "published" and stands.get(upload.published) == "superseded":
        state = "superseded"
    words, tag = STATES[state] if state == "superseded" else state_of(upload)
    return Entry(
        key=str(upload.pk),
        title=upload.title,
        file=upload.file,
        organisation=_named(place, upload.organisation),
        as_of=upload.as_of,
        at=upload.made,
        by=str(upload.by or "an account since removed"),
        state=words,
        tag=tag,
        loaded=upload.rows_loaded,
        set_aside=upload.rows_set_aside,
        number=upload.number,
        covered=standing(upload, place, agreements, on),
        elsewhere=False,
    )


def _of_lake(row: dict[str, Any], place: Place, titles: dict[str, str], on: dt.date) -> Entry:
    words, tag = STATES[row["state"]]
    about = row["organisations"]
    return Entry(
        key=row["submission"],
        title=titles.get(row["source"], row["source"]),
        file=row["file_name"] or "",
        organisation=", ".join(_named(place, code) for code in about[:3])
        + (" and others" * (len(about) > 3)),
        as_of=row["as_of"],
        at=row["received"],
        by=row["by"] or "the folder's controller",
        state=words,
        tag=tag,
        loaded=None if row["others"] else row["rows_loaded"],
        set_aside=None if row["others"] else row["rows_set_aside"],
        number=row["number"],
        covered=(
            covered(place, row["agreement"], about[0], on)
            if row["origin"] == "sent"
            else Covered("Invented: it needs no agreement.", True)
        ),
        elsewhere=True,
    )


def number_of(text: str) -> uuid.UUID | None:
    """The number of an upload in an address, or None for a submission from elsewhere."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
