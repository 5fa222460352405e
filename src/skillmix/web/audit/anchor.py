"""The anchor: how far the audit had come, kept outside the database, so that a shortened audit is found."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from skillmix.web.audit import spool
from skillmix.web.audit.models import Entry

NAME = "audit.anchor"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The last entry when the anchor was written.

    Attributes:
        seq: its number.
        hash: its hash.
    """

    seq: int
    hash: str


def _path() -> Path | None:
    where = spool.folder()
    return where / NAME if where is not None else None


def write() -> None:
    """Note the last entry, where it is a later one than was noted last."""
    path = _path()
    last = Entry.objects.order_by("-seq").values_list("seq", "hash").first()
    if path is None or last is None:
        return
    before = read()
    if before is not None and before.seq >= last[0]:
        return  # never backwards: an audit that was shortened must not make itself look whole
    # A folder that was empty is lost in copying.
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = path.with_name(f"{NAME}.{secrets.token_hex(4)}")
    file = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, json.dumps({"seq": last[0], "hash": last[1]}).encode())
        os.fsync(file)
    finally:
        os.close(file)
    made.replace(path)


def missing() -> bool:
    """Whether nothing is noted, or it cannot be read, though something was recorded."""
    return _path() is not None and read() is None and Entry.objects.exists()


def read() -> Anchor | None:
    """What was noted last; None where nothing was, or the file cannot be read."""
    path = _path()
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path is not None else None
        return Anchor(int(found["seq"]), str(found["hash"])) if found is not None else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
