"""What one partner could learn of another: employers, notes, shares, professions, and overlapping staff."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from skillmix.disclosure import Reader, release
from skillmix.disclosure.readers import seen_by
from skillmix.errors import RefusedError
from skillmix.measures import Figures

pytestmark = pytest.mark.unit

ROW = {"headcount": 7, "fte": 6.0, "fte_place": 3.0, "patients": 900, "origin": "sent"}


def figures(rows: list[dict[str, Any]], *dimensions: str, **changes: Any) -> Figures:
    kinds = dict.fromkeys(("headcount", "fte", "fte_place"), "staff_in_post") | {"patients": "population"}
    frame = pl.DataFrame([{**ROW, **row} for row in rows])
    return Figures(frame, "staff_in_post", dimensions, kinds, place="T", number=3, **changes)


@pytest.mark.parametrize("word", ["employer", "workplace", "payer"])
def test_an_employer_is_not_told_which_of_its_staff_work_elsewhere(word: str) -> None:
    rows = [
        {"organisation": "NET", word: "ME"},
        {"organisation": "ME", word: "NET"},
        {"organisation": "NET", word: None, "origin": "published"},
    ]
    shown = seen_by(figures(rows, "organisation", word), Reader(own=frozenset({"ME"})))
    assert shown.frame.select("organisation", word).rows() == [("ME", "NET"), ("NET", None)]
    assert any("your own staff alone" in note for note in shown.notes)


@pytest.mark.parametrize("word", ["employer", "workplace", "payer"])
def test_employers_without_the_organisation_are_for_the_controller_alone(word: str) -> None:
    found = figures([{word: "ME"}], word)
    with pytest.raises(RefusedError) as refused:
        release(found, reader=Reader(own=frozenset({"ME"})))
    assert refused.value.cure == "Add organisation to by."
    assert release(found).frame.height == 1


def test_no_note_names_a_partner_that_is_not_named() -> None:
    said = (
        "of North Minds; 123.00 FTE of theirs is known by staff group.",
        "T2: rows of two sources are added.",
        "of City Council.",
        "Plain.",
    )
    who = Reader(levels={"T1": "totals", "T2": "unnamed"}, names={"T1": "North Minds", "C1": "City Council"})
    shown = seen_by(figures([{"organisation": "C1"}], "organisation", notes=said), who)
    assert shown.notes == said[2:]
    one = Reader(own=frozenset({"T1", "T2"}), levels=who.levels, names=who.names)
    assert seen_by(figures([{"organisation": "C1"}], "organisation", notes=said), one).notes == said
    assert (
        seen_by(figures([{"profession": "x"}], "profession", notes=said), Reader(names=who.names)).notes
        == said
    )


def test_an_unnamed_partner_is_not_known_by_its_patients_or_its_share() -> None:
    codes = ["U1", "U2", "U3"]
    found = figures([{"organisation": code} for code in [*codes, "C1"]], "organisation")
    shown = seen_by(found, Reader(levels=dict.fromkeys(codes, "unnamed")))
    assert shown.frame["patients"].to_list() == [None, None, None, 900]
    assert shown.frame["fte_place"].to_list() == [None, None, None, 3.0]
    assert shown.frame["fte"].to_list() == [6.0] * 4
    assert any("could be known by" in note for note in shown.notes)


def test_a_projection_gives_no_unnamed_partners_share() -> None:
    codes = ["U1", "U2", "U3", "C1"]
    rows = [{"organisation": c, "measure": m} for c in codes for m in ("fte", "fte_place")]
    shown = seen_by(
        figures(rows, "organisation", "measure"), Reader(levels=dict.fromkeys(codes[:3], "unnamed"))
    )
    assert shown.frame.filter(pl.col("organisation") != "C1")["measure"].to_list() == ["fte"] * 3
    assert shown.frame.filter(pl.col("organisation") == "C1").height == 2


@pytest.mark.parametrize("word", ["staff_group", "ahp", "role", "level", "setting", "registered"])
def test_a_profession_lead_is_not_shown_jobs_of_every_profession(word: str) -> None:
    who = Reader(professions=frozenset({"physiotherapist"}))
    with pytest.raises(RefusedError) as refused:
        seen_by(figures([{"organisation": "A", word: "x"}], "organisation", word), who)
    assert refused.value.cure == "Add profession to by."
    together = figures(
        [{word: "x", "profession": p} for p in ("physiotherapist", "nurse_adult")], word, "profession"
    )
    assert seen_by(together, who).frame["profession"].to_list() == ["physiotherapist"]
    assert seen_by(figures([{"organisation": "A"}], "organisation"), who).frame.height == 1


def shared(
    headcount: int, organisations: int, least: int, overlap: int | None, origin: str = "sent"
) -> Figures:
    row = {"profession": "x", "headcount": headcount, "_organisations": organisations, "origin": origin}
    return figures([{**row, "_least": least, "_overlap": overlap}], "profession")


@pytest.mark.parametrize(
    ("found", "hidden"),
    [
        (shared(20, 2, 9, 1), True),
        (shared(20, 2, 9, 4), True),
        (shared(20, 2, 9, 5), False),
        (shared(20, 2, 9, 0), False),
        (shared(4, 3, 1, 5), True),
        # Whether somebody works for both or nobody does: an empty cell tells neither.
        (shared(2, 2, 1, 0), True),
        (shared(1, 2, 1, 1), True),
        (shared(20, 2, 1, 0), True),
        (shared(20, 3, 1, 0), False),
        (shared(1, 1, 1, 0), False),
        (shared(20, 2, 9, 1, "published"), False),
        (shared(20, 2, 9, None), False),
    ],
)
def test_a_headcount_over_partners_does_not_tell_who_works_for_two(found: Figures, hidden: bool) -> None:
    released = release(found, reader=Reader())
    assert (released.frame["headcount"][0] is None) is hidden
    assert released.suppressed.height == hidden
    assert released.frame["fte"][0] == 6.0
    assert not [c for c in released.frame.columns if c.startswith("_")]
    assert release(found).frame["headcount"][0] is not None, "the folder's controller has the people anyway"
