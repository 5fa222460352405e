"""What every benchmark shares: time fairly, print ours beside the peer and the floor, keep the result.

A script is one claim. It first checks that the answers are right, then times; it fails only on a wrong
answer, never on a time. Results are kept in `results.json` with the machine that made them.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True)
class Claim:
    """What one run of one benchmark found.

    Attributes:
        name: the script's name.
        says: the claim in one sentence.
        unit: unit of `ours`, `peer` and `floor`.
        ours: what skillmix takes.
        floor: what the least that could do the job takes.
        floor_is: what the floor is.
        peer: what the nearest other tool takes, where there is one.
        peer_is: what the peer is.
        at_most: the largest ratio of ours to the floor that the claim allows, where it names one.
        more_is_better: whether `unit` is a speed rather than a time.
        checked: what was checked to be right before timing.
        notes: anything else that was measured.
    """

    name: str
    says: str
    unit: str
    ours: float
    floor: float
    floor_is: str
    checked: str
    peer: float | None = None
    peer_is: str | None = None
    at_most: float | None = None
    more_is_better: bool = False
    notes: dict[str, float | str] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """How many times the floor's time ours takes."""
        return self.floor / self.ours if self.more_is_better else self.ours / self.floor


def seconds(job: Callable[[], object], repeat: int = 5) -> float:
    """The least time of `repeat` runs of a job, in seconds: what else the machine does only adds."""
    taken = []
    for _ in range(repeat):
        gc.collect()
        begin = time.perf_counter()
        job()
        taken.append(time.perf_counter() - begin)
    return min(taken)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def machine() -> dict[str, str | int]:
    """The machine and the versions that a figure depends on."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "polars": metadata.version("polars"),
        "numpy": metadata.version("numpy"),
    }


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def keep(claim: Claim) -> None:
    """Print a claim and keep it in `results.json`."""
    print(f"{claim.name}: {claim.says}")
    print(f"  checked  {claim.checked}")
    rows = [("ours", claim.ours, "skillmix")]
    if claim.peer is not None:
        rows.append(("peer", claim.peer, claim.peer_is or ""))
    rows.append(("floor", claim.floor, claim.floor_is))
    for label, value, what in rows:
        print(f"  {label:<8} {_number(value):>12} {claim.unit}  {what}")
    limit = "" if claim.at_most is None else f" (the claim: at most {claim.at_most:g})"
    print(f"  ratio    {claim.ratio:>12.2f} times the floor{limit}")
    for label, noted in claim.notes.items():
        print(f"  note     {label}: {noted if isinstance(noted, str) else _number(noted)}")
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    kept[claim.name] = {
        **asdict(claim),
        "ratio": claim.ratio,
        "holds": None if claim.at_most is None else claim.ratio <= claim.at_most,
        "machine": machine(),
        "measured": datetime.now(UTC).date().isoformat(),
    }
    RESULTS.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n", encoding="utf-8")
