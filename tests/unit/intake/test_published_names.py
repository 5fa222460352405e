"""Names that are published in capitals are carried as people write them."""

import pytest

from skillmix.intake.names import readable

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
def test_names_are_readable(published: str, carried: str) -> None:
    assert readable(published) == carried
