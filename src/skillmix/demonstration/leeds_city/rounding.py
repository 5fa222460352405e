"""Whole people from shares, exact totals from rounded parts, and chance that is the same everywhere.

Nothing here draws from a stateful generator: a number is a hash of (seed, stream, position), so that the
same seed gives the same bytes on any machine and in any version of a library.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

#: One FTE in the steps of the lake: nine places after the point.
ONE = 10**9

_GOLDEN = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


def uniform(seed: int, stream: str, count: int) -> NDArray[np.float64]:
    """Numbers from 0 to below 1, one a position, by hashing (SplitMix64 from a named start).

    Args:
        seed: the seed of the run.
        stream: what the numbers are for; two streams share nothing.
        count: how many.
    """
    start = int.from_bytes(hashlib.blake2b(f"{seed}:{stream}".encode(), digest_size=8).digest(), "little")
    with np.errstate(over="ignore"):
        x = np.uint64(start) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(_GOLDEN & _MASK)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x = x ^ (x >> np.uint64(31))
    return (x >> np.uint64(11)).astype(np.float64) * 2.0**-53


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers in proportion to weights that add up to a total (largest remainders; ties to the first).

    >>> apportion(10, [0.5, 0.25, 0.25])
    [5, 3, 2]
    """
    whole = sum(weights)
    wanted = [total * weight / whole for weight in weights]
    given = [int(w + 1e-9) for w in wanted]
    order = sorted(range(len(weights)), key=lambda i: (-(round(wanted[i] - given[i], 9)), i))
    for i in order[: total - sum(given)]:
        given[i] += 1
    return given


class Carry:
    """Shares out one group after another, remembering what rounding still owes each category.

    Small groups alone would all round to the commonest category; carrying the remainder keeps the sum of
    the groups within one of its share.
    """

    def __init__(self) -> None:
        """Owe nothing yet."""
        self.owed: dict[str, float] = {}

    def share_out(self, total: int, shares: Mapping[str, float]) -> dict[str, int]:
        """Whole numbers by category that add up to a total."""
        wanted = {c: total * s + self.owed.get(c, 0.0) for c, s in shares.items()}
        given = {c: max(0, int(w + 1e-9)) if shares[c] > 0 else 0 for c, w in wanted.items()}
        while sum(given.values()) > total:
            c = max((c for c in given if given[c] > 0), key=lambda c: given[c] - wanted[c])
            given[c] -= 1
        while sum(given.values()) < total:
            c = max((c for c in given if shares[c] > 0), key=lambda c: wanted[c] - given[c])
            given[c] += 1
        for c, w in wanted.items():
            self.owed[c] = w - given[c]
        return given


def exact_fte(pattern: NDArray[np.int64], total: int) -> NDArray[np.int64]:
    """Scale the part-time jobs of a pattern so that all jobs add up to a total, to the last step.

    Full-time jobs stay full time as far as the total allows. Where it is more than one FTE a job (sessions
    of doctors), every job has the same.

    Args:
        pattern: jobs in steps of `ONE`; a job of `ONE` is full time.
        total: what they add up to, in steps of `ONE`.

    Returns:
        The jobs in the order given, each at least one step, adding up to `total`.

    Raises:
        ValueError: when there are fewer steps than jobs.
    """
    jobs = pattern.astype(np.int64).copy()
    if total < len(jobs):
        raise ValueError(f"{len(jobs)} jobs cannot share {total} steps")
    for _ in range(4 * len(jobs) + 4):
        part = np.flatnonzero(jobs < ONE)
        rest = total - ONE * (len(jobs) - len(part))
        if len(part) == 0:
            if rest == 0:
                return jobs
            jobs[-1] = ONE // 2
            continue
        factor = rest / int(jobs[part].sum())
        if factor * int(jobs[part].max()) > ONE:
            if len(part) == 1:
                break
            jobs[part[int(np.argmax(jobs[part]))]] = ONE
        elif factor * int(jobs[part].min()) < ONE // 20:
            full = np.flatnonzero(jobs == ONE)
            if len(full) == 0:
                break
            jobs[full[-1]] = ONE * 4 // 5
        else:
            scaled = np.floor(jobs[part] * factor).astype(np.int64)
            left = rest - int(scaled.sum())
            # the few steps that flooring left over, one a job; fewer than there are part-time jobs
            scaled[: max(left, 0)] += 1
            scaled[0] += rest - int(scaled.sum())
            jobs[part] = scaled
            return jobs
    each, left = divmod(total, len(jobs))
    jobs[:] = each
    jobs[:left] += 1
    return jobs
