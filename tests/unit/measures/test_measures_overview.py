"""Staff in post: people are counted once, totals stand alone, and nothing is added that must not be."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillmix import measures
from skillmix.errors import InputError, RefusedError

pytestmark = pytest.mark.unit

DESIGN_COLUMNS = [
    "headcount",
    "lines",
    "fte",
    "fte_place",
    "patients",
    "origin",
    "basis",
    "oldest_as_of",
    "newest_as_of",
]


def network(code: str, people: int, lines: int, fte: float, **more: Any) -> dict[str, Any]:
    row = {"organisation": code, "headcount": people, "lines": lines, "fte": fte, "grain": "organisation"}
    return {**row, "origin": "published", "source": "pcn", **more}


@pytest.fixture
def networks(facts):
    """Two networks that share one person, and a practice with patients in each."""
    return facts(
        [
            ("U1", "network"),
            ("U2", "network"),
            {"organisation": "P1", "organisation_name": "P1", "kind": "practice", "parent": "U1"},
            {"organisation": "P2", "organisation_name": "P2", "kind": "practice", "parent": "U2"},
        ],
        stock=[
            network("U1", 3, 1, 2.5),
            network("U2", 2, 0, 2.0),
            network("99X", 4, 1, 4.5, grain="place"),
            network("U1", 3, 1, 2.5, grain="organisation,profession", profession="physiotherapist"),
            network("U2", 1, 0, 0.5, grain="organisation,profession", profession="physiotherapist"),
            network("U2", 2, 0, 1.5, grain="organisation,profession", profession="paramedic"),
            network("99X", 3, 1, 3.0, grain="place,profession", profession="physiotherapist"),
            network("99X", 2, 0, 1.5, grain="place,profession", profession="paramedic"),
        ],
        population=[
            {"organisation": "P1", "kind": "registered", "people": n, "sex": s, "age_from": 0}
            for s, n in (("female", 6000), ("male", 4000))
        ]
        + [{"organisation": "P2", "kind": "registered", "people": 5000}],
    )


def by(facts, *words: str, **more: Any) -> dict[tuple[Any, ...], dict[str, Any]]:
    frame = measures.overview(facts, words, **more).frame
    return {tuple(row[w] for w in words): row for row in frame.to_dicts()}


def test_columns_are_as_the_design_has_them(networks) -> None:
    frame = measures.overview(networks, ["organisation", "profession"]).frame
    assert frame.columns == ["organisation", "organisation_name", "profession", *DESIGN_COLUMNS]
    columns = measures.overview(networks, []).frame.columns
    assert [c for c in columns if not c.startswith("_")] == DESIGN_COLUMNS, (
        "the others are judged by, not shown"
    )


def test_people_of_networks_do_not_add(networks) -> None:
    rows = by(networks, "organisation")
    assert [rows[(c,)]["headcount"] for c in ("U1", "U2")] == [3, 2]
    assert by(networks, "kind")[("network",)]["headcount"] == 4
    assert measures.overview(networks, [], where={"kind": "network"}).frame["headcount"].item() == 4
    notes = " ".join(measures.overview(networks).notes)
    assert "4 people work for the 2 primary care networks" in notes
    assert "5" not in notes


def test_a_profession_takes_the_headcount_published_for_it(networks) -> None:
    rows = by(networks, "profession")
    assert rows[("physiotherapist",)]["headcount"] == 3
    assert rows[("physiotherapist",)]["fte"] == 3.0
    assert rows[("paramedic",)]["headcount"] == 2


def test_a_slice_of_some_networks_alone_has_no_headcount(networks) -> None:
    frame = measures.overview(networks, ["kind"], where={"organisation": ["U1", "U2"]}).frame
    assert frame["headcount"].to_list() == [None]
    assert frame["lines"].to_list() == [1]
    assert frame["fte"].to_list() == [4.5]


def test_every_organisation_has_a_row_and_patients_where_it_has_some(networks) -> None:
    rows = by(networks, "organisation")
    assert rows[("P1",)]["fte"] is None
    assert rows[("P1",)]["patients"] == 10_000
    assert rows[("U1",)]["patients"] == 10_000
    assert measures.overview(networks, []).frame["patients"].item() == 15_000


def test_staff_per_ten_thousand_says_of_whom(networks) -> None:
    figures = measures.per_population(measures.overview(networks))
    row = figures.frame.filter(pl.col("organisation") == "U1").row(0, named=True)
    assert row["fte_per_10000"] == pytest.approx(2.5)
    assert row["denominator_basis"] == "registered patients of the organisation, 30 June 2026"
    whole = measures.per_population(measures.overview(networks, ["kind"]))
    assert whole.frame["fte_per_10000"].item() == pytest.approx(3.0)
    with pytest.raises(RefusedError, match="residents"):
        measures.per_population(measures.overview(networks), "resident")


def test_residents_are_those_of_the_places_own_areas(facts) -> None:
    people = [
        {
            "organisation": "E1",
            "kind": "resident",
            "variant": "estimate",
            "people": 10,
            "sex": s,
            "age_from": a,
        }
        for s in ("female", "male")
        for a in (0, 1)
    ]
    people += [{**p, "variant": "principal", "as_of": date(2030, 6, 30)} for p in people]
    people += [{**p, "organisation": "E2"} for p in people]
    place = facts([("U1", "network")], areas=("E1",), population=people)
    assert measures.residents(place) == (40, date(2026, 6, 30))
    assert measures.residents(facts([("U1", "network")], areas=("E1", "E3"), population=people)) is None


def person(organisation: str, who: str | None, profession: str, fte: float, **more: Any) -> dict[str, Any]:
    return {"organisation": organisation, "person": who, "profession": profession, "fte": fte, **more}


@pytest.fixture
def city(facts):
    """One person in two trusts, one in two jobs, one line without a person."""
    return facts(
        [("RA", "acute_trust"), ("RC", "community_trust")],
        assignment=[
            person("RA", "ann", "physiotherapist", 0.5, level="band_6"),
            person("RA", "ann", "physiotherapist", 0.25, level="band_7"),
            person("RA", "bo", "support_physiotherapy", 1.0, level="band_3", share_place=0.5),
            person("RC", "ann", "physiotherapist", 0.25, level="band_6"),
            person("RC", None, "physiotherapist", 0.4, level="band_6"),
        ],
    )


def test_persons_are_counted_once_over_jobs_and_employers(city) -> None:
    assert measures.overview(city, []).frame["headcount"].item() == 2
    rows = by(city, "profession")
    assert rows[("physiotherapist",)]["headcount"] == 1
    assert rows[("physiotherapist",)]["lines"] == 1
    assert rows[("physiotherapist",)]["fte"] == pytest.approx(1.4)


def test_fte_of_the_place_takes_the_share(city) -> None:
    row = by(city, "organisation")[("RA",)]
    assert row["fte"] == pytest.approx(1.75)
    assert row["fte_place"] == pytest.approx(1.25)


def test_registered_and_the_fourteen_follow_from_the_profession(city) -> None:
    rows = by(city, "registered", "ahp")
    assert rows[(True, "physiotherapist")]["fte"] == pytest.approx(1.4)
    assert rows[(False, None)]["fte"] == pytest.approx(1.0)


def test_a_source_that_names_nobody_has_no_headcount(facts) -> None:
    place = facts([("C1", "council")], assignment=[person("C1", None, "social_worker", 1.0)] * 3)
    frame = measures.overview(place, []).frame
    assert frame["headcount"].to_list() == [None]
    assert frame["lines"].to_list() == [3]
    assert any(measures.PEOPLE_CANNOT_BE_COUNTED in note for note in measures.overview(place, []).notes)


def trust_total(**more: Any) -> dict[str, Any]:
    row = {"organisation": "RA", "grain": "organisation", "headcount": 9, "fte": 8.0, "basis": "without bank"}
    return {**row, "origin": "published", "source": "hchs", **more}


def test_sent_rows_win_over_totals_and_are_never_added(facts) -> None:
    place = facts(
        [("RA", "acute_trust")], stock=[trust_total()], assignment=[person("RA", "ann", "paramedic", 1.0)]
    )
    row = by(place, "organisation")[("RA",)]
    assert (row["fte"], row["headcount"], row["origin"]) == (1.0, 1, "sent")


def test_invented_rows_divide_a_published_total_and_never_displace_it(facts) -> None:
    invented = [
        person("RA", f"p{i}", "paramedic" if i < 4 else "midwife", 1.0, origin="synthetic", source="fill")
        for i in range(8)
    ]
    place = facts([("RA", "acute_trust")], stock=[trust_total()], assignment=invented)
    whole = by(place, "organisation")[("RA",)]
    assert (whole["headcount"], whole["origin"], whole["basis"]) == (9, "published", "without bank")
    rows = by(place, "profession")
    assert rows[("paramedic",)]["origin"] == "synthetic"
    assert rows[("paramedic",)]["fte"] == 4.0
    assert rows[("paramedic",)]["basis"].startswith("without bank; ")
    assert measures.overview(place, ["profession"]).synthetic
    assert not measures.overview(place).synthetic


def test_what_totals_do_not_hold_stands_without_a_code(facts) -> None:
    place = facts([("RA", "acute_trust")], stock=[trust_total()])
    figures = measures.overview(place, ["organisation", "profession"])
    row = figures.frame.row(0, named=True)
    assert row["profession"] is None
    assert (row["fte"], row["headcount"]) == (8.0, 9)
    assert any("not by profession" in note for note in figures.notes)


def test_totals_of_two_sources_are_not_added(facts) -> None:
    place = facts(
        [("RA", "acute_trust")],
        stock=[trust_total(as_of=date(2025, 11, 30)), trust_total(source="other", fte=7.0)],
    )
    assert by(place, "organisation")[("RA",)]["fte"] == 7.0


def test_headcounts_of_several_totals_are_not_added(facts) -> None:
    place = facts(
        [("RA", "acute_trust"), ("RB", "acute_trust")],
        stock=[trust_total(), trust_total(organisation="RB")],
    )
    frame = measures.overview(place, ["sector"]).frame
    assert frame["headcount"].to_list() == [None]
    assert frame["fte"].to_list() == [16.0]


@pytest.mark.parametrize(("as_of", "fte"), [(date(2026, 6, 30), 8.0), (date(2027, 12, 1), None)])
def test_a_figure_past_its_limit_is_not_used_on_a_stated_date(facts, as_of, fte) -> None:
    place = facts([("RA", "acute_trust")], stock=[trust_total()])
    figures = measures.overview(place, as_of=as_of)
    assert figures.frame["fte"].to_list() == [fte]
    assert any("is not used" in note for note in figures.notes) == (fte is None)


def test_the_value_at_a_date_is_the_latest_before_it(facts) -> None:
    place = facts(
        [("RA", "acute_trust")],
        stock=[trust_total(as_of=date(2025, 9, 30), fte=5.0), trust_total(as_of=date(2026, 6, 30))],
    )
    row = by(place, "organisation", as_of=date(2026, 5, 31))[("RA",)]
    assert (row["fte"], row["newest_as_of"]) == (5.0, date(2025, 9, 30))


def test_an_old_figure_is_kept_where_nothing_newer_is_known_and_its_age_said(facts) -> None:
    place = facts(
        [("RA", "acute_trust"), ("C1", "council")],
        stock=[trust_total(), trust_total(organisation="C1", as_of=date(2023, 3, 31))],
    )
    figures = measures.overview(place)
    assert figures.frame["fte"].to_list() == [8.0, 8.0]
    assert any("C1" in note and "31 March 2023" in note for note in figures.notes)
    assert (figures.oldest_as_of, figures.newest_as_of) == (date(2023, 3, 31), date(2026, 6, 30))


def test_an_unknown_word_names_the_known_ones(networks) -> None:
    with pytest.raises(InputError, match="organisation, sector"):
        measures.overview(networks, ["hospital"])


def test_an_empty_place_has_no_figures(facts) -> None:
    assert measures.overview(facts([]), []).frame.height == 0
    assert measures.overview(facts([("RA", "acute_trust")])).frame["fte"].to_list() == [None]


JOBS = st.lists(
    st.tuples(
        st.sampled_from(["RA", "RC"]),
        st.sampled_from(["ann", "bo", "cy", None]),
        st.sampled_from(["physiotherapist", "paramedic", "support_physiotherapy", None]),
        st.integers(1, 1000),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(jobs=JOBS, words=st.sets(st.sampled_from(["organisation", "profession", "registered", "partner"])))
def test_slices_hold_all_fte_and_the_whole_holds_no_more_people(jobs, words) -> None:
    rows = [person(o, who, p, n / 1000) for o, who, p, n in jobs]
    place = _place(rows)
    whole = measures.overview(place, []).frame.row(0, named=True)
    parts = measures.overview(place, sorted(words)).frame
    # Quantities are exact: any order of rows and any division gives the same sum.
    assert round(parts["fte"].sum(), 9) == sum(n for *_, n in jobs) / 1000 == whole["fte"]
    again = measures.overview(_place(rows[::-1]), sorted(words)).frame
    assert again.equals(parts)
    people = {who for _, who, _, _ in jobs if who}
    if whole["headcount"] is not None:
        assert whole["headcount"] == len(people)
    known = parts.filter(pl.col("fte").is_not_null())["headcount"]
    if known.null_count() == 0:
        assert known.sum() >= len(people)


def _place(rows: list[dict[str, Any]]) -> Any:
    from measures_facts import FakeFacts

    partners = [
        {"organisation": "RA", "organisation_name": "RA", "kind": "acute_trust"},
        {"organisation": "RC", "organisation_name": "RC", "kind": "community_trust"},
    ]
    return FakeFacts({"assignment": rows}, partners)


def test_people_of_the_whole_are_not_those_of_a_part(networks) -> None:
    # A network is missing from what can be read: the published 4 people are not those of the other one.
    rows = networks.tables["stock"]
    networks.tables["stock"] = [r for r in rows if r["organisation"] != "U2"] + [
        network("U3", 1, 0, 1.0, grain="organisation")
    ]
    networks.partners.append({"organisation": "U3", "organisation_name": "U3", "kind": "network"})
    assert by(networks, "kind")[("network",)]["headcount"] is None


def test_an_organisation_of_which_nothing_is_known_is_said_to_be_in_no_sum(facts) -> None:
    place = facts(
        [("RA", "acute_trust"), ("E1", "council")],
        assignment=[{"organisation": "RA", "person": "a", "profession": "paramedic", "fte": 1}],
    )
    said = "Nothing is known of the staff of E1: they are in no sum."
    assert said in measures.overview(place, ["sector"]).notes
    assert said in measures.overview(place, []).notes
    assert said not in measures.overview(place, ["sector"], where={"kind": "acute_trust"}).notes
    by_organisation = measures.overview(place)
    assert said not in by_organisation.notes
    assert by_organisation.frame.filter(organisation="E1")["fte"].to_list() == [None]
