"""Who is there at the start: cells and people from the facts of a place, rows if any, else totals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from skillmix import reference
from skillmix.errors import RefusedError
from skillmix.measures.select import select_staff
from skillmix.place import Facts
from skillmix.projection.ages import index_of
from skillmix.projection.randomness import entity, keys
from skillmix.projection.specification import Cell, Floats, Integers, Keys

_CELL = ("organisation", "profession", "staff_group")


@dataclass(frozen=True)
class People:
    """Cells and the people in them.

    Attributes:
        cells: in the order of their words.
        cell, age, entity: as `Specification`.
        fte, share_place: as `Specification`.
        as_of: the newest date among the facts used.
        oldest: the oldest.
        invented: whether any fact used is synthetic.
        notes: what was done, in words.
    """

    cells: tuple[Cell, ...]
    cell: Integers
    age: Integers
    entity: Keys
    fte: Floats
    share_place: Floats
    as_of: dt.date
    oldest: dt.date
    invented: bool
    notes: tuple[str, ...]


def _pieces(facts: Facts, as_of: dt.date | None) -> tuple[pl.DataFrame, list[str]]:
    """Pieces by profession, and by staff group where no profession is known."""
    fine = select_staff(facts, ["profession"], as_of)
    coarse = select_staff(facts, ["staff_group"], as_of)
    by_group = fine.frame.filter(pl.col("unresolved")).get_column("organisation").unique()
    frame = pl.concat(
        [
            fine.frame.filter(~pl.col("organisation").is_in(by_group.implode())),
            coarse.frame.filter(pl.col("organisation").is_in(by_group.implode())),
        ]
    )
    notes = list(dict.fromkeys([*fine.notes, *coarse.notes]))
    if by_group.len():
        notes.append(
            f"{by_group.len()} organisations publish staff groups and no professions: they are projected by "
            "staff group."
        )
    sectors = fine.organisations.select("organisation", "sector")
    return frame.join(sectors, on="organisation", how="left", maintain_order="left"), notes


def _staff_groups() -> dict[str, str]:
    """The staff group of each profession, in trusts' own scheme."""
    table = reference.table("professions").select("code", "staff_group")
    return {code: group for code, group in table.iter_rows() if group}


def _tidy(frame: pl.DataFrame) -> pl.DataFrame:
    """Profession and staff group without holes."""
    groups = _staff_groups()
    hchs = set(
        reference.table("staff_groups").filter(pl.col("scheme") == "hchs").get_column("code").to_list()
    )
    given = pl.when(pl.col("staff_group").is_in(sorted(hchs))).then("staff_group")
    derived = pl.col("profession").replace_strict(groups, default=None, return_dtype=pl.String)
    return frame.with_columns(
        pl.coalesce("profession", "staff_group", pl.lit("all")).alias("profession"),
        pl.coalesce(given, derived, pl.lit("")).alias("staff_group"),
        pl.col("sector").fill_null(""),
    )


def _added(column: str) -> pl.Expr:
    """The sum of an exact quantity as a float: decimals first, so that no order of rows changes it."""
    return pl.col(column).sum().cast(pl.Float64)


def _rows(facts: Facts, pieces: pl.DataFrame) -> pl.DataFrame:
    """Jobs held by people, one row each, with the year of birth where it is known."""
    dates = pieces.filter("is_row").select("organisation", "source", "as_of").unique()
    held = facts.table("assignment").filter(pl.col("person").is_not_null())
    found = held.join(dates.lazy(), on=["organisation", "source", "as_of"], how="semi").select(
        "organisation", "profession", "staff_group", "person", "birth_year", "as_of", "fte", "share_place"
    )
    sectors = pieces.select("organisation", "sector").unique()
    return found.collect().join(sectors, on="organisation", how="left", maintain_order="left")


def _totals(pieces: pl.DataFrame, fte_per_person: float) -> pl.DataFrame:
    """Whole people of each slice known by its totals: ``_CELL, sector, people, fte, share_place``."""
    counted = pl.col("headcount").sum()
    people = (
        pl.when(pl.col("headcount").is_null().any())
        # Whoever is there is at least one person, or the slice's FTE would be lost.
        .then((_added("fte") / fte_per_person).round().clip(lower_bound=(_added("fte") > 0).cast(pl.Float64)))
        .otherwise(counted)
        .cast(pl.Int64)
    )
    contracted = pl.col("lines").fill_null(0).sum()
    return (
        pieces.filter(~pl.col("is_row"))
        .group_by(*_CELL, "sector")
        .agg(
            people.alias("people"),
            # Lines without a person are somebody else's staff: their FTE is left out with them, as published,
            # or else in proportion.
            pl.when(pl.col("fte_people").is_not_null().all())
            .then(_added("fte_people"))
            .otherwise(_added("fte") * counted / (counted + contracted))
            .alias("of_people"),
            _added("fte").alias("fte"),
            (_added("share_place") / pl.len()).alias("share_place"),
        )
        .with_columns(
            pl.when(pl.col("of_people").is_finite()).then("of_people").otherwise("fte").alias("fte")
        )
        .sort(_CELL)
    )


