"""Personas: accounts of a demonstration, each a role of the people that the product is for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from skillmix.place import Place
from skillmix.web.people.invitations import join
from skillmix.web.people.models import Membership, User
from skillmix.web.people.roles import ROLES
from skillmix.web.people.services import confirm_address
from skillmix.web.site.database import service
from skillmix.web.site.served import served

#: Origins of rows that no real partner sent in confidence.
_OPEN = ("published", "synthetic")


@dataclass(frozen=True, slots=True)
class Persona:
    """One persona of a place.

    Attributes:
        name: how it is shown; no person's name.
        role: code of the role.
        first: what it looks at first, in a sentence.
        organisation: the organisation that it is about.
        family: the family of professions that it is about.
    """

    name: str
    role: str
    first: str
    organisation: str = ""
    family: str = ""


def allowed(place: Place, tried: Iterable[str] = ()) -> str | None:
    """Why personas may not be served over a place; None where they may.

    Anybody at this machine could sign in as one, so every row must be published or invented.

    Args:
        place: the place.
        tried: uploads of personas themselves, while the server in which they tried it runs.
    """
    if real := sorted(place.origins(apart=tried) - {*_OPEN}):
        return f"{place.name} has rows that a partner sent ({', '.join(real)}): they are theirs alone."
    return None


def _first(place: Place, *kinds: str) -> tuple[str, str] | None:
    """Code and name of the first organisation of some kinds."""
    for kind in kinds:
        for one in place.organisations.values():
            if one.kind == kind:
                return one.code, one.name
    return None


def of_place(place: Place) -> list[Persona]:
    """The personas of a place, in the order in which they are shown."""
    trust = _first(place, "acute_trust", "community_trust", "mental_health_trust")
    network = _first(place, "network")
    found = [
        Persona(
            "Place planner", "place_planner", "The whole place: coverage, three changes, shortages shared."
        )
    ]
    if trust:
        found += [
            Persona(
                f"Workforce lead, {trust[1]}",
                "organisation_lead",
                "One organisation: what it sent, what to mend, where it stands among peers.",
                trust[0],
            ),
            Persona(
                f"Analyst, {trust[1]}",
                "organisation_analyst",
                "One organisation: prepares its data, and does not publish.",
                trust[0],
            ),
        ]
    if network:
        found.append(
            Persona(
                f"Manager, {network[1]}",
                "primary_care_lead",
                "One primary care network: who works for its patients, and who employs them.",
                network[0],
            )
        )
    return [
        *found,
        Persona(
            "AHP lead",
            "profession_lead",
            "Allied health professions across all partners.",
            "",
            "allied_health",
        ),
        Persona(
            "Education lead", "education_lead", "Newly registered staff against the posts likely to exist."
        ),
        Persona("Board member", "viewer", "One sentence, one number with its range, one chart."),
        Persona("System lead", "system_lead", "Several places side by side."),
        Persona("Researcher", "researcher", "The place as a whole; no partner's own figures."),
        Persona("Place administrator", "place_administrator", "People, agreements and the audit."),
    ]


def address(slug: str, persona: Persona) -> str:
    """The address under which a persona's account is known; nobody can write to it."""
    if persona.role == "system_lead":
        return "system-lead@personas.invalid"
    about = persona.organisation or persona.family
    word = "-".join(w for w in (persona.role, about, slug) if w).replace("_", "-").lower()
    return f"{word}@personas.invalid"


def prepare() -> None:
    """Make the accounts and memberships of every place that is served; again changes nothing.

    None of the accounts has a password: they are signed in from the page of personas alone.
    """
    with service():
        for slug, here in served().items():
            for persona in of_place(here.opened()[0]):
                email = address(slug, persona)
                user = User.objects.filter(email=email).first()
                if user is None:
                    user = User.objects.create_user(email, None, name=persona.name, persona=persona.role)
                    confirm_address(user)
                join(user, slug, persona.role, persona.organisation, persona.family)


def served_with(user: User) -> dict[str, Place]:
    """The places that are served in which a persona has a membership in force."""
    with service():
        mine = {*Membership.objects.in_force().filter(user=user).values_list("place", flat=True)}
    return {slug: here.opened()[0] for slug, here in served().items() if slug in mine}


def shown() -> list[dict[str, object]]:
    """The places with their personas, as the page shows them."""
    with service():
        accounts = {u.email: u.pk for u in User.objects.exclude(persona="").filter(is_active=True)}
        members = {*Membership.objects.in_force().values_list("user_id", "place")}
    places: list[dict[str, object]] = []
    for slug, here in served().items():
        place = here.opened()[0]
        people = [
            {
                "account": accounts[address(slug, p)],
                "name": p.name,
                "first": p.first,
                "role": ROLES[p.role].label,
            }
            for p in of_place(place)
            if (accounts.get(address(slug, p)), slug) in members
        ]
        places.append({"slug": slug, "name": place.name, "people": people})
    return places
