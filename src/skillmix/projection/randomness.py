"""Luck that is looked up, not drawn in turn.

Every random number is a function of (seed, run, stream, entity, count). So results do not depend on the order
in which people, organisations or runs are worked through, nor on workers, and two scenarios share their luck:
the same person meets the same threshold in both.

The mixing function is the finaliser of SplitMix64 (Steele, Lea and Flood 2014), applied to each part of the
key in turn.
"""

from __future__ import annotations

import hashlib
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


class Stream(IntEnum):
    """One named stream for each use of luck."""

    ASSUMPTIONS = 1
    AGE = 2
    LEAVE = 3
    REASON = 4
    QUALIFY = 5
    MOVE = 6
    MOVE_TO = 7
    ARRIVE = 8
    FILL = 9
    SOURCE = 10
    POOL = 11
    DONOR = 12
    JOINER_AGE = 13


def entity(*words: object) -> int:
    """A number that stands for something with a name: the same on every machine and in every order."""
    text = "\x1f".join(str(word) for word in words)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def _mix_one(x: int) -> int:
    x = ((x ^ (x >> 30)) * _FIRST) & _MASK
    x = ((x ^ (x >> 27)) * _SECOND) & _MASK
    return x ^ (x >> 31)


def _mix(x: Keys) -> Keys:
    # Whole numbers of 64 bits in arrays wrap round without a warning, as they should here.
    x = (x ^ (x >> np.uint64(30))) * np.uint64(_FIRST)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(_SECOND)
    return x ^ (x >> np.uint64(31))


def keys(entities: Keys, counts: int | npt.NDArray[np.integer[Any]]) -> Keys:
    """New entities out of old ones and a count: the n-th joiner of a cell, the n-th vacancy."""
    if isinstance(counts, int):
        return _mix(entities + np.uint64(_mix_one((counts * _GOLDEN + _GOLDEN) & _MASK)))
    return _mix(entities + _mix(counts.astype(np.uint64) * np.uint64(_GOLDEN) + np.uint64(_GOLDEN)))


class Luck:
    """The random numbers of one run.

    Args:
        seed: the seed of all runs.
        run: number of the run.
    """

    def __init__(self, seed: int, run: int) -> None:
        self._base = _mix_one((_mix_one((seed & _MASK) ^ _GOLDEN) + run * _GOLDEN) & _MASK)

    def uniform(self, stream: Stream, entities: Keys, count: int | Keys = 0) -> Floats:
        """Uniform numbers above 0 and below 1, one for each entity.

        Args:
            stream: what the luck is for.
            entities: who or what it is about.
            count: which draw of the entity: a month, or how many before.
        """
        if isinstance(count, int):
            part = np.uint64(_mix_one((self._base + stream * _GOLDEN + _mix_one(count + 1)) & _MASK))
            mixed = _mix(_mix(entities + np.uint64(_GOLDEN)) ^ part)
        else:
            part = np.uint64((self._base + stream * _GOLDEN) & _MASK)
            mixed = _mix(_mix(entities + np.uint64(_GOLDEN)) ^ _mix(part + _mix(count + np.uint64(1))))
        return ((mixed >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53

    def exponential(self, stream: Stream, entities: Keys, count: int | Keys = 0) -> Floats:
        """Exponential numbers of mean 1, rounded to ten places as the hazards are."""
        return np.asarray(np.round(-np.log(self.uniform(stream, entities, count)), 10), dtype=np.float64)
