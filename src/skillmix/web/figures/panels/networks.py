"""Primary care networks: who works for their patients, who employs them, and whom they serve."""

from __future__ import annotations

from typing import Any

import polars as pl

from skillmix import measures
from skillmix.disclosure import Released
from skillmix.errors import ScopeError
from skillmix.report import words
from skillmix.report.document import Column, Table
from skillmix.web.figures import naming
from skillmix.web.figures.panels.columns import days, telling
from skillmix.web.panels.panel import Panel, Parameters, panel
from skillmix.web.panels.reading import Reading


def _employed(reading: Reading) -> Released:
    return reading.released(
        ("overview", "role", "employer"),
        lambda facts: measures.overview(
            facts, ["organisation", "role", "employer"], where={"kind": "network"}
        ),
    )


@panel("network-staff", "organisation")
def network_staff(reading: Reading, given: Parameters) -> Panel:
    """Who works for a network's patients, by role, and who employs them."""
    network = naming.organisation_asked(reading, given.get("organisation", ""))
    if network.code not in reading.principal.own:
        # An employer is never told, role by role, which of its staff work elsewhere.
        raise ScopeError(
            "Who employs a network's staff is shown to the network alone.",
            cure="Ask the network, or look at its staff by profession.",
        )
    released = _employed(reading)
    mine = released.frame.filter(pl.col("organisation") == network.code).sort(
        "fte", descending=True, nulls_last=True
    )
    roles = naming.names("role")
    rows = [
        {
            **r,
            "name": roles.get(r["role"], r["role"] or "Role not known"),
            "who": _employer(reading, r["employer"]),
        }
        for r in mine.to_dicts()
    ]
    contracted = [r for r in rows if r["lines"]]
    invented = bool(mine.get_column("origin").is_in(["synthetic", "mixed"]).any())
    return Panel(
        title="Who works for our patients, and who employs them",
        table=Table(
            f"Staff who work for {network.name}, by role and employer",
            telling(
                [
                    Column("name", "Role"),
                    Column("who", "Employed by"),
                    Column("headcount", "People", "people"),
                    Column("lines", "Lines of contracted services", "people"),
                    Column("fte", naming.fte(), "quantity"),
                ],
                rows,
            ),
            rows,
            synthetic=invented,
        ),
        released=[released] if rows else [],
        sentence=_said(rows, contracted, network.code),
        notes=[
            "A line of a contracted service is work that another organisation is paid for: its people are "
            "that organisation's.",
            *(
                ["Who employs them is not published for networks."]
                if any(r["who"] is None for r in rows)
                else []
            ),
            *naming.notes_about(network.name, released),
        ],
        empty=f"Nobody is known to work for {network.name}. Its workforce return would tell.",
        subject=network.code,
        days=days(rows),
    )


def _employer(reading: Reading, code: str | None) -> str | None:
    if code is None:
        return None
    known = reading.place.organisations
    return known[code].name if code in known else "A partner that is not named"


def _said(rows: list[dict[str, Any]], contracted: list[dict[str, Any]], network: str) -> str:
    if not rows:
        return ""
    total = sum(r["fte"] or 0.0 for r in rows)
    said = f"{words.write(total, 'number')} {naming.fte()} work for the network's patients"
    others = sum(r["fte"] or 0.0 for r in rows if r["employer"] not in (None, network))
    if others:
        said += f"; partners employ {words.write(others, 'number')} of them"
    if contracted:
        lines = sum(r["lines"] for r in contracted)
        said += f"; {lines} {'line' if lines == 1 else 'lines'} of contracted services among them"
    return f"{said}."


@panel("networks", "organisation")
def networks(reading: Reading, given: Parameters) -> Panel:
    """Every network side by side: people, FTE, registered patients, and FTE for every 10,000 of them."""
    own = given.get("organisation", "")
    if own:
        naming.organisation_asked(reading, own)
    released = reading.released(("networks", "per patient"), _per_patient)
    rows = sorted(
        ({**r, "name": r["organisation_name"]} for r in released.frame.to_dicts()),
        key=lambda r: -1.0 if r.get("fte_per_10000") is None else float(r["fte_per_10000"]),
        reverse=True,
    )
    known = [r for r in rows if r.get("fte_per_10000") is not None]
    at = next((n for n, r in enumerate(known, start=1) if r["organisation"] == own), None)
    sentence = ""
    if known:
        sentence = (
            f"From {known[-1]['fte_per_10000']:.1f} to {known[0]['fte_per_10000']:.1f} {naming.fte()} work "
            "for every 10,000 registered patients of a network."
        )
    if at is not None:
        mine = known[at - 1]
        sentence = (
            f"{words.write(mine['fte_per_10000'], 'number')} {naming.fte()} for every 10,000 of our "
            f"{words.write(mine['patients'], 'people')} patients: number {at} of {len(known)} networks."
        )
    return Panel(
        title="Networks and their patients",
        table=Table(
            "Networks: staff and registered patients",
            telling(
                [
                    Column("name", "Network"),
                    Column("headcount", "People", "people"),
                    Column("lines", "Lines of contracted services", "people"),
                    Column("fte", naming.fte(), "quantity"),
                    Column("patients", "Registered patients", "patients"),
                    *([Column("fte_per_10000", "Per 10,000 patients", "number")] if known else []),
                    Column("newest_as_of", "As of", "month"),
                ],
                rows,
            ),
            rows,
            synthetic=any(r["origin"] in ("synthetic", "mixed") for r in rows),
        ),
        released=[released],
        sentence=sentence,
        notes=released.notes,
        empty="No primary care network is known here.",
        links={
            n: f"/{reading.slug}/organisations/{r['organisation']}/"
            for n, r in enumerate(rows)
            if r["organisation"] in reading.place.organisations
        },
        marks={n: ("Ours", "blue") for n, r in enumerate(rows) if own and r["organisation"] == own},
    )


def _per_patient(facts: Any) -> measures.Figures:
    figures = measures.overview(facts, ["organisation"], where={"kind": "network"})
    if figures.context.get("registered") is None:
        return figures
    return measures.per_population(figures)


@panel("practices", "organisation")
def practices(reading: Reading, given: Parameters) -> Panel:
    """The practices of a network: staff and registered patients of each."""
    network = naming.organisation_asked(reading, given.get("organisation", ""))
    released = reading.released(
        ("overview", "organisation"), lambda facts: measures.overview(facts, ["organisation"])
    )
    below = {c for c, o in reading.place.organisations.items() if o.parent == network.code}
    rows = (
        released.frame.filter(pl.col("organisation").is_in(sorted(below)))
        .sort("patients", descending=True)
        .to_dicts()
    )
    patients = [r["patients"] for r in rows if r["patients"] is not None]
    return Panel(
        title="Our practices and their patients",
        table=Table(
            f"Practices of {network.name}",
            telling(
                [
                    Column("organisation_name", "Practice"),
                    Column("patients", "Registered patients", "patients"),
                    Column("headcount", "People", "people"),
                    Column("fte", naming.fte(), "quantity"),
                    Column("newest_as_of", "As of", "month"),
                ],
                rows,
            ),
            rows,
            synthetic=any(r["origin"] in ("synthetic", "mixed") for r in rows),
        ),
        released=[released] if rows else [],
        sentence=f"{words.whole(sum(patients))} patients are registered with {len(patients)} practices."
        if patients
        else "",
        notes=naming.notes_about(network.name, released),
        empty=f"No practice of {network.name} is known here.",
        subject=network.code,
        days=days(rows),
        links={n: f"/{reading.slug}/organisations/{r['organisation']}/" for n, r in enumerate(rows)},
    )
