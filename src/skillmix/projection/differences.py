"""What one scenario changes against another: both projected with the same luck, and the difference kept."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from skillmix.errors import InputError
from skillmix.place import Place, Scope
from skillmix.place.documents import write_whole
from skillmix.projection.keeping import DIFFERENCE, keep_beside, kept_run
from skillmix.projection.results import Results
from skillmix.projection.runs import Prepared, carry_out, prepared_run, write
from skillmix.projection.scenario import Scenario

#: Entries of two manifests that must be the same for two runs to have met the same luck.
LUCK = ("place", "number", "seed", "runs", "years", "kernel", "starts")


def unlike(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[str, ...]:
    """Why two runs did not meet the same luck: entries that differ; none where they did."""
    return tuple(name for name in LUCK if a.get(name) != b.get(name))


def difference_id(a: str, b: str) -> str:
    """Names the difference of two runs: of the first less the second."""
    return hashlib.sha256(f"{DIFFERENCE}:{a}:{b}".encode()).hexdigest()[:16]


def compare(
    place: Place | Path | str,
    a: Scenario | Path | str,
    b: Scenario | Path | str = "no_change",
    *,
    years: int = 10,
    runs: int = 100,
    seed: int = 1,
    scope: Scope | None = None,
    at: int | None = None,
    workers: int = 1,
    progress: Callable[[str], None] | None = None,
) -> tuple[str, bool]:
    """Project two scenarios with the same luck, and keep what the first changes against the second.

    Both runs are kept as any other is. The difference is kept as ``runs/<id>/results/change.parquet``, the
    frame of `Results.change` with ``invented``, and ``manifest.json``, which names both runs.

    Args:
        place: the place, or its folder.
        a: the scenario that changes something.
        b: what it is compared with.
        years: how many years, from 1 to 40.
        runs: how many runs of each.
        seed: the seed of both.
        scope: who reads, and what for; the folder's controller where none is given.
        at: publication number; the latest where none is given.
        workers: processes that share the runs.
        progress: called with short messages.

    Returns:
        The difference's name, and whether it was there already.

    Raises:
        InputError: when both are the same scenario.
        InputError, RefusedError: as `runs.project`.
    """
    place = place if isinstance(place, Place) else Place.open(Path(place))
    # One number for both, whatever is published meanwhile.
    at = place.number if at is None else at
    say = progress or (lambda _: None)
    both = [
        prepared_run(place, s, years=years, runs=runs, seed=seed, scope=scope, at=at, progress=progress)
        for s in (a, b)
    ]
    ids = [one.manifest.id for one in both]
    if ids[0] == ids[1]:
        raise InputError(
            "These are the same scenario twice: nothing differs.", cure="Choose two different scenarios."
        )
    name = difference_id(*ids)
    if kept_run(place.path, name) is not None:
        return name, True
    results = []
    for which, one in zip(("First", "Second"), both, strict=True):
        tell = _labelled(say, f"{which} of two, {one.scenario.name}")
        results.append(carry_out(one, workers=workers, progress=tell))
        keep_beside(one)
        write(results[-1], one.folder)
    say("Working out the difference")
    _write(place.path / "runs" / name, name, results, both)
    return name, False


def _labelled(say: Callable[[str], None], label: str) -> Callable[[str], None]:
    return lambda message: say(f"{label}: {message}")


def _write(folder: Path, name: str, results: list[Results], both: list[Prepared]) -> None:
    a, b = results
    invented = a.invented or b.invented
    frame = a.change(b).with_columns(pl.lit(invented).alias("invented"))
    (folder / "results").mkdir(parents=True, exist_ok=True)
    partial = folder / "results" / f"change.{secrets.token_hex(4)}.part"
    frame.write_parquet(partial)
    digest = hashlib.sha256(partial.read_bytes()).hexdigest()
    partial.replace(folder / "results" / "change.parquet")
    about = {k: v for k, v in a.manifest.items() if k in (*LUCK, "assumptions_hash", "versions")}
    manifest = {
        "id": name,
        "kind": DIFFERENCE,
        **about,
        "starts": a.starts.isoformat(),
        "a": _told(a),
        "b": _told(b),
        "purpose": both[0].about["purpose"],
        "agreements": sorted({g for one in both for g in one.about["agreements"]}),
        "unagreed": any(one.about["unagreed"] for one in both),
        "invented": invented,
        "expectation": "exact" if a.expectation.exact and b.expectation.exact else "fluid approximation",
        "approximate_because": sorted({*a.expectation.inexact, *b.expectation.inexact}),
        "notes": list(dict.fromkeys([*a.notes, *b.notes])),
        "results": {"change": digest},
    }
    write_whole(folder / "manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")


def _told(results: Results) -> dict[str, Any]:
    return {k: results.manifest[k] for k in ("id", "scenario", "scenario_hash")}
