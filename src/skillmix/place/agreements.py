"""Sharing agreements: under which a partner's facts may be read, by whom, and until when."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import MISSING, dataclass, fields
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
        ends: last day: every reading ends with it.
        retention_months: how old a fact may be, in months after the day it is true for, and still be kept;
            None where the agreement sets no limit but its last day.
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
    retention_months: int | None = None

    def __post_init__(self) -> None:
        """Refuse an agreement without a name or level, its days the wrong way round, or no retention."""
        if not self.id.strip() or not self.organisation.strip():
            raise PlaceError(
                "An agreement needs a name and the organisation that it covers.",
                cure="Give both.",
                where=[Where(file="place.toml", column="id" if not self.id.strip() else "organisation")],
            )
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
        if self.retention_months is not None and self.retention_months < 1:
            raise PlaceError(
                f"The agreement {self.id} keeps facts for {self.retention_months} months.",
                cure="Give one month or more, or leave retention_months out.",
                where=[Where(file="place.toml", column="retention_months", value=str(self.retention_months))],
            )

    def in_force(self, on: dt.date) -> bool:
        """Whether the agreement stands on a day."""
        return self.starts <= on <= self.ends

    def expired(self, on: dt.date) -> bool:
        """Whether its last day is past: what was sent under it may be purged."""
        return self.ends < on

    def oldest(self, on: dt.date) -> dt.date | None:
        """The earliest date of a fact that may still be read on a day; None where there is no limit.

        >>> days = dt.date(2020, 1, 1), dt.date(2030, 1, 1)
        >>> agreement = Agreement("A1", "T1", "A trust", "planning", "public task", "D1", "named", *days, 6)
        >>> agreement.oldest(dt.date(2026, 8, 31))
        datetime.date(2026, 2, 28)
        """
        if self.retention_months is None:
            return None
        month = on.year * 12 + on.month - 1 - self.retention_months
        if month < 12:
            return dt.date.min
        year, month = month // 12, month % 12 + 1
        return dt.date(year, month, min(on.day, calendar.monthrange(year, month)[1]))

    def readable(self, as_of: dt.date | None, on: dt.date) -> bool:
        """Whether a fact under this agreement may be read on a day.

        Args:
            as_of: the day that the fact is true for; where it has none, the agreement's days alone decide.
            on: the day of reading.
        """
        oldest = self.oldest(on)
        return self.in_force(on) and (as_of is None or oldest is None or as_of >= oldest)

    def to_toml(self) -> dict[str, Any]:
        """The entry as `place.toml` keeps it."""
        return {f.name: v for f in fields(self) if (v := getattr(self, f.name)) is not None}

    @classmethod
    def from_toml(cls, entry: dict[str, Any]) -> Agreement:
        """Read an entry of `place.toml`.

        Raises:
            PlaceError: when an entry is missing or unknown.
        """
        known = {f.name: f.default is MISSING for f in fields(cls)}
        wrong = [n for n, needed in known.items() if needed and n not in entry]
        wrong += [n for n in entry if n not in known]
        if wrong:
            raise PlaceError(
                f"An agreement has no entry, or an unknown one: {wrong[0]!r}.",
                cure=f"An agreement needs {', '.join(n for n, needed in known.items() if needed)}; "
                "retention_months may stand too.",
                where=[Where(file="place.toml", value=str(entry.get("id", "?")))],
            )
        return cls(**entry)
