"""Page views are sealed into the audit in batches, each once, whatever is killed in between."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import transaction

from skillmix.web.audit import anchor, spool
from skillmix.web.audit.appending import append
from skillmix.web.people.invitations import EVERY_PLACE

#: Lines of one entry at most.
BATCH = 2_000


def seal() -> int:
    """Seal every page view that waits, and note where the audit stands.

    A file that was sealed but not yet removed is known by its name, and only removed.

    Returns:
        How many entries were appended.
    """
    spool.move_aside()
    appended = 0
    for path in spool.to_seal():
        try:
            with spool.lines_of(path) as lines:
                appended += _sealed(spool.place_of(path), path.name, lines)
            path.unlink()
        except FileNotFoundError:
            continue  # another worker sealed it
    if anchor.missing():
        # It is noted anew, and that it was gone is never forgotten.
        append("anchor", anchor.NAME, place=EVERY_PLACE)
    anchor.write()
    return appended


def _sealed(place: str, name: str, lines: list[str]) -> int:
    appended = 0
    with transaction.atomic():
        for part, start in enumerate(range(0, len(lines), BATCH)):
            batch = lines[start : start + BATCH]
            detail = {"count": len(batch), **_first_and_last(batch), "sha256": digest(batch), "lines": batch}
            entry = append("page_views", f"{name}#{part}", detail, place=place, once=True)
            appended += entry is not None
    return appended


def digest(lines: list[str]) -> str:
    """SHA-256 of lines as they stood in the file."""
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def _first_and_last(lines: list[str]) -> dict[str, str]:
    moments = sorted(str(view.get("at", "")) for view in map(view_of, lines))
    return {"first": moments[0], "last": moments[-1]}


def view_of(line: str) -> dict[str, Any]:
    """A page view from its line; empty where the line was broken off."""
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
