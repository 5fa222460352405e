from __future__ import annotations

from pathlib import Path

import pytest

from skillmix.place import Place, PlaceOrganisation


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.create(
        tmp_path / "place",
        name="Test place",
        code="TST",
        organisations=[
            PlaceOrganisation("TRUST1", "First trust", "acute", "acute_trust"),
            PlaceOrganisation("TRUST2", "Second trust", "community", "community_trust"),
        ],
    )
