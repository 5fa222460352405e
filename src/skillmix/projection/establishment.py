"""Posts, and how fast their vacancies are filled, at the start of a place's projection."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import numpy.typing as npt
import polars as pl

from skillmix.place import Facts
from skillmix.projection.people import People
from skillmix.projection.specification import Cell, Floats

#: Bases of establishment, the best first; they are never added.
BASES = ("ledger", "esr_establishment", "asc_posts")
#: Slowest that vacancies are taken to be filled, in months.
_SLOWEST = 24.0


def _sent(facts: Facts) -> dict[tuple[str, str], float]:
    """FTE of funded posts by organisation and profession: the best basis, at its latest date."""
    found = (
        facts.table("post")
        .filter(pl.col("basis").is_in(BASES), pl.col("profession").is_not_null())
        .filter(pl.col("as_of") == pl.col("as_of").max().over("organisation", "basis"))
        .group_by("organisation", "profession", "basis")
        .agg(pl.col("fte").sum().cast(pl.Float64))
        .collect()
    )
    known: dict[tuple[str, str], float] = {}
    for basis in BASES:
        mine = found.filter(pl.col("basis") == basis).sort("organisation", "profession")
        for organisation, profession, fte in mine.select("organisation", "profession", "fte").iter_rows():
            known.setdefault((organisation, profession), fte)
    return known


def _held(
    cells: tuple[Cell, ...],
    headcount: Floats,
    supplied: npt.NDArray[np.bool_],
    leaving: Floats,
    months_to_fill: float,
) -> Floats:
    """Posts where no establishment is known: the people in post, and as many vacancies as keep them at that.

    With posts equal to the people in post, every vacancy would be one too many, and the stock would sink to a
    level that nothing says it has. Whole vacancies are shared out within a sector by largest remainder.
    """
    monthly = 1 - np.exp(-1 / months_to_fill)
    # A month's leavers are among the vacancies that its recruits fill.
    vacant = leaving * (1 / monthly - 1)
    posts = headcount + np.floor(vacant)
    rest = vacant - np.floor(vacant)
    by_sector: dict[str, list[int]] = defaultdict(list)
    for i in np.flatnonzero(~supplied):
        by_sector[cells[i].sector].append(int(i))
    for members in by_sector.values():
        most = sorted(members, key=lambda i: (-rest[i], cells[i].words))
        posts[most[: round(sum(rest[i] for i in members))]] += 1
    return np.where(supplied, np.nan, posts)


def posts_of(
    facts: Facts,
    people: People,
    supplied: npt.NDArray[np.bool_],
    leaving: Floats,
    months_to_fill: float,
    notes: list[str],
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Posts of each cell, in people.

    Args:
        facts: with posts, where any were sent.
        people: cells and people in post.
        supplied: which cells the supply of joiners drives unless posts were sent.
        leaving: people who leave a month, by cell.
        months_to_fill: how long a vacancy stays open.
        notes: what is assumed is added here.

    Returns:
        Posts (nan where the supply drives the cell), and which were sent.
    """
    cells = people.cells
    headcount = np.bincount(people.cell, minlength=len(cells)).astype(np.float64)
    posts = _held(cells, headcount, supplied, leaving, months_to_fill)
    known = _sent(facts)
    together: dict[tuple[str, str], float] = defaultdict(float)
    for i, cell in enumerate(cells):
        together[cell.organisation, cell.profession] += headcount[i] * people.fte[i]
    sent = np.zeros(len(cells), dtype=np.bool_)
    for i, cell in enumerate(cells):
        key = cell.organisation, cell.profession
        if key in known and together[key] > 0:
            posts[i] = round(known[key] * headcount[i] / together[key])
            sent[i] = True
    if not sent.any():
        notes.append(
            "No establishment is known: outside trusts, posts are the people in post and the vacancies that "
            "their turnover leaves; in trusts, joiners come as they do in England and no post limits them."
        )
    elif not sent.all():
        notes.append(
            f"Establishment is known for {int(headcount[sent].sum()):,} of {int(headcount.sum()):,} people "
            "in post; elsewhere outside trusts, posts are the people in post and the vacancies that their "
            "turnover leaves."
        )
    if sent.any():
        notes.append("Vacancies are taken to be filled as fast as keeps them at today's number.")
    return posts, sent


def fill_of(
    cells: tuple[Cell, ...],
    headcount: Floats,
    posts: Floats,
    going: Floats,
    months_to_fill: float,
) -> Floats:
    """Hazard a month that a vacant post is filled.

    Where posts were sent, vacancies are filled as fast as keeps them at today's number: of the V that are
    open and the L that people leave in a month, L are filled, so the chance is ``L / (V + L)``, pooled over
    each sector's staff group. Elsewhere the assumed time to fill holds.

    Args:
        cells: the cells.
        headcount: people in post.
        posts: posts as sent; nan elsewhere.
        going: people who leave a month or change cell, less those who come from another cell.
        months_to_fill: the assumption.
    """
    hazard = np.full(len(cells), 1 / months_to_fill)
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i in np.flatnonzero(~np.isnan(posts)):
        groups[cells[i].sector, cells[i].staff_group].append(int(i))
    slowest = 1 - np.exp(-1 / _SLOWEST)
    for members in groups.values():
        vacant = np.maximum(posts[members] - headcount[members], 0).sum()
        gone = max(float(going[members].sum()), 0.0)
        chance = gone / (vacant + gone) if vacant + gone > 0 else 1.0
        hazard[members] = -np.log1p(-np.clip(chance, slowest, 0.9999))
    return hazard
