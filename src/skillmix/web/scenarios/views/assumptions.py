"""Assumptions: listed by what they are about, each with its sources, edited one at a time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from skillmix.errors import InputError
from skillmix.place import Place
from skillmix.projection import assumptions as assumptions_of
from skillmix.projection.assumptions import Assumption
from skillmix.projection.revising import number, version_of_assumption
from skillmix.projection.scenario_files import FileChangedError
from skillmix.web.panels.panel import placed
from skillmix.web.scenarios import services
from skillmix.web.scenarios.assumption_words import CONFIDENCE, GROUPS, named
from skillmix.web.site.pages import page, reading_of


@require_GET
@page("figures", name="assumptions")
def listed(request: HttpRequest, place: str) -> HttpResponse:
    """Everything that projections assume, and what the shares of organisations rest on."""
    reading = reading_of(request)
    every = assumptions_of.of_place(reading.place.path, write_defaults=False)
    of = every.hash[:12]
    context = {
        "panels": [placed(reading, "assumptions", group=group, of=of) for group in GROUPS],
        "shares": placed(reading, "shares"),
        "assumed": sum(a.confidence == "assumed" for a in every.values()),
        "local": sum(a.confidence == "local" for a in every.values()),
        "every": len(every),
        "may": reading.principal.may("scenarios"),
    }
    return render(request, "scenarios/assumptions.jinja", context)


def _found(place: Place, name: str) -> Assumption:
    every = assumptions_of.of_place(place.path, write_defaults=False)
    if name not in every:
        raise Http404("There is no such assumption.")
    return every[name]


@require_GET
@page("figures", name="assumption")
def one(request: HttpRequest, place: str, assumption: str) -> HttpResponse:
    """One assumption, with its form for those who may change it."""
    found = _found(reading_of(request).place, assumption)
    return _one(request, found, _texts(found), {}, None)


def _texts(one: Assumption) -> dict[str, str]:
    return {
        "value": f"{one.value:.12g}",
        "low": f"{one.low:.12g}",
        "high": f"{one.high:.12g}",
        "source": one.source,
        "day": str(one.date.day),
        "month": str(one.date.month),
        "year": str(one.date.year),
        "read": version_of_assumption(one),
    }


def _one(
    request: HttpRequest,
    found: Assumption,
    texts: dict[str, str],
    errors: dict[str, str],
    theirs: Assumption | None,
) -> HttpResponse:
    targets = {"date": "date-day"}
    context = {
        "one": found,
        "name": named(found.name),
        "confidence": CONFIDENCE[found.confidence],
        "texts": texts,
        "errors": errors,
        "problems": [{"text": text, "href": f"#{targets.get(k, k)}"} for k, text in errors.items()],
        "theirs": theirs,
        "may": reading_of(request).principal.may("scenarios"),
    }
    status = 409 if theirs is not None else 400 if errors else 200
    return render(request, "scenarios/assumption.jinja", context, status=status)


@require_POST
@page("scenarios", name="assumption edit")
def edit(request: HttpRequest, place: str, assumption: str) -> HttpResponse:
    """Change an assumption: it is the place's own from then on."""
    reading = reading_of(request)
    found = _found(reading.place, assumption)
    texts = {k: str(request.POST.get(k, "")).strip()[:500] for k in _texts(found)}
    errors: dict[str, str] = {}
    changed = _read(found, texts, errors)
    if changed is None:
        return _one(request, found, texts, errors, None)
    try:
        services.save_assumption(request, place, reading.place, changed, texts["read"])
    except FileChangedError:
        now = _found(reading.place, assumption)
        return _one(request, now, {**texts, "read": version_of_assumption(now)}, {}, now)
    except InputError as refused:
        return _one(request, found, texts, {"value": f"{refused.problem} {refused.cure}"}, None)
    messages.success(
        request,
        f"'{named(assumption)}' is saved. Runs that were made before say that they are of other assumptions.",
    )
    return redirect("assumptions", place=place)


def _read(found: Assumption, texts: dict[str, str], errors: dict[str, str]) -> Assumption | None:
    """The assumption as the form has it; None, with what is wrong, where it cannot stand."""
    values: dict[str, float] = {}
    for part in ("value", "low", "high"):
        try:
            values[part] = number(texts[part], part)
        except InputError as refused:
            errors[part] = f"{refused.problem} {refused.cure}"
    if len(values) == 3:
        if values["low"] > values["value"]:
            errors["low"] = f"Low is above the value. Give at most {values['value']:g}."
        if values["high"] < values["value"]:
            errors["high"] = f"High is below the value. Give at least {values['value']:g}."
    if not texts["source"]:
        errors["source"] = "Say where the figure comes from, such as 'Leavers of the trust, 2025/26'."
    try:
        day = dt.date(*(int(texts[part]) for part in ("year", "month", "day")))
    except ValueError:
        errors["date"] = "There is no such day. Give day, month and year, such as 31 3 2026."
    if errors:
        return None
    return replace(
        found,
        value=values["value"],
        low=values["low"],
        high=values["high"],
        source=texts["source"],
        date=day,
        confidence="local",
    )
