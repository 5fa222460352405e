"""The organisations of the place: who they are, how much of each serves it, how new what is known is."""

from __future__ import annotations

from typing import Any

import polars as pl

from skillmix import measures
from skillmix.errors import InputError, Where
from skillmix.report import words
from skillmix.report.document import Column, Table
from skillmix.web.figures import naming
from skillmix.web.figures.panels.columns import days, telling
from skillmix.web.panels.panel import Panel, Parameters, panel
from skillmix.web.panels.reading import Reading


@panel("organisations", "kind")
def organisations(reading: Reading, given: Parameters) -> Panel:
    """Organisations with people, FTE, share and newest date: of one kind, or of all."""
    kind = given.get("kind", "")
    if kind and kind not in naming.kind_plurals():
        raise InputError(
            "There is no such kind of organisation.",
            cure=f"Choose one of {', '.join(naming.kind_plurals())}.",
            where=[Where(column="kind", value=kind)],
        )
    released = reading.released(
        ("overview", "organisation"), lambda facts: measures.overview(facts, ["organisation"])
    )
    known = reading.place.organisations
    rows = []
    for row in released.frame.to_dicts():
        about = known.get(row["organisation"])
        of = about.kind if about is not None else None
        if (about is None and kind) or (kind and of != kind):
            continue
        rows.append({**row, **_share(row, about), "kind": naming.names("kind").get(of or "", "Not known")})
    told = [r for r in rows if r["fte"] is not None or r["headcount"] is not None]
    columns = [
        Column("organisation_name", "Organisation"),
        *([] if kind else [Column("kind", "Kind")]),
        Column("headcount", "People", "people"),
        Column("fte", f"{naming.fte()}, whole organisation", "quantity"),
        Column("share", "Share serving this place", "rate"),
        Column("share_basis", "Share rests on"),
        Column("fte_place", f"{naming.fte()} for this place", "quantity"),
        *(
            [Column("patients", "Registered patients", "patients")]
            if any(r["patients"] for r in rows)
            else []
        ),
        Column("newest_as_of", "Newest", "month"),
    ]
    title = naming.kind_plurals().get(kind, "Organisations")
    return Panel(
        title=title,
        table=Table(
            f"{title}: staff in post and share", telling(columns, rows), rows, synthetic=_invented(rows)
        ),
        days=days(rows),
        released=[released],
        sentence=f"Staff are known of {len(told)} of {len(rows)}." if len(told) < len(rows) else "",
        notes=[n for n in released.notes if not kind or not n.startswith("Where no headcount")],
        empty="No organisation of this kind belongs to the place.",
        links={
            at: f"/{reading.slug}/organisations/{r['organisation']}/"
            for at, r in enumerate(rows)
            if r["organisation"] in known
        },
    )


def _invented(rows: list[dict[str, Any]]) -> bool:
    return any(r["origin"] in ("synthetic", "mixed") for r in rows)


def _share(row: dict[str, Any], about: Any) -> dict[str, Any]:
    if about is None:
        return {"share": None, "share_basis": ""}
    # The share that the figures carry, which an edit of place.toml changes only once it is taken in.
    share = (
        row["fte_place"] / row["fte"] if row["fte"] and row["fte_place"] is not None else about.share_place
    )
    return {
        "share": float(share),
        "share_basis": naming.SHARE_BASES.get(about.share_basis, about.share_basis),
    }


@panel("organisation", "organisation")
def organisation(reading: Reading, given: Parameters) -> Panel:
    """One organisation in one row: people, FTE, share and its basis, patients, how new."""
    about = naming.organisation_asked(reading, given.get("organisation", ""))
    released = reading.released(
        ("overview", "organisation"), lambda facts: measures.overview(facts, ["organisation"])
    )
    mine = released.frame.filter(
        pl.col("organisation") == about.code, pl.col("fte").is_not_null() | pl.col("headcount").is_not_null()
    )
    rows = [{**r, **_share(r, about)} for r in mine.to_dicts()]
    return Panel(
        title="Staff in post",
        table=Table(
            f"Staff in post of {about.name}",
            telling(
                [
                    Column("organisation_name", "Organisation"),
                    Column("headcount", "People", "people"),
                    Column("lines", "Lines without a person", "people"),
                    Column("fte", f"{naming.fte()}, whole organisation", "quantity"),
                    Column("share", "Share serving this place", "rate"),
                    Column("share_basis", "Share rests on"),
                    Column("fte_place", f"{naming.fte()} for this place", "quantity"),
                    Column("patients", "Registered patients", "patients"),
                    Column("newest_as_of", "As of", "month"),
                ],
                rows,
            ),
            rows,
            synthetic=_invented(rows),
        ),
        released=[released] if rows else [],
        sentence=_said(rows),
        notes=[
            *([f"Share: {about.share_source}."] if about.share_source else []),
            *[r["basis"][:1].upper() + r["basis"][1:] + "." for r in rows if r["basis"]],
            *naming.notes_about(about.name, released),
        ],
        empty=f"Nothing is known of the staff of {about.name} that may be shown here under its name.",
        subject=about.code,
        days=days(rows),
    )


def _said(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return ""
    row = rows[0]
    said = []
    if row["headcount"] is not None:
        said.append(f"{words.write(row['headcount'], 'people')} people")
    if row["fte"] is not None:
        said.append(f"{words.whole(row['fte'])} {naming.fte()}")
    told = f"{', '.join(said)} in post" if said else "Staff in post are not known"
    if row["newest_as_of"] is not None:
        told += f" on {words.day(row['newest_as_of'])}"
    if row["share"] is not None and row["share"] < 1:
        told += f"; {words.write(row['share'], 'rate')} of it serves this place"
    return f"{told}."
