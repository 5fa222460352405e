"""Names that are published in capitals are carried as people write them."""

import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("published", "carried"),
    [
        ("LSMP AND THE LIGHT PCN", "LSMP and the Light PCN"),
        ("LS25/LS26 PCN", "LS25/LS26 PCN"),
        ("DR O'BRIEN & PARTNERS", "Dr O'Brien & Partners"),
        ("ST GEORGE'S  SURGERY", "St George's Surgery"),
        ("THE DENSHAM SURGERY", "The Densham Surgery"),
        ("iHealth PCN", "iHealth PCN"),
    ],
)
def test_names_are_readable(monkeypatch: pytest.MonkeyPatch, published: str, carried: str) -> None:
    monkeypatch.setattr(sys, "path", [str(Path(__file__).resolve().parents[3] / "scripts"), *sys.path])
    from published_sources.reading import readable  # type: ignore[import-not-found]

    assert readable(published) == carried
