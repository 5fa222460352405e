"""Whatever was submitted: a purge changes no figure that could be read, and leaves nothing of what goes."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st
from place_people import agreement, files_with, send

from skillmix.place import Place, PlaceOrganisation, Scope, purge, verify

pytestmark = pytest.mark.integration

LATER = dt.date(2031, 1, 1)
TOMORROW = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)

#: Whose, under which agreement, of which source, for which month, and whether it is withdrawn afterwards.
SENT = st.tuples(
    st.sampled_from(["TRUST1", "TRUST2"]),
    st.sampled_from(["ends", "stays", "keeps", None]),
    st.sampled_from(["jobs", "other"]),
    st.sampled_from([("2029-05",), ("2026-06",), ("2026-06", "2030-12")]),
    st.booleans(),
)


def place_of(folder: Path) -> Place:
    place = Place.create(
        folder,
        name="Test place",
        code="TST",
        organisations=[
            PlaceOrganisation("TRUST1", "First trust", "acute", "acute_trust"),
            PlaceOrganisation("TRUST2", "Second trust", "community", "community_trust"),
        ],
    )
    for trust in ("TRUST1", "TRUST2"):
        place.record_agreement(agreement(f"ends-{trust}", trust, ends=dt.date(2030, 12, 31)))
        place.record_agreement(agreement(f"stays-{trust}", trust))
        place.record_agreement(agreement(f"keeps-{trust}", trust, retention_months=24))
    return place


def read(place: Place) -> list[dict[str, object]]:
    rows = place.read(Scope.controller("a test", on=LATER)).table("assignment").collect()
    return rows.drop("submission").sort("person_key", "period").to_dicts()


@hypothesis.settings(max_examples=6)
@hypothesis.given(st.lists(SENT, min_size=1, max_size=5), st.booleans())
def test_a_purge_changes_nothing_that_is_read_and_leaves_nothing_of_what_goes(
    sent: list[tuple[str, str | None, str, tuple[str, ...], bool]], of_withdrawn: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = place_of(Path(folder) / "place")
        words: dict[str, str] = {}
        for turn, (trust, agreed, source, periods, withdrawn) in enumerate(sent):
            word = f"person{turn}x"
            name = None if agreed is None else f"{agreed}-{trust}"
            receipt = send(place, word, trust, agreed=name, source=source, periods=periods)
            words[receipt.submission] = word
            if withdrawn:
                place.withdraw(receipt.submission)
        before = read(place)
        gone = purge(place, on=LATER, withdrawn_before=TOMORROW if of_withdrawn else None)
        assert read(place) == before
        assert verify(place.path) == []
        left = set(place.lake.scan("assignment").collect()["submission"])
        for submission, word in words.items():
            if submission in left:
                assert files_with(place.path / "lake", word)
            else:
                assert submission in set(gone["submission"])
                assert files_with(place.path, word) == []
        again = purge(place, on=LATER, withdrawn_before=TOMORROW if of_withdrawn else None)
        assert read(place) == before
        # What a purge takes out with what it removes is withdrawn by it, and may go with the next.
        assert set(again["reason"]) <= {"withdrawn"}
