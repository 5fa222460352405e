"""Learners expected to qualify, by profession and year, against the posts that stand empty today."""

from __future__ import annotations

from typing import Any

import polars as pl

from skillmix import measures
from skillmix.report.document import Column, Table
from skillmix.web.figures import naming
from skillmix.web.figures.panels.gaps import of_professions, one_basis
from skillmix.web.panels.panel import Panel, Parameters, panel
from skillmix.web.panels.reading import Reading

#: As many financial years are shown.
YEARS = 4


@panel("learners")
def learners(reading: Reading, given: Parameters) -> Panel:
    """Learners by profession and financial year, with today's vacant posts beside them."""
    released = reading.released("learners", measures.learners)
    vacant = of_professions(reading)
    frame = released.frame.filter(pl.col("year").is_not_null())
    this = reading.on.year + (reading.on.month > 3)
    years = [y for y in sorted(set(frame.get_column("year").to_list())) if y >= this][:YEARS]
    posts = {
        r["profession"]: r["vacancy"]
        for r in one_basis(vacant.frame.filter(pl.col("basis") != "advertised")).to_dicts()
    }
    names = naming.names("profession")
    rows = []
    for (code,), mine in frame.filter(pl.col("year").is_in(years)).group_by(
        ["profession"], maintain_order=True
    ):
        at = dict(mine.select("year", "learners").iter_rows())
        row: dict[str, Any] = {"profession": code, "name": names[str(code)], "vacancy": posts.get(str(code))}
        row |= {f"y{year}": at.get(year, 0) for year in years}
        row["all"] = sum(row[f"y{year}"] for year in years)
        rows.append(row)
    rows.sort(key=_short, reverse=True)
    return Panel(
        title="Learners expected to qualify, and the posts that stand empty",
        table=Table(
            "Learners expected to qualify, by financial year, and vacant posts today",
            [
                Column("name", "Profession"),
                *(Column(f"y{year}", f"To March {year}", "people") for year in years),
                Column("all", "Together", "people"),
                Column("vacancy", "Posts vacant today", "number"),
            ],
            rows,
            synthetic=released.synthetic,
        ),
        released=[released, vacant],
        sentence=_said(rows, years),
        notes=[
            "Most wanted first: where the posts that stand empty today are most above the learners expected.",
            *released.notes,
        ],
        empty="No list of learners is known here. Ask the education lead or the universities for one.",
        links={at: f"/{reading.slug}/professions/{r['profession']}/" for at, r in enumerate(rows)},
    )


def _short(row: dict[str, Any]) -> float:
    return float((row["vacancy"] or 0.0) - row["all"])


def _said(rows: list[dict[str, Any]], years: list[int]) -> str:
    if not rows:
        return ""
    fewer = [r for r in rows if r["vacancy"] is not None and _short(r) > 0]
    if not fewer:
        return "No profession has fewer learners on the way than posts that stand empty today."
    widest = naming.plurals()[fewer[0]["profession"]]
    have = "has" if len(fewer) == 1 else "have"
    return (
        f"{len(fewer)} of {len(rows)} professions {have} fewer learners expected by March {years[-1]} than "
        f"posts that stand empty today; the gap is widest for {naming.lower(widest)}."
    )
