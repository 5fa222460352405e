"""Who may read what: no fact is read without a scope."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from skillmix.errors import ScopeError


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


@dataclass(frozen=True, slots=True)
class Scope:
    """What one reader may read, for one purpose, on one day.

    Whoever can read the folder is its controller and reads it with `Scope.controller`. Anybody else gets a
    scope from their membership, which the web builds.

    Attributes:
        purpose: what the facts are read for, in words; recorded with every run.
        organisations: whose rows may be read; None means every partner's.
        unagreed: whether submissions without a recorded agreement may be read (the controller's alone).
        aggregated: whether what is read may only be added up and released for its reader, never shown row by
            row: `disclosure.release` is then given the reader.
        own: the reader's own organisations, whose figures they see whatever the agreement's level.
        on: the day; a submission whose agreement has ended by then is not read by anyone.
    """

    purpose: str
    organisations: frozenset[str] | None = None
    unagreed: bool = False
    aggregated: bool = False
    own: frozenset[str] = frozenset()
    on: dt.date = field(default_factory=_today)

    def __post_init__(self) -> None:
        """Refuse a scope without a purpose."""
        if not self.purpose.strip():
            raise ScopeError("Facts are read for a purpose.", cure="Say what the facts are read for.")

    @classmethod
    def controller(cls, purpose: str, on: dt.date | None = None) -> Scope:
        """The scope of the folder's controller: every partner's rows, within their agreements."""
        return cls(purpose=purpose, unagreed=True, on=on or _today())
