"""A room's face is lazy, complete, and never hidden behind a module of the same name."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import skillmix

pytestmark = pytest.mark.unit

HEAVY = {"polars", "dataframely", "deltalake", "pydantic", "scipy", "numba", "altair", "numpy", "jinja2"}
ROOMS = sorted(m.name for m in pkgutil.iter_modules(skillmix.__path__) if m.ispkg and m.name != "cli")


@pytest.mark.parametrize("room", ROOMS)
def test_every_name_of_the_face_is_there(room: str) -> None:
    face = importlib.import_module(f"skillmix.{room}")
    for name in face.__all__:
        assert not isinstance(getattr(face, name), ModuleType)
    with pytest.raises(AttributeError):
        _ = face.no_such_name


@pytest.mark.parametrize("room", ROOMS)
def test_no_module_has_the_name_of_a_public_function(room: str) -> None:
    """Importing such a module would put it in the place of the function."""
    face = importlib.import_module(f"skillmix.{room}")
    modules = {m.name for m in pkgutil.iter_modules([str(Path(str(face.__file__)).parent)])}
    assert not modules & set(face.__all__)


def test_faces_load_nothing_heavy() -> None:
    code = f"import sys, {', '.join(f'skillmix.{r}' for r in ROOMS)}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not HEAVY & set(loaded.split())
