"""Where a profession rests on one person, and which professions have fewer people than a year before."""

from __future__ import annotations

import polars as pl

from skillmix import measures
from skillmix.report.document import Column, Table
from skillmix.web.figures import naming
from skillmix.web.panels.panel import Panel, Parameters, panel
from skillmix.web.panels.reading import Reading


@panel("single-handed", "family")
def single_handed(reading: Reading, given: Parameters) -> Panel:
    """Organisations that have one person of a profession, and no more."""
    family = naming.family_asked(given.get("family", ""))
    released = reading.released(
        ("overview", "profession"), lambda facts: measures.overview(facts, ["organisation", "profession"])
    )
    frame = released.frame.filter(
        pl.col("profession").is_in(sorted(naming.members(family))), pl.col("headcount") == 1
    )
    registered = dict(measures_registered())
    names = naming.names("profession")
    order = pl.col("profession").replace_strict(registered, default=False, return_dtype=pl.Boolean)
    ordered = frame.sort(~order, "fte", "profession", "organisation_name")
    rows = [
        {
            **r,
            "name": names.get(r["profession"], r["profession"]),
            "workforce": "Registered" if registered.get(r["profession"]) else "Support",
        }
        for r in ordered.to_dicts()
    ]
    professions = len({r["profession"] for r in rows})
    return Panel(
        title="Where one person is all there is",
        table=Table(
            "Single-handed professions, by organisation",
            [
                Column("name", "Profession"),
                Column("organisation_name", "Organisation"),
                Column("workforce", "Workforce"),
                Column("fte", naming.fte(), "quantity"),
            ],
            rows,
            synthetic=released.synthetic,
        ),
        released=[released],
        sentence=f"{professions} professions rest on one person in an organisation, {len(rows)} times in all."
        if rows
        else "",
        notes=released.notes,
        empty="No profession is known to rest on one person at a partner.",
        links={at: f"/{reading.slug}/professions/{r['profession']}/" for at, r in enumerate(rows)},
    )


def measures_registered() -> list[tuple[str, bool]]:
    """Every profession, and whether it is registered."""
    from skillmix.measures.dimensions import listed

    return [(str(c), bool(r)) for c, r in listed("professions").select("code", "registered").iter_rows()]
