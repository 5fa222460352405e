"""The list of organisations, and the page of each."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from skillmix.place import Agreement, PlaceOrganisation
from skillmix.web.figures import naming
from skillmix.web.figures.views.shown import with_figures
from skillmix.web.panels.panel import placed
from skillmix.web.panels.reading import Reading
from skillmix.web.site.pages import page, reading_of

#: Level of an agreement, in words.
LEVELS = {
    "named": "Others in the place see its figures under its name.",
    "unnamed": "Others in the place see its figures as those of an unnamed partner.",
    "totals": "Its figures are in the totals of the place, and in no row of its own.",
}
#: Kinds that are areas, not employers.
_AREAS = ("sub_icb", "icb")


@page("figures")
def organisations(request: HttpRequest, place: str) -> HttpResponse:
    """Every organisation of the place, by kind."""
    reading = reading_of(request)
    there = {o.kind for o in reading.place.organisations.values()}
    kinds = [(code, plural) for code, plural in naming.kind_plurals().items() if code in there]
    kinds = [(code, plural) for code, plural in kinds if code not in _AREAS]
    shown = [placed(reading, "organisations", kind=code) for code, _ in kinds]
    return render(request, "figures/organisations.jinja", with_figures(reading, shown, kinds=kinds))


@page("figures")
def organisation(request: HttpRequest, place: str, code: str) -> HttpResponse:
    """One organisation: what others may see of it, or all that its own people may."""
    reading = reading_of(request)
    about = reading.place.organisations.get(code)
    if about is None:
        raise Http404
    first = placed(reading, "organisation", organisation=code)
    named = naming.is_named(reading, code)
    if not named and not first.panel.table.rows:
        # Nothing of it is published: who reads learns no more than that it belongs to the place.
        shown = []
    else:
        shown = [
            first,
            placed(reading, "staff", organisation=code, by="profession"),
            placed(reading, "staff", organisation=code, by="level"),
            placed(reading, "vacancies", organisation=code),
            placed(reading, "flows", organisation=code),
        ]
        if about.kind == "network":
            shown.append(placed(reading, "practices", organisation=code))
    context = with_figures(
        reading,
        shown,
        about=about,
        kind=naming.names("kind").get(about.kind, ""),
        parent=_parent(reading, about),
        agreement=_agreement(reading, code),
        levels=LEVELS,
        named=named,
        own=code in reading.principal.own,
        told=code in reading.principal.own or reading.principal.may("agreements"),
    )
    return render(request, "figures/organisation.jinja", context)


def _parent(reading: Reading, about: PlaceOrganisation) -> PlaceOrganisation | None:
    found: PlaceOrganisation | None = reading.place.organisations.get(about.parent)
    return found if found is not None and found.kind not in _AREAS else None


def _agreement(reading: Reading, code: str) -> Agreement | None:
    """The agreement in force that lasts longest; of several, the strictest level holds for what is shown."""
    mine = [a for a in reading.place.agreements if a.organisation == code and a.in_force(reading.on)]
    return max(mine, key=lambda a: a.ends, default=None)
