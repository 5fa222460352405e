"""Who may see what: one pure function from a person's memberships to a scope of facts.

Nothing here reads a database or a place, so that every combination can be tested.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from skillmix.disclosure.readers import LEVELS
from skillmix.errors import ScopeError
from skillmix.place import Scope
from skillmix.web.people.roles import ROLES

#: Purposes that facts are read for.
FIGURES, ROWS = "figures", "rows"


@dataclass(frozen=True, slots=True)
class Held:
    """A membership in force.

    Attributes:
        role: code of the role.
        organisation: the organisation that it is about; empty for the whole place.
        covers: that organisation and those below it (a network's practices).
        family: the family of professions that it is about; empty for all.
        professions: the professions of that family.
    """

    role: str
    organisation: str = ""
    covers: frozenset[str] = frozenset()
    family: str = ""
    professions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, in one place.

    Attributes:
        user: number of the account; None for nobody.
        name: how the account is shown.
        place: the place's word in the address.
        held: memberships in force in that place.
        limit: abilities that a token was limited to; None for all that the memberships give.
    """

    user: int | None
    name: str
    place: str
    held: tuple[Held, ...] = ()
    limit: frozenset[str] | None = field(default=None)

    @property
    def abilities(self) -> frozenset[str]:
        """Everything that the memberships allow, whichever organisation they are about."""
        every = frozenset().union(*(ROLES[h.role].abilities for h in self.held if h.role in ROLES))
        return every if self.limit is None else every & self.limit

    def may(self, ability: str, organisation: str | None = None) -> bool:
        """Whether an ability is held: for an organisation, where one is named."""
        if ability not in self.abilities:
            return False
        if organisation is None:
            return True
        return organisation in self.where(ability)

    def where(self, ability: str) -> frozenset[str]:
        """Organisations for which an ability is held."""
        if ability not in self.abilities:
            return frozenset()
        return frozenset().union(
            *(h.covers for h in self.held if h.role in ROLES and ability in ROLES[h.role].abilities)
        )

    @property
    def own(self) -> frozenset[str]:
        """The organisations that the memberships are about."""
        return frozenset().union(*(h.covers for h in self.held))

    @property
    def most(self) -> str:
        """The most that any of the roles is shown of another organisation."""
        shown = [ROLES[h.role].most for h in self.held if h.role in ROLES]
        return min(shown, key=LEVELS.index) if shown else "totals"

    @property
    def professions(self) -> frozenset[str] | None:
        """The professions that may be told apart; None for all."""
        if not self.held or any(not h.professions for h in self.held):
            return None
        return frozenset().union(*(h.professions for h in self.held))

    @property
    def home(self) -> str:
        """The home page of the first role held, in the order of the roles."""
        first = [code for code in ROLES if any(h.role == code for h in self.held)]
        return ROLES[first[0]].home if first else "planner"

    @property
    def roles(self) -> tuple[str, ...]:
        """Labels of the roles held, each once."""
        return tuple(ROLES[code].label for code in ROLES if any(h.role == code for h in self.held))


def visible(principal: Principal, purpose: str, on: dt.date | None = None) -> Scope:
    """The scope of facts that somebody may read for a purpose.

    Args:
        principal: who asks.
        purpose: ``figures``: every partner's facts within their agreements, to be added up and released for
            this reader, never row by row; ``rows``: the rows of the reader's own organisations.
        on: the day of reading, in the place's time, by which agreements stand or have ended; today in UTC
            when None.

    Returns:
        The scope.

    Raises:
        ScopeError: when the memberships allow nothing of the kind, or the purpose is not known.
    """
    if purpose not in (FIGURES, ROWS):
        raise ScopeError(f"Facts are not read for {purpose!r} here.", cure="Choose figures or rows.")
    if purpose not in principal.abilities:
        raise ScopeError(
            "Your memberships do not allow this.",
            cure="Ask a place administrator for a membership.",
        )
    day = dt.datetime.now(dt.UTC).date() if on is None else on
    if purpose == ROWS:
        own = principal.where(ROWS)
        return Scope(purpose=ROWS, organisations=own, own=own, on=day)
    return Scope(purpose=FIGURES, aggregated=True, own=principal.own, on=day)
