"""Every run of a plan, in one process or several, added up into results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np

from skillmix.projection.expectation import expect
from skillmix.projection.montecarlo import simulate
from skillmix.projection.results import FLOWS, MEASURES, MONTHLY, YEARLY, Results, Slices, marches
from skillmix.projection.specification import Floats, Plan


@dataclass(frozen=True)
class _Job:
    """What a worker needs for its runs; it is sent once."""

    plan: Plan
    seed: int
    uncertainty: bool
    monthly: Slices
    yearly: Slices
    marks: tuple[int, ...]

    @property
    def weights(self) -> dict[str, Floats]:
        """What a person of each cell counts for, by measure."""
        spec = self.plan.specification
        return {
            "jobs": np.ones(len(spec.cells)),
            "fte": spec.fte,
            "fte_place": spec.fte * spec.share_place,
        }

    def run(self, number: int) -> tuple[Floats, Floats, Floats]:
        """One run, added up: stocks by month, stocks at the marks (by measure), flows by month."""
        course, retired = simulate(self.plan, seed=self.seed, run=number, uncertainty=self.uncertainty)
        weighted = [course.stock * weight for weight in self.weights.values()]
        flows = [retired.astype(np.float64) if n == "retired" else getattr(course, n) for n in FLOWS]
        return (
            np.stack([self.monthly.add(values) for values in weighted]),
            np.stack([self.yearly.add(values[list(self.marks)]) for values in weighted]),
            np.stack([self.monthly.add(values) for values in flows]),
        )


_job: _Job | None = None


def _take(job: _Job) -> None:
    global _job
    _job = job


def _run(number: int) -> tuple[Floats, Floats, Floats]:
    assert _job is not None
    return _job.run(number)


def _every(job: _Job, runs: int, workers: int) -> Iterator[tuple[Floats, Floats, Floats]]:
    """Every run in the order of its number, on as many processes as asked."""
    if workers <= 1 or runs == 1:
        yield from map(job.run, range(runs))
        return
    # A fresh interpreter each: a copy of this one would share the locks of its threads.
    with ProcessPoolExecutor(
        min(workers, runs), mp_context=get_context("spawn"), initializer=_take, initargs=(job,)
    ) as pool:
        yield from pool.map(_run, range(runs), chunksize=max(1, min(8, runs // workers)))


def run_plan(
    plan: Plan,
    *,
    runs: int,
    seed: int,
    scenario: str = "",
    uncertainty: bool = True,
    workers: int = 1,
    progress: Callable[[str], None] | None = None,
) -> Results:
    """Every run of a plan, and its expected course.

    Args:
        plan: a specification under a scenario.
        runs: how many runs, at least 1.
        seed: the seed of all runs.
        scenario: name of the scenario.
        uncertainty: whether the ranges of assumptions are drawn.
        workers: processes that share the runs; the figures do not depend on it. With more than 1, a script
            that calls this must guard its own start with ``if __name__ == "__main__"``.
        progress: called with a short message now and then.

    Returns:
        The results; their manifest is for `runs.project` to fill.
    """
    spec, months = plan.specification, plan.months
    expectation = expect(plan, progress=progress)
    monthly, yearly = Slices.over(spec.cells, MONTHLY), Slices.over(spec.cells, YEARLY)
    marks = [0, *marches(spec.starts, months)]
    job = _Job(plan, seed, uncertainty, monthly, yearly, tuple(marks))
    stock = {m: np.zeros((runs, months + 1, len(monthly.by))) for m in MEASURES}
    stock_yearly = {m: np.zeros((runs, len(marks), len(yearly.by))) for m in MEASURES}
    flows = np.zeros((len(FLOWS), months + 1, len(monthly.by)))
    for run, (by_month, by_mark, flowing) in enumerate(_every(job, runs, workers)):
        if progress and run % 10 == 0:
            progress(f"Run {run + 1} of {runs}")
        for i, measure in enumerate(MEASURES):
            stock[measure][run], stock_yearly[measure][run] = by_month[i], by_mark[i]
        flows += flowing
    return Results(
        starts=spec.starts,
        months=months,
        scenario=scenario,
        runs=runs,
        cells=spec.cells,
        monthly=monthly,
        yearly=yearly,
        stock=stock,
        stock_yearly=stock_yearly,
        flows={name: flows[i] / runs for i, name in enumerate(FLOWS)},
        expectation=expectation,
        expected={m: expectation.course.stock * weight for m, weight in job.weights.items()},
        notes=spec.notes,
        invented=spec.invented,
    )
