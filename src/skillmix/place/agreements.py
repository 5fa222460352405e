"""Sharing agreements: under which a partner's facts may be read, by whom, and until when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any

from skillmix.errors import PlaceError, Where

#: How much of a partner's facts others may see.
LEVELS = ("named", "unnamed", "totals")


@dataclass(frozen=True, slots=True)
class Agreement:
    """One partner's sharing agreement.

    Attributes:
        id: name of the agreement, as submissions cite it.
        organisation: the partner whose facts it covers.
        controller: the data controller.
        purpose: what the facts may be used for.
        legal_basis: lawful basis under UK GDPR, in words.
        dpia: reference of the data protection impact assessment.
        level: ``named``, ``unnamed`` or ``totals`` only.
        starts: first day.
        ends: last day: retention and every reading end with it.
    """

    id: str
    organisation: str
    controller: str
    purpose: str
    legal_basis: str
    dpia: str
    level: str
    starts: dt.date
    ends: dt.date

    def __post_init__(self) -> None:
        """Refuse an agreement without a level or with its days the wrong way round."""
        if self.level not in LEVELS:
            raise PlaceError(
                f"The agreement {self.id} has the level {self.level!r}.",
                cure=f"Choose one of {', '.join(LEVELS)}.",
                where=[Where(file="place.toml", column="level", value=self.level)],
            )
        if self.ends < self.starts:
            raise PlaceError(
                f"The agreement {self.id} ends before it starts.",
                cure="Put the first and last day the right way round.",
                where=[Where(file="place.toml", column="ends", value=self.ends.isoformat())],
            )

    def in_force(self, on: dt.date) -> bool:
        """Whether the agreement stands on a day."""
        return self.starts <= on <= self.ends

    def to_toml(self) -> dict[str, Any]:
        """The entry as `place.toml` keeps it."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @classmethod
    def from_toml(cls, entry: dict[str, Any]) -> Agreement:
        """Read an entry of `place.toml`.

        Raises:
            PlaceError: when an entry is missing or unknown.
        """
        names = [f.name for f in fields(cls)]
        wrong = [n for n in names if n not in entry] + [n for n in entry if n not in names]
        if wrong:
            raise PlaceError(
                f"An agreement has no entry, or an unknown one: {wrong[0]!r}.",
                cure=f"An agreement needs {', '.join(names)}.",
                where=[Where(file="place.toml", value=str(entry.get("id", "?")))],
            )
        return cls(**{n: entry[n] for n in names})
