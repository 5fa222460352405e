"""The key that signs sessions: made on first use in a file that lies outside every place."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from skillmix.errors import PlaceError, Where

_LENGTH = 64


def session_key(path: Path, places: list[Path]) -> str:
    """The key in a file of mode 0600; made where there is none.

    Raises:
        PlaceError: when the file lies inside a place, or others on this machine can read it.
    """
    path = path.expanduser()
    if any(path.resolve().is_relative_to(place.resolve()) for place in places):
        raise PlaceError(
            "The session key lies inside the place folder.",
            cure="Name a file elsewhere in SKILLMIX_SECRET_KEY_FILE: the place must not carry a key.",
            where=[Where(file=str(path))],
        )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    building = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    if not path.exists():
        descriptor = os.open(building, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(_LENGTH))
            # Two that start at once agree on whichever key came first.
            with suppress(FileExistsError):
                os.link(building, path)
        finally:
            building.unlink(missing_ok=True)
    with path.open(encoding="ascii") as file:
        if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
            raise PlaceError(
                "Others on this machine can read the session key.",
                cure=f"Run `chmod 600 {path}`.",
                where=[Where(file=str(path))],
            )
        key = file.read().strip()
    if len(key) < _LENGTH:
        raise PlaceError(
            "The session key is too short.", cure="Remove the file.", where=[Where(file=str(path))]
        )
    return key
