"""Build a place from published figures for every sub-ICB location of England, check it, and print a table.

    python scripts/soak_places.py [--only CODE ...] [--out DIR] [--csv FILE]

Ends with 1 when any place could not be built or a check failed. Part of `make soak`.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl

from skillmix import intake, measures
from skillmix.errors import SkillmixError
from skillmix.intake.published import sub_icbs
from skillmix.place import Facts, Scope

#: A place that takes longer than this is too slow for somebody who waits for it.
SECONDS = 15.0


def checks(facts: Facts, about: dict[str, Any]) -> list[str]:
    """What is wrong with a place that was built."""
    wrong = []
    kinds = dict(facts.organisations.group_by("kind").len().iter_rows())
    registered = facts.table("population").filter(pl.col("kind") == "registered").collect()
    totals = registered.filter(pl.col("sex").is_null())
    for what, found, wanted in (
        ("practices", kinds.get("practice", 0), about["practices"]),
        ("networks", kinds.get("network", 0), about["networks"]),
        ("patients", totals.get_column("people").sum(), about["patients"]),
        (
            "patients by age",
            registered.get_column("people").sum() - totals.get_column("people").sum(),
            about["patients"],
        ),
    ):
        if found != wanted:
            wrong.append(f"{what} {found}, not {wanted}")
    stock = facts.table("stock").filter(pl.col("source") == "pcn_individual").collect()
    fte = {grain: part.get_column("fte").sum() for (grain,), part in stock.group_by("grain")}
    for grain in ("place", "organisation"):
        if len({fte[g] for g in fte if g.split(",")[0] == grain}) > 1:
            wrong.append(f"network FTE differs by grain of {grain}")
    if not {"acute_trust", "ambulance_trust"} <= set(kinds):
        wrong.append("no acute or no ambulance trust")
    return wrong


def build(about: dict[str, Any], folder: Path) -> dict[str, Any]:
    """One place: built, read through, and summed up in a row."""
    begun = time.perf_counter()
    place = intake.published_place(folder, about["sub_icb"])
    seconds = time.perf_counter() - begun
    facts = place.read(Scope.controller(purpose="soak"))
    kinds = dict(facts.organisations.group_by("sector").len().iter_rows())
    whole = facts.table("stock").filter(pl.col("grain") == "place").collect()
    figures = measures.overview(facts, by=["sector"]).frame
    strip = measures.coverage(facts)
    lacking = strip.filter(pl.col("organisations") == 0, pl.col("partner").is_not_null())
    residents = strip.filter(pl.col("topic") == "residents").row(0, named=True)
    wrong = checks(facts, about)
    if seconds > SECONDS:
        wrong.append(f"took {seconds:.1f} s")
    return {
        "code": about["sub_icb"],
        "place": about["name"],
        "icb": about["icb"],
        "networks": about["networks"],
        "practices": about["practices"],
        "no_network": about["practices_without_network"],
        "patients": about["patients"],
        "acute": kinds.get("acute", 0),
        "community": kinds.get("community", 0),
        "mental_health": kinds.get("mental_health", 0),
        "ambulance": kinds.get("ambulance", 0),
        "pcn_people": whole.get_column("headcount").sum() if whole.height else None,
        "fte_place": round(figures.get_column("fte_place").sum()),
        "residents": f"{residents['known']} of {residents['organisations']}",
        "seconds": round(seconds, 2),
        "lacks": ", ".join(lacking.get_column("partner")),
        "wrong": "; ".join(wrong),
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="*", default=[], help="codes; all where none are given")
    parser.add_argument("--out", type=Path, help="keep the places in this folder")
    parser.add_argument("--csv", type=Path, help="also write the table to this file")
    chosen = parser.parse_args(arguments)
    known = sub_icbs().sort("sub_icb")
    if chosen.only:
        known = known.filter(pl.col("sub_icb").is_in([code.upper() for code in chosen.only]))
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="skillmix-soak-") as scratch:
        for about in known.iter_rows(named=True):
            folder = (chosen.out or Path(scratch)) / about["sub_icb"]
            try:
                rows.append(build(about, folder))
            except SkillmixError as problem:
                rows.append({"code": about["sub_icb"], "place": about["name"], "wrong": str(problem)})
            if chosen.out is None:
                shutil.rmtree(folder, ignore_errors=True)
            print(f"{len(rows)} of {known.height}: {about['sub_icb']} {about['name']}", file=sys.stderr)
    table = pl.DataFrame(rows, infer_schema_length=None)
    if chosen.csv:
        table.write_csv(chosen.csv)
    with pl.Config(
        tbl_rows=-1, tbl_cols=-1, tbl_width_chars=260, fmt_str_lengths=36, tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True, tbl_formatting="ASCII_MARKDOWN",
    ):  # fmt: skip
        print(table)
    failed = table.filter(pl.col("wrong") != "").height
    print(f"{table.height} places, {failed} with something wrong", file=sys.stderr)
    return 1 if failed or table.is_empty() else 0


if __name__ == "__main__":
    sys.exit(main())
