"""Append to the audit: one writer at a time, each entry after the last one."""

from __future__ import annotations

from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from skillmix.web.audit import anchor
from skillmix.web.audit.hashing import FIRST, canonical, hash_of
from skillmix.web.audit.models import Entry

#: The advisory lock of PostgreSQL that whoever appends holds until the transaction ends.
_LOCK: Final = 0x5C111A0D


def clean(text: Any, length: int) -> str:
    """Text that any database takes and gives back as it is."""
    plain = str(text).replace("\x00", "\N{REPLACEMENT CHARACTER}")
    return plain.encode("utf-8", "replace").decode()[:length]


def append(
    action: str,
    subject: str = "",
    detail: dict[str, Any] | None = None,
    *,
    place: str = "",
    actor: str = "",
    account: int | None = None,
    address: str = "",
    once: bool = False,
) -> Entry | None:
    """Append an entry, inside the caller's transaction where there is one.

    Args:
        action: what was done: a word from `actions.ACTIONS`.
        subject: to what: a code, an id or a file name.
        detail: further facts, as plain JSON; never a value from a row.
        place: the place's word in the address; empty for what belongs to no place, as signing in.
        actor: who did it, as shown.
        account: number of their account.
        address: from which network address.
        once: append nothing where an entry of this action and subject stands already.

    Returns:
        The entry; None where it stands already.
    """
    subject = clean(subject, 300)
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if once and Entry.objects.filter(action=action, subject=subject).exists():
            return None
        last = Entry.objects.order_by("-seq").values_list("seq", "hash").first()
        entry = Entry(
            seq=last[0] + 1 if last else 1,
            at=timezone.now(),
            place=clean(place, 60),
            actor=clean(actor, 254),
            account=account,
            address=clean(address, 45),
            action=action,
            subject=subject,
            detail=clean(canonical(detail or {}), 10_000_000),
            previous_hash=last[1] if last else FIRST,
        )
        entry.hash = hash_of(entry)
        entry.save(force_insert=True)
        if entry.seq == 1:
            # From the first entry on: an audit without an anchor is one whose anchor was removed.
            transaction.on_commit(anchor.write, robust=True)
        return entry
