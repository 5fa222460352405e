"""Whom the place serves: registered patients and residents, and staff per 10,000 of them.

Registered patients and residents are two populations (Leeds has 933,415 of the one and about 829,000 of the
other): every rate says which it is per.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from skillmix.errors import InputError, RefusedError
from skillmix.measures.dimensions import AREAS, Readable, organisations
from skillmix.measures.figures import Figures, spell_date

#: Staff are shown per this many people.
PER = 10_000


def _newest(facts: Readable, kind: str, as_of: date | None) -> pl.DataFrame:
    rows = facts.table("population").filter(pl.col("kind") == kind)
    if as_of is not None:
        rows = rows.filter(pl.col("as_of") <= as_of)
    if kind == "resident":
        # Projections are not estimates: their levels must never be spliced.
        rows = rows.filter(pl.col("variant").fill_null("estimate") == "estimate")
    return (
        rows.filter(pl.col("as_of") == pl.col("as_of").max().over("organisation"))
        .select("organisation", "source", "as_of", "sex", "age_from", "people")
        .collect()
        .sort("organisation", "source")
    )


def _in_all(rows: pl.DataFrame) -> pl.DataFrame:
    """People of each organisation in all: its total row, else its ages, else its sexes and ages."""
    both, all_ages = pl.col("sex").is_null(), pl.col("age_from").is_null()
    rows = rows.with_columns(
        pl.when(both & all_ages).then(0).when(both).then(1).when(all_ages).then(2).otherwise(3).alias("form")
    )
    # One source and one form of division for an organisation: two would count everybody twice.
    return (
        rows.group_by("organisation", "source", "form", "as_of")
        .agg(pl.col("people").sum())
        .sort("organisation", "form", "source")
        .unique("organisation", keep="first", maintain_order=True)
        .select("organisation", pl.col("people").alias("patients"), "as_of")
    )


def patients(facts: Readable, as_of: date | None = None) -> pl.DataFrame:
    """Registered patients of each practice and network, and of the place.

    Args:
        facts: what may be read of a place.
        as_of: the date; the newest list sizes when None.

    Returns:
        ``organisation, kind, patients, as_of``: practices as published, networks as the sum of their
        practices in this place where they have no figure of their own, and one row with ``kind`` "place" and
        the place's code: the sum of its practices.
    """
    known = organisations(facts)
    own = _in_all(_newest(facts, "registered", as_of)).join(
        known.select("organisation", "kind", "parent"), on="organisation", how="left", maintain_order="left"
    )
    practices = own.filter(pl.col("kind") == "practice")
    networks = known.filter(pl.col("kind") == "network").select("organisation", "kind")
    summed = (
        practices.filter(pl.col("parent").is_not_null())
        .group_by(pl.col("parent").alias("organisation"), maintain_order=True)
        .agg(pl.col("patients").sum(), pl.col("as_of").max())
        .join(networks, on="organisation", how="inner", maintain_order="left")
        .join(own, on="organisation", how="anti", maintain_order="left")
    )
    columns = ["organisation", "kind", "patients", "as_of"]
    parts = [own.filter(~pl.col("kind").fill_null("sub_icb").is_in(sorted(AREAS))), summed]
    for level in (practices, own.filter(pl.col("kind") == "network"), own):
        if level.height:
            parts.append(
                level.select(
                    pl.lit(str(facts.place.code)).alias("organisation"),
                    pl.lit("place").alias("kind"),
                    pl.col("patients").sum(),
                    pl.col("as_of").max(),
                )
            )
            break
    return pl.concat([part.select(columns) for part in parts])


def residents(facts: Readable, as_of: date | None = None) -> tuple[int, date] | None:
    """Residents of the place by the newest official estimate, with its date; None where none is loaded.

    The place's own areas are summed; where none of them has an estimate, nothing is said: another area's
    residents are not this place's.
    """
    areas = set(facts.place.areas)
    rows = _in_all(_newest(facts, "resident", as_of)).filter(pl.col("organisation").is_in(sorted(areas)))
    if rows.is_empty() or rows.height < len(areas):
        return None
    people, day = rows.select(pl.col("patients").sum(), pl.col("as_of").min()).row(0)
    return int(people), day


def per_population(figures: Figures, denominator: str = "registered") -> Figures:
    """Staff per 10,000 registered patients or residents.

    Args:
        figures: staff in post, as `overview` returns them.
        denominator: "registered" or "resident".

    Returns:
        The figures with ``fte_per_10000, denominator, denominator_basis``: the FTE that serves this place,
        of a practice or network against its own registered patients, of every other slice against the
        place's registered patients or residents.

    Raises:
        InputError: when the denominator is neither.
        RefusedError: when the place has no such population.
    """
    if denominator not in ("registered", "resident"):
        raise InputError(
            f"The denominator {denominator!r} is unknown.", cure="Choose registered or resident."
        )
    people, day = figures.context.get(denominator), figures.context.get(f"{denominator}_as_of")
    if people is None or day is None:
        what = "registered patients" if denominator == "registered" else "residents"
        raise RefusedError(
            f"The number of {what} of {figures.place} is not known.",
            cure=f"Load {what}, or choose the other denominator.",
        )
    shown = spell_date(date.fromisoformat(str(day)))
    who = "registered patients" if denominator == "registered" else "residents (ONS estimate)"
    frame = figures.frame
    # Networks and practices have lists of their own; one whose list is not known is not measured by another.
    lists = str(figures.context.get("_own_lists") or "").split(";")
    own = (
        pl.col("organisation").is_in(lists)
        if denominator == "registered" and "organisation" in figures.dimensions
        else pl.lit(False)
    )
    frame = frame.with_columns(
        pl.when(own).then("patients").otherwise(pl.lit(int(people))).alias("denominator"),
        pl.when(own)
        .then(pl.lit(f"{who} of the organisation, {shown}"))
        .otherwise(pl.lit(f"{who} of the place, {shown}"))
        .alias("denominator_basis"),
    ).with_columns(
        pl.when(pl.col("denominator") > 0)
        .then(pl.col("fte_place") / pl.col("denominator") * PER)
        .alias("fte_per_10000")
    )
    return replace(
        figures,
        frame=frame,
        kinds={
            **figures.kinds,
            "fte_per_10000": figures.kinds["fte"],
            "denominator": "population",
            "denominator_basis": "population",
        },
        rests_on={**figures.rests_on, "fte_per_10000": figures.rests_on["fte"]},
        denominators={**figures.denominators, "fte_per_10000": "denominator"},
        notes=(*figures.notes, f"Staff per {PER:,} {who}."),
    )
