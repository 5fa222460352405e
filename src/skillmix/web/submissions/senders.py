"""Who may send what for whom, and whom to ask."""

from __future__ import annotations

import uuid

from django.http import Http404

from skillmix import intake
from skillmix.intake.fieldmap import Source
from skillmix.place import Place, PlaceOrganisation
from skillmix.web.people.access import Principal
from skillmix.web.people.models import Membership
from skillmix.web.people.roles import ROLES
from skillmix.web.submissions.models import Upload


def organisations(principal: Principal, place: Place, ability: str = "submit") -> list[PlaceOrganisation]:
    """The organisations that memberships name for an ability, not those below them; by name."""
    allowed = principal.where(ability)
    named = {h.organisation for h in principal.held if h.role in ROLES and ability in ROLES[h.role].abilities}
    found = [place.organisations[code] for code in allowed & named if code in place.organisations]
    return sorted(found, key=lambda o: o.name)


def sent_sources() -> list[Source]:
    """The kinds of file that partners send."""
    return [source for source in intake.sources() if source.origin == "sent"]


def upload_of(principal: Principal, number: uuid.UUID, ability: str = "rows") -> Upload:
    """An upload of one of the person's own organisations.

    Raises:
        Http404: when there is none, or it is another organisation's: nobody is told which.
    """
    found = (
        Upload.objects.select_related("job", "by")
        .filter(place=principal.place, organisation__in=principal.where("rows"), pk=number)
        .first()
    )
    if found is None:
        raise Http404("There is no such submission.")
    if ability != "rows" and not principal.may(ability, found.organisation):
        from skillmix.errors import ScopeError

        raise ScopeError(
            "Your role does not allow this for the organisation.",
            cure=ask_lead(found.place, found.organisation),
        )
    return found


def leads(place: str, organisation: str) -> list[str]:
    """Names of those who publish for an organisation."""
    able = [code for code, role in ROLES.items() if "publish" in role.abilities]
    found = Membership.objects.in_force().filter(place=place, organisation=organisation, role__in=able)
    return sorted({str(m.user) for m in found.select_related("user")})


def ask_lead(place: str, organisation: str) -> str:
    """Whom to ask to publish."""
    names = leads(place, organisation)
    if not names:
        return (
            "Nobody may publish for this organisation yet. "
            "Ask a place administrator to invite its workforce lead."
        )
    return f"Ask your lead: {' or '.join(names)}."
