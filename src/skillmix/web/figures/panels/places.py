"""Several places side by side, on the same definitions, for those who look at several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from skillmix import measures
from skillmix.disclosure import Released
from skillmix.measures.grids import AHP, professions
from skillmix.report.document import Column, Table
from skillmix.web.figures import naming
from skillmix.web.figures.panels.coverage import frame_of
from skillmix.web.panels.panel import Panel, Parameters, panel
from skillmix.web.panels.reading import Reading
from skillmix.web.people.models import User
from skillmix.web.people.principals import principal_of
from skillmix.web.site.served import served

#: The ability that a place's row needs there, not here.
ABILITY = "places"


def led(reading: Reading) -> list[Reading]:
    """Readings of the places that the reader may see side by side: where their memberships say so."""
    number = reading.principal.user
    user = User.objects.filter(pk=number).first() if number is not None else None
    found = []
    for slug, place in served().items():
        if slug == reading.slug:
            found.append(reading)
            continue
        if user is None or reading.principal.limit is not None:
            continue
        principal = principal_of(user, slug, place.opened()[0])
        if ABILITY in principal.abilities:
            found.append(Reading(place, principal))
    return found


@panel("places", needs=ABILITY, kept=False)
def places(reading: Reading, given: Parameters) -> Panel:
    """One row a place: people served, staff, AHPs, vacancy, leavers, and how old the facts are."""
    shown = [(one, one.keep("side", lambda one=one: _side(one))) for one in led(reading)]  # type: ignore[misc]
    rows = [row for _, (row, _) in shown]
    released = [r for _, (_, several) in shown for r in several]
    compared = [r for r in rows if r["per_10000"] is not None]
    sentence = ""
    if len(compared) > 1:
        most, least = (f(compared, key=lambda r: r["per_10000"]) for f in (max, min))
        sentence = (
            f"{most['name']} has {most['per_10000']:.1f} {naming.fte()} for every 10,000 patients, "
            f"{least['name']} {least['per_10000']:.1f}."
        )
    return Panel(
        title="Places side by side",
        table=Table(
            "Places, one row each",
            [
                Column("name", "Place"),
                Column("patients", "Registered patients", "patients"),
                Column("fte", f"{naming.fte()} for the place", "people"),
                Column("per_10000", "Per 10,000 patients", "number"),
                Column("ahp", f"AHPs, registered, {naming.fte()}", "number"),
                Column("ahp_per_10000", "AHPs per 10,000 patients", "number"),
                Column("vacancy", "Vacant posts where known", "people"),
                Column("vacancy_rate", "Vacancy rate", "rate"),
                Column("leaver_rate", "Leaver rate", "rate"),
                Column("newest", "Newest staff in post", "month"),
                Column("months", "Months old, at the oldest", "people"),
            ],
            rows,
            synthetic=any(r.synthetic for r in released),
        ),
        released=released,
        sentence=sentence,
        notes=[
            "The same definitions everywhere, but not the same coverage: compare only what is known of both. "
            "Vacancies are on the basis that most staff are known on.",
            *_told(released),
        ],
        empty="You look at no place yet. Ask a place administrator for a membership as system lead.",
        links={at: f"/{one.slug}/" for at, (one, _) in enumerate(shown)},
    )


def _told(released: Iterable[Released]) -> list[str]:
    notes = dict.fromkeys(n for r in released for n in r.notes if n.startswith(("Invented", "Sums are")))
    return list(notes)


def _side(reading: Reading) -> tuple[dict[str, Any], list[Released]]:
    whole = reading.released("overview", lambda facts: measures.overview(facts, ()))
    family = professions(AHP)
    codes = family.filter("registered", pl.col("ahp").is_not_null()).get_column("profession").to_list()
    ahps = reading.released(
        ("overview", "ahps"), lambda facts: measures.overview(facts, (), where={"profession": codes})
    )
    vacant = reading.released(("vacancy", "place"), lambda facts: measures.vacancy(facts, ()))
    left = reading.released(("turnover", "place"), lambda facts: measures.turnover(facts, ()))
    patients = whole.context.get("registered")
    total, of_ahps = _value(whole, "fte_place"), _value(ahps, "fte_place")
    gaps = vacant.frame.filter(pl.col("rate").is_not_null()).sort("staff_in_post", descending=True)
    posts = next(iter(gaps.to_dicts()), {})
    known = frame_of(reading).filter(pl.col("topic") == "staff_in_post")
    row = {
        "name": reading.place.name,
        "patients": patients,
        "fte": total,
        "per_10000": _per(total, patients),
        "ahp": of_ahps,
        "ahp_per_10000": _per(of_ahps, patients),
        "vacancy": posts.get("vacancy"),
        "vacancy_rate": posts.get("rate"),
        "leaver_rate": _value(left, "leaver_rate"),
        "newest": known.get_column("newest_as_of").max(),
        "months": known.get_column("months_old").max(),
    }
    return row, [whole, ahps, vacant, left]


def _value(released: Released, column: str) -> float | None:
    values = released.frame.get_column(column).to_list()
    return values[0] if len(values) == 1 else None


def _per(amount: float | None, patients: Any) -> float | None:
    return None if amount is None or not patients else amount / float(patients) * 10_000
