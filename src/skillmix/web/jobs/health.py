"""Whether the worker is alive."""

from __future__ import annotations


def worker_alive() -> bool:
    """Whether a worker has shown itself lately."""
    return False
