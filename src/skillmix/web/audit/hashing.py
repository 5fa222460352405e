"""How an entry is hashed: SHA-256 of all that it says, as canonical JSON, with the hash before it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any, Final

from skillmix.web.audit.models import Entry

#: The hash before the first entry.
FIRST: Final = "0" * 64

#: Columns that the hash is taken over: all but the hash itself.
HASHED: Final = (
    *("seq", "at", "place", "actor", "account", "address"),
    *("action", "subject", "detail", "previous_hash"),
)


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces, the same for the same content.

    >>> canonical({"b": 1, "a": "é"})
    '{"a":"é","b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def hash_of(entry: Entry) -> str:
    """The hash of an entry, from what stands in its columns."""
    values = {name: getattr(entry, name) for name in HASHED}
    values["at"] = entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(canonical(values).encode()).hexdigest()
