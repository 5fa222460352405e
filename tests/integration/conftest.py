"""A small place with a projection, for what is shown of projections."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from skillmix import projection
from skillmix.place import Place


@pytest.fixture(scope="session")
def north_with_a_run(north_as_made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small place with a short projection, made once; never written to."""
    folder = tmp_path_factory.mktemp("projected") / "north"
    shutil.copytree(north_as_made, folder)
    projection.project(Place.open(folder), years=2, runs=3)
    return folder


@pytest.fixture
def projected(north: Place, north_with_a_run: Path) -> str:
    """The small place as the web serves it, with the projection; the projection's name."""
    for name in ("runs", "scenarios", "assumptions"):
        shutil.rmtree(north.path / name, ignore_errors=True)
        shutil.copytree(north_with_a_run / name, north.path / name)
    [run] = (north.path / "runs").iterdir()
    return run.name
