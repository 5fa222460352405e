"""Is the audit whole: no entry altered, removed or put in between?"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from skillmix.web.audit import anchor
from skillmix.web.audit.append_only import locked
from skillmix.web.audit.hashing import FIRST, hash_of
from skillmix.web.audit.models import Entry
from skillmix.web.audit.sealing import digest


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was recorded.

    Attributes:
        seq: number of the entry where it shows; None for the audit as a whole.
        problem: what is wrong, in a sentence.
    """

    seq: int | None
    problem: str


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk along the chain found.

    Attributes:
        entries: how many entries there are.
        last_hash: the hash of the last one; zeros where there is none.
        findings: what is wrong; empty where the audit is whole.
    """

    entries: int
    last_hash: str
    findings: tuple[Finding, ...]


def verify() -> list[Finding]:
    """What is wrong with the audit; empty where it is whole."""
    return list(walk().findings)


def walk() -> Walked:
    """Walk along the chain from the first entry to the last, and compare it with the anchor."""
    found: list[Finding] = []
    noted = anchor.read()
    count, number, before, at_anchor = 0, 0, FIRST, ""
    for entry in Entry.objects.order_by("seq").iterator(chunk_size=500):
        count += 1
        if entry.seq != number + 1:
            found.append(Finding(entry.seq, f"Entries {number + 1} to {entry.seq - 1} are missing."))
        found += _of_entry(entry, before)
        number, before = entry.seq, entry.hash
        if noted is not None and entry.seq == noted.seq:
            at_anchor = entry.hash
    if count and anchor.missing():
        found.append(
            Finding(
                None, f"The file {anchor.NAME}, which notes how far the audit had come, is gone or damaged."
            )
        )
    elif noted is not None and number < noted.seq:
        found.append(
            Finding(None, f"Entries after {number} are missing: {noted.seq} were noted as recorded.")
        )
    elif noted is not None and at_anchor != noted.hash:
        found.append(Finding(noted.seq, "This entry is not the one that was noted when it was recorded."))
    if not locked(connection):
        found.append(Finding(None, "The database no longer refuses changes of the audit."))
    return Walked(count, before, tuple(found))


def _of_entry(entry: Entry, before: str) -> list[Finding]:
    found = []
    if entry.previous_hash != before:
        found.append(Finding(entry.seq, "It does not follow the entry before it."))
    if hash_of(entry) != entry.hash:
        found.append(Finding(entry.seq, "It was altered since it was recorded."))
    elif entry.action == "page_views":
        detail = entry.details
        if digest(list(detail.get("lines", []))) != detail.get("sha256"):
            found.append(Finding(entry.seq, "Its page views are not those that were sealed."))
    return found
