"""Roles: what each may do, declared once; pages, the API and the tests read this declaration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: What a page or an action may need, and what that means.
ABILITIES: Final[dict[str, str]] = {
    "figures": "See figures of the place, released within the partners' agreements.",
    "rows": "See their own organisation's submissions row by row, identifiers replaced.",
    "submit": "Send their own organisation's data and mend it.",
    "publish": "Publish and withdraw their own organisation's submissions.",
    "comment": "Comment on, or contest, a figure about their own organisation.",
    "scenarios": "Write scenarios and run projections.",
    "people": "Invite people and manage memberships.",
    "agreements": "Record and end sharing agreements.",
    "audit": "Read the audit of the place.",
    "tokens": "Make personal tokens for the API.",
    "places": "See several places side by side.",
}


@dataclass(frozen=True, slots=True)
class Role:
    """A role in a place.

    Attributes:
        code: as it is stored.
        label: as it is shown.
        describe: whom it is for, in a sentence.
        abilities: what it may do, from `ABILITIES`.
        of: what a membership in it is about: the ``place``, one ``organisation``, a ``network`` or all of
            primary care, or a ``family`` of professions.
        most: the most it is shown of another organisation: named, unnamed or totals.
        home: which home page it sees first.
    """

    code: str
    label: str
    describe: str
    abilities: frozenset[str]
    of: str = "place"
    most: str = "named"
    home: str = "planner"


def _role(code: str, label: str, describe: str, abilities: str, **more: str) -> Role:
    return Role(code, label, describe, frozenset(abilities.split()), **more)


_ALL = (
    _role(
        "place_administrator",
        "Place administrator",
        "Looks after accounts, agreements and the audit.",
        "figures people agreements audit tokens",
    ),
    _role(
        "place_planner",
        "Place planner",
        "Plans the workforce of the whole place.",
        "figures scenarios tokens",
    ),
    _role(
        "organisation_lead",
        "Organisation workforce lead",
        "Answers for an organisation's data, and publishes it.",
        "figures rows submit publish comment tokens",
        of="organisation",
        home="organisation",
    ),
    _role(
        "organisation_analyst",
        "Organisation analyst",
        "Prepares an organisation's data.",
        "figures rows submit comment tokens",
        of="organisation",
        home="organisation",
    ),
    _role(
        "profession_lead",
        "Profession lead",
        "Leads one family of professions across all partners.",
        "figures tokens",
        of="family",
        home="profession",
    ),
    _role(
        "primary_care_lead",
        "Primary care lead",
        "Manages a primary care network, or leads for all of them.",
        "figures rows submit publish comment tokens",
        of="network",
        home="network",
    ),
    _role(
        "education_lead",
        "Education lead",
        "Plans learners and placements; sees no staff rows.",
        "figures tokens",
        home="education",
    ),
    _role(
        "researcher",
        "Researcher",
        "Studies the place as a whole; sees no partner's own figures.",
        "figures tokens",
        most="totals",
    ),
    _role("viewer", "Viewer", "Reads: a board member, for example.", "figures", home="board"),
    _role(
        "system_lead",
        "System lead",
        "Looks at several places side by side.",
        "figures places tokens",
        home="system",
    ),
)

#: Every role by its code.
ROLES: Final[dict[str, Role]] = {role.code: role for role in _ALL}
