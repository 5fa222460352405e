"""Professions side by side, and where each of them works."""

from __future__ import annotations

from typing import Any

import polars as pl

from skillmix import measures
from skillmix.report import charts, words
from skillmix.report.document import Column, Table
from skillmix.web.figures import naming
from skillmix.web.figures.panels.columns import days, telling
from skillmix.web.figures.panels.flows import by
from skillmix.web.figures.panels.gaps import of_professions, one_basis
from skillmix.web.panels.panel import Panel, Parameters, panel
from skillmix.web.panels.reading import Reading


@panel("professions", "family")
def professions(reading: Reading, given: Parameters) -> Panel:
    """Every profession of a family: in post, vacancy, leavers, largest first."""
    family = naming.family_asked(given.get("family", "") or "ahp")
    staff = reading.released(
        ("overview by", "profession"), lambda facts: measures.overview(facts, ["profession"])
    )
    vacant, left = of_professions(reading), by(reading, "profession")
    kept = pl.col("profession").is_in(sorted(naming.members(family)))
    posts = {
        r["profession"]: r
        for r in one_basis(vacant.frame.filter(kept, pl.col("basis") != "advertised")).to_dicts()
    }
    flows = {r["profession"]: r for r in left.frame.filter(kept).to_dicts()}
    names = naming.names("profession")
    rows: list[dict[str, Any]] = []
    for row in staff.frame.filter(kept).sort("fte_place", descending=True, nulls_last=True).to_dicts():
        code = row["profession"]
        gap, flow = posts.get(code, {}), flows.get(code, {})
        rows.append(
            {
                **row,
                "name": names[code],
                "vacancy": gap.get("vacancy"),
                "vacancy_rate": gap.get("rate"),
                "joiners": flow.get("joiners"),
                "leavers": flow.get("leavers"),
                "leaver_rate": flow.get("leaver_rate"),
                "suppressed": "; ".join(
                    [str(flow.get("suppressed") or ""), "vacancy_rate: rate" if gap.get("suppressed") else ""]
                ),
            }
        )
    several = [Column("vacancy", "Vacant posts", "number"), Column("vacancy_rate", "Vacancy rate", "rate")]
    moved = [
        Column("joiners", "Joined in the year", "people"),
        Column("leavers", "Left in the year", "people"),
        Column("leaver_rate", "Leaver rate", "rate"),
    ]
    missing = [n for n, rows_ in (("vacancies", posts), ("joiners and leavers", flows)) if not rows_]
    return Panel(
        title=naming.families()[family or "all"],
        table=Table(
            f"{naming.families()[family or 'all']}: in post, vacancies, leavers",
            [
                Column("name", "Profession"),
                Column("headcount", "People", "people"),
                Column("fte_place", f"{naming.fte()} for this place", "quantity"),
                *(several if posts else []),
                *(moved if flows else []),
            ],
            rows,
            synthetic=staff.synthetic,
        ),
        released=[staff, *([vacant] if posts else []), *([left] if flows else [])],
        sentence=_said(rows),
        notes=[
            *([f"Not known by profession here: {' and '.join(missing)}."] if missing else []),
            *staff.notes,
        ],
        empty="Nobody of this family is known here by profession. Ask partners for staff lists.",
        links={at: f"/{reading.slug}/professions/{r['profession']}/" for at, r in enumerate(rows)},
    )


def _said(rows: list[dict[str, Any]]) -> str:
    known = [r for r in rows if r["fte_place"] is not None]
    if not known:
        return ""
    total = sum(r["fte_place"] for r in known)
    first = naming.lower(naming.plurals().get(known[0]["profession"], known[0]["name"]))
    return f"{words.whole(total)} {naming.fte()} in {len(known)} professions; most are {first}."


@panel("stock", "profession")
def stock(reading: Reading, given: Parameters) -> Panel:
    """Where one profession works, by kind of partner."""
    code = naming.profession_asked(given.get("profession", ""))
    released = reading.released(
        ("overview", "partner", "profession"),
        lambda facts: measures.overview(facts, ["partner", "profession"]),
    )
    partners = naming.names("partner")
    mine = released.frame.filter(pl.col("profession") == code)
    rows = [{**r, "name": partners.get(r["partner"], "Not known")} for r in mine.to_dicts()]
    known = [r for r in rows if r["fte_place"] is not None]
    plural = naming.plurals().get(code, code)
    synthetic = any(r["origin"] in ("synthetic", "mixed") for r in rows)
    return Panel(
        title="Where they work",
        table=Table(
            f"{plural} in post, by kind of partner",
            telling(
                [
                    Column("name", "Kind of partner"),
                    Column("headcount", "People", "people"),
                    Column("lines", "Lines without a person", "people"),
                    Column("fte", f"{naming.fte()}, whole organisations", "quantity"),
                    Column("fte_place", f"{naming.fte()} for this place", "quantity"),
                    Column("newest_as_of", "As of", "month"),
                ],
                rows,
            ),
            rows,
            synthetic=synthetic,
        ),
        released=[released],
        days=days(rows),
        sentence=_works(reading, known, plural),
        chart=charts.bars(
            [{"label": r["name"], "value": round(r["fte_place"], 2)} for r in known],
            unit=f"{naming.fte()} for this place",
            invented=synthetic,
            width=460,
        )
        if len(known) > 1
        else None,
        summary=f"{plural} by kind of partner.",
        notes=released.notes,
        empty=f"No {naming.lower(plural)} are known here. A staff list would tell.",
    )


def _works(reading: Reading, known: list[dict[str, Any]], plural: str) -> str:
    if not known:
        return ""
    total = sum(r["fte_place"] for r in known)
    most = max(known, key=lambda r: r["fte_place"])
    return (
        f"{words.write(total, 'number')} {naming.fte()} of {naming.lower(plural)} serve {reading.place.name}"
        f"; most are in: {naming.lower(most['name'])} ({words.write(most['fte_place'], 'number')})."
    )
