"""The grid: every profession against every kind of partner, registered and support workforce.

A cell is one of three things: somebody is there, nobody is there, or it is not known. Published totals of a
trust stop at staff groups: whether it has a podiatrist is then unknown, which is not none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from skillmix.errors import InputError
from skillmix.measures.dimensions import AREAS, Readable, listed
from skillmix.measures.figures import Figures, say_once
from skillmix.measures.overlaps import SHARED
from skillmix.measures.select import Pieces, select_staff
from skillmix.measures.staff_in_post import overview

#: The family that stands for the fourteen AHPs and the workforce that supports them.
AHP = "ahp"
_SUPPORT = "_support"


def professions(family: str = AHP) -> pl.DataFrame:
    """The professions of a family with those that support them, in the order in which they are shown.

    Args:
        family: "ahp", "all", or a code of the list `families`.

    Returns:
        ``profession, profession_name, registered, ahp, supports``; `supports` holds the professions that a
        support family leads to, parted by ``;``.

    Raises:
        InputError: when there is no such family.
    """
    rows = listed("professions").select(
        pl.col("code").alias("profession"),
        pl.col("label").alias("profession_name"),
        "registered",
        "ahp",
        pl.col("ladder_to").list.join(";").alias("supports"),
        "family",
    )
    if family != "all":
        wanted = "allied_health" if family == AHP else family
        families = listed("families").get_column("code").to_list()
        if wanted not in families:
            raise InputError(
                f"There is no family of professions {family!r}.",
                cure=f"Choose from {', '.join([AHP, 'all', *families])}.",
            )
        rows = rows.filter(pl.col("family").is_in([wanted, wanted + _SUPPORT]))
    # AHPs first, with both modalities of radiography; then each family as the list has it.
    return rows.sort(pl.col("ahp").is_null(), maintain_order=True).drop("family")


def grid(
    facts: Readable,
    family: str = AHP,
    as_of: date | None = None,
    *,
    by_organisation: bool = False,
) -> Figures:
    """Professions against partners, in long form.

    Args:
        facts: what may be read of a place.
        family: "ahp" (the fourteen and their support), "all", or a code of the list `families`.
        as_of: the date; the newest figures when None.
        by_organisation: one column an organisation, not one a kind of partner.

    Returns:
        One row for each profession and partner (or organisation): ``profession, profession_name, registered,
        ahp, supports, partner, partner_name`` (``organisation, organisation_name``), ``headcount, lines, fte,
        fte_place, present, origin``. `present` is true, false, or null where it is not known; FTE is then
        null, and 0 where nobody is there.

    Raises:
        InputError: when there is no such family.
    """
    rows = professions(family)
    keys = ["partner", "organisation"] if by_organisation else ["partner"]
    found = overview(facts, ["profession", *keys], as_of)
    chosen = select_staff(facts, ["profession"], as_of)
    columns = _partners(chosen, keys)
    everything = rows.join(columns, how="cross", maintain_order="left_right")
    shared = [c for c in SHARED if c in found.frame.columns]
    values = found.frame.select(
        "profession", *keys, "headcount", "lines", "fte", "fte_place", "origin", *shared
    ).filter(pl.col("profession").is_not_null())
    somebody = (pl.col("fte").fill_null(0) > 0) | (pl.col("headcount").fill_null(0) > 0)
    somebody = somebody | (pl.col("lines").fill_null(0) > 0)
    frame = everything.join(
        values, on=["profession", *keys], how="left", nulls_equal=True, maintain_order="left"
    ).with_columns(pl.when(somebody).then(True).when(pl.col("known")).then(False).alias("present"))
    nobody = pl.col("present").eq_missing(False)
    frame = frame.with_columns(
        *(pl.when(nobody).then(0).otherwise(c).cast(pl.Int64).alias(c) for c in ("headcount", "lines")),
        *(pl.when(nobody).then(0.0).otherwise(c).alias(c) for c in ("fte", "fte_place")),
    )
    names = ["organisation", "organisation_name"] if by_organisation else []
    dimensions = [*rows.columns, "partner", "partner_name", *names]
    frame = frame.select(*dimensions, "headcount", "lines", "fte", "fte_place", "present", "origin", *shared)
    return replace(
        found,
        frame=frame,
        measure="grid",
        dimensions=tuple(dimensions),
        kinds={
            **dict.fromkeys(("headcount", "lines", "fte", "fte_place", "present"), "staff_in_post"),
            "origin": "population",
        },
        rests_on=dict.fromkeys(("headcount", "lines", "fte", "fte_place", "present"), ("headcount",)),
        notes=say_once([*found.notes, *_unknown(columns), *_said(frame, rows)]),
        context={**found.context, "everywhere": ";".join(everywhere(frame))},
    )


def _partners(chosen: Pieces, keys: Sequence[str]) -> pl.DataFrame:
    """The columns of the grid, and whether the professions of each are known throughout."""
    held = chosen.frame.group_by("organisation").agg(pl.col("unresolved").any())
    kinds = listed("partner_kinds").select(
        pl.col("code").alias("partner"), pl.col("label").alias("partner_name")
    )
    known = (
        chosen.organisations.filter(~pl.col("kind").is_in(sorted(AREAS)), pl.col("partner").is_not_null())
        .join(held, on="organisation", how="left")
        # An organisation of which nothing is known is as unknown as one known by staff group alone.
        .with_columns((~pl.col("unresolved")).fill_null(False).alias("known"))
        .group_by(*keys, *(["organisation_name"] if "organisation" in keys else []))
        .agg(pl.col("known").all())
    )
    return (
        kinds.with_row_index("_rank")
        .join(known, on="partner", how="inner")
        .sort("_rank", *keys)
        .drop("_rank")
    )


def _unknown(columns: pl.DataFrame) -> list[str]:
    holes = columns.filter(~pl.col("known")).get_column("partner_name").unique(maintain_order=True)
    if not holes.len():
        return []
    return [
        f"Not every profession is known of: {', '.join(holes)}. An empty cell there is unknown, not none."
    ]


def everywhere(frame: pl.DataFrame) -> list[str]:
    """The registered professions present in every one of the five kinds of partner, where all five are here.

    Args:
        frame: the frame of `grid`, by kind of partner.
    """
    five = listed("partner_kinds").filter(pl.col("ahp_partner")).get_column("code")
    there = (
        frame.filter(pl.col("present"), pl.col("registered"), pl.col("partner").is_in(five.implode()))
        .group_by("profession", maintain_order=True)
        .agg(pl.col("partner").n_unique())
    )
    return there.filter(pl.col("partner") == five.len()).get_column("profession").to_list()


def _said(frame: pl.DataFrame, rows: pl.DataFrame) -> list[str]:
    names = dict(rows.select("profession", "profession_name").iter_rows())
    found = [names[code] for code in everywhere(frame)]
    if not found:
        return []
    only = " is the only one" if len(found) == 1 else " are"
    return [f"{', '.join(found)}{only} found in all five kinds of partner (the ambulance trust apart)."]


def grid_wide(frame: pl.DataFrame, value: str = "fte") -> pl.DataFrame:
    """The grid as it is shown: one row a profession, one column a partner.

    Args:
        frame: the frame of `grid`, released.
        value: which value fills the cells: fte, fte_place or headcount.

    Returns:
        ``profession, profession_name, registered, ahp, supports``, one column for each partner (or
        organisation) holding the value (null where unknown), ``partners`` (number where present) and
        ``unknown`` (number where it is not known).
    """
    by = "organisation" if "organisation" in frame.columns else "partner"
    keys = ["profession", "profession_name", "registered", "ahp", "supports"]
    order = frame.get_column(by).unique(maintain_order=True).to_list()
    wide = frame.pivot(on=by, index=keys, values=value, on_columns=order)
    counted = frame.group_by("profession", maintain_order=True).agg(
        pl.col("present").fill_null(False).sum().cast(pl.Int64).alias("partners"),
        pl.col("present").is_null().sum().cast(pl.Int64).alias("unknown"),
    )
    return wide.join(counted, on="profession", how="left", maintain_order="left")
