"""The list of professions, and the profile of each."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from skillmix.measures.dimensions import listed
from skillmix.web.figures import naming, runs
from skillmix.web.figures.views.shown import with_figures
from skillmix.web.panels.panel import placed
from skillmix.web.site.pages import page, reading_of


@page("figures")
def professions(request: HttpRequest, place: str) -> HttpResponse:
    """Every profession of a family: staff, gaps and leavers side by side."""
    reading = reading_of(request)
    family = request.GET.get("family", "") or "ahp"
    shown = [placed(reading, "professions", family=family)]
    context = with_figures(reading, shown, families=naming.families(), family=family)
    return render(request, "figures/professions.jinja", context)


@page("figures")
def profession(request: HttpRequest, place: str, code: str) -> HttpResponse:
    """A profession's profile: stock, trend, ages, vacancies, flows, projection."""
    reading = reading_of(request)
    if code not in naming.family_of():
        raise Http404
    mine = reading.principal.professions
    if mine is not None and code not in mine:
        raise Http404
    shown = [
        placed(reading, "stock", profession=code),
        placed(reading, "trend", profession=code),
        placed(reading, "vacancies", profession=code),
        placed(reading, "flows", profession=code),
        placed(reading, "ages", profession=code),
        placed(reading, "outlook-profession", profession=code, run=runs.latest(reading)),
    ]
    names = naming.names("profession")
    row = listed("professions").filter(listed("professions")["code"] == code).to_dicts()[0]
    context = with_figures(
        reading,
        shown,
        title=naming.plurals().get(code, names[code]),
        registered=row["registered"],
        regulator=row["regulator"],
        family=naming.families().get(naming.family_of()[code], ""),
        family_code=naming.family_of()[code],
        leads_to=[(to, names[to]) for to in row["ladder_to"] or [] if to in names],
        supported_by=_supported_by(code),
    )
    return render(request, "figures/profession.jinja", context)


def _supported_by(code: str) -> list[tuple[str, str]]:
    """Professions from which a ladder leads to this one."""
    rows = listed("professions").select("code", "label", "ladder_to").iter_rows()
    return [(of, label) for of, label, ladder in rows if code in (ladder or [])]
