"""Intake: rows a second from a file as published to facts in a place.

Ours reads, checks every cell, hashes identifiers, looks roles up, keeps what was sent and publishes the facts
in the lake. The floor only copies (``polars.read_csv`` and ``write_parquet``), guesses types, checks nothing.
"""

from __future__ import annotations

import io
import os
import tempfile
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl

from harness import Claim, keep, seconds
from skillmix import intake, reference
from skillmix.place import Place, Scope

ROWS = 200_000
NETWORKS = 60


def _written(folder: Path) -> Path:
    """A file in the form of the network workforce, invented, every row about the place."""
    random = np.random.default_rng(1)
    roles = reference.table("role_mapping").filter(pl.col("scheme") == "nwrs")
    job = random.integers(0, roles.height, ROWS)
    network = random.integers(0, NETWORKS, ROWS)
    line = random.random(ROWS) < 0.15
    person = random.integers(1, ROWS, ROWS).astype(str)
    frame = pl.DataFrame(
        {
            "Data_source": np.where(line, "NWRS contracted services", "NWRS Staff"),
            "CENSUS_YEAR": np.full(ROWS, "2026"),
            "CENSUS_MONTH": np.full(ROWS, "6"),
            "PCN_CODE": [f"U{10000 + n}" for n in network],
            "PCN_NAME": [f"NETWORK {n} PCN" for n in network],
            "SUB_ICB_CODE": np.full(ROWS, "01A"),
            "STAFF_GROUP": roles.get_column("source_group").gather(job),
            "STAFF_ROLE": roles.get_column("source_value").gather(job) + "s",
            "DETAILED_STAFF_ROLE": roles.get_column("source_value").gather(job),
            "FTE": (random.integers(1, 38, ROWS) / 37.5).round(9),
            "UNIQUE_IDENTIFIER": np.where(line, "", person),
        }
    )
    file = folder / "network_workforce.csv"
    frame.write_csv(file)
    return file


def _check(place: Place, file: Path) -> str:
    """The facts say what the file says, counted apart from intake."""
    sent = pl.read_csv(file, infer_schema=False)
    facts = place.read(Scope.controller("a benchmark")).table("assignment").collect()
    staff = sent.filter(pl.col("Data_source") == "NWRS Staff")
    assert facts.height == sent.height
    assert facts.get_column("fte").sum() == sum(map(Decimal, sent.get_column("FTE")))
    assert (
        facts.get_column("person").drop_nulls().n_unique() == staff.get_column("UNIQUE_IDENTIFIER").n_unique()
    )
    assert facts.get_column("role").null_count() == 0
    return f"{facts.height:,} facts, their FTE to nine places, people and roles as in the file"


def main() -> None:
    """Check, then time both, and keep the result."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["SKILLMIX_KEY_FILE"] = str(folder / "keys.json")
        file = _written(folder)
        places: list[Place] = []

        def ours() -> None:
            path = folder / f"place{len(places)}"
            places.append(Place.create(path, name="Somewhere", code="01A", sub_icb="01A"))
            intake.submit(places[-1], file, source="pcn_individual")

        ours()
        checked = _check(places[0], file)
        understand = seconds(lambda: intake.understand(file, "pcn_individual"), repeat=3)
        keep(
            Claim(
                name="intake_rows",
                says="A published file becomes facts at a fair share of the speed of copying it.",
                unit="rows/s",
                ours=ROWS / seconds(ours, repeat=3),
                floor=ROWS / seconds(lambda: pl.read_csv(file).write_parquet(io.BytesIO()), repeat=3),
                floor_is="polars.read_csv + write_parquet: types guessed, nothing checked, nothing published",
                checked=checked,
                more_is_better=True,
                notes={
                    "rows": float(ROWS),
                    "understanding alone, rows/s": ROWS / understand,
                },
            )
        )


if __name__ == "__main__":
    main()
