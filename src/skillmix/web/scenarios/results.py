"""Results of runs, slice by slice, released for whoever looks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl

from skillmix.disclosure import Released
from skillmix.measures import Figures
from skillmix.projection import KeptRun, as_figures
from skillmix.projection.results import FLOWS, HORIZONS, marches
from skillmix.web.panels.reading import Reading

#: Kinds of slice whose rows are about one organisation: what is expected of a handful is not shown.
_OF_FEW = ("organisation", "organisation,profession")


def notes_of(run: KeptRun, reading: Reading) -> tuple[str, ...]:
    """What was assumed, in words; nothing that names a partner that does not share under its name."""
    hidden = [o.name for o in reading.place.organisations.values() if reading.reader.level(o.code) != "named"]
    return tuple(
        note for note in map(str, run.manifest.get("notes", [])) if not any(name in note for name in hidden)
    )


def starts_of(run: KeptRun) -> dt.date:
    """The date of the stock that a run starts from."""
    return dt.date.fromisoformat(str(run.manifest["starts"]))


def horizons(run: KeptRun) -> dict[int, int]:
    """Month of the 31 March that ends the first, third, fifth and tenth financial year, by year."""
    found = marches(starts_of(run), int(run.manifest["years"]) * 12)
    return {n: found[n - 1] for n in HORIZONS if n <= len(found)}


def released(reading: Reading, run: KeptRun, name: str, by: str, measure: str = "fte_place") -> Released:
    """One kind of slice of a run's stocks, released.

    Args:
        reading: who looks.
        run: the run.
        name: ``summary`` (the start and 31 March of years 1, 3, 5 and 10), ``monthly`` or ``change``.
        by: kind of slice, as `projection.Results.frame` has it.
        measure: jobs, fte or fte_place.
    """

    def make() -> Released:
        frame = run.scan(name).filter(pl.col("by") == by, pl.col("measure") == measure).collect()
        people = ""
        if by in _OF_FEW:
            frame, people = _unplaced(_with_people(reading, run, frame, by)), "people"
        return reading.release(_figures(reading, run, frame, people))

    return reading.keep(("scenarios", run.id, name, by, measure), make)


def _figures(reading: Reading, run: KeptRun, frame: pl.DataFrame, people: str = "") -> Figures:
    number = int(run.manifest["number"])
    return as_figures(frame, place=reading.place.name, number=number, people=people)


def _unplaced(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of organisations without their sector, which would name an unnamed partner that is alone in it."""
    return frame.drop("sector")


def _with_people(reading: Reading, run: KeptRun, frame: pl.DataFrame, by: str) -> pl.DataFrame:
    """Rows with the people who are in each slice at the start."""
    from skillmix.projection import kept_run

    base = run
    if "a" in run.manifest:
        base = kept_run(reading.place.path, str(run.manifest["b"]["id"])) or run
    keys = ["organisation", "profession", "sector"]
    start = (
        base.scan("summary")
        .filter(pl.col("by") == by, pl.col("measure") == "jobs", pl.col("month") == 0)
        .select(*keys, pl.col("mean").alias("people"))
        .collect()
    )
    return frame.join(start, on=keys, how="left", nulls_equal=True, maintain_order="left")


def whole(reading: Reading, run: KeptRun, name: str) -> Released:
    """One of a run's frames with every kind of slice, released.

    Rows about one organisation rest on its people at the start and carry no sector, which would name an
    unnamed partner that is alone in it; all others rest on the people of the whole place.

    Args:
        reading: who looks.
        run: the run.
        name: ``summary``, ``monthly`` or ``flows``.
    """

    def make() -> Released:
        keys = ["by", "organisation", "profession", "sector"]
        start = (
            run.scan("summary")
            .filter(pl.col("measure") == "jobs", pl.col("month") == 0)
            .select(*keys, pl.col("mean").alias("people"))
            .collect()
        )
        everybody = start.filter(pl.col("by") == "place").get_column("people").sum()
        of_one = pl.col("by").is_in(_OF_FEW)
        frame = (
            run.scan(name)
            .collect()
            .join(start, on=keys, how="left", nulls_equal=True, maintain_order="left")
            .with_columns(
                pl.when(of_one).then("people").otherwise(pl.lit(everybody)).alias("people"),
                pl.when(~of_one).then("sector").alias("sector"),
            )
        )
        figures = _figures(reading, run, frame, "people")
        return reading.release(replace(figures, notes=notes_of(run, reading)))

    return reading.keep(("scenarios: whole", run.id, name), make)


def moves(reading: Reading, run: KeptRun, by: str, years: int) -> Released:
    """Movements from the start to the 31 March of a financial year, people, means over the runs; released.

    Args:
        reading: who looks.
        run: the run.
        by: place, sector, organisation or profession.
        years: one of `horizons`.

    Returns:
        ``organisation, profession, sector, until, joined, left, retired, moved_in, moved_out``; nothing for
        slices of fewer people than the policy shows.
    """

    def make() -> Released:
        keys = ["organisation", "profession", "sector"]
        last = horizons(run)[years]
        flows = (
            run.scan("flows")
            .filter(pl.col("by") == by, pl.col("month") <= last)
            .group_by([*keys, "flow"])
            .agg(pl.col("mean").sum(), pl.col("date").max().alias("until"), pl.col("invented").any())
            .collect()
        )
        wide = flows.pivot("flow", index=[*keys, "until", "invented"], values="mean").sort(keys)
        wide = wide.with_columns(pl.lit(by).alias("by"))
        missing = [pl.lit(0.0).alias(flow) for flow in FLOWS if flow not in wide.columns]
        wide = wide.with_columns(missing)
        wide = _with_people(reading, run, wide, by)
        return reading.release(
            _figures(reading, run, _unplaced(wide) if by == "organisation" else wide, "people")
        )

    return reading.keep(("scenarios: moves", run.id, by, years), make)


def of_routes(reading: Reading, run: KeptRun, name: str, *, by_partner: bool = False) -> Released:
    """A frame of a comparison of routes, released.

    Args:
        reading: who looks.
        run: the comparison.
        name: ``routes`` or ``ripple``.
        by_partner: of the ripple, rows of partners instead of sectors.
    """

    def make() -> Released:
        frame = run.scan(name).collect()
        if name == "ripple":
            of_one = pl.col("organisation").is_not_null()
            frame = _unplaced(frame.filter(of_one)) if by_partner else frame.filter(~of_one)
        return reading.release(_figures(reading, run, frame))

    return reading.keep(("scenarios: routes", run.id, name, by_partner), make)
