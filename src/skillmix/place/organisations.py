"""The organisations of a place, as `place.toml` keeps them for people to edit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from skillmix.errors import PlaceError, Where

#: What a share may rest on.
SHARE_BASES = ("site", "contract", "catchment", "assumed")


@dataclass(frozen=True, slots=True)
class PlaceOrganisation:
    """A partner of the place.

    Attributes:
        code: ODS code, or the place's own where there is none.
        name: name as shown.
        sector: code of the list `sectors`.
        kind: code of the list `organisation_kinds`.
        parent: network of a practice, ICB of a trust; empty where none.
        share_place: share of the organisation that serves this place, from 0 to 1.
        share_basis: what the share rests on: site, contract, catchment or assumed.
        share_confidence: published, seen, calculated, recalled or assumed.
        share_source: where the share comes from, in words.
    """

    code: str
    name: str
    sector: str
    kind: str
    parent: str = ""
    share_place: Decimal = Decimal(1)
    share_basis: str = "site"
    share_confidence: str = "published"
    share_source: str = ""

    def __post_init__(self) -> None:
        """Refuse a share or basis that cannot stand."""
        if not Decimal(0) <= self.share_place <= Decimal(1):
            raise PlaceError(
                f"The share of {self.name} that serves this place is {self.share_place}.",
                cure="Give a share from 0 to 1.",
                where=[Where(file="place.toml", column="share_place", value=str(self.share_place))],
            )
        if self.share_basis not in SHARE_BASES:
            raise PlaceError(
                f"The basis of the share of {self.name} is {self.share_basis!r}.",
                cure=f"Choose one of {', '.join(SHARE_BASES)}.",
                where=[Where(file="place.toml", column="share_basis", value=self.share_basis)],
            )

    def to_toml(self) -> dict[str, Any]:
        """The entry as `place.toml` keeps it; the share as text, so that it is exact."""
        entry: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value != "":
                entry[field.name] = str(value) if isinstance(value, Decimal) else value
        return entry

    @classmethod
    def from_toml(cls, entry: dict[str, Any]) -> PlaceOrganisation:
        """Read an entry of `place.toml`.

        Raises:
            PlaceError: when a name is unknown, missing, or a share is not a number.
        """
        known = {f.name for f in fields(cls)}
        if unknown := sorted(set(entry) - known):
            raise PlaceError(
                f"An organisation has an unknown entry {unknown[0]!r}.",
                cure=f"Choose from {', '.join(sorted(known))}.",
                where=[Where(file="place.toml", value=str(entry.get("code", "?")))],
            )
        if missing := [n for n in ("code", "name", "sector", "kind") if not entry.get(n)]:
            raise PlaceError(
                f"An organisation has no {missing[0]}.",
                cure=f"Add {missing[0]} to the entry.",
                where=[Where(file="place.toml", value=str(entry.get("code") or entry.get("name") or "?"))],
            )
        values = dict(entry)
        if "share_place" in values:
            try:
                values["share_place"] = Decimal(str(values["share_place"]))
            except InvalidOperation:
                raise PlaceError(
                    f"The share of {values['name']} is not a number.",
                    cure="Give a share from 0 to 1.",
                    where=[Where(file="place.toml", column="share_place", value=str(values["share_place"]))],
                ) from None
        return cls(**values)


def frame(organisations: Iterable[PlaceOrganisation]) -> pl.DataFrame:
    """Partners as a frame: ``organisation, organisation_name, sector, kind, parent, share_*``."""
    quantity = pl.Decimal(18, 9)
    columns: dict[str, pl.DataType | type[pl.DataType]] = {
        "organisation": pl.String,
        "organisation_name": pl.String,
        "sector": pl.String,
        "kind": pl.String,
        "parent": pl.String,
        "share_place": quantity,
        "share_basis": pl.String,
        "share_confidence": pl.String,
    }
    rows = [
        (o.code, o.name, o.sector, o.kind, o.parent or None, o.share_place, o.share_basis, o.share_confidence)
        for o in organisations
    ]
    return pl.DataFrame(rows, schema=columns, orient="row")
