"""How entries of the audit are shown: who did what, to what, and what changed."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from skillmix.web.audit.actions import called
from skillmix.web.audit.models import Entry
from skillmix.web.audit.sealing import view_of
from skillmix.web.jobs.work import TITLES
from skillmix.web.panels.files import harmless

#: How a change is called, by what happened.
_HOW: Final = {"made": "Made", "changed": "Changed", "removed": "Removed"}
#: Details that say how the program came to it, and not what was done.
_ASIDE: Final = frozenset(
    {"request", "means", "changes", "named", "how", "lines", "sha256", "count", "first", "last"}
)
#: Page views of one entry that are shown on the page; the file holds all.
SHOWN_VIEWS: Final = 50


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after; empty on the side that there is not, as of what was made."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class View:
    """One page that somebody looked at."""

    at: str
    who: str
    page: str
    path: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as templates show it.

    Attributes:
        entry: the entry, for its number and moment.
        who: who did it.
        action: what was done.
        subject: to what.
        changes: what changed.
        views: pages that were looked at, where it is an entry of page views.
        left_out: how many further views it holds.
        further: other details, name and value.
    """

    entry: Entry
    who: str
    action: str
    subject: str
    changes: tuple[Change, ...]
    views: tuple[View, ...]
    left_out: int
    further: tuple[tuple[str, str], ...]


def present(entry: Entry, person: int | None = None) -> Shown:
    """An entry as it is shown.

    Args:
        entry: the entry.
        person: the account whose page views alone are wanted; None for everybody's.
    """
    detail = entry.details
    views = [v for v in map(view_of, detail.get("lines", [])) if v]
    if person is not None:
        views = [v for v in views if v.get("account") == person]
    return Shown(
        entry=entry,
        who=_who(entry, views),
        action=_action(entry, detail),
        subject=_subject(entry, detail, len(views)),
        changes=_changes(detail),
        views=tuple(
            View(_moment(v), str(v.get("who", "")), str(v.get("page", "")), str(v.get("path", "")))
            for v in views[:SHOWN_VIEWS]
        ),
        left_out=max(0, len(views) - SHOWN_VIEWS),
        further=tuple(
            (name.replace("_", " ").capitalize(), _plain(value))
            for name, value in detail.items()
            if name not in _ASIDE and value not in ({}, [], "", None)
        ),
    )


def _changes(detail: dict[str, Any]) -> tuple[Change, ...]:
    """What differs, in words; of what was made or removed, the one side that there is."""
    pairs = [
        (str(name), _plain(pair[0]), _plain(pair[1]))
        for name, pair in dict(detail.get("changes", {})).items()
        if isinstance(pair, list) and len(pair) == 2
    ]
    how = detail.get("how")
    return tuple(
        Change(name, "" if how == "made" else before, "" if how == "removed" else after)
        for name, before, after in pairs
        if before != after and not (name == "place" and how == "made")
    )


def _who(entry: Entry, views: list[dict[str, Any]]) -> str:
    if entry.actor:
        return entry.actor
    if entry.action == "page_views":
        names = sorted({str(v.get("who", "")) for v in views})
        return names[0] if len(names) == 1 else f"{len(names)} people"
    return "Not known" if entry.action == "failed_sign_in" else "The program itself"


def _action(entry: Entry, detail: dict[str, Any]) -> str:
    if entry.action == "change":
        return _HOW.get(str(detail.get("how", "")), called("change"))
    return called(entry.action)


def _subject(entry: Entry, detail: dict[str, Any], views: int) -> str:
    if entry.action == "page_views":
        return f"{views} page" if views == 1 else f"{views} pages"
    if named := str(detail.get("named", "")):
        kind = entry.subject.rsplit(" ", 1)[0].capitalize()
        return f"{kind}: {TITLES.get(named.split()[0], named) if kind == 'Job' else named}"
    return entry.subject


def _plain(value: Any) -> str:
    """A value in words.

    >>> _plain(None), _plain("None"), _plain("True"), _plain(["a", 1])
    ('nothing', 'nothing', 'yes', 'a, 1')
    """
    if value in (None, "", "None"):
        return "nothing"
    if isinstance(value, dict):
        return "; ".join(f"{k}: {_plain(v)}" for k, v in value.items()) or "nothing"
    if isinstance(value, list):
        return ", ".join(_plain(v) for v in value) or "nothing"
    return {"True": "yes", "False": "no"}.get(str(value), str(value))


def _moment(view: dict[str, Any]) -> str:
    from django.utils import timezone

    try:
        return f"{timezone.localtime(dt.datetime.fromisoformat(str(view['at']))):%H:%M:%S}"
    except (KeyError, ValueError):
        return ""


HEADINGS: Final = ("Number", "When", "Who", "Account", "From", "What", "To what", "Detail", "Hash")


def as_csv(found: Iterable[Entry]) -> bytes:
    """Entries as CSV, as they stand, with nothing in them that a spreadsheet would run."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for entry in found:
        row = (
            *(entry.seq, entry.at.isoformat(), entry.actor, entry.account, entry.address),
            *(entry.action, entry.subject, entry.detail, entry.hash),
        )
        writer.writerow([harmless(value) for value in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()
