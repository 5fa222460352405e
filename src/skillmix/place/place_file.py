"""What `place.toml` says of a place: its partners and what was agreed; edited by people and by programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from skillmix.errors import PlaceError, Where
from skillmix.place.agreements import Agreement
from skillmix.place.documents import alone, read_text, read_toml, rewritten, write_whole
from skillmix.place.organisations import PlaceOrganisation, frame

#: The format of place folders that this version reads and writes.
FORMAT = 4


class PlaceFile:
    """The document `place.toml`, whose attributes `Place` describes."""

    def __init__(self, path: Path, document: Mapping[str, Any]) -> None:
        place = document.get("place", {})
        if missing := [n for n in ("name", "code") if not place.get(n)]:
            raise PlaceError(
                f"place.toml gives the place no {missing[0]}.",
                cure=f"Add {missing[0]} to the table [place].",
                where=[Where(file="place.toml", column=missing[0])],
            )
        self.path = path
        self.name = str(place["name"])
        self.code = str(place["code"])
        self.kind = str(place.get("kind", "own"))
        self.sub_icb = str(place.get("sub_icb", ""))
        self.icb = str(place.get("icb", ""))
        self.areas = tuple(place.get("areas", ()))
        self.organisations: dict[str, PlaceOrganisation] = {}
        for entry in document.get("organisation", []):
            organisation = PlaceOrganisation.from_toml(dict(entry))
            if organisation.code in self.organisations:
                raise PlaceError(
                    f"The organisation {organisation.code} stands twice in place.toml.",
                    cure="Take one of the two entries out.",
                    where=[Where(file="place.toml", value=organisation.code)],
                )
            self.organisations[organisation.code] = organisation
        self.agreements = [Agreement.from_toml(dict(e)) for e in document.get("agreement", [])]
        self.settings: dict[str, Any] = dict(document.get("settings", {}))
        #: The file as it was read: `save` writes over nothing else.
        self._read = ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, {self.code!r}, {len(self.organisations)} organisations)"

    def save(self) -> None:
        """Write `place.toml`, whole or not at all; comments, and tables of others, are kept.

        Raises:
            PlaceError: when somebody else has changed the file since it was read; nothing is written then.
        """
        with alone(self.path):
            found = read_text(self.path)
            if found != self._read:
                raise PlaceError(
                    "place.toml has changed since this place was opened.",
                    cure="Open the place again, and make the change again.",
                    where=[Where(file="place.toml")],
                )
            self._write(found)

    @contextmanager
    def _changed(self) -> Iterator[None]:
        """Change the document as it is by now, whoever has changed it since it was read, and write it."""
        with alone(self.path):
            found = read_text(self.path)
            if found != self._read:
                vars(self).update(vars(type(self)(self.path, read_toml(self.path))))
            yield
            self._write(found)

    def add(self, organisations: Iterable[PlaceOrganisation]) -> None:
        """Add partners to `place.toml` as it is by now, whoever else has changed it since it was read."""
        with self._changed():
            for organisation in organisations:
                self.organisations.setdefault(organisation.code, organisation)

    def record_agreement(self, agreement: Agreement) -> None:
        """Add an agreement to `place.toml` as it is by now, or put it in the place of the one of its name."""
        with self._changed():
            by_id = {a.id: a for a in self.agreements}
            by_id[agreement.id] = agreement
            self.agreements = [*by_id.values()]

    def end_agreement(self, agreement: str, on: dt.date) -> Agreement:
        """End an agreement early, in `place.toml` as it is by now; nothing under it is read after that day.

        Args:
            agreement: its id.
            on: its last day.

        Returns:
            The agreement as it is now.

        Raises:
            PlaceError: when there is none of that name, or the day is before its first or after its last.
        """
        with self._changed():
            old = self._agreement(agreement)
            if on > old.ends:
                raise PlaceError(
                    f"The agreement {old.id} ends on {old.ends} already.",
                    cure="To let it stand longer, record it anew with its later last day.",
                )
            ended = replace(old, ends=on)
            self.agreements = [ended if a.id == old.id else a for a in self.agreements]
        return ended

    def _agreement(self, agreement: str) -> Agreement:
        for one in self.agreements:
            if one.id == agreement:
                return one
        raise PlaceError(
            f"There is no agreement {agreement!r}.",
            cure=f"Choose one of {', '.join(a.id for a in self.agreements) or 'none: record it first'}.",
        )

    def _write(self, found: str) -> None:
        about: dict[str, Any] = {k: getattr(self, k) for k in ("name", "code", "kind", "sub_icb", "icb")}
        content = rewritten(
            found or f"# {self.name}: edit shares and agreements here; facts live in lake/.\n",
            {
                "format": FORMAT,
                "place": {**about, "areas": [*self.areas]},
                "settings": self.settings,
                "organisation": [o.to_toml() for o in self.organisations.values()],
                "agreement": [a.to_toml() for a in self.agreements],
            },
        )
        write_whole(self.path / "place.toml", content)
        self._read = content

    def organisation_frame(self) -> pl.DataFrame:
        """The partners as a frame: ``organisation, organisation_name, sector, kind, parent, share_*``."""
        return frame(self.organisations.values())

    def agreement_for(self, organisation: str, on: dt.date) -> str | None:
        """The agreement of an organisation in force on a day, by its id."""
        for agreement in self.agreements:
            if agreement.organisation == organisation and agreement.in_force(on):
                return agreement.id
        return None
