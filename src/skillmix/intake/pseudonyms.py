"""Pseudonyms: identifiers of people are hashed at the door with a key that the place folder never holds.

A person key is ``key_id:kind:hash``: HMAC-SHA256 over the kind of identifier, the scope within which it
means the same person, and the identifier. What partners send is hashed by them before (with a key the place
does not hold) and hashed here again.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hmac
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from skillmix.errors import PlaceError, Where

_BYTES = 32
#: Random bytes that name a person.
_PERSON = 12


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The key in force, and its name.

    Attributes:
        key_id: name of the key, shown in every person key.
        key: the key itself; never shown.
        made: what to tell the person once, when the key was made just now; else empty.
    """

    key_id: str
    key: bytes
    made: str = ""

    def __repr__(self) -> str:
        """Without the key."""
        return f"KeyRing({self.key_id!r})"

    @classmethod
    def ephemeral(cls) -> KeyRing:
        """A key for this process alone: what it hashes cannot be tied to anything later."""
        return cls("once", secrets.token_bytes(_BYTES))

    @classmethod
    def open(cls, path: Path, place: Path | None = None) -> KeyRing:
        """The key in force, from its file; made, with mode 0600, on first use.

        Args:
            path: the key file, `Settings.key_path`.
            place: the place folder, which must not hold it.

        Raises:
            PlaceError: when the file lies inside the place, can be read by others, or is damaged.
        """
        path = path.expanduser()
        if place is not None and path.resolve().is_relative_to(place.resolve()):
            raise PlaceError(
                "The key file lies inside the place folder.",
                cure="Name a file elsewhere in SKILLMIX_KEY_FILE: the place must not carry its key.",
                where=[Where(file=str(path))],
            )
        try:
            return cls._read(path)
        except FileNotFoundError:
            return cls._make(path)

    @classmethod
    def _make(cls, path: Path) -> KeyRing:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key_id = f"k{secrets.token_hex(3)}"
        content = {
            "current": key_id,
            "keys": {
                key_id: {
                    "made": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
                    "secret": base64.b64encode(secrets.token_bytes(_BYTES)).decode(),
                }
            },
        }
        # Written whole beside it, then linked: two that start at once agree on whichever key came first.
        building = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(building, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(content, file, indent=2)
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(building, path)
            except FileExistsError:
                return cls._read(path)
        finally:
            building.unlink(missing_ok=True)
        ring = cls._read(path)
        return cls(
            ring.key_id,
            ring.key,
            f"A hashing key was made in {path}. Keep a copy of it in a safe place outside the place folder: "
            "without it, people in later files cannot be tied to people in earlier ones.",
        )

    @classmethod
    def _read(cls, path: Path) -> KeyRing:
        with path.open(encoding="utf-8") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read()
        if os.name == "posix" and mode & 0o077:
            raise PlaceError(
                "Others on this machine can read the key file.",
                cure=f"Run `chmod 600 {path}`.",
                where=[Where(file=str(path))],
            )
        try:
            content = json.loads(text)
            key_id = str(content["current"])
            key = base64.b64decode(content["keys"][key_id]["secret"], validate=True)
        except (KeyError, TypeError, ValueError, binascii.Error):
            raise PlaceError(
                "The key file is damaged.",
                cure="Restore it from its copy. A new key would part people from their earlier rows.",
                where=[Where(file=str(path))],
            ) from None
        if len(key) < _BYTES:
            raise PlaceError(
                "The key in the key file is too short.",
                cure="Restore the file from its copy.",
                where=[Where(file=str(path))],
            )
        return cls(key_id, key)

    def pseudonym(self, kind: str, scope: str, identifier: str) -> str:
        """The person key of one identifier.

        >>> ring = KeyRing("k1", bytes(32))
        >>> ring.pseudonym("nwrs", "2026-06", "17") == ring.pseudonym("nwrs", "2022-09", "17")
        False
        """
        return self._hashed(kind, scope, [identifier])[0]

    def _hashed(self, kind: str, scope: str, identifiers: list[str]) -> list[str]:
        # Lengths stand before the parts, so that no two triples read the same.
        said, key = f"{len(kind)}:{kind}{len(scope)}:{scope}", self.key
        shown, digest = f"{self.key_id}:{kind}:", hmac.digest
        return [shown + digest(key, f"{said}{len(i)}:{i}".encode(), "sha256").hex() for i in identifiers]

    def pseudonyms(self, kind: str, scopes: pl.Series, identifiers: pl.Series) -> pl.Series:
        """Person keys of many identifiers; null stays null.

        Args:
            kind: kind of identifier.
            scopes: the scope of each.
            identifiers: the identifiers, cleaned.
        """
        pairs = pl.DataFrame({"scope": scopes, "identifier": identifiers})
        known = pairs.filter(pl.col("identifier").is_not_null()).unique()
        hashed = [known.clear().with_columns(pl.lit("").alias("person_key"))]
        for (scope,), group in known.group_by("scope"):
            keys = self._hashed(kind, scope or "", group.get_column("identifier").to_list())
            hashed.append(group.with_columns(pl.Series("person_key", keys, dtype=pl.String)))
        return pairs.join(
            pl.concat(hashed), on=["scope", "identifier"], how="left", nulls_equal=True, maintain_order="left"
        ).get_column("person_key")


def links(person_keys: Iterable[str]) -> pl.DataFrame:
    """A random person for each person key: ``person_key, person, kind, key_id``."""
    keys = sorted(person_keys)
    luck = secrets.token_hex(_PERSON * len(keys))
    people = [f"p{luck[at : at + 2 * _PERSON]}" for at in range(0, len(luck), 2 * _PERSON)]
    return pl.DataFrame(
        {"person_key": keys, "person": people}, schema=dict.fromkeys(["person_key", "person"], pl.String)
    ).with_columns(
        pl.col("person_key").str.extract("^[^:]*:([^:]*)", 1).alias("kind"),
        pl.col("person_key").str.extract("^([^:]*)", 1).alias("key_id"),
    )
