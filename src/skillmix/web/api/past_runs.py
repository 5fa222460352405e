"""Projections that stand in the place's folder, read only while the facts behind them may be read."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.http import Http404

from skillmix.disclosure import Released
from skillmix.errors import SkillmixError
from skillmix.place import Place
from skillmix.projection import kept_run
from skillmix.projection import scenario as scenarios
from skillmix.web.panels.reading import Reading
from skillmix.web.scenarios import library, results

_ID = re.compile(r"[0-9a-f]{8,64}")
RESULTS = ("summary", "monthly", "flows")


@dataclass(frozen=True)
class PastRun:
    """A projection that was run.

    Attributes:
        id: its name.
        folder: where it stands.
        manifest: what its figures follow from.
    """

    id: str
    folder: Path
    manifest: dict[str, Any]

    @property
    def number(self) -> int:
        """The publication number that its facts were read at."""
        return int(self.manifest["number"])

    @property
    def starts(self) -> dt.date:
        """The date of the stock that it starts from."""
        return dt.date.fromisoformat(str(self.manifest["starts"]))

    def readable(self, reading: Reading) -> bool:
        """Whether everything that it rests on may still be read by this person, as on the pages."""
        kept = kept_run(reading.place.path, self.id)
        return kept is not None and library.readable(reading, kept)

    def released(self, reading: Reading, name: str) -> Released:
        """One of its results, released for the reader.

        Raises:
            Http404: when it is gone.
            RefusedError: when the facts behind it may not be read any more.
        """
        return results.whole(reading, library.run_at(reading, self.id), name)

    def row(self, reading: Reading) -> dict[str, Any]:
        """As a list shows it."""
        return {
            "run": self.id,
            "scenario": str(self.manifest["scenario"]),
            "publication": self.number,
            "starts": self.starts,
            **{name: int(self.manifest[name]) for name in ("years", "runs", "seed")},
            "readable": self.readable(reading),
            "invented": bool(self.manifest.get("invented", False)),
        }


def listed(place: Place) -> list[PastRun]:
    """Every run that stands whole in the place's folder, the newest facts first."""
    found = []
    for manifest in sorted((place.path / "runs").glob("*/manifest.json")):
        if _ID.fullmatch(manifest.parent.name) and (run := _read(manifest)) is not None:
            found.append(run)
    return sorted(found, key=lambda run: (-run.number, run.id))


def find(place: Place, name: str) -> PastRun:
    """A run by its id.

    Raises:
        Http404: when there is none.
    """
    found = _read(place.path / "runs" / name / "manifest.json") if _ID.fullmatch(name) else None
    if found is None:
        raise Http404
    return found


def _read(manifest: Path) -> PastRun | None:
    try:
        content = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    needed = {"number", "scenario", "starts", "years", "runs", "seed"}
    whole = all((manifest.parent / "results" / f"{name}.parquet").is_file() for name in RESULTS)
    if not isinstance(content, dict) or not needed <= set(content) or not whole:
        return None
    return PastRun(manifest.parent.name, manifest.parent, content)


def scenarios_of(place: Place) -> pl.DataFrame:
    """The scenarios in the place's folder that can be read: one row each."""
    rows = []
    for path in sorted((place.path / "scenarios").glob("*.toml")):
        try:
            found = scenarios.load(path)
        except SkillmixError:  # what cannot be read is told where it is edited, not here
            continue
        rows.append(
            {
                "scenario": path.stem,
                "name": found.name,
                "description": found.description,
                "levers": len(found.levers),
                "has_plan": bool(found.plan),
                "hash": found.hash,
            }
        )
    schema = dict.fromkeys(("scenario", "name", "description"), pl.String)
    types: dict[str, Any] = {**schema, "levers": pl.Int64, "has_plan": pl.Boolean, "hash": pl.String}
    return pl.DataFrame(rows, schema=types)
