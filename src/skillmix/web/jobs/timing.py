"""How long a lease lasts, and how often a worker shows itself: constants that tests shorten."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Times of the worker, in seconds.

    Attributes:
        lease: how long a job belongs to a worker after its last sign of life.
        heartbeat: how often a worker gives a sign of life.
        poll: how often an idle worker looks for work.
        seal: how often page views are sealed.
        grace: how long a running job may take to stop by itself when the worker is asked to stop.
        alive: how long after its last sign of life a worker still counts as alive.
        attempts: how many times a job is started before it counts as failed.
    """

    lease: float = 30.0
    heartbeat: float = 5.0
    poll: float = 0.5
    seal: float = 30.0
    grace: float = 2.0
    alive: float = 30.0
    attempts: int = 5


def timing() -> Timing:
    """The times in force: the defaults, but for what the environment names (``SKILLMIX_JOB_LEASE``)."""
    named = {
        name: os.environ[f"SKILLMIX_JOB_{name.upper()}"]
        for name in Timing.__slots__
        if f"SKILLMIX_JOB_{name.upper()}" in os.environ
    }
    return Timing(**{k: int(v) if k == "attempts" else float(v) for k, v in named.items()})  # type: ignore[arg-type]