def _ages(rows: pl.DataFrame, entities: Iterable[int]) -> Integers:
    """Places on the grid of ages; the month of birth is drawn once for each person, and stays."""
    ages = []
    for year, day, key in zip(rows["birth_year"], rows["as_of"], entities, strict=True):
        if year is None:
            ages.append(-1)
        else:
            months = (day.year - year) * 12 + day.month - 1 - (key >> 7) % 12
            ages.append(index_of(months / 12))
    return np.array(ages, dtype=np.int64)


def people_of(facts: Facts, *, as_of: dt.date | None = None, fte_per_person: float) -> People:
    """The people of a place at a date.

    Args:
        facts: what may be read of the place.
        as_of: the date; the newest figure of each organisation where none is given.
        fte_per_person: where people or FTE of a slice are not known.

    Returns:
        Cells by organisation and profession (staff group where no profession is known). Rows of staff give
        each job a person, with an age where the year of birth is known; totals give people of unknown age.

    Raises:
        RefusedError: when nothing is known.
    """
    pieces, notes = _pieces(facts, as_of)
    if pieces.is_empty():
        raise RefusedError(
            "The place holds no staff to project.",
            cure="Submit a staff file, or build the place from published data.",
        )
    invented = bool((pieces["origin"] == "synthetic").any())
    rows, tidy = _tidy(_rows(facts, pieces)), _tidy(pieces)
    totals = _totals(tidy, fte_per_person)
    contracted = int(tidy.get_column("lines").fill_null(0).sum())
    if contracted:
        notes.append(
            f"{contracted} lines without a person (contracted services) are left out: their people are "
            "probably another employer's."
        )
    by_cell = (
        rows.group_by(*_CELL, "sector")
        .agg(
            pl.len().cast(pl.Int64).alias("people"),
            pl.when(pl.col("fte").count() > 0)
            .then(_added("fte") / pl.col("fte").count())
            .otherwise(fte_per_person)
            .alias("each"),
            (_added("share_place") / pl.len()).alias("share_place"),
        )
        .sort(_CELL)
    )
    known = totals.filter(pl.col("people") > 0).with_columns((pl.col("fte") / pl.col("people")).alias("each"))
    columns = [*_CELL, "sector", "people", "each", "share_place"]
    table = pl.concat([by_cell.select(columns), known.select(columns)]).sort(_CELL)
    cells = tuple(
        Cell(organisation=o, profession=p, staff_group=g, sector=s)
        for o, p, g, s in table.select("organisation", "profession", "staff_group", "sector").iter_rows()
    )
    number = {(c.organisation, c.profession, c.staff_group): i for i, c in enumerate(cells)}
    rows = rows.sort([*_CELL, "person", "birth_year", "fte"])
    row_cell = np.array([number[key] for key in rows.select(_CELL).iter_rows()], dtype=np.int64)
    rank = np.arange(len(row_cell)) - np.searchsorted(row_cell, row_cell, side="left")
    row_entity = [
        entity("person", person, cell, nth)
        for person, cell, nth in zip(rows["person"], (cells[c].words for c in row_cell), rank, strict=True)
    ]
    row_entity = [entity("person", p) if n == 0 else e for p, e, n in _first(rows["person"], row_entity)]
    of_totals = [number[key] for key in known.select(_CELL).iter_rows()]
    total_cell = np.repeat(np.array(of_totals, dtype=np.int64), known["people"].to_numpy())
    total_rank = (
        np.concatenate([np.arange(n) for n in known["people"]])
        if known.height
        else np.zeros(0, dtype=np.int64)
    )
    cell_entity = np.array([entity("people of", *c.words) for c in cells], dtype=np.uint64)
    return People(
        cells=cells,
        cell=np.concatenate([row_cell, total_cell]).astype(np.int64),
        age=np.concatenate([_ages(rows, row_entity), np.full(len(total_cell), -1)]).astype(np.int64),
        entity=np.concatenate(
            [np.array(row_entity, dtype=np.uint64), keys(cell_entity[total_cell], total_rank)]
        ),
        fte=table["each"].to_numpy().copy(),
        share_place=table["share_place"].to_numpy().copy(),
        as_of=tidy["as_of"].max(),  # type: ignore[arg-type]
        oldest=tidy["as_of"].min(),  # type: ignore[arg-type]
        invented=invented,
        notes=tuple(notes),
    )


def _first(persons: pl.Series, entities: list[int]) -> Iterable[tuple[str, int, int]]:
    """Each job with how many of the person's jobs stand before it: the first carries the person's own key."""
    seen: dict[str, int] = {}
    for person, key in zip(persons, entities, strict=True):
        yield person, key, seen.get(person, 0)
        seen[person] = seen.get(person, 0) + 1
